//! Where a registration stands and how it moves. The table of moves is `docs/flow.md`, compared with the code by a test.
//!
//! A move takes the registration by value, what came in, and `now`; it gives back the next registration and the promises
//! that must be written in the same transaction. It never sends anything. The store repeats each guard in SQL.
//!
//! To add a move: a method in [`moves`] or, where staff make it, `by_staff`, its row in [`table`], what it takes and gives in [`outcomes`], its promise in
//! [`Promise`] if it makes one.

mod by_staff;
pub mod figures;
pub mod moves;
pub mod next;
pub mod outcomes;
pub mod proofs;
pub mod state;
pub mod table;

pub use next::NextAction;
pub use outcomes::{CodeVerdict, Confirmed, LinkVerdict, Moved, NewCode, NewLink, Promise, Refused, Why};
pub use proofs::{CountedTry, FreshCode};
pub use state::{Link, Registration, SentCode, State, StateName};
