//! The kiosk's program.

fn main() -> std::process::ExitCode {
    vestibule::run()
}
