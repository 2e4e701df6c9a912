//! A window with a static page that says when it was painted.

fn main() {
    tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![painted])
        .run(tauri::generate_context!())
        .expect("a window can be opened");
}

#[tauri::command]
fn painted() {
    eprintln!("painted");
}
