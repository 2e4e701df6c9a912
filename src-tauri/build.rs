//! Lists the window's commands, so that each needs a permission, and keeps SQLCipher's symbols inside the program.

const COMMANDS: &[&str] = &[
    "status",
    "painted",
    "pulse",
    "connect",
    "start",
    "check_name",
    "check_date_of_birth",
    "check_email",
    "check_mobile",
    "confirm",
    "check_code",
    "resend_code",
    "change_number",
    "set_password",
    "continue_on_phone",
    "suggest_words",
    "ask_for_help",
    "help_stands",
    "back_from_desk",
    "done_card",
    "leave",
    "unlock",
    "ask_to_unlock",
    "unlock_stands",
    "ask_staff",
    "lock",
];

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=ui/dist");
    // WebKit uses SQLite too: were ours exported, its calls would land in SQLCipher.
    println!("cargo:rustc-link-arg-bins=-Wl,--exclude-libs,ALL");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/**/*.json")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    tauri_build::try_build(attributes).expect("the kiosk's build configuration is wrong");
}
