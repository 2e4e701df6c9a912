//! A claim is given back whenever nothing was decided, and only then.

use std::sync::Arc;

use kiosk_api::kiosk::Mode;
use registration::ids::PracticeId;
use store::{Policy, Stamp, Store};
use tempfile::TempDir;
use test_support::{
    MockClock, people,
    rng::seeded,
    senders::{RecordingEmail, RecordingSms},
};
use uuid::Uuid;

use super::*;
use crate::{AccessLogKept, HashCost, Parts, PortalKeys, PracticeSettings, SharedRng};

const MASTER: [u8; 32] = [3; 32];
const ROUTE: &str = "POST /registrations";

struct Kiosk {
    _folder: TempDir,
    portal: Portal,
    caller: Caller,
    key: Key,
}

impl Kiosk {
    async fn enrolled() -> Self {
        let folder = TempDir::new().expect("a folder");
        let database = PortalKeys::database_key(&MASTER);
        let store = Store::open_sqlite(&folder.path().join("once.db"), &database, Stamp::Sandbox).await;
        let portal = Portal::new(Parts {
            records: crate::Records::Own,
            store: store.expect("opens"),
            clock: Arc::new(MockClock::default()),
            rng: SharedRng::new(seeded(1)),
            sms: Arc::new(RecordingSms::default()),
            email: Arc::new(RecordingEmail::default()),
            keys: PortalKeys::derive(&MASTER),
            settings: PracticeSettings {
                practice: PracticeId(Uuid::from_u128(7)),
                name: "Elm Street Practice".to_owned(),
                phone: "020 7946 0018".to_owned(),
                public_origin: "http://portal.test".to_owned(),
                mode: Mode::Sandbox,
                access_log_kept: AccessLogKept::default(),
                match_policy: Policy::Strict,
                mobile_policy: people::policy(),
                time_zone: chrono_tz::Tz::Europe__London,
                link_lifetime: registration::flow::figures::LinkLifetime::default(),
                hash_cost: HashCost::floor(),
            },
        })
        .expect("parts that belong together");
        let credential = portal.enrol_kiosk("Front desk").await.expect("enrolled");
        let hash = <[u8; 32]>::from(<sha2::Sha256 as sha2::Digest>::digest(credential.expose()));
        let kiosk = portal
            .store
            .kiosk_by_credential(portal.practice(), &hash)
            .await
            .expect("readable")
            .expect("enrolled");
        Self { _folder: folder, portal, caller: Caller { kiosk: kiosk.id }, key: Key("one".to_owned()) }
    }

    async fn begin(&self) -> Result<Once<'_>, StatusCode> {
        let begun =
            Once::begin(&self.portal, &self.caller, &self.key, ROUTE, StatusCode::CREATED, &[b"body"]).await;
        begun.map_err(|answer| answer.status)
    }
}

#[tokio::test]
async fn a_request_under_way_is_busy_and_one_that_ended_undecided_may_be_done_again_at_once() {
    let kiosk = Kiosk::enrolled().await;
    let once = kiosk.begin().await.expect("free");
    assert_eq!(kiosk.begin().await.err(), Some(StatusCode::CONFLICT), "under way");
    let undecided = Refusal::Busy { retry_after_s: 5 };
    assert_eq!(once.finish::<()>(Err(undecided)).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(kiosk.begin().await.is_ok());
}

#[tokio::test]
async fn a_refusal_is_an_answer_and_is_given_again() {
    let kiosk = Kiosk::enrolled().await;
    let once = kiosk.begin().await.expect("free");
    assert_eq!(once.finish::<()>(Err(Refusal::NotFound)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(kiosk.begin().await.err(), Some(StatusCode::NOT_FOUND));
}

#[tokio::test]
async fn a_request_that_is_dropped_may_be_done_again_without_waiting_for_its_age() {
    let kiosk = Kiosk::enrolled().await;
    drop(kiosk.begin().await.expect("free"));
    for _ in 0..1000 {
        if kiosk.begin().await.is_ok() {
            return;
        }
    }
    panic!("busy, and no time passes here");
}
