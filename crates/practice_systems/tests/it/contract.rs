//! What every system does for the desk, however it does it.

use practice_systems::{Contact, Created, Fault, Former, NewRecord, Situation, StaffReason, Updated};
use test_support::{
    people,
    practice_systems::{Failure, KeyState},
};

use crate::desk::{Desk, Practice, new_jo, proven, sought_jo};

/// The same tests for each system.
macro_rules! holds_for {
    ($($scenario:ident),+ $(,)?) => {
        $crate::contract::holds_for!(@one dentally, test_support::practice_systems::FakeDentally, $($scenario),+);
        $crate::contract::holds_for!(@one open_dental, test_support::practice_systems::FakeOpenDental, $($scenario),+);
        $crate::contract::holds_for!(@one fhir, test_support::practice_systems::FakeFhir, $($scenario),+);
    };
    (@one $module:ident, $practice:ty, $($scenario:ident),+) => {
        mod $module {
            $(
                #[tokio::test]
                async fn $scenario() {
                    super::$scenario($crate::desk::Desk::<$practice>::open().await).await;
                }
            )+
        }
    };
}
pub(crate) use holds_for;

holds_for!(
    what_was_proven_is_written_and_read_again,
    an_update_that_is_called_twice_is_written_once,
    a_record_that_reception_changed_is_not_overwritten,
    the_newer_record_may_be_judged_and_updated,
    what_the_record_held_already_is_not_written,
    an_update_can_be_undone_to_the_letter,
    a_record_that_is_gone_is_for_staff,
    a_closed_record_is_for_staff,
    somebody_new_is_made_once,
    a_lost_answer_to_making_makes_nobody_twice,
    somebody_whom_the_practice_met_meanwhile_is_judged_again,
    whom_staff_have_said_is_another_person_is_not_met,
    where_no_address_was_proven_the_records_own_stays,
    somebody_new_without_an_address_is_made_once,
    a_candidate_is_found_once,
    a_record_that_nobody_has_is_none,
    a_key_that_works_passes_the_check,
    an_ended_key_is_named_as_such,
    a_key_that_may_only_read_is_named_as_such,
);

async fn what_was_proven_is_written_and_read_again<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    let updated = desk.update(&jo).await.expect("an outcome");
    let Updated::Confirmed { before, now } = updated else { panic!("confirmed, not {updated:?}") };
    assert_eq!(
        before.mobile.as_ref().map(|mobile| &*mobile.value),
        Some("07700 900999"),
        "for undo and notice"
    );
    assert_eq!(now.phones().next(), Some("+447700900123"));
    assert_ne!(now.version, jo.version);
    assert_eq!(desk.writes(), 1);
    let (mobile, email) = desk.contact(&jo);
    assert_eq!(mobile.replace(' ', "").trim_start_matches("+44").trim_start_matches('0'), "7700900123");
    assert_eq!(email, "Jo.OBrien@Example.com");
}

async fn an_update_that_is_called_twice_is_written_once<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    desk.update(&jo).await.expect("an outcome");
    let again = desk.update(&jo).await.expect("an outcome");
    assert!(matches!(again, Updated::AlreadyHeld { .. }), "{again:?}");
    assert_eq!(desk.writes(), 1);
}

async fn a_record_that_reception_changed_is_not_overwritten<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    desk.fake.with(|practice| practice.correct_mobile(&jo.id, "07700 900555"));
    let updated = desk.update(&jo).await.expect("an outcome");
    let Updated::Changed { now } = updated else { panic!("changed, not {updated:?}") };
    assert_eq!(now.phones().next(), Some("+447700900555"));
    assert_eq!(desk.writes(), 0);
    assert_eq!(desk.contact(&jo).0, "07700 900555");
}

async fn the_newer_record_may_be_judged_and_updated<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    desk.fake.with(|practice| practice.edit(&jo.id));
    let updated = desk.update(&jo).await.expect("an outcome");
    let Updated::Changed { now } = updated else { panic!("changed, not {updated:?}") };
    let updated = desk.update(&now).await.expect("an outcome");
    assert!(matches!(updated, Updated::Confirmed { .. }), "{updated:?}");
}

async fn what_the_record_held_already_is_not_written<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    desk.update(&jo).await.expect("an outcome");
    desk.fake.with(|practice| practice.edit(&jo.id));
    let updated = desk.update(&jo).await.expect("an outcome");
    assert!(matches!(updated, Updated::AlreadyHeld { .. }), "another field changed, these hold: {updated:?}");
    assert_eq!(desk.writes(), 1);
}

async fn an_update_can_be_undone_to_the_letter<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    let held = desk.contact(&jo);
    let updated = desk.update(&jo).await.expect("an outcome");
    let Updated::Confirmed { before, now } = updated else { panic!("confirmed, not {updated:?}") };
    let mut undo = proven(&now, desk.now());
    undo.contact = Contact::Restored {
        mobile: Former::of(before.mobile.map(|mobile| mobile.value)),
        email: Former::of(before.email.map(|email| email.value)),
    };
    let undone = desk.system.update_contact(&undo).await.expect("an outcome");
    assert!(matches!(undone, Updated::Confirmed { .. }), "{undone:?}");
    assert_eq!(desk.contact(&jo), held);
}

async fn a_record_that_is_gone_is_for_staff<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    desk.fake.with(|practice| practice.remove(&jo.id));
    assert_eq!(desk.update(&jo).await, Err(Situation::NeedsStaff(StaffReason::RecordGone)));
}

async fn a_closed_record_is_for_staff<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    desk.fake.with(|practice| practice.close(&jo.id));
    assert_eq!(desk.update(&jo).await, Err(Situation::NeedsStaff(StaffReason::RecordClosed)));
    assert_eq!(desk.writes(), 0);
}

async fn somebody_new_is_made_once<P: Practice>(desk: Desk<P>) {
    let created = desk.system.create(&new_jo(desk.now())).await.expect("an outcome");
    let Created::Confirmed { record } = created else { panic!("confirmed, not {created:?}") };
    assert_eq!((&*record.given, &*record.family), ("Jo", "O’Brien-Smith"));
    assert_eq!(record.date_of_birth, Some(people::jo().date_of_birth.date()));
    let again = desk.system.create(&new_jo(desk.now())).await.expect("an outcome");
    assert_eq!(again, Created::AlreadyThere { record });
    assert_eq!((desk.fake.with(|practice| practice.count()), desk.writes()), (1, 1));
}

async fn a_lost_answer_to_making_makes_nobody_twice<P: Practice>(desk: Desk<P>) {
    desk.fake.fail_next_write(Failure::DoneThenCut);
    let lost = desk.system.create(&new_jo(desk.now())).await;
    assert_eq!(lost, Err(Situation::Unclear { retry_at: desk.after(60) }));
    let again = desk.system.create(&new_jo(desk.now())).await.expect("an outcome");
    assert!(matches!(again, Created::AlreadyThere { .. }), "{again:?}");
    assert_eq!((desk.fake.with(|practice| practice.count()), desk.writes()), (1, 1));
}

async fn somebody_whom_the_practice_met_meanwhile_is_judged_again<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    let created = desk.system.create(&new_jo(desk.now())).await.expect("an outcome");
    assert_eq!(created, Created::Met { records: vec![jo] });
    assert_eq!((desk.fake.with(|practice| practice.count()), desk.writes()), (1, 0));
}

async fn a_candidate_is_found_once<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    let found = desk.system.find_candidates(&sought_jo()).await.expect("an answer");
    assert_eq!(found.records, [jo]);
    assert_eq!(found.coverage, desk.system.capabilities().await.expect("known").coverage);
}

async fn whom_staff_have_said_is_another_person_is_not_met<P: Practice>(desk: Desk<P>) {
    let twin = desk.jo().await;
    let mut new = new_jo(desk.now());
    let met = desk.system.create(&new).await.expect("an outcome");
    assert!(matches!(met, Created::Met { .. }), "{met:?}");
    new.other_people = vec![twin.id.clone()];
    let made = desk.system.create(&new).await.expect("an outcome");
    assert!(matches!(made, Created::Confirmed { .. }), "{made:?}");
    assert_eq!((desk.fake.with(|practice| practice.count()), desk.writes()), (2, 1));
}

async fn where_no_address_was_proven_the_records_own_stays<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    let held = desk.contact(&jo).1;
    let mut update = proven(&jo, desk.now());
    if let Contact::Proven { email, .. } = &mut update.contact {
        *email = None;
    }
    let updated = desk.system.update_contact(&update).await.expect("an outcome");
    let Updated::Confirmed { now, .. } = updated else { panic!("confirmed, not {updated:?}") };
    assert_eq!(now.phones().next(), Some("+447700900123"));
    assert_eq!(desk.contact(&jo).1, held);
    let again = desk.system.update_contact(&update).await.expect("an outcome");
    assert!(matches!(again, Updated::AlreadyHeld { .. }), "{again:?}");
    let mobile = Former::Value("07700 900999".into());
    update.read = now.version;
    update.contact = Contact::Restored { mobile, email: Former::Untouched };
    desk.system.update_contact(&update).await.expect("an outcome");
    assert_eq!(desk.contact(&jo), ("07700 900999".to_owned(), held));
}

async fn somebody_new_without_an_address_is_made_once<P: Practice>(desk: Desk<P>) {
    let new = NewRecord { email: None, ..new_jo(desk.now()) };
    let made = desk.system.create(&new).await.expect("an outcome");
    let Created::Confirmed { record } = made else { panic!("made, not {made:?}") };
    assert_eq!((record.phones().next(), record.emails().next()), (Some("+447700900123"), None));
    let again = desk.system.create(&new).await.expect("an outcome");
    assert!(matches!(again, Created::AlreadyThere { .. }), "{again:?}");
    assert_eq!(desk.fake.with(|practice| practice.count()), 1);
}

async fn a_record_that_nobody_has_is_none<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    desk.fake.with(|practice| practice.remove(&jo.id));
    assert_eq!(desk.system.read(&jo.id).await, Ok(None));
}

async fn a_key_that_works_passes_the_check<P: Practice>(desk: Desk<P>) {
    let checked = desk.system.check().await.expect("it works");
    assert_eq!(checked.capabilities, desk.system.capabilities().await.expect("known"));
    assert_eq!(desk.writes(), 0, "a check changes nothing");
}

async fn an_ended_key_is_named_as_such<P: Practice>(desk: Desk<P>) {
    desk.fake.with(|practice| practice.set_key(KeyState::Expired));
    assert_eq!(desk.system.check().await, Err(Situation::Misconfigured(Fault::KeyRefused)));
    assert_eq!(
        desk.system.find_candidates(&sought_jo()).await,
        Err(Situation::Misconfigured(Fault::KeyRefused))
    );
}

async fn a_key_that_may_only_read_is_named_as_such<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    let held = desk.contact(&jo);
    desk.fake.with(|practice| practice.set_key(KeyState::ReadOnly));
    assert_eq!(desk.update(&jo).await, Err(Situation::Misconfigured(P::READ_ONLY)));
    assert_eq!(desk.contact(&jo), held);
}
