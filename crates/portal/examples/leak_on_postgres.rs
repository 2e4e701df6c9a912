//! Whether the time of an answer says who is known, on a server that writes through to the disk. `cargo xtask bench leak`
//! runs this in release.
#![expect(clippy::print_stdout, reason = "the table is what the bench is for")]

#[path = "leak/spread.rs"]
mod spread;
#[path = "leak/timing.rs"]
mod timing;

#[path = "../tests/it/desk.rs"]
#[expect(dead_code, unused_imports, reason = "what tests ask of a desk and a bench does not")]
mod desk;

#[tokio::main]
async fn main() {
    println!("PostgreSQL\n{}", timing::table().await);
}
