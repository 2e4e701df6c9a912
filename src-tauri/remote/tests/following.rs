//! A kiosk whose portal comes late, goes, refuses and comes back.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Json,
    extract::State,
    http::StatusCode as Status,
    response::{Html, IntoResponse as _, Response},
};
use kiosk_api::{
    kiosk::{KioskPhase, KioskPractice, PracticeView},
    registration::{AskDesk, DeskReason},
};
use tempfile::TempDir;
use tokio::{
    sync::{Notify, mpsc},
    task::JoinHandle,
};

use super::*;
use crate::remote::following::{Heard, LOOK_EVERY, Pauses, follow, pause_after};

const OUT: fn(OutOfServiceReason) -> KioskPhase = |reason| KioskPhase::OutOfService { reason };

/// What stands at the portal's address, and answers whatever it is asked.
#[derive(Clone, Debug)]
enum Mood {
    Serves(PracticeView),
    Refuses,
    NotOpened,
    AnotherAddress,
    /// The network wants somebody to log in first.
    LoginPage,
    /// A proxy whose portal is starting.
    Unavailable,
    BadGateway,
}

pub(super) fn practice(mode: Mode, phone: &str) -> PracticeView {
    PracticeView {
        name: "Willow Lane".to_owned(),
        phone: phone.to_owned(),
        mode,
        finish_url: "https://register.example/f".to_owned(),
        privacy_notice: String::new(),
        privacy_notice_is_draft: true,
    }
}

fn serves() -> Mood {
    Mood::Serves(practice(Mode::Sandbox, "01632 960 123"))
}

impl Mood {
    fn answer(self) -> Response {
        let problem = |status: Status, code| (status, Json(Problem::new(code))).into_response();
        match self {
            Self::Serves(practice) => Json(practice).into_response(),
            Self::Refuses => problem(Status::UNAUTHORIZED, ProblemCode::KioskNotAccepted),
            Self::NotOpened => problem(Status::SERVICE_UNAVAILABLE, ProblemCode::OutOfService),
            Self::AnotherAddress => problem(Status::MISDIRECTED_REQUEST, ProblemCode::MalformedRequest),
            Self::LoginPage => (Status::UNAUTHORIZED, Html("<h1>Log in</h1>")).into_response(),
            Self::Unavailable => (Status::SERVICE_UNAVAILABLE, Html("<h1>503</h1>")).into_response(),
            Self::BadGateway => (Status::BAD_GATEWAY, Html("<h1>502</h1>")).into_response(),
        }
    }
}

type Moody = Arc<Mutex<Mood>>;

fn becomes(moody: &Moody, mood: Mood) {
    *moody.lock().unwrap_or_else(PoisonError::into_inner) = mood;
}

async fn of_moods(first: Mood) -> (Served, Moody) {
    let moody: Moody = Arc::new(Mutex::new(first));
    let answer = async |State(moody): State<Moody>| {
        let mood = moody.lock().unwrap_or_else(PoisonError::into_inner).clone();
        mood.answer()
    };
    (Served::router(Router::new().fallback(answer).with_state(Arc::clone(&moody))).await, moody)
}

/// Pauses that end when the test says so.
struct Told {
    begun: mpsc::UnboundedSender<Duration>,
    over: Arc<Notify>,
}

impl Pauses for Told {
    async fn pause(&self, length: Duration) {
        self.begun.send(length).expect("the test listens");
        self.over.notified().await;
    }
}

/// A kiosk that follows its portal until the end of the test.
struct Followed {
    kiosk: Arc<Kiosk>,
    pauses: mpsc::UnboundedReceiver<Duration>,
    over: Arc<Notify>,
    task: JoinHandle<()>,
    data: TempDir,
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Followed {
    async fn begin(served: &Served) -> Self {
        let secret = Zeroizing::new("a".to_owned());
        let connection = Connection::new(served.address(), "Front desk".to_owned(), secret);
        Self::begin_with(served.trust().await, connection)
    }

    fn begin_with(trust: Trust, connection: Connection) -> Self {
        Self::begin_on(tempfile::tempdir().expect("a folder"), trust, connection)
    }

    fn begin_on(data: TempDir, trust: Trust, connection: Connection) -> Self {
        let (begun, pauses) = mpsc::unbounded_channel();
        let (kiosk, over) = (kiosk_with(&data), Arc::new(Notify::new()));
        let (following, told) = (Arc::clone(&kiosk), Told { begun, over: Arc::clone(&over) });
        let task = tokio::spawn(async move { follow(following, &trust, &connection, told).await });
        Self { kiosk, pauses, over, task, data }
    }

    /// The program ends; another one on the same machine follows the same portal.
    async fn starts_again(mut self, served: &Served) -> Self {
        self.task.abort();
        let data = std::mem::replace(&mut self.data, tempfile::tempdir().expect("a folder"));
        let secret = Zeroizing::new("a".to_owned());
        let connection = Connection::new(served.address(), "Front desk".to_owned(), secret);
        Self::begin_on(data, served.trust().await, connection)
    }

    /// What the kiosk shows once it has its answer, and how long it waits before it asks again.
    async fn shows(&mut self) -> (KioskPhase, Duration) {
        let begun = tokio::time::timeout(Duration::from_secs(30), self.pauses.recv()).await;
        let length = begun.expect("it comes").expect("it goes on");
        (self.kiosk.status().phase, length)
    }

    /// The same after its next question.
    async fn asks(&mut self) -> (KioskPhase, Duration) {
        self.over.notify_one();
        self.shows().await
    }

    async fn answers_a_patient(&self) -> Result<(), ProblemCode> {
        let ready = self.kiosk.ready().await.expect("ready");
        let asked = AskDesk { reason: DeskReason::AskedForHelp, registration: None };
        ready.client.ask_desk(&asked).await.map(drop).map_err(|problem| problem.code)
    }
}

fn somebody_stands_there(kiosk: &Arc<Kiosk>) {
    let gone = kiosk.begin("en-GB".to_owned()).expect("begun");
    assert!(gone.leaving.is_none());
    assert!(kiosk.patient().is_ok());
}

#[tokio::test]
async fn a_kiosk_that_was_revoked_is_out_of_service_at_work_and_at_its_next_start_and_asks_on() {
    let served = Served::portal().await;
    let code = served.code("Front desk").await;
    let connection = joined(&served, &served.trust().await, &code).await.expect("joined");
    let mut at_work = Followed::begin_with(served.trust().await, connection.clone());
    assert_eq!(at_work.shows().await, (KioskPhase::Ready, LOOK_EVERY));
    served.revoke("Front desk").await;
    assert_eq!(at_work.answers_a_patient().await, Err(ProblemCode::KioskNotAccepted));
    let refused = (OUT(OutOfServiceReason::KioskNotAccepted), LOOK_EVERY);
    assert_eq!(at_work.shows().await, refused, "without waiting for the next look");
    assert_eq!(at_work.asks().await, refused);

    let mut next = Followed::begin_with(served.trust().await, connection);
    assert_eq!(next.shows().await, refused, "and nobody at the glass is asked for an address");
    assert!(!next.kiosk.is_unconnected());
    assert_eq!(next.asks().await, refused);
}

#[tokio::test]
async fn a_refusal_that_passes_costs_the_patient_at_the_glass_and_nobody_after_them() {
    let (served, moody) = of_moods(serves()).await;
    let mut followed = Followed::begin(&served).await;
    assert_eq!(followed.shows().await, (KioskPhase::Ready, LOOK_EVERY));
    for looked_at in [true, false] {
        somebody_stands_there(&followed.kiosk);
        becomes(&moody, Mood::Refuses);
        let refused = (OUT(OutOfServiceReason::KioskNotAccepted), LOOK_EVERY);
        if looked_at {
            assert_eq!(followed.asks().await, refused);
        } else {
            assert_eq!(followed.answers_a_patient().await, Err(ProblemCode::KioskNotAccepted));
            assert_eq!(followed.shows().await, refused);
        }
        assert!(followed.kiosk.patient().is_err(), "nothing of the patient stays");
        let wiped = tokio::time::timeout(Duration::from_secs(30), followed.kiosk.interrupted()).await;
        assert!(wiped.expect("their window goes").leaving.is_none());
        becomes(&moody, Mood::BadGateway);
        assert_eq!(followed.asks().await.0, refused.0, "silence says nothing new");
        becomes(&moody, serves());
        assert_eq!(followed.asks().await, (KioskPhase::Ready, LOOK_EVERY));
        assert_eq!(followed.asks().await, (KioskPhase::Ready, LOOK_EVERY), "the refusal is forgotten");
    }
}

#[tokio::test]
async fn what_stands_between_kiosk_and_portal_for_a_while_turns_nobody_away_from_a_kiosk_at_work() {
    let (served, moody) = of_moods(serves()).await;
    let mut followed = Followed::begin(&served).await;
    assert_eq!(followed.shows().await, (KioskPhase::Ready, LOOK_EVERY));
    somebody_stands_there(&followed.kiosk);
    for (mood, told) in [
        (Mood::LoginPage, ProblemCode::NotAPortal),
        (Mood::Unavailable, ProblemCode::Busy),
        (Mood::BadGateway, ProblemCode::Unforeseen),
        (Mood::AnotherAddress, ProblemCode::PortalAtAnotherAddress),
    ] {
        becomes(&moody, mood);
        assert_eq!(followed.answers_a_patient().await, Err(told));
        assert_eq!(followed.asks().await, (KioskPhase::Ready, LOOK_EVERY), "{told:?}");
        assert!(followed.kiosk.patient().is_ok(), "{told:?}");
    }
}

#[tokio::test]
async fn a_portal_of_another_mode_is_not_served_with_at_the_start_nor_at_work() {
    let (served, moody) = of_moods(Mood::Serves(practice(Mode::Live, "01632 960 123"))).await;
    let mut followed = Followed::begin(&served).await;
    let other = OUT(OutOfServiceReason::PortalOfAnotherMode);
    assert_eq!(followed.shows().await.0, other);
    becomes(&moody, serves());
    assert_eq!(followed.asks().await.0, KioskPhase::Ready);
    somebody_stands_there(&followed.kiosk);
    becomes(&moody, Mood::Serves(practice(Mode::Trial, "01632 960 123")));
    assert_eq!(followed.asks().await.0, other);
    assert!(followed.kiosk.patient().is_err());
}

#[tokio::test]
async fn what_staff_can_mend_is_told_while_the_kiosk_starts_and_mended_without_another_start() {
    for (mood, reason) in [
        (Mood::NotOpened, OutOfServiceReason::TestLinkNotOpened),
        (Mood::AnotherAddress, OutOfServiceReason::PortalAtAnotherAddress),
        (Mood::LoginPage, OutOfServiceReason::NotAPortal),
    ] {
        let (served, moody) = of_moods(mood).await;
        let mut followed = Followed::begin(&served).await;
        assert_eq!(followed.shows().await.0, OUT(reason));
        assert_eq!(followed.asks().await.0, OUT(reason));
        becomes(&moody, serves());
        assert_eq!(followed.asks().await, (KioskPhase::Ready, LOOK_EVERY));
    }
    let elsewhere = Served::portal_of("https://register.example").await;
    let mut followed = Followed::begin(&elsewhere).await;
    assert_eq!(followed.shows().await.0, OUT(OutOfServiceReason::PortalAtAnotherAddress));
    for mood in [Mood::Unavailable, Mood::BadGateway] {
        let (served, _) = of_moods(mood).await;
        let mut followed = Followed::begin(&served).await;
        assert_eq!(followed.shows().await.0, KioskPhase::Starting, "a portal that starts says so, too");
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_told_while_the_kiosk_starts_and_a_server_without_one() {
    let (served, _) = of_moods(serves()).await;
    let other = Trust::of(Some(&Certificates::make().authority())).await.expect("an authority");
    let connection =
        |at: &Served| Connection::new(at.address(), "Front desk".to_owned(), Zeroizing::new("a".to_owned()));
    let mut followed = Followed::begin_with(other, connection(&served));
    assert_eq!(followed.shows().await.0, OUT(OutOfServiceReason::PortalNotTrusted));
    let in_the_clear = Served::in_the_clear().await;
    let mut followed = Followed::begin(&in_the_clear).await;
    assert_eq!(followed.shows().await.0, OUT(OutOfServiceReason::NotAPortal));
    in_the_clear.stop();
    let mut followed = Followed::begin(&in_the_clear).await;
    assert_eq!(followed.shows().await.0, KioskPhase::Starting, "nobody answers: it may be starting, too");
}

#[tokio::test]
async fn a_kiosk_whose_portal_is_awaited_asks_less_and_less_often_and_at_its_usual_pace_once_it_is_there() {
    let (served, moody) = of_moods(Mood::Unavailable).await;
    let mut followed = Followed::begin(&served).await;
    let mut lengths = vec![followed.shows().await.1];
    for _ in 0..6 {
        lengths.push(followed.asks().await.1);
    }
    for (length, most_s) in lengths.into_iter().zip([1, 2, 4, 8, 15, 15, 15]) {
        let most = Duration::from_secs(most_s);
        assert!(most / 2 <= length && length <= most, "{length:?} for {most:?}");
    }
    becomes(&moody, serves());
    assert_eq!(followed.asks().await, (KioskPhase::Ready, LOOK_EVERY));
}

#[test]
fn a_pause_is_between_half_and_all_of_what_it_may_be_however_long_it_was_in_vain() {
    for (in_vain, most_ms) in [(0, 1000), (1, 2000), (3, 8000), (4, 15_000), (40, 15_000), (u32::MAX, 15_000)]
    {
        assert_eq!(pause_after(in_vain, 0), Duration::from_millis(most_ms) / 2, "{in_vain}");
        assert_eq!(pause_after(in_vain, u32::MAX), Duration::from_millis(most_ms), "{in_vain}");
    }
}

#[test]
fn the_log_says_what_has_changed_and_not_that_nothing_has() {
    let (one, other) = (practice(Mode::Live, "1"), practice(Mode::Live, "2"));
    let silence = Heard::Nothing(ProblemCode::PortalUnreachable);
    assert!(silence.is_news(None));
    assert!(!silence.is_news(Some(&silence.clone())));
    assert!(Heard::Nothing(ProblemCode::PortalSlow).is_news(Some(&silence)));
    let of = |view: &PracticeView| KioskPractice { view: view.clone(), journal_recipient: None };
    assert!(silence.is_news(Some(&Heard::Serves(of(&one)))));
    assert!(!Heard::Serves(of(&other)).is_news(Some(&Heard::Serves(of(&one)))));
    let (link, not_ours) = (OutOfServiceReason::TestLinkNotOpened, OutOfServiceReason::NotAPortal);
    assert!(Heard::CannotBegin(not_ours).is_news(Some(&Heard::CannotBegin(link))));
}

#[tokio::test]
async fn what_the_practice_changes_is_shown_as_soon_as_nobody_stands_at_the_glass() {
    let (served, moody) = of_moods(serves()).await;
    let mut followed = Followed::begin(&served).await;
    let _ = followed.shows().await;
    let kiosk = Arc::clone(&followed.kiosk);
    let phone = || kiosk.status().practice.expect("ready").phone;
    somebody_stands_there(&kiosk);
    becomes(&moody, Mood::Serves(practice(Mode::Sandbox, "01632 960 999")));
    let _ = followed.asks().await;
    assert_eq!(phone(), "01632 960 123", "the patient sees what they saw");
    assert!(kiosk.end().leaving.is_none());
    let _ = followed.asks().await;
    assert_eq!(phone(), "01632 960 999");
}

/// How long it has waited, and what it shows then; it asks no more often than `most` says.
async fn waited_until_ready(followed: &mut Followed, most: u32) -> Option<Duration> {
    let (mut phase, mut length) = followed.shows().await;
    let mut waited = Duration::ZERO;
    for _ in 0..most {
        if phase == KioskPhase::Ready {
            return Some(waited);
        }
        waited += length;
        (phase, length) = followed.asks().await;
    }
    None
}

#[tokio::test]
async fn a_kiosk_that_starts_while_its_portal_is_away_serves_after_a_while_with_what_it_knows() {
    let (served, moody) = of_moods(serves()).await;
    let mut first = Followed::begin(&served).await;
    assert_eq!(first.shows().await, (KioskPhase::Ready, LOOK_EVERY));
    assert_eq!(first.asks().await.0, KioskPhase::Ready);
    becomes(&moody, Mood::BadGateway);

    let mut again = first.starts_again(&served).await;
    let waited = waited_until_ready(&mut again, 9).await.expect("served");
    assert!((20..60).contains(&waited.as_secs()), "{waited:?}");
    let ready = again.kiosk.ready().await.expect("ready");
    assert_eq!(ready.practice.phone, "01632 960 123");
    becomes(&moody, Mood::Serves(practice(Mode::Sandbox, "01632 960 456")));
    assert_eq!(again.asks().await, (KioskPhase::Ready, LOOK_EVERY));
    let ready = again.kiosk.ready().await.expect("ready");
    assert_eq!(ready.practice.phone, "01632 960 456", "what the portal says counts once it speaks");
}

#[tokio::test]
async fn a_kiosk_that_was_refused_or_never_met_its_portal_serves_nobody_without_it() {
    let (served, moody) = of_moods(Mood::BadGateway).await;
    let mut never_met = Followed::begin(&served).await;
    assert_eq!(waited_until_ready(&mut never_met, 9).await, None);

    becomes(&moody, serves());
    let mut met = Followed::begin(&served).await;
    assert_eq!(met.shows().await, (KioskPhase::Ready, LOOK_EVERY));
    becomes(&moody, Mood::Refuses);
    assert_eq!(met.asks().await.0, OUT(OutOfServiceReason::KioskNotAccepted));
    assert_eq!(met.asks().await.0, OUT(OutOfServiceReason::KioskNotAccepted));
    becomes(&moody, Mood::BadGateway);
    let mut again = met.starts_again(&served).await;
    assert_eq!(waited_until_ready(&mut again, 9).await, None);
}

#[tokio::test]
async fn a_portal_that_said_why_it_serves_nobody_is_not_done_without_when_it_falls_silent() {
    let (served, moody) = of_moods(serves()).await;
    let mut met = Followed::begin(&served).await;
    assert_eq!(met.shows().await, (KioskPhase::Ready, LOOK_EVERY));
    assert_eq!(met.asks().await.0, KioskPhase::Ready);
    becomes(&moody, Mood::NotOpened);
    let mut again = met.starts_again(&served).await;
    let reason = OUT(OutOfServiceReason::TestLinkNotOpened);
    assert_eq!(again.shows().await.0, reason);
    becomes(&moody, Mood::BadGateway);
    for _ in 0..9 {
        assert_eq!(again.asks().await.0, reason);
    }
    becomes(&moody, serves());
    assert_eq!(again.asks().await.0, KioskPhase::Ready);
}
