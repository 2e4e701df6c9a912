//! What must hold of the project's structure (`docs/ARCHITECTURE.md`), over `cargo metadata` and the sources.
//!
//! Each rule is a function from what it looks at to a list of breaches. One test applies it to the project, another
//! shows it a breach: a rule that cannot fail proves nothing.

mod dependencies;
mod interface;
mod layers;
mod logs;
mod migrations;
mod purity;
mod tree;
