//! How long each view of staff takes where much has gathered, on an encrypted file. `cargo xtask bench desk` runs this in release.
#![expect(clippy::print_stdout, reason = "the table is what the bench is for")]

mod crowd;
mod views;

#[path = "../../tests/it/desk.rs"]
#[expect(dead_code, unused_imports, reason = "what tests ask of a desk and a bench does not")]
mod desk;

#[path = "../../tests/it/staff.rs"]
#[expect(dead_code, unused_imports, reason = "what tests ask of staff and a bench does not")]
mod staff;

#[tokio::main]
async fn main() {
    println!("SQLite, an encrypted file\n{}", views::table().await);
}
