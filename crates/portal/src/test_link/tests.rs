//! A live portal, which no program can start yet: its parts are put together here without the checks of a start.

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header},
};
use chrono::TimeDelta;
use kiosk_api::{BASE_PATH, IDEMPOTENCY_KEY_HEADER};
use registration::ids::PracticeId;
use serde_json::{Value, json};
use store::{Policy, Stamp, Store};
use tempfile::TempDir;
use test_support::{
    MockClock, people,
    rng::seeded,
    senders::{RecordingEmail, RecordingSms},
};
use tower::ServiceExt as _;
use uuid::Uuid;

use super::*;
use crate::{AccessLogKept, HashCost, KioskCredential, Parts, PortalKeys, PracticeSettings, SharedRng};

const MASTER: [u8; 32] = [3; 32];

pub(crate) struct Live {
    _folder: TempDir,
    pub(crate) portal: Portal,
    clock: Arc<MockClock>,
    credential: KioskCredential,
}

impl Live {
    pub(crate) async fn open() -> Self {
        let folder = TempDir::new().expect("a folder");
        let database = PortalKeys::database_key(&MASTER);
        let store = Store::open_sqlite(&folder.path().join("live.db"), &database, Stamp::Sandbox).await;
        let clock = Arc::new(MockClock::default());
        let settings = PracticeSettings {
            practice: PracticeId(Uuid::from_u128(7)),
            name: "Elm Street Practice".to_owned(),
            phone: "020 7946 0018".to_owned(),
            public_origin: "https://portal.test".to_owned(),
            mode: Mode::Sandbox,
            access_log_kept: AccessLogKept::default(),
            match_policy: Policy::Strict,
            mobile_policy: people::policy(),
            time_zone: chrono_tz::Tz::Europe__London,
            link_lifetime: registration::flow::figures::LinkLifetime::default(),
            hash_cost: HashCost::floor(),
        };
        let sandbox = Portal::new(Parts {
            records: crate::Records::Own,
            store: store.expect("opens"),
            clock: clock.clone(),
            rng: SharedRng::new(seeded(1)),
            sms: Arc::new(RecordingSms::default()),
            email: Arc::new(RecordingEmail::default()),
            keys: PortalKeys::derive(&MASTER),
            settings: settings.clone(),
        })
        .expect("parts that belong together");
        assert!(
            sandbox.takes_registrations().await.expect("looked"),
            "a sandbox needs no phone from outside"
        );
        let settings = Arc::new(PracticeSettings { mode: Mode::Live, ..settings });
        let portal = Portal { settings, ..sandbox };
        let credential = portal.enrol_kiosk("Front desk").await.expect("enrolled");
        Self { _folder: folder, portal, clock, credential }
    }

    /// The same portal after its operator gave it another address.
    fn moved(&self, origin: &str) -> Portal {
        let settings =
            PracticeSettings { public_origin: origin.to_owned(), ..(*self.portal.settings).clone() };
        Portal { settings: Arc::new(settings), ..self.portal.clone() }
    }

    async fn ask(&self, portal: &Portal, method: Method, path: &str, body: &Value) -> (StatusCode, String) {
        let host = portal.settings.public_origin.trim_start_matches("https://");
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, host)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.credential.expose()))
            .header(header::CONTENT_TYPE, "application/json")
            .header(IDEMPOTENCY_KEY_HEADER, "once")
            .body(Body::from(body.to_string()))
            .expect("a request");
        let response = portal.router().oneshot(request).await.expect("the router never fails");
        let status = response.status();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, String::from_utf8(bytes.to_vec()).expect("UTF-8"))
    }

    /// What a kiosk is answered that asks whose portal this is, and one that begins a registration.
    async fn kiosk(&self, portal: &Portal) -> [StatusCode; 2] {
        let confirmed = json!({
            "details": {
                "given_name": "Jo",
                "family_name": "Rivers",
                "date_of_birth": { "day": "7", "month": "3", "year": "1985" },
                "email": "jo@example.com",
                "mobile": "07700 900123",
            },
            "language": "en-GB",
        });
        let asked = [
            self.ask(portal, Method::GET, &format!("{BASE_PATH}/practice"), &json!({})).await,
            self.ask(portal, Method::POST, &format!("{BASE_PATH}/registrations"), &confirmed).await,
        ];
        asked.map(|(status, body)| {
            assert!(status.is_success() || body.contains("out_of_service"), "{body}");
            status
        })
    }

    async fn page(&self, method: Method, path: &str) -> StatusCode {
        self.ask(&self.portal, method, path, &json!({})).await.0
    }

    async fn link(&self) -> String {
        let link = self.portal.make_test_link().await.expect("made");
        assert_eq!(format!("{link:?}"), "TestLink");
        link.address().strip_prefix("https://portal.test").expect("on the public origin").to_owned()
    }
}

const REFUSED: [StatusCode; 2] = [StatusCode::SERVICE_UNAVAILABLE; 2];
const SERVED: [StatusCode; 2] = [StatusCode::OK, StatusCode::CREATED];

#[tokio::test]
async fn a_live_portal_serves_kiosks_once_the_button_of_a_test_link_was_pressed_and_not_for_a_look() {
    let live = Live::open().await;
    assert_eq!(live.kiosk(&live.portal).await, REFUSED);
    let path = live.link().await;
    for method in [Method::GET, Method::HEAD, Method::GET] {
        assert_eq!(live.page(method, &path).await, StatusCode::OK);
    }
    assert_eq!(live.kiosk(&live.portal).await, REFUSED, "whoever only looks changes nothing");
    assert_eq!(live.page(Method::POST, &path).await, StatusCode::OK);
    assert_eq!(live.kiosk(&live.portal).await, SERVED);
    assert_eq!(live.portal.test_link_opened_at().await.expect("looked"), Some(live.portal.now()));
}

#[tokio::test]
async fn a_portal_that_moves_to_another_origin_has_to_be_reached_there() {
    let live = Live::open().await;
    let path = live.link().await;
    let moved = live.moved("https://moved.test");
    let (status, _) = live.ask(&moved, Method::POST, &path, &json!({})).await;
    assert_eq!(status, StatusCode::GONE, "the link was made for another origin");
    assert_eq!(live.page(Method::POST, &path).await, StatusCode::OK);
    assert_eq!(live.kiosk(&live.portal).await, SERVED);
    assert_eq!(live.kiosk(&moved).await, REFUSED);
}

#[tokio::test]
async fn a_link_that_is_old_or_replaced_or_was_never_made_proves_nothing() {
    let live = Live::open().await;
    let replaced = live.link().await;
    let old = live.link().await;
    for dead in [&replaced, "/test/x", &format!("/test/{}", "A".repeat(43))] {
        assert_eq!(live.page(Method::GET, dead).await, StatusCode::GONE, "{dead}");
        assert_eq!(live.page(Method::POST, dead).await, StatusCode::GONE, "{dead}");
    }
    live.clock.advance(TimeDelta::hours(24));
    assert_eq!(live.page(Method::POST, &old).await, StatusCode::GONE);
    assert_eq!(live.kiosk(&live.portal).await, REFUSED);
}
