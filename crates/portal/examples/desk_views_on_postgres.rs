//! How long each view of staff takes where much has gathered, on a server that writes through to the disk. `cargo xtask bench desk` runs
//! this in release.
#![expect(clippy::print_stdout, reason = "the table is what the bench is for")]

#[path = "desk_views/crowd.rs"]
mod crowd;
#[path = "desk_views/views.rs"]
mod views;

#[path = "../tests/it/desk.rs"]
#[expect(dead_code, unused_imports, reason = "what tests ask of a desk and a bench does not")]
mod desk;

#[path = "../tests/it/staff.rs"]
#[expect(dead_code, unused_imports, reason = "what tests ask of staff and a bench does not")]
mod staff;

#[tokio::main]
async fn main() {
    println!("PostgreSQL\n{}", views::table().await);
}
