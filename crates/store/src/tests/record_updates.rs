//! What became of the changes that registrations earned: seen by staff, taken back, compared with the record.

use registration::{flow::Registration, time::Timestamp, values::details::Details};
use rstest::rstest;
use test_support::people;

use super::{
    fixture::{Database, Kind, OURS, Postgres, Sqlite, THEIRS, at, patient_id, registered},
    patients::{import, patient, phone, proofs},
};
use crate::{
    ChangesWaiting, ContactField, ContactPoint, ContactUndo, ContactUpdate, NewContact, RecordUpdateState,
    StoreError, UpdateTrouble,
};

async fn write(database: &Database, registered: &Registration, version: i64, when: Timestamp) {
    let (mobile, email) = proofs(registered);
    let update = ContactUpdate {
        practice: OURS,
        patient: patient_id(1),
        expected_version: version,
        mobile,
        email: Some(email),
        registration: registered.id,
        at: when,
    };
    let mut tx = database.store.begin(OURS).await.expect("begun");
    assert!(tx.apply_contact_update(&update).await.expect("answered"));
    let confirmed = RecordUpdateState::Confirmed { version: version + 1 };
    tx.keep_record_update(OURS, registered.id, Some(patient_id(1)), confirmed, when).await.expect("kept");
    tx.commit().await.expect("committed");
}

async fn undo(database: &Database, registered: &Registration, version: i64, when: Timestamp) -> bool {
    let undo = ContactUndo {
        practice: OURS,
        patient: patient_id(1),
        expected_version: version,
        registration: registered.id,
        at: when,
    };
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let undone = tx.undo_contact_update(&undo).await.expect("answered");
    if undone {
        tx.keep_record_update_undone(OURS, registered.id, version, when).await.expect("kept");
    }
    tx.commit().await.expect("committed");
    undone
}

async fn state(database: &Database, registered: &Registration) -> RecordUpdateState {
    database.store.record_update(OURS, registered.id).await.expect("read").expect("there").state
}

async fn present(database: &Database) -> Vec<ContactPoint> {
    database.store.patient(OURS, patient_id(1)).await.expect("read").expect("a record").contacts
}

fn values(contacts: &[ContactPoint]) -> Vec<(ContactField, &str, bool)> {
    contacts.iter().map(|it| (it.field, it.value.as_str(), it.verified.is_some())).collect()
}

#[rstest]
#[tokio::test]
async fn an_undone_update_leaves_the_record_as_it_was_and_both_values_in_the_history(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let mobile = phone(ContactField::Mobile, "07700 900999");
    import(&database, &[patient(1, 1, vec![phone(ContactField::Home, "0161 496 0018"), mobile])]).await;
    let before = present(&database).await;
    let registered = registered(&database, 7, people::numbered(1), at(50)).await;
    write(&database, &registered, 1, at(100)).await;
    assert!(undo(&database, &registered, 2, at(200)).await);

    assert_eq!(values(&present(&database).await), values(&before), "the field that was empty is empty again");
    let history = database.store.patient_contact_history(OURS, patient_id(1)).await.expect("read");
    let mobiles: Vec<_> = history
        .iter()
        .filter(|it| it.field == ContactField::Mobile)
        .map(|it| (it.value.as_str(), it.created_at, it.replaced_at))
        .collect();
    let expected = [
        ("07700 900999", at(0), Some(at(100))),
        ("+447700900001", at(100), Some(at(200))),
        ("07700 900999", at(200), None),
    ];
    assert_eq!(mobiles, expected);
    assert_eq!(state(&database, &registered).await, RecordUpdateState::Undone { version: 2 });
    assert!(!undo(&database, &registered, 2, at(300)).await, "once");
}

#[rstest]
#[tokio::test]
async fn what_somebody_wrote_after_the_update_is_not_undone(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, vec![phone(ContactField::Mobile, "07700 900999")])]).await;
    let first = registered(&database, 7, people::numbered(1), at(50)).await;
    let second = registered(&database, 8, people::numbered(2), at(60)).await;
    write(&database, &first, 1, at(100)).await;
    write(&database, &second, 2, at(150)).await;
    let newest = present(&database).await;
    assert!(!undo(&database, &first, 2, at(200)).await);
    assert!(present(&database).await == newest);
    assert_eq!(state(&database, &first).await, RecordUpdateState::Confirmed { version: 2 });

    assert!(undo(&database, &second, 3, at(300)).await);
    let mobile = present(&database).await.into_iter().find(|it| it.field == ContactField::Mobile);
    let mobile = mobile.expect("the first one's");
    assert_eq!((mobile.value.as_str(), mobile.verified), ("+447700900001", Some((at(50), first.id))));
}

#[rstest]
#[tokio::test]
async fn a_change_that_is_over_stays_as_it_ended(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, Vec::new())]).await;
    let registered = registered(&database, 7, people::numbered(1), at(50)).await;
    let keep = async |state, when| {
        let mut tx = database.store.begin(OURS).await.expect("begun");
        let kept = tx.keep_record_update(OURS, registered.id, Some(patient_id(1)), state, when).await;
        tx.commit().await.expect("committed");
        kept
    };
    keep(RecordUpdateState::Waiting, at(60)).await.expect("kept");
    let waiting = database.store.changes_for_staff(OURS, at(60), 10).await.expect("read");
    assert_eq!(waiting.len(), 1, "what has waited too long is shown");
    assert!(database.store.changes_for_staff(OURS, at(0), 10).await.expect("read").is_empty());
    let needs_staff = RecordUpdateState::NeedsStaff(UpdateTrouble::NotWritten);
    keep(needs_staff, at(70)).await.expect("kept");
    let late = keep(RecordUpdateState::Confirmed { version: 2 }, at(80)).await;
    assert!(matches!(late, Err(StoreError::Conflict)));
    assert_eq!(state(&database, &registered).await, needs_staff);

    let listed = database.store.changes_for_staff(OURS, at(0), 10).await.expect("read");
    let listed: Vec<_> = listed.into_iter().map(|it| it.update).collect();
    assert_eq!(listed, database.store.record_updates(OURS, 10).await.expect("read"));
    assert_eq!(
        listed.iter().map(|it| (it.created_at, it.changed_at)).collect::<Vec<_>>(),
        [(at(60), at(70))]
    );
    assert!(database.store.record_updates(THEIRS, 10).await.expect("read").is_empty());
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let undone = tx.keep_record_update_undone(OURS, registered.id, 2, at(90)).await;
    assert!(matches!(undone, Err(StoreError::Conflict)));
}

#[rstest]
#[tokio::test]
async fn a_record_that_no_longer_holds_what_was_written_is_found_and_found_again_when_it_does(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let contacts = vec![phone(ContactField::Mobile, "07700 900999"), NewContact::email("old@example.com")];
    import(&database, &[patient(1, 1, contacts)]).await;
    let first = registered(&database, 7, people::numbered(1), at(50)).await;
    write(&database, &first, 1, at(100)).await;
    let look = async |when| database.store.look_for_differences(OURS, at(0), when).await.expect("looked");
    let differing = async || {
        let found = database.store.changes_that_differ(OURS, 10).await.expect("read");
        found.iter().map(|it| (it.update.registration, it.update.differs_since)).collect::<Vec<_>>()
    };
    assert_eq!(look(at(110)).await, 0);

    // Reception overtypes the mobile behind our back.
    database
        .tamper("UPDATE patient_contact_points SET comparable = '+447700900777' WHERE replaced_at IS NULL AND field = 'mobile'")
        .await;
    // The proof still stands in the history; what is held is another number.
    database
        .tamper(
            "INSERT INTO patient_contact_points (practice_id, patient_id, field, position, value, comparable, verified_at,
                verified_by_registration, created_at, replaced_at)
             SELECT practice_id, patient_id, field, 9, '+447700900001', '+447700900001', verified_at,
                verified_by_registration, created_at, created_at
             FROM patient_contact_points WHERE replaced_at IS NULL AND field = 'mobile'",
        )
        .await;
    database
        .tamper(
            "UPDATE patient_contact_points SET verified_at = NULL, verified_by_registration = NULL
             WHERE replaced_at IS NULL AND field = 'mobile'",
        )
        .await;
    let too_old = database.store.look_for_differences(OURS, at(100), at(119)).await.expect("looked");
    assert_eq!(too_old, 0, "it was written before that time");
    assert_eq!(look(at(120)).await, 1);
    assert_eq!(look(at(130)).await, 0, "marked once, since then");
    assert_eq!(differing().await, [(first.id, Some(at(120)))]);
    assert_eq!(database.store.look_for_differences(THEIRS, at(0), at(131)).await.expect("looked"), 0);

    // They type the proven one again.
    database
        .tamper(
            "UPDATE patient_contact_points SET comparable = '+447700900001' WHERE replaced_at IS NULL AND field = 'mobile'",
        )
        .await;
    assert_eq!(look(at(140)).await, 0);
    assert!(differing().await.is_empty());

    // A later registration's values are no difference.
    let second = registered(&database, 8, people::numbered(2), at(150)).await;
    write(&database, &second, 2, at(160)).await;
    assert_eq!(look(at(170)).await, 0);
}

#[rstest]
#[tokio::test]
async fn a_change_is_overtaken_by_what_the_same_person_proved_later(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, vec![phone(ContactField::Mobile, "07700 900999")])]).await;
    let first = registered(&database, 7, people::numbered(1), at(50)).await;
    let keep = async |of: &Registration, state, when| {
        let mut tx = database.store.begin(OURS).await.expect("begun");
        tx.keep_record_update(OURS, of.id, None, state, when).await.expect("kept");
        tx.commit().await.expect("committed");
    };
    keep(&first, RecordUpdateState::NeedsStaff(UpdateTrouble::NotWritten), at(60)).await;
    let overtaken = async || {
        let listed = database.store.changes_for_staff(OURS, at(0), 10).await.expect("read");
        let of_first = listed.iter().find(|it| it.update.registration == first.id).expect("listed");
        of_first.seen(true).expect("a concern").overtaken
    };
    let another = registered(&database, 8, people::numbered(2), at(70)).await;
    keep(&another, RecordUpdateState::Waiting, at(70)).await;
    assert!(!overtaken().await, "by somebody else");
    let same_contacts = registered(&database, 9, people::numbered(1), at(80)).await;
    keep(&same_contacts, RecordUpdateState::AlreadyHeld, at(80)).await;
    assert!(!overtaken().await, "by the same contact points");
    let details = people::numbered(1);
    let with_new_mobile = Details { mobile: people::numbered(3).mobile, ..details };
    let later = registered(&database, 10, with_new_mobile, at(90)).await;
    assert!(!overtaken().await, "no change of the record follows from it");
    keep(&later, RecordUpdateState::Waiting, at(90)).await;
    assert!(overtaken().await);
}

#[rstest]
#[tokio::test]
async fn only_a_difference_that_is_still_there_is_left_to_staff(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, vec![phone(ContactField::Mobile, "07700 900999")])]).await;
    let first = registered(&database, 7, people::numbered(1), at(50)).await;
    write(&database, &first, 1, at(100)).await;
    let leave = async || {
        let mut tx = database.store.begin(OURS).await.expect("begun");
        tx.leave_differing_update_to_staff(OURS, first.id, at(200)).await?;
        tx.commit().await
    };
    assert!(matches!(leave().await, Err(StoreError::Conflict)), "it agrees");
    let second = registered(&database, 8, people::numbered(2), at(110)).await;
    let (mobile, email) = proofs(&second);
    let update = ContactUpdate {
        practice: OURS,
        patient: patient_id(1),
        expected_version: 2,
        mobile,
        email: Some(email),
        registration: second.id,
        at: at(120),
    };
    let mut tx = database.store.begin(OURS).await.expect("begun");
    assert!(tx.apply_contact_update(&update).await.expect("answered"));
    tx.commit().await.expect("committed");
    assert_eq!(database.store.look_for_differences(OURS, at(0), at(130)).await.expect("looked"), 1);
    leave().await.expect("left");
    let needs_staff = RecordUpdateState::NeedsStaff(UpdateTrouble::RecordChanged);
    assert_eq!(state(&database, &first).await, needs_staff);
    assert!(matches!(leave().await, Err(StoreError::Conflict)), "once");
    let counted = database.store.count_changes_waiting(OURS, at(0)).await.expect("counted");
    assert_eq!((counted.for_staff, counted.on_their_way, counted.by_hand, counted.lost), (1, 0, 0, 0));
    let theirs = database.store.count_changes_waiting(THEIRS, at(0)).await.expect("counted");
    assert_eq!(theirs, ChangesWaiting::default());
}
