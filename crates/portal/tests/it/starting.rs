//! What does not belong together does not start.

use std::sync::Arc;

use async_trait::async_trait;
use kiosk_api::kiosk::Mode;
use messaging::{Email, EmailSender, SendFailure, Sms, SmsSender, gsm7::is_one_segment, texts};
use portal::{Parts, Portal, PortalKeys, PracticeSettings, SharedRng, StartRefused};
use registration::{secrets::code::Code, values::language::Language};
use store::{Stamp, Store};
use test_support::{
    MockClock,
    rng::seeded,
    senders::{RecordingEmail, RecordingSms},
};

use crate::desk::{MASTER, settings};

/// Says that it reaches people, and is never asked to.
struct Real;

#[async_trait]
impl SmsSender for Real {
    async fn send(&self, _: &Sms) -> Result<(), SendFailure> {
        Err(SendFailure::Rejected)
    }

    fn is_real(&self) -> bool {
        true
    }
}

#[async_trait]
impl EmailSender for Real {
    async fn send(&self, _: &Email) -> Result<(), SendFailure> {
        Err(SendFailure::Rejected)
    }

    fn is_real(&self) -> bool {
        true
    }
}

async fn started(stamp: Stamp, real: bool, settings: PracticeSettings) -> Option<StartRefused> {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("portal.db");
    let store = Store::open_sqlite(&path, &PortalKeys::database_key(&MASTER), stamp).await.expect("opens");
    let (sms, email): (Arc<dyn SmsSender>, Arc<dyn EmailSender>) = if real {
        (Arc::new(Real), Arc::new(Real))
    } else {
        (Arc::new(RecordingSms::default()), Arc::new(RecordingEmail::default()))
    };
    let portal = Portal::new(Parts {
        records: portal::Records::Own,
        store,
        clock: Arc::new(MockClock::default()),
        rng: SharedRng::new(seeded(1)),
        sms,
        email,
        keys: PortalKeys::derive(&MASTER),
        settings,
    });
    portal.err()
}

fn with(mode: Mode, origin: &str) -> PracticeSettings {
    PracticeSettings { mode, public_origin: origin.to_owned(), ..settings() }
}

#[tokio::test]
async fn a_database_of_another_mode_is_refused() {
    let sandbox = || with(Mode::Sandbox, "http://127.0.0.1:8780");
    assert_eq!(started(Stamp::Sandbox, false, sandbox()).await, None);
    assert_eq!(started(Stamp::Live, false, sandbox()).await, Some(StartRefused::StampOfAnotherMode));
    let trial = with(Mode::Trial, "http://127.0.0.1:8780");
    assert_eq!(started(Stamp::Sandbox, true, trial).await, Some(StartRefused::StampOfAnotherMode));
}

#[tokio::test]
async fn sandbox_senders_stay_in_the_sandbox_and_real_ones_out_of_it() {
    let trial = || with(Mode::Trial, "http://127.0.0.1:8780");
    assert_eq!(started(Stamp::Trial, false, trial()).await, Some(StartRefused::SenderReachesNobody));
    let sandbox = with(Mode::Sandbox, "http://127.0.0.1:8780");
    assert_eq!(started(Stamp::Sandbox, true, sandbox).await, Some(StartRefused::SenderReachesPeople));
}

#[tokio::test]
async fn nobody_real_is_written_to_before_trial_and_live_modes_are_built() {
    for (stamp, mode) in [(Stamp::Trial, Mode::Trial), (Stamp::Live, Mode::Live)] {
        let refused = started(stamp, true, with(mode, "https://portal.example")).await;
        let drafts = mode == Mode::Live;
        let expected = if drafts { StartRefused::DocumentsAreDrafts } else { StartRefused::ModeNotBuilt };
        assert_eq!(refused, Some(expected), "{mode:?}");
    }
}

#[tokio::test]
async fn an_origin_with_which_a_code_takes_two_texts_is_refused() {
    let origin = |letters: usize| format!("https://{}.example", "a".repeat(letters));
    let text = |letters: usize| {
        let code = Code::parse_typed("000000").expect("six digits");
        texts::code_sms(Language::EnGb, &code, &format!("{}/c", origin(letters)))
    };
    let most = (1..=63).rev().find(|letters| is_one_segment(&text(*letters))).expect("some origin fits");
    assert!(most < 63, "a name of 63 letters is allowed, and too long");
    let fits = started(Stamp::Sandbox, false, with(Mode::Sandbox, &origin(most))).await;
    assert_eq!(fits, None);
    let too_long = started(Stamp::Sandbox, false, with(Mode::Sandbox, &origin(most + 1))).await;
    assert_eq!(too_long, Some(StartRefused::TextTooLong));
}

#[tokio::test]
async fn an_origin_is_scheme_and_host_and_live_mode_needs_https_and_approved_documents() {
    for origin in
        ["", "portal.example", "https://portal.example/", "https://portal.example/path", "https://Ünïcode"]
    {
        let refused = started(Stamp::Sandbox, false, with(Mode::Sandbox, origin)).await;
        assert_eq!(refused, Some(StartRefused::OriginMalformed), "{origin}");
    }
    let plain = with(Mode::Live, "http://portal.example");
    assert_eq!(started(Stamp::Live, true, plain).await, Some(StartRefused::OriginNotHttps));
    let live = with(Mode::Live, "https://portal.example");
    assert_eq!(started(Stamp::Live, true, live).await, Some(StartRefused::DocumentsAreDrafts));
}
