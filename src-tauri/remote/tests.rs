//! A portal behind real TLS, and the kiosk that joins it.

mod handing_over;
mod server;

use std::sync::atomic::{AtomicBool, Ordering};

use axum::{
    Json, Router,
    http::StatusCode as Status,
    response::{IntoResponse as _, Redirect},
    routing::{get, post},
};
use clap::Parser as _;
use kiosk_api::{
    details::{TypedDate, TypedDetails},
    kiosk::{KioskPhase, PracticeView},
    registration::{ConfirmDetails, RegistrationState},
};
use machine::SystemClock;
use test_support::rng::seeded;

use self::server::{Certificates, Served};
use super::*;
use crate::config::Config;

async fn joined(served: &Served, trust: &Trust, code: &EnrolmentCode) -> Result<Connection, ProblemCode> {
    let http = reach::remotely(trust).expect("a client");
    claim(&http, served.address(), code, Mode::Sandbox).await.map_err(|problem| problem.code)
}

fn client(trust: &Trust, connection: &Connection) -> PortalClient {
    let origin = connection.address.origin().to_owned();
    PortalClient::new(reach::remotely(trust).expect("a client"), origin, connection.credential().to_owned())
}

fn jo() -> ConfirmDetails {
    let details = TypedDetails {
        given_name: Some("Jo".to_owned()),
        family_name: "Rivers".to_owned(),
        date_of_birth: TypedDate { day: "7".to_owned(), month: "3".to_owned(), year: "1985".to_owned() },
        email: Some("jo@example.com".to_owned()),
        mobile: "07700 900123".to_owned(),
    };
    ConfirmDetails { details, language: "en-GB".to_owned() }
}

fn practice() -> PracticeView {
    PracticeView {
        name: "Willow Lane".to_owned(),
        phone: "01632 960 123".to_owned(),
        mode: Mode::Sandbox,
        finish_url: "https://register.example/f".to_owned(),
        privacy_notice: String::new(),
        privacy_notice_is_draft: true,
    }
}

fn kiosk() -> Arc<Kiosk> {
    let words = ["vestibule", "--mode", "sandbox", "--portal", "remote"];
    Arc::new(Kiosk::new(Config::try_parse_from(words).expect("a configuration"), SystemClock::start()))
}

/// Looked at again and again, as the window does.
async fn phase(kiosk: &Kiosk, is_it: impl Fn(&KioskPhase) -> bool) -> KioskPhase {
    let looked = async {
        loop {
            let phase = kiosk.status().phase;
            if is_it(&phase) {
                return phase;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), looked).await.expect("it comes")
}

#[tokio::test]
async fn a_code_becomes_a_credential_with_which_patients_register() {
    let served = Served::portal().await;
    let trust = served.trust().await;
    let connection = joined(&served, &trust, &served.code("Front desk").await).await.expect("joined");
    assert_eq!(connection.name, "Front desk");
    let client = client(&trust, &connection);
    assert_eq!(client.practice().await.expect("accepted").view.mode, Mode::Sandbox);
    let view = client.confirm(&jo()).await.expect("begun");
    assert_eq!(view.state, RegistrationState::AwaitingCode);
}

#[tokio::test]
async fn a_code_works_once_and_what_is_none_never_does() {
    let served = Served::portal().await;
    let trust = served.trust().await;
    let code = served.code("Front desk").await;
    joined(&served, &trust, &code).await.expect("joined");
    let refused = Err(ProblemCode::KioskNotAccepted);
    assert_eq!(joined(&served, &trust, &code).await, refused);
    assert_eq!(joined(&served, &trust, &EnrolmentCode::draw(&mut seeded(1))).await, refused);
}

#[tokio::test]
async fn the_pinned_authority_counts_and_no_other_and_a_refused_portal_never_sees_the_code() {
    let served = Served::portal().await;
    let code = served.code("Front desk").await;
    let others = Certificates::make();
    let other = Trust::of(Some(&others.authority())).await.expect("an authority");
    for trust in [Trust::System, other] {
        assert_eq!(joined(&served, &trust, &code).await, Err(ProblemCode::PortalNotTrusted));
    }
    let trust = served.trust().await;
    let http = reach::remotely(&trust).expect("a client");
    let by_number = PortalAddress::parse_typed(&format!("127.0.0.1:{}", served.port())).expect("an address");
    let refused = claim(&http, by_number, &code, Mode::Sandbox).await.map_err(|problem| problem.code);
    assert_eq!(refused, Err(ProblemCode::PortalNotTrusted), "the certificate is of another host");
    joined(&served, &trust, &code).await.expect("the code is still unused");
}

#[tokio::test]
async fn a_file_without_a_certificate_is_no_authority() {
    let folder = tempfile::tempdir().expect("a folder");
    let (nowhere, text) = (folder.path().join("none"), folder.path().join("text"));
    tokio::fs::write(&text, "no certificate").await.expect("written");
    assert!(Trust::of(Some(&nowhere)).await.is_err());
    assert!(Trust::of(Some(&text)).await.is_err());
    assert!(matches!(Trust::of(None).await, Ok(Trust::System)));
}

#[tokio::test]
async fn a_portal_of_another_mode_says_so_and_leaves_the_code() {
    let served = Served::portal().await;
    let trust = served.trust().await;
    let (code, http) = (served.code("Front desk").await, reach::remotely(&trust).expect("a client"));
    let refused = claim(&http, served.address(), &code, Mode::Live).await.map_err(|problem| problem.code);
    assert_eq!(refused, Err(ProblemCode::PortalOfAnotherMode));
    joined(&served, &trust, &code).await.expect("the code is still unused");
}

#[tokio::test]
async fn a_portal_that_goes_by_another_address_says_so() {
    let served = Served::portal_of("https://register.example").await;
    let code = served.code("Front desk").await;
    let refused = joined(&served, &served.trust().await, &code).await;
    assert_eq!(refused, Err(ProblemCode::PortalAtAnotherAddress));
}

#[tokio::test]
async fn whoever_else_answers_is_no_portal_and_is_not_followed_elsewhere() {
    let elsewhere = Served::portal().await;
    let code = elsewhere.code("Front desk").await;
    let to = format!("{}{BASE_PATH}/enrolment", elsewhere.address().origin());
    let answers = [
        Router::new(),
        Router::new().fallback(|| async { "welcome to your router" }),
        Router::new().fallback(post(async move || Redirect::temporary(&to))),
    ];
    for router in answers {
        let served = Served::router(router).await;
        assert_eq!(joined(&served, &served.trust().await, &code).await, Err(ProblemCode::NotAPortal));
    }
    let in_the_clear = Served::in_the_clear().await;
    let trust = in_the_clear.trust().await;
    assert_eq!(joined(&in_the_clear, &trust, &code).await, Err(ProblemCode::NotAPortal));
    in_the_clear.stop();
    assert_eq!(joined(&in_the_clear, &trust, &code).await, Err(ProblemCode::PortalUnreachable));
    joined(&elsewhere, &elsewhere.trust().await, &code).await.expect("the code is still unused");
}

#[tokio::test]
async fn a_kiosk_that_is_revoked_at_work_is_out_of_service_and_asks_for_a_code_at_its_next_start() {
    let served = Served::portal().await;
    let trust = served.trust().await;
    let connection = joined(&served, &trust, &served.code("Front desk").await).await.expect("joined");
    let at_work = kiosk();
    follow(&at_work, &trust, connection.clone()).await;
    let ready = at_work.ready().await.expect("ready");
    assert_eq!(ready.practice.mode, Mode::Sandbox);

    served.revoke("Front desk").await;
    let problem = ready.client.practice().await.expect_err("refused");
    assert_eq!(problem.code, ProblemCode::KioskNotAccepted);
    let reason = OutOfServiceReason::KioskNotAccepted;
    phase(&at_work, |phase| *phase == KioskPhase::OutOfService { reason }).await;

    let next = kiosk();
    follow(&next, &trust, connection).await;
    let refused_by = Some(served.address().origin().to_owned());
    assert_eq!(next.status().phase, KioskPhase::NotConnected { refused_by });
    assert!(next.is_unconnected());
}

#[tokio::test]
async fn a_portal_that_no_phone_has_reached_yet_is_asked_until_one_has() {
    let reached = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&reached);
    let asking = get(async move || {
        if !asked.load(Ordering::SeqCst) {
            let refused = Json(Problem::new(ProblemCode::OutOfService));
            return (Status::SERVICE_UNAVAILABLE, refused).into_response();
        }
        Json(practice()).into_response()
    });
    let served = Served::router(Router::new().route(&format!("{BASE_PATH}/practice"), asking)).await;
    let (kiosk, trust) = (kiosk(), served.trust().await);
    let connection =
        Connection::new(served.address(), "Front desk".to_owned(), Zeroizing::new("a".to_owned()));
    let following = Arc::clone(&kiosk);
    let task = tokio::spawn(async move { follow(&following, &trust, connection).await });
    let reason = OutOfServiceReason::TestLinkNotOpened;
    phase(&kiosk, |phase| *phase == KioskPhase::OutOfService { reason }).await;
    reached.store(true, Ordering::SeqCst);
    phase(&kiosk, |phase| *phase == KioskPhase::Ready).await;
    task.await.expect("it came to an end");
}

#[tokio::test]
async fn what_was_typed_is_looked_at_before_anybody_is_asked() {
    let kiosk = kiosk();
    kiosk.awaits_connection(None);
    let both = connect(&kiosk, "http://register.example", "KT49").await.expect_err("refused");
    let field = |field, code| FieldProblem { field, code };
    assert_eq!(
        both,
        Problem::fields(vec![
            field(Field::PortalAddress, FieldProblemCode::AddressNotHttps),
            field(Field::EnrolmentCode, FieldProblemCode::EnrolmentCodeNotWhole),
        ])
    );
    let code = connect(&kiosk, "register.example", " ").await.expect_err("refused");
    assert_eq!(code, Problem::fields(vec![field(Field::EnrolmentCode, FieldProblemCode::Missing)]));
    kiosk.connecting();
    let twice = connect(&kiosk, "register.example", "KT49-QFMD-7CXW").await.expect_err("refused");
    assert_eq!(twice.code, ProblemCode::NotInThisState);
}
