//! What was kept while the portal was away comes to it, whatever happens on the way.

use axum::{Json, http::StatusCode as Status, response::IntoResponse as _};
use kiosk_api::{kiosk::KioskPractice, registration::Confirmation};
use kiosk_journal::{NotBrought, bring as bring_what_lies};
use registration::time::Clock as _;

use super::{following::practice, *};
use crate::{confirming, kiosk::Ready};

/// A kiosk that has joined a portal and been told to whom to seal.
struct AtWork {
    served: Served,
    kiosk: Arc<Kiosk>,
    client: PortalClient,
    recipient: Option<String>,
    /// Its disk.
    _data: TempDir,
}

impl AtWork {
    async fn begin() -> Self {
        let (served, data) = (Served::portal().await, tempfile::tempdir().expect("a folder"));
        let trust = served.trust().await;
        let connection = joined(&served, &trust, &served.code("Front desk").await).await.expect("joined");
        let client = client(&trust, &connection);
        let recipient = client.practice().await.expect("accepted").journal_recipient;
        Self { served, kiosk: kiosk_with(&data), client, recipient, _data: data }
    }
}

async fn bring(kiosk: &Kiosk, client: &PortalClient) -> Result<(), NotBrought> {
    bring_what_lies(&kiosk.journal, client, &kiosk.clock).await
}

async fn keep(kiosk: &Kiosk, client: &PortalClient, recipient: Option<&str>) {
    let key = client.key_of(&jo()).expect("a key");
    kiosk.journal.keep(recipient, &jo(), key, kiosk.clock.now()).await.expect("kept");
}

async fn waiting(kiosk: &Kiosk) -> usize {
    kiosk.journal.waiting().await.expect("read").len()
}

#[tokio::test]
async fn what_was_kept_comes_to_the_portal_once_and_nothing_stays_on_the_kiosk() {
    let AtWork { served, kiosk, client, recipient, _data } = AtWork::begin().await;
    bring(&kiosk, &client).await.expect("nothing to bring");
    keep(&kiosk, &client, recipient.as_deref()).await;
    bring(&kiosk, &client).await.expect("brought");
    assert_eq!(waiting(&kiosk).await, 0);
    assert_eq!(served.journal_entries().await, 1);
    bring(&kiosk, &client).await.expect("nothing new");
    assert_eq!(served.journal_entries().await, 1);
}

#[tokio::test]
async fn a_portal_that_is_away_leaves_everything_where_it_is() {
    let AtWork { served, kiosk, client, recipient, _data } = AtWork::begin().await;
    keep(&kiosk, &client, recipient.as_deref()).await;
    served.stop();
    bring(&kiosk, &client).await.expect_err("nobody is there");
    assert_eq!(waiting(&kiosk).await, 1);
}

#[tokio::test]
async fn a_kiosk_that_was_revoked_hands_over_what_it_kept_once_more() {
    let AtWork { served, kiosk, client, recipient, _data } = AtWork::begin().await;
    keep(&kiosk, &client, recipient.as_deref()).await;
    served.revoke("Front desk").await;
    bring(&kiosk, &client).await.expect("once more");
    assert_eq!((waiting(&kiosk).await, served.journal_entries().await), (0, 1));
}

#[tokio::test]
async fn an_entry_for_another_portal_stays_and_holds_up_nobody() {
    let AtWork { served, kiosk, client, recipient, _data } = AtWork::begin().await;
    let elsewhere = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    keep(&kiosk, &client, Some(elsewhere)).await;
    keep(&kiosk, &client, recipient.as_deref()).await;
    bring(&kiosk, &client).await.expect("brought what it takes");
    assert_eq!((waiting(&kiosk).await, served.journal_entries().await), (1, 1));
}

#[tokio::test]
async fn whoever_confirms_while_nobody_takes_texts_gets_a_reference_at_once() {
    let (data, refused) =
        (tempfile::tempdir().expect("a folder"), Problem::new(ProblemCode::TextsUnavailable));
    let answer = post(async move || (Status::SERVICE_UNAVAILABLE, Json(refused)).into_response());
    let served = Served::router(Router::new().route(&format!("{BASE_PATH}/registrations"), answer)).await;
    let (kiosk, trust) = (kiosk_with(&data), served.trust().await);
    let connection =
        Connection::new(served.address(), "Front desk".to_owned(), Zeroizing::new("a".to_owned()));
    let of_nobody = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p".to_owned();
    let client = Arc::new(client(&trust, &connection));
    let view = practice(Mode::Sandbox, "01632 960 123");
    let ready = Ready::of(client, KioskPractice { view, journal_recipient: Some(of_nobody) });
    let _ = kiosk.begin("en-GB".to_owned()).expect("begun");
    let patient = kiosk.patient().expect("somebody began");
    let confirmed = confirming::confirm(&kiosk, &ready, patient, &jo()).await.expect("kept");
    assert!(matches!(confirmed, Confirmation::Kept { .. }), "{confirmed:?}");
    assert_eq!(waiting(&kiosk).await, 1);
    assert!(kiosk.registration().is_err(), "nothing began");

    let _ = kiosk.end();
    let gone = confirming::confirm(&kiosk, &ready, patient, &jo()).await.expect_err("they have left");
    assert_eq!((gone.code, waiting(&kiosk).await), (ProblemCode::NotInThisState, 1));
}

#[tokio::test]
async fn what_was_kept_before_this_machine_joined_again_is_not_said_to_be_lost() {
    let AtWork { served, kiosk, client: before, recipient, _data } = AtWork::begin().await;
    keep(&kiosk, &before, recipient.as_deref()).await;
    let trust = served.trust().await;
    let connection = joined(&served, &trust, &served.code("Front desk").await).await.expect("joined again");
    kiosk.journal.begin_anew().await.expect("begun");
    bring(&kiosk, &client(&trust, &connection)).await.expect("brought");
    assert_eq!((waiting(&kiosk).await, served.journal_entries().await, served.lost().await), (0, 1, 0));
}
