//! A whole registration, with everything the program would ever log, searched for whatever is nobody's business.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::TimeDelta;
use messaging::SendFailure;
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    desk::{Desk, EMAIL, PASSWORD, jo, other_than},
    journeys::jos_record,
};

/// Everything that was logged, by any test of this program.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn nothing_personal_or_secret_is_logged_even_when_things_go_wrong() {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(captured.clone())
        .finish();
    // For the whole program: where only one thread listens, `tracing` may ask another thread whether a line is wanted at
    // all, and remember its no (tokio-rs/tracing 3611).
    tracing::subscriber::set_global_default(subscriber).expect("no other test sets it");
    tracing::info!("the log is captured");

    let desk = Desk::open().await;
    desk.store.import_patients(crate::desk::practice(), &[jos_record()], desk.now()).await.expect("imported");
    desk.sms.fail_next([SendFailure::Unavailable]);
    desk.email.fail_next([SendFailure::Unavailable]);
    let id = desk.confirmed(&jo()).await;
    desk.pass(TimeDelta::seconds(2));
    desk.portal.settle().await;
    let code = desk.code_of(&jo());
    desk.check(&id, &other_than(&code)).await.problem();
    desk.check(&id, &code).await.ok();
    desk.set_password(&id, "Jo.OBrien.1985").await.problem();
    desk.set_password(&id, PASSWORD).await.ok();
    desk.portal.settle().await;
    desk.pass(TimeDelta::seconds(2));
    desk.portal.settle().await;
    let token = desk.email.newest_token_to(EMAIL);
    desk.portal.send_resume_code("07700 900123").await.expect("neutral");
    desk.portal.send_resume_code("07700 900777").await.expect("neutral");
    desk.portal.open_link(&token, "a wrong password").await.expect_err("wrong");
    let opened = desk.portal.open_link(&token, PASSWORD).await.expect("right");
    desk.portal.accept_terms(opened.id, portal::documents::TERMS.version).await.expect("accepted");
    desk.portal.settle().await;
    desk.store.clone().close().await;
    assert_eq!(desk.get(&format!("/registrations/{id}")).await.problem(), "unforeseen");

    let log = captured.text();
    assert!(log.contains("the log is captured"));
    assert!(log.contains("not sent"), "failures are logged: {log}");
    assert!(log.contains("unforeseen"), "and causes: {log}");
    let lower = log.to_lowercase();
    for marker in [
        "brien",
        "1985",
        "900123",
        "900777",
        "jo.obrien",
        "example.com",
        "example.org",
        &code,
        &token,
        "otters",
        "wrong password",
        &desk.credential,
    ] {
        assert!(!lower.contains(&marker.to_lowercase()), "{marker} in the log: {log}");
    }
}

#[tokio::test]
async fn an_unforeseen_failure_shows_an_incident_and_no_cause() {
    let desk = Desk::open().await;
    desk.store.clone().close().await;
    let reply = desk.get("/practice").await;
    assert_eq!(reply.status, 500);
    let body = reply.json();
    assert_eq!(body["incident"].as_str().expect("an incident").len(), 8);
    let text = body.to_string().to_lowercase();
    for cause in ["pool", "sqlx", "sqlite", "closed", "database"] {
        assert!(!text.contains(cause), "{text}");
    }
}
