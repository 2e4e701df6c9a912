//! The one window, locked down, and replaced by a fresh one after every patient.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use tauri::{
    AppHandle, Manager as _, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    utils::config::BackgroundThrottlingPolicy, webview::NewWindowResponse,
};

use crate::{
    config::Config,
    kiosk::{Kiosk, Leaving},
};

/// Windows opened so far; the capability covers `kiosk-*`.
static OPENED: AtomicU32 = AtomicU32::new(0);

/// Opens a window with no memory.
pub(crate) fn open(app: &AppHandle, config: &Config) -> tauri::Result<()> {
    let number = OPENED.fetch_add(1, Ordering::Relaxed);
    let label = format!("kiosk-{number}");
    let builder = WebviewWindowBuilder::new(app, label, WebviewUrl::App("index.html".into()))
        .title("Vestibule")
        .decorations(false)
        .resizable(false)
        .closable(false)
        .minimizable(false)
        .maximizable(false)
        .skip_taskbar(true)
        .always_on_top(true)
        .content_protected(true)
        .disable_drag_drop_handler()
        .devtools(false)
        .zoom_hotkeys_enabled(false)
        .general_autofill_enabled(false)
        .browser_extensions_enabled(false)
        .background_throttling(BackgroundThrottlingPolicy::Disabled)
        .on_navigation(|url| matches!((url.scheme(), url.host_str()), ("tauri", Some("localhost"))))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false);
    let window = memoryless(sized(app, builder, config)?, config, number).build()?;
    no_context_menu(&window)
}

/// A fresh window comes up over the old one, which goes as soon as the new one is painted: see [`painted`].
fn sized<'a>(
    app: &AppHandle,
    builder: WebviewWindowBuilder<'a, tauri::Wry, AppHandle>,
    config: &Config,
) -> tauri::Result<WebviewWindowBuilder<'a, tauri::Wry, AppHandle>> {
    if let Some((width, height)) = config.window_size {
        return Ok(builder.inner_size(f64::from(width), f64::from(height)).position(0.0, 0.0));
    }
    // Some sessions have no window manager to honour "fullscreen", so the size is set as well.
    Ok(match app.primary_monitor()? {
        Some(monitor) => {
            let size = monitor.size().to_logical::<f64>(monitor.scale_factor());
            builder.inner_size(size.width, size.height).position(0.0, 0.0).fullscreen(true)
        }
        None => builder.fullscreen(true),
    })
}

/// Nothing of a webview reaches the disk.
#[cfg(not(feature = "e2e"))]
fn memoryless<'a>(
    builder: WebviewWindowBuilder<'a, tauri::Wry, AppHandle>,
    _: &Config,
    _: u32,
) -> WebviewWindowBuilder<'a, tauri::Wry, AppHandle> {
    builder.incognito(true)
}

/// The same, but for a driven window: an ephemeral web context never allows automation (wry, `webkitgtk/web_context.rs`),
/// so a driven one has a folder of its own under the data folder.
#[cfg(feature = "e2e")]
fn memoryless<'a>(
    builder: WebviewWindowBuilder<'a, tauri::Wry, AppHandle>,
    config: &Config,
    number: u32,
) -> WebviewWindowBuilder<'a, tauri::Wry, AppHandle> {
    if Config::is_driven() && number == 0 {
        builder.data_directory(config.data_dir.join("driven-webview"))
    } else {
        builder.incognito(true)
    }
}

#[cfg(target_os = "linux")]
fn no_context_menu(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt as _;

    window.with_webview(|webview| {
        webview.inner().connect_context_menu(|_, _, _, _| true);
    })
}

#[cfg(not(target_os = "linux"))]
fn no_context_menu(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// The window shows its welcome screen: every older one may go.
pub(crate) fn painted(window: &WebviewWindow, kiosk: &Kiosk) {
    if kiosk.config.report_paint {
        tracing::info!(uptime_ms = kiosk.clock.uptime().as_millis(), "painted");
    }
    for (label, older) in window.app_handle().webview_windows() {
        if label != window.label()
            && let Err(error) = older.destroy()
        {
            tracing::error!(%error, "a window of the last patient could not be closed");
        }
    }
}

/// Forgets the patient and brings up a window that never saw them.
pub(crate) fn wipe(app: &AppHandle, kiosk: &Arc<Kiosk>) {
    tell_in_background(kiosk, kiosk.end());
    let opened = app.run_on_main_thread({
        let (app, kiosk) = (app.clone(), Arc::clone(kiosk));
        move || {
            if let Err(error) = open(&app, &kiosk.config) {
                tracing::error!(%error, "no fresh window could be opened: the program ends so that it is started again");
                app.exit(1);
            }
        }
    });
    if let Err(error) = opened {
        tracing::error!(%error, "the main thread is gone");
    }
}

fn tell_in_background(kiosk: &Arc<Kiosk>, leaving: Option<Leaving>) {
    if let Some(leaving) = leaving {
        let kiosk = Arc::clone(kiosk);
        tauri::async_runtime::spawn(async move { leaving.tell(&kiosk).await });
    }
}
