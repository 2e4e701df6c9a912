//! Match keys that are not this portal's: of another secret, or being made.

use portal::{PageRefused, PortalKeys, documents::TERMS};
use store::{PostgresLogin, Stamp, Store};
use test_support::postgres::{Cluster, RUN_TIME};

use crate::{
    desk::{Desk, Home, PASSWORD, jo, practice},
    journeys::jos_record,
};

/// Makes the keys anew as a portal of another master key does.
async fn keys_of_another_secret(desk: &Desk) {
    let Home::Cluster { database } = &desk.home else { panic!("not on a server") };
    let login =
        PostgresLogin::parse(&Cluster::shared().address(RUN_TIME, database), None).expect("an address");
    let other = Store::open_postgres(&login, PortalKeys::pepper(&[9; 32]), 2, Stamp::Sandbox).await;
    let made = other.expect("opened").make_match_keys(practice(), desk.now()).await;
    assert_eq!(made.expect("made"), 1);
}

#[tokio::test]
async fn while_the_keys_are_not_made_terms_wait_and_nothing_is_decided_without_them() {
    let desk = Desk::open().await;
    desk.store.import_patients(practice(), &[jos_record()], desk.now()).await.expect("imported");
    desk.linked(&jo()).await;
    let opened = desk.portal.open_link(&desk.token_of(&jo()), PASSWORD).await.expect("right");
    keys_of_another_secret(&desk).await;
    let refused = desk.portal.accept_terms(opened.id, TERMS.version).await;
    assert!(matches!(refused, Err(PageRefused::Busy { retry_after_s: 60 })), "{refused:?}");
    assert!(desk.store.match_decisions(practice(), opened.id).await.expect("read").is_empty());

    desk.portal.make_match_keys().await.expect("made");
    desk.portal.accept_terms(opened.id, TERMS.version).await.expect("accepted");
    desk.portal.settle().await;
    assert_eq!(desk.patient_of(opened.id).await, Some(jos_record().id));
}
