//! Match keys that are being made.

use matching::empty_key_of;
use portal::{PageRefused, PortalKeys, documents::TERMS};
use test_support::postgres::Cluster;

use crate::{
    desk::{Desk, Home, MASTER, PASSWORD, jo, practice},
    journeys::jos_record,
};

#[tokio::test]
async fn while_the_keys_are_not_made_terms_wait_and_nothing_is_decided_without_them() {
    let desk = Desk::open().await;
    desk.store.import_patients(practice(), &[jos_record()], desk.now()).await.expect("imported");
    desk.linked(&jo()).await;
    let opened = desk.portal.open_link(&desk.token_of(&jo()), PASSWORD).await.expect("right");
    let Home::Cluster { database } = &desk.home else { panic!("not on a server") };
    Cluster::shared().age_match_keys(database, empty_key_of(&PortalKeys::pepper(&MASTER), 1).0);
    let refused = desk.portal.accept_terms(opened.id, TERMS.version).await;
    assert!(matches!(refused, Err(PageRefused::Busy { retry_after_s: 60 })), "{refused:?}");
    assert!(desk.store.match_decisions(practice(), opened.id).await.expect("read").is_empty());

    desk.portal.make_match_keys().await.expect("made");
    desk.portal.accept_terms(opened.id, TERMS.version).await.expect("accepted");
    desk.portal.settle().await;
    assert_eq!(desk.patient_of(opened.id).await, Some(jos_record().id));
}
