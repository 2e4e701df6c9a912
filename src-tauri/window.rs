//! The one window, locked down, and replaced by a fresh one after every patient.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};
#[cfg(target_os = "linux")]
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tauri::{
    AppHandle, Manager as _, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    utils::config::BackgroundThrottlingPolicy,
    webview::{Color, NewWindowResponse},
};

use crate::{
    config::Config,
    kiosk::{Gone, Kiosk},
};

/// How each window's name begins; the capability covers `kiosk-*`.
const LABEL: &str = "kiosk-";

/// Windows opened so far.
static OPENED: AtomicU32 = AtomicU32::new(0);

/// When processes that drew windows ended by themselves, in uptime.
#[cfg(target_os = "linux")]
static ENDINGS: Mutex<Vec<Duration>> = Mutex::new(Vec::new());

/// So many within so long, and one more, mean that a fresh window ends as the last one did.
#[cfg(target_os = "linux")]
const MOST_ENDINGS: usize = 5;
#[cfg(target_os = "linux")]
const ENDINGS_SPAN: Duration = Duration::from_mins(1);

/// The interface's canvas, so that nothing flashes between two windows.
const CANVAS: Color = Color(0xFA, 0xF8, 0xF4, 0xFF);

/// Opens a window with no memory.
pub(crate) fn open(app: &AppHandle, config: &Config) -> tauri::Result<()> {
    let number = OPENED.fetch_add(1, Ordering::Relaxed);
    let label = format!("{LABEL}{number}");
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
        .background_color(CANVAS)
        .zoom_hotkeys_enabled(false)
        .general_autofill_enabled(false)
        .browser_extensions_enabled(false)
        .background_throttling(BackgroundThrottlingPolicy::Disabled)
        .on_navigation(|url| matches!((url.scheme(), url.host_str()), ("tauri", Some("localhost"))))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false);
    let window = succession::after_last(memoryless(sized(app, builder, config)?, config)).build()?;
    succession::remember(&window)
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

/// Nothing of a webview reaches the disk: its web context is ephemeral.
///
/// Only the first window of a driven kiosk has a folder: an ephemeral web context never allows automation (wry,
/// `webkitgtk/web_context.rs`).
fn memoryless<'a>(
    builder: WebviewWindowBuilder<'a, tauri::Wry, AppHandle>,
    config: &Config,
) -> WebviewWindowBuilder<'a, tauri::Wry, AppHandle> {
    if cfg!(feature = "e2e") && Config::is_driven() {
        builder.data_directory(config.data_dir.join("driven-webview"))
    } else {
        builder.incognito(true)
    }
}

#[cfg(target_os = "linux")]
mod succession {
    //! Who comes after whom on Linux.
    //!
    //! A second ephemeral context would not know our scheme: `tauri-runtime-wry` registers it once per folder name, and
    //! ephemeral contexts share one name (`registered_custom_protocols`). A context for each window would keep a network
    //! process each, for ever. So the old window's process is ended, with all it held in memory, and the next window takes
    //! its place in the same context, where `WebKit` starts a fresh process for it.

    use std::cell::RefCell;

    use tauri::{AppHandle, Manager as _, WebviewWindow, WebviewWindowBuilder};
    use webkit2gtk::{WebView, WebViewExt as _};

    thread_local! {
        /// The webview opened last; webviews live on the main thread alone.
        static LAST: RefCell<Option<WebView>> = const { RefCell::new(None) };
    }

    /// Ends the process of the window before, and lets this one follow it.
    pub(super) fn after_last(
        builder: WebviewWindowBuilder<'_, tauri::Wry, AppHandle>,
    ) -> WebviewWindowBuilder<'_, tauri::Wry, AppHandle> {
        match LAST.take() {
            Some(last) => {
                last.terminate_web_process();
                builder.with_related_view(last)
            }
            None => builder,
        }
    }

    /// Remembers the window for the next one, takes its context menu away, and has it replaced should its process end by itself.
    pub(super) fn remember(window: &WebviewWindow) -> tauri::Result<()> {
        let app = window.app_handle().clone();
        window.with_webview(move |webview| {
            let view = webview.inner();
            view.connect_context_menu(|_, _, _, _| true);
            view.connect_web_process_terminated(move |view, _| {
                // One that was ended for its successor is not the last any more.
                if LAST.with_borrow(|last| last.as_ref() == Some(view)) {
                    super::ended_by_itself(&app);
                }
            });
            LAST.set(Some(view));
        })
    }
}

#[cfg(not(target_os = "linux"))]
mod succession {
    //! Elsewhere each window simply has an ephemeral context of its own.

    use tauri::{AppHandle, WebviewWindow, WebviewWindowBuilder};

    pub(super) fn after_last(
        builder: WebviewWindowBuilder<'_, tauri::Wry, AppHandle>,
    ) -> WebviewWindowBuilder<'_, tauri::Wry, AppHandle> {
        builder
    }

    pub(super) fn remember(_: &WebviewWindow) -> tauri::Result<()> {
        Ok(())
    }
}

/// The window shows its welcome screen: every older one may go.
pub(crate) fn painted(window: &WebviewWindow, kiosk: &Kiosk) {
    if kiosk.config.report_paint {
        tracing::info!(uptime_ms = kiosk.clock.uptime().as_millis(), "painted");
    }
    for (label, older) in window.app_handle().webview_windows() {
        if number_of(&label) < number_of(window.label())
            && let Err(error) = older.destroy()
        {
            tracing::error!(%error, "a window of the last patient could not be closed");
        }
    }
}

/// Which window, in the order they were opened; what is none of ours is older than all.
fn number_of(label: &str) -> Option<u32> {
    label.strip_prefix(LABEL)?.parse().ok()
}

/// What drew the window crashed, or was killed: what is left shows nothing and answers to nobody.
#[cfg(target_os = "linux")]
fn ended_by_itself(app: &AppHandle) {
    let kiosk = Arc::clone(&app.state::<Arc<Kiosk>>());
    let mut endings = ENDINGS.lock().unwrap_or_else(PoisonError::into_inner);
    if is_one_too_many(&mut endings, kiosk.clock.uptime()) {
        tracing::error!(
            "what draws the window ends again and again: the program ends so that it is started again"
        );
        return app.exit(1);
    }
    tracing::error!("what draws the window has ended by itself; a fresh window takes its place");
    let app = app.clone();
    // Not from within WebKit's own call.
    tauri::async_runtime::spawn(async move { wipe(&app, &kiosk, kiosk.end()) });
}

/// Notes that a process which drew a window has ended by itself at this uptime, and says whether that helps nobody any more.
#[cfg(target_os = "linux")]
fn is_one_too_many(endings: &mut Vec<Duration>, now: Duration) -> bool {
    endings.retain(|then| now.saturating_sub(*then) < ENDINGS_SPAN);
    endings.push(now);
    endings.len() > MOST_ENDINGS
}

/// Brings up a window that never saw the patient who is gone.
pub(crate) fn wipe(app: &AppHandle, kiosk: &Arc<Kiosk>, gone: Gone) {
    if let Some(leaving) = gone.leaving {
        let kiosk = Arc::clone(kiosk);
        tauri::async_runtime::spawn(async move { leaving.tell(&kiosk).await });
    }
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn five_windows_that_end_within_a_minute_are_replaced_and_the_sixth_is_not() {
        let mut endings = Vec::new();
        let mut ends = |second| is_one_too_many(&mut endings, Duration::from_secs(second));
        assert!((0..5).all(|second| !ends(second)));
        assert!(ends(59));
        assert!(!ends(200), "that was a while ago");
    }
}
