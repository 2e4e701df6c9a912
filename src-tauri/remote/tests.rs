//! A portal behind real TLS, and the kiosk that joins it.

mod following;
mod handing_over;
mod server;

use std::net::TcpListener;

use axum::{Router, response::Redirect, routing::post};
use clap::Parser as _;
use kiosk_api::registration::RegistrationState;
use machine::SystemClock;
use tempfile::TempDir;
use test_support::rng::seeded;

use self::server::{Certificates, Served};
use super::*;
use crate::{client::PortalClient, config::Config, testing::jo};

async fn joined(served: &Served, trust: &Trust, code: &EnrolmentCode) -> Result<Connection, ProblemCode> {
    let http = reach::remotely(trust).expect("a client");
    claim(&http, served.address(), code, Mode::Sandbox).await.map_err(|problem| problem.code)
}

fn client(trust: &Trust, connection: &Connection) -> PortalClient {
    let origin = connection.address.origin().to_owned();
    PortalClient::new(reach::remotely(trust).expect("a client"), origin, connection.credential().to_owned())
}

fn kiosk() -> Arc<Kiosk> {
    let words = ["vestibule", "--mode", "sandbox", "--portal", "remote"];
    Arc::new(Kiosk::new(Config::try_parse_from(words).expect("a configuration"), SystemClock::start()))
}

/// A kiosk with a disk of its own.
fn kiosk_with(data: &TempDir) -> Arc<Kiosk> {
    let folder = data.path().to_str().expect("a path");
    let words = ["vestibule", "--mode", "sandbox", "--portal", "remote", "--data-dir", folder];
    Arc::new(Kiosk::new(Config::try_parse_from(words).expect("a configuration"), SystemClock::start()))
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
async fn a_proxy_of_the_environment_sees_nothing() {
    let proxy = TcpListener::bind("127.0.0.1:0").expect("a socket");
    let address = format!("http://{}", proxy.local_addr().expect("its address"));
    // Variables count for a whole process, so that another one looks.
    let mut other = tokio::process::Command::new(std::env::current_exe().expect("this program"));
    other.args(["--exact", "remote::tests::a_code_becomes_a_credential_with_which_patients_register"]);
    other.env_remove("NO_PROXY").env_remove("no_proxy");
    other.envs(["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].map(|name| (name, &address)));
    let ran = other.output().await.expect("it runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    assert!(String::from_utf8_lossy(&ran.stdout).contains("1 passed"), "the name is that of a test");
    proxy.set_nonblocking(true).expect("a socket that does not wait");
    assert!(proxy.accept().is_err(), "nobody came");
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

#[test]
fn whoever_stands_at_the_glass_chooses_another_portal_only_when_somebody_started_the_kiosk_so() {
    let address = PortalAddress::parse_typed("register.example").expect("an address");
    let kept = Connection::new(address.clone(), "Front desk".to_owned(), Zeroizing::new("a".to_owned()));
    assert_eq!(Beginning::of(Some(kept.clone()), false), Beginning::Follow(kept.clone()));
    assert_eq!(Beginning::of(Some(kept), true), Beginning::Join(Some(address)));
    for join_again in [false, true] {
        assert_eq!(Beginning::of(None, join_again), Beginning::Join(None));
    }
}
