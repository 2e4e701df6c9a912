//! The kiosk: a window for patients, and behind it a portal, the one it brings or one on a server.
//!
//! This is the composition root: it alone names adapters (clock, randomness, key store, senders) and edges together.
//! Start reading at [`run`]; what the window may ask for stands in `commands`, what is kept of a patient in `visit`.

mod admin;
mod backup;
mod client;
mod commands;
mod config;
mod confirming;
mod connection;
mod data_folder;
mod embedded;
mod handing_over;
mod idle;
mod keystore;
mod kiosk;
mod presence;
mod qr;
mod reach;
mod relaunch;
mod remote;
mod staff_commands;
mod start;
#[cfg(test)]
mod testing;
mod visit;
mod wanted;
mod window;

use std::{process::ExitCode, sync::Arc, time::Duration};

use clap::Parser as _;
use machine::SystemClock;
use tauri::{AppHandle, RunEvent, WindowEvent};

use crate::{config::Config, kiosk::Kiosk};

/// How often the kiosk looks at the idle clock by itself, should the window have stopped asking.
const IDLE_CHECK: Duration = Duration::from_secs(1);

/// Runs the kiosk until the machine stops it, or an errand in its place.
#[must_use]
pub fn run() -> ExitCode {
    let clock = SystemClock::start();
    let config = Config::parse();
    log_to_stderr();
    if let Err(error) = without_crash_dumps() {
        tracing::error!(%error, "the machine would keep what a crash leaves, and a patient's details with it");
        return ExitCode::FAILURE;
    }
    if Config::is_driven() && !cfg!(feature = "e2e") {
        tracing::error!("TAURI_WEBVIEW_AUTOMATION is set, and this build must not be driven");
        return ExitCode::FAILURE;
    }
    relaunch::remember_program();
    relaunch::with_complete_environment(&config);
    if let Some(errand) = config.errand() {
        return backup::run(&config, &errand);
    }
    match build(Kiosk::new(config, clock)) {
        Ok(app) => {
            app.run(keep_running);
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "the kiosk's window could not be opened");
            ExitCode::FAILURE
        }
    }
}

/// What a process had in memory when it crashed goes to no disk, of this one and of those that draw its windows.
#[cfg(target_os = "linux")]
fn without_crash_dumps() -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};

    Ok(setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?)
}

#[cfg(not(target_os = "linux"))]
const fn without_crash_dumps() -> std::io::Result<()> {
    Ok(())
}

fn build(kiosk: Kiosk) -> tauri::Result<tauri::App> {
    let kiosk = Arc::new(kiosk);
    tauri::Builder::default()
        // In the build so that its size and licences are known; without keys and endpoints it can do nothing.
        .plugin(tauri_plugin_updater::Builder::new().build())
        .manage(Arc::clone(&kiosk))
        .invoke_handler(tauri::generate_handler![
            commands::status,
            commands::painted,
            commands::pulse,
            commands::connect,
            commands::start,
            commands::check_name,
            commands::check_date_of_birth,
            commands::check_email,
            commands::check_mobile,
            commands::confirm,
            commands::check_code,
            commands::resend_code,
            commands::change_number,
            commands::set_password,
            commands::continue_on_phone,
            commands::suggest_words,
            commands::ask_for_help,
            commands::help_stands,
            commands::back_from_desk,
            commands::done_card,
            commands::leave,
            staff_commands::unlock,
            staff_commands::ask_to_unlock,
            staff_commands::unlock_stands,
            staff_commands::ask_staff,
            staff_commands::lock,
        ])
        .on_window_event(|_, event| {
            if let WindowEvent::CloseRequested { api, .. } = event {
                api.prevent_close();
            }
        })
        .setup(move |app| {
            window::open(app.handle(), &kiosk.config)?;
            tauri::async_runtime::spawn(start::start(Arc::clone(&kiosk)));
            tauri::async_runtime::spawn(watch_glass(app.handle().clone(), kiosk));
            Ok(())
        })
        .build(tauri::generate_context!())
}

/// Whoever is still for too long, or meets the end of service, is wiped from the glass; staff as well as patients.
async fn watch_glass(app: AppHandle, kiosk: Arc<Kiosk>) {
    let mut ticks = tokio::time::interval(IDLE_CHECK);
    loop {
        let gone = tokio::select! {
            _ = ticks.tick() => {
                restart_if_wanted(&app, &kiosk);
                let overdue = || kiosk.lock_overdue().or_else(|| kiosk.end_overdue());
                kiosk.end_for_cleaning().or_else(overdue)
            }
            gone = kiosk.interrupted() => Some(gone),
        };
        if let Some(gone) = gone {
            window::wipe(&app, &kiosk, gone);
        }
    }
}

/// Nobody at the glass loses anything by it, and the portal is told by the fresh program that it has begun.
fn restart_if_wanted(app: &AppHandle, kiosk: &Kiosk) {
    if kiosk.wanted.restarts(kiosk.clock.uptime()) && !kiosk.is_in_use() {
        tracing::info!("staff want the program to begin anew");
        let ends = app.clone();
        let asked = app.run_on_main_thread(move || {
            relaunch::anew();
            // Whatever keeps it from taking its own place: it ends, so that it is started again.
            ends.exit(1);
        });
        if let Err(error) = asked {
            tracing::error!(%error, "the main thread is gone");
            app.exit(1);
        }
    }
}

fn keep_running(_: &AppHandle, event: RunEvent) {
    if let RunEvent::ExitRequested { api, code: None, .. } = event {
        api.prevent_exit();
    }
}

fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::new(
        "warn,vestibule=info,kiosk_journal=info,portal=info,store=info,messaging=info",
    );
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(true).init();
}
