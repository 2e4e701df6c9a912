//! A record that the database will not have written, however often it is tried.

use std::process::Command;

use chrono::TimeDelta;
use store::{OutboxKind, PromiseState, RecordUpdateState, UpdateTrouble};
use test_support::postgres::{Cluster, OWNER};

use crate::{
    desk::{Desk, Home, PASSWORD, jo, person},
    outbox::fate,
    records::{accepted, jos},
};

/// Jo's record refuses every change.
fn poison(desk: &Desk) {
    as_owner(
        desk,
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'poisoned'; END $$;
        CREATE TRIGGER poison BEFORE UPDATE ON patients
        FOR EACH ROW WHEN (NEW.id = '00000000-0000-0000-0000-000000000001') EXECUTE FUNCTION refuse()",
    );
}

fn as_owner(desk: &Desk, sql: &str) {
    let Home::Cluster { database } = &desk.home else { panic!("not on a server") };
    let address = Cluster::shared().address(OWNER, database);
    let ran = Command::new("psql").args([&address, "-v", "ON_ERROR_STOP=1", "-qc", sql]).output();
    let ran = ran.expect("psql is installed with the server");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// As a full disk does: what was there can be changed, and nothing is added.
fn without_room_for_promises(desk: &Desk) {
    as_owner(
        desk,
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE disk_full; END $$;
        CREATE TRIGGER no_room BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION refuse()",
    );
}

fn with_room_again(desk: &Desk) {
    as_owner(desk, "DROP TRIGGER no_room ON outbox; DROP FUNCTION refuse()");
}

/// More than any limit on one person's messages.
const TRIES: usize = 8;

#[tokio::test]
async fn a_text_that_could_not_be_promised_is_not_counted_however_often_it_is_asked_for() {
    let desk = Desk::open().await;
    without_room_for_promises(&desk);
    for _ in 0..TRIES {
        assert_eq!(desk.confirm(&jo()).await.problem(), "unforeseen");
    }
    with_room_again(&desk);
    let id = desk.confirmed(&jo()).await;
    desk.pass(TimeDelta::minutes(2));
    without_room_for_promises(&desk);
    for _ in 0..TRIES {
        assert_eq!(desk.act(&id, "code/send").await.problem(), "unforeseen");
    }
    with_room_again(&desk);
    desk.act(&id, "code/send").await.ok();
    desk.portal.settle().await;
    desk.check(&id, &desk.code_of(&jo())).await.ok();
    assert_eq!(desk.sms.sent().len(), 2);
}

#[tokio::test]
async fn an_email_that_could_not_be_promised_is_not_counted_and_goes_as_soon_as_it_can() {
    let desk = Desk::open().await;
    let id = desk.proven(&jo()).await;
    without_room_for_promises(&desk);
    for _ in 0..TRIES {
        assert_eq!(desk.set_password(&id, PASSWORD).await.problem(), "unforeseen");
    }
    with_room_again(&desk);
    desk.set_password(&id, PASSWORD).await.ok();
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 1, "at once");
}

#[tokio::test]
async fn a_record_that_cannot_be_written_holds_up_nobody_and_is_left_to_staff_after_its_last_try() {
    let desk = Desk::open().await;
    let jo = accepted(&desk).await;
    poison(&desk);
    let sam = desk.registered(&person(1)).await;
    desk.portal.settle().await;
    let sams = desk.portal.record_updates(10).await.expect("readable");
    let state_of = |id| sams.iter().find(|it| it.registration == id).expect("promised").state;
    assert_eq!(state_of(sam.id), RecordUpdateState::Confirmed { version: 1 });
    assert_eq!(state_of(jo.id), RecordUpdateState::Waiting);

    for later_try in 2..=9 {
        desk.pass(TimeDelta::minutes(15));
        desk.portal.settle().await;
        let waiting = desk.portal.record_updates_for_staff(10).await.expect("readable");
        assert!(waiting.is_empty(), "after try {later_try}");
    }
    desk.pass(TimeDelta::minutes(15));
    desk.portal.settle().await;
    let left = desk.portal.record_updates_for_staff(10).await.expect("readable");
    let left: Vec<_> = left.iter().map(|it| (it.registration, it.state)).collect();
    assert_eq!(left, [(jo.id, RecordUpdateState::NeedsStaff(UpdateTrouble::NotWritten))]);
    assert_eq!(fate(&desk, &jo.id.to_string(), OutboxKind::RecordUpdate).await, PromiseState::Failed);
    assert_eq!(jos(&desk).await.version, 1);
    assert_eq!(desk.reviews().await, ["record_not_written"]);
}
