use clap::Parser as _;
use kiosk_api::{kiosk::Idle, registration::NextAction, staff::kiosks::KioskOrders};

use super::*;

fn kiosk() -> Arc<Kiosk> {
    let config = Config::try_parse_from(["vestibule", "--mode", "sandbox"]).expect("a configuration");
    Arc::new(Kiosk::new(config, SystemClock::start()))
}

fn view(id: u128, state: RegistrationState) -> RegistrationView {
    RegistrationView {
        id: Uuid::from_u128(id),
        reference: "KT4-9QF".to_owned(),
        state,
        next: NextAction { may_resend_in_s: None, may_check_in_s: None, tries_left: 0 },
    }
}

#[test]
fn a_late_answer_for_one_patient_never_reaches_the_next() {
    let kiosk = kiosk();
    let _ = kiosk.begin("en-GB".to_owned());
    let first = kiosk.patient().expect("somebody began");
    let _ = kiosk.end();
    assert!(kiosk.saw(first, &view(1, RegistrationState::AwaitingLink)).is_err(), "nobody is there");
    let _ = kiosk.begin("en-GB".to_owned());
    assert!(kiosk.saw(first, &view(1, RegistrationState::AwaitingLink)).is_err(), "somebody else is");
    assert!(kiosk.registration().is_err(), "the next patient has no registration yet");
    let idle = kiosk.with_visit(|visit, uptime| visit.pulse(uptime)).expect("a visit").expect("shown").idle;
    assert_eq!(idle, Idle::Active, "and their answers are not taken for finished");
}

#[test]
fn whoever_leaves_with_the_mobile_proven_is_told_to_the_portal_once() {
    let kiosk = kiosk();
    let _ = kiosk.begin("en-GB".to_owned());
    let patient = kiosk.patient().expect("somebody began");
    kiosk.saw(patient, &view(1, RegistrationState::AwaitingPassword)).expect("they are there");
    assert!(kiosk.end().leaving.is_some());
    assert!(kiosk.end().leaving.is_none());
}

#[tokio::test]
async fn whoever_stands_at_the_glass_when_service_ends_is_forgotten_and_their_window_goes() {
    let kiosk = kiosk();
    let _ = kiosk.begin("en-GB".to_owned());
    let patient = kiosk.patient().expect("somebody began");
    kiosk.saw(patient, &view(1, RegistrationState::AwaitingPassword)).expect("they are there");
    kiosk.started(Err(OutOfServiceReason::KioskNotAccepted));
    assert!(kiosk.patient().is_err() && kiosk.registration().is_err());
    assert!(kiosk.interrupted().await.leaving.is_none(), "a portal that refuses us is told nothing");
    assert!(kiosk.begin("en-GB".to_owned()).is_err(), "and nobody begins");
    assert!(kiosk.patient().is_err());
}

fn unlocked(kiosk: &Kiosk) {
    let let_in = kiosk.admin.unlock(
        kiosk.admin.knock(),
        zeroize::Zeroizing::new("a session".to_owned()),
        kiosk.clock.uptime(),
    );
    assert_eq!(let_in, Ok(None));
}

#[tokio::test]
async fn admin_mode_never_outlives_the_window_in_which_it_was_opened() {
    let kiosk = kiosk();
    unlocked(&kiosk);
    let _ = kiosk.end();
    assert!(!kiosk.admin.is_open(), "wiped");
    unlocked(&kiosk);
    let _ = kiosk.begin("en-GB".to_owned());
    assert!(!kiosk.admin.is_open(), "a patient began");
    unlocked(&kiosk);
    kiosk.started(Err(OutOfServiceReason::KioskNotAccepted));
    assert!(!kiosk.admin.is_open(), "service ended");
    assert!(kiosk.interrupted().await.leaving.is_none(), "and the window goes, though no patient is there");
}

#[tokio::test]
async fn a_patient_whose_registration_staff_ended_is_not_led_back_to_it() {
    let kiosk = kiosk();
    let helped = |n: u128, help| StaffAsk::Help { id: Uuid::from_u128(n), version: 1, help };
    let _ = kiosk.begin("en-GB".to_owned());
    let patient = kiosk.patient().expect("somebody began");
    kiosk.saw(patient, &view(1, RegistrationState::AwaitingCode)).expect("they are there");
    kiosk.note_helped(&helped(2, StaffHelp::Cancel));
    kiosk.note_helped(&helped(1, StaffHelp::ResendCode));
    assert!(kiosk.registration().is_ok(), "that was another's, or goes on");
    kiosk.note_helped(&helped(1, StaffHelp::Cancel));
    assert!(kiosk.registration().is_err() && kiosk.patient().is_err());
}

#[test]
fn a_patient_who_is_there_is_not_ended_by_the_idle_clock() {
    let kiosk = kiosk();
    let _ = kiosk.begin("en-GB".to_owned());
    assert!(kiosk.end_overdue().is_none());
    assert!(kiosk.patient().is_ok());
}

fn wants(kiosk: &Kiosk, standing: KioskStanding) {
    kiosk.wanted.hear(KioskOrders { standing, restart: false }, kiosk.clock.uptime());
}

#[test]
fn a_paused_kiosk_takes_nobody_new_and_whoever_has_begun_goes_on() {
    let kiosk = kiosk();
    let _ = kiosk.begin("en-GB".to_owned());
    wants(&kiosk, KioskStanding::Paused);
    assert!(kiosk.end_for_cleaning().is_none() && kiosk.is_in_use());
    let patient = kiosk.patient().expect("they are there");
    kiosk.saw(patient, &view(1, RegistrationState::AwaitingCode)).expect("they go on");
    let _ = kiosk.end();
    assert!(kiosk.begin("en-GB".to_owned()).is_err() && !kiosk.is_in_use());
    wants(&kiosk, KioskStanding::Open);
    assert!(kiosk.begin("en-GB".to_owned()).is_ok());
}

#[tokio::test]
async fn whoever_is_at_the_glass_when_it_is_cleaned_is_seen_off_and_admin_mode_locks() {
    let kiosk = kiosk();
    let _ = kiosk.begin("en-GB".to_owned());
    let patient = kiosk.patient().expect("somebody began");
    kiosk.saw(patient, &view(1, RegistrationState::AwaitingPassword)).expect("they are there");
    unlocked(&kiosk);
    wants(&kiosk, KioskStanding::Cleaning { left_s: 120 });
    let gone = kiosk.end_for_cleaning().expect("they are seen off");
    assert!(gone.leaving.is_some(), "and get their link");
    assert!(!kiosk.is_in_use() && kiosk.begin("en-GB".to_owned()).is_err());
    assert!(kiosk.end_for_cleaning().is_none(), "once");
}
