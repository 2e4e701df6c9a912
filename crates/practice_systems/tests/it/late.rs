//! Requests that a system works on when we have given them up and ask again.

use practice_systems::{Created, Situation, Updated};
use test_support::practice_systems::{Failure, FakeDentally, FakeFhir, FakeOpenDental, Late};

use crate::desk::{Desk, Practice, new_jo};

const EITHER: [Late; 2] = [Late::BeforeTheRepeat, Late::AfterTheRepeat];

async fn a_late_change_changes_nothing_more<P: Practice>(looks: impl Fn(&mut P)) {
    for late in EITHER {
        let desk = Desk::<P>::open().await;
        let jo = desk.jo().await;
        desk.fake.fail_next_change(Failure::DoneLate(late));
        assert_eq!(desk.update(&jo).await, Err(Situation::Unclear { retry_at: desk.after(60) }));
        assert_eq!(desk.contact(&jo).0, "07700 900999", "nothing is done yet");
        let updated = desk.update(&jo).await.expect("an outcome");
        let is_held = matches!(updated, Updated::Confirmed { .. } | Updated::AlreadyHeld { .. });
        assert!(is_held, "{late:?}: {updated:?}");
        assert_eq!((desk.fake.held(), desk.fake.worked_on_late().len()), (0, 1), "{late:?}");
        assert_eq!(desk.contact(&jo).1, "Jo.OBrien@Example.com");
        assert_eq!(desk.fake.with(|practice| practice.count()), 1);
        desk.fake.with(&looks);
    }
}

#[tokio::test]
async fn a_change_that_dentally_works_on_late_changes_nothing_more() {
    a_late_change_changes_nothing_more::<FakeDentally>(|_| {}).await;
}

#[tokio::test]
async fn a_change_that_open_dental_works_on_late_changes_nothing_more() {
    a_late_change_changes_nothing_more::<FakeOpenDental>(|_| {}).await;
}

#[tokio::test]
async fn a_change_that_a_fhir_server_works_on_late_changes_nothing_more() {
    a_late_change_changes_nothing_more::<FakeFhir>(|server| {
        assert_eq!(server.patients["p00001"]["meta"]["versionId"], "2", "one of the two was refused");
        assert_eq!(server.provenances.len(), 1, "and its Provenance with it");
    })
    .await;
}

/// What the record holds once it was asked again, and how many there are.
async fn made_late<P: Practice>(late: Late) -> (Created, Desk<P>) {
    let desk = Desk::<P>::open().await;
    desk.fake.fail_next_new(Failure::DoneLate(late));
    let lost = desk.system.create(&new_jo(desk.now())).await;
    assert_eq!(lost, Err(Situation::Unclear { retry_at: desk.after(60) }));
    let again = desk.system.create(&new_jo(desk.now())).await.expect("an outcome");
    assert_eq!((desk.fake.held(), desk.fake.worked_on_late().len()), (0, 1));
    (again, desk)
}

#[tokio::test]
async fn a_record_that_a_fhir_server_makes_late_is_made_once() {
    for late in EITHER {
        let (again, desk) = made_late::<FakeFhir>(late).await;
        let is_there = matches!(again, Created::Confirmed { .. } | Created::AlreadyThere { .. });
        assert!(is_there, "{late:?}: {again:?}");
        // Its second Provenance is of the same registration, and says the same.
        assert_eq!(desk.fake.with(|server| (server.count(), server.provenances.len())), (1, 2), "{late:?}");
    }
}

/// They have no key for it: docs/practice-systems.md says so.
#[tokio::test]
async fn a_record_that_a_system_without_a_key_makes_late_is_there_twice() {
    for late in EITHER {
        let (_, desk) = made_late::<FakeDentally>(late).await;
        assert_eq!(desk.fake.with(|practice| practice.count()), 2, "{late:?}");
        let (_, desk) = made_late::<FakeOpenDental>(late).await;
        assert_eq!(desk.fake.with(|practice| practice.count()), 2, "{late:?}");
    }
}
