//! What every system's failures come to.

use practice_systems::{Fault, PatientRecord, Situation, Updated, Waiting};
use test_support::{
    MockClock,
    practice_systems::{Failure, FakeDentally, FakeFhir, FakeOpenDental},
};

use crate::{
    contract::holds_for,
    desk::{Desk, Practice, new_jo, sought_jo, timing},
};

holds_for!(
    a_lost_answer_is_looked_for_and_nothing_is_sent_twice,
    an_error_after_the_work_is_looked_for_and_nothing_is_sent_twice,
    a_system_that_is_down_is_asked_again_and_written_once,
    a_second_look_that_cannot_be_had_is_had_later,
    somebody_elses_change_in_the_same_moment_is_for_staff,
    a_system_that_says_when_is_left_alone_until_then,
    a_system_that_does_not_say_when_is_asked_again_in_a_minute,
    half_an_answer_is_no_answer,
    an_answer_that_is_not_json_is_not_understood,
    somebody_elses_record_is_no_answer,
    the_key_does_not_follow_a_redirect,
    values_that_the_system_refuses_are_entered_by_hand,
    nothing_personal_is_in_an_error,
);

async fn a_lost_answer_is_looked_for_and_nothing_is_sent_twice<P: Practice>(desk: Desk<P>) {
    written_once_after(desk, Failure::DoneThenCut).await;
}

async fn an_error_after_the_work_is_looked_for_and_nothing_is_sent_twice<P: Practice>(desk: Desk<P>) {
    written_once_after(desk, Failure::DoneThenStatus(500)).await;
}

/// The system does what it was asked and does not say so.
async fn written_once_after<P: Practice>(desk: Desk<P>, failure: Failure) {
    let jo = desk.jo().await;
    desk.fake.fail_next_write(failure);
    assert_eq!(desk.update(&jo).await, Err(Situation::Unclear { retry_at: desk.after(60) }));
    let again = desk.update(&jo).await.expect("an outcome");
    assert!(matches!(again, Updated::AlreadyHeld { .. }), "{again:?}");
    assert_eq!(desk.writes(), 1);
}

async fn a_system_that_is_down_is_asked_again_and_written_once<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    desk.fake.fail_next_write(Failure::Status(503));
    let down = Situation::NotNow { retry_at: desk.after(60), why: Waiting::InTrouble };
    assert_eq!(desk.update(&jo).await, Err(down));
    assert_eq!(desk.contact(&jo).0, "07700 900999");
    let again = desk.update(&jo).await.expect("an outcome");
    assert!(matches!(again, Updated::Confirmed { .. }), "{again:?}");
}

async fn a_second_look_that_cannot_be_had_is_had_later<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    // Between the write and the second look the allowance ends.
    desk.fake.fail_after_next_write(Failure::TooManyRequests(Some(("retry-after", "30"))));
    let updated = desk.update(&jo).await.expect("an outcome");
    let Updated::Sent { before, confirm_at } = updated else { panic!("sent, not {updated:?}") };
    assert_eq!((*before, confirm_at), (jo.clone(), desk.after(31)));
    desk.clock.set(confirm_at);
    let again = desk.update(&jo).await.expect("an outcome");
    assert!(matches!(again, Updated::AlreadyHeld { .. }), "{again:?}");
    assert_eq!(desk.writes(), 1);
}

async fn somebody_elses_change_in_the_same_moment_is_for_staff<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    let id = jo.id.clone();
    desk.fake.after_next_write(move |practice| practice.correct_mobile(&id, "07700 900555"));
    let updated = desk.update(&jo).await.expect("an outcome");
    let Updated::NotKept { now, .. } = updated else { panic!("not kept, not {updated:?}") };
    assert_eq!(now.phones().next(), Some("+447700900555"));
}

async fn a_system_that_says_when_is_left_alone_until_then<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    desk.fake.fail_next([Failure::TooManyRequests(Some(("retry-after", "30")))]);
    let retry_at = desk.after(31);
    let too_often = Situation::NotNow { retry_at, why: Waiting::AskedTooOften };
    assert_eq!(desk.system.read(&jo.id).await, Err(too_often));
    let asked = desk.fake.seen().len();
    let closed = Situation::NotNow { retry_at, why: Waiting::AllowanceUsed };
    assert_eq!(desk.system.read(&jo.id).await, Err(closed));
    assert_eq!(desk.fake.seen().len(), asked, "nobody asked before");
    desk.clock.set(retry_at);
    assert_eq!(desk.system.read(&jo.id).await, Ok(Some(jo)));
}

async fn a_system_that_does_not_say_when_is_asked_again_in_a_minute<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    desk.fake.fail_next([Failure::TooManyRequests(None)]);
    let too_often = Situation::NotNow { retry_at: desk.after(60), why: Waiting::AskedTooOften };
    assert_eq!(desk.system.read(&jo.id).await, Err(too_often));
}

async fn half_an_answer_is_no_answer<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    desk.fake.fail_next([Failure::Cut]);
    let cut = Situation::NotNow { retry_at: desk.after(60), why: Waiting::Unreachable };
    assert_eq!(desk.system.read(&jo.id).await, Err(cut));
}

async fn an_answer_that_is_not_json_is_not_understood<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    let strange = Err(Situation::NotUnderstood { status: 200 });
    for failure in [Failure::NotJson, Failure::Twice, Failure::ContentType("text/html"), Failure::Endless(5)]
    {
        let said = format!("{failure:?}");
        desk.fake.fail_next([failure]);
        assert_eq!(desk.system.read(&jo.id).await, strange, "{said}");
    }
}

async fn somebody_elses_record_is_no_answer<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    desk.fake.fail_next([Failure::Instead(P::somebody_else())]);
    assert_eq!(desk.system.read(&jo.id).await, Err(Situation::NotUnderstood { status: 200 }));
    desk.fake.fail_next([Failure::Instead(P::somebody_else())]);
    assert_eq!(desk.update(&jo).await, Err(Situation::NotUnderstood { status: 200 }));
    assert_eq!(desk.writes(), 0);
}

async fn the_key_does_not_follow_a_redirect<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    let elsewhere = P::open().await;
    desk.fake.fail_next([Failure::Redirect(elsewhere.origin())]);
    assert_eq!(desk.system.read(&jo.id).await, Err(Situation::Misconfigured(Fault::Redirected)));
    assert!(elsewhere.seen().is_empty(), "nobody asked there");
}

async fn values_that_the_system_refuses_are_entered_by_hand<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    desk.fake.fail_next_write(Failure::Status(422));
    let refused = desk.update(&jo).await.expect_err("refused");
    assert_eq!((refused, refused.retry_at()), (Situation::Refused { status: 422 }, None));
    assert_eq!(desk.contact(&jo).0, "07700 900999");
}

async fn nothing_personal_is_in_an_error<P: Practice>(desk: Desk<P>) {
    let jo = desk.jo().await;
    for failure in [
        Failure::Cut,
        Failure::NotJson,
        Failure::Status(500),
        Failure::Status(422),
        Failure::Redirect("http://127.0.0.1/?name=Brien".into()),
    ] {
        desk.fake.fail_next([failure.clone(), failure.clone(), failure]);
        let errors = [
            desk.system.find_candidates(&sought_jo()).await.expect_err("it fails"),
            desk.system.create(&new_jo(desk.now())).await.expect_err("it fails"),
            desk.update(&jo).await.expect_err("it fails"),
        ];
        for error in errors {
            let said = format!("{error:?} {error} {}", error.advice()).to_lowercase();
            assert!(!["brien", "900123", "1985", "key="].iter().any(|word| said.contains(word)), "{said}");
        }
    }
}

/// Time stands unless everybody waits, and then it jumps to the end of the shortest wait.
async fn too_slow<P: Practice>() {
    let desk = Desk::<P>::open().await;
    let jo = desk.jo().await;
    tokio::time::pause();
    desk.fake.fail_next([Failure::NeverAnswers]);
    let slow = Situation::NotNow { retry_at: desk.after(60), why: Waiting::TooSlow };
    assert_eq!(desk.system.read(&jo.id).await, Err(slow));
    desk.fake.fail_next_write(Failure::NeverAnswers);
    assert_eq!(unclear_or_slow(&desk, &jo).await, desk.after(60));
    assert_eq!(desk.contact(&jo).0, "07700 900999");
}

/// Where time jumps, the first look can be the slow one.
async fn unclear_or_slow<P: Practice>(desk: &Desk<P>, jo: &PatientRecord) -> registration::time::Timestamp {
    match desk.update(jo).await.expect_err("too slow") {
        Situation::Unclear { retry_at } | Situation::NotNow { retry_at, why: Waiting::TooSlow } => retry_at,
        other => panic!("too slow, not {other:?}"),
    }
}

#[tokio::test]
async fn a_dentally_that_never_answers_is_given_up() {
    too_slow::<FakeDentally>().await;
}

#[tokio::test]
async fn an_open_dental_that_never_answers_is_given_up() {
    too_slow::<FakeOpenDental>().await;
}

#[tokio::test]
async fn a_fhir_server_that_never_answers_is_given_up() {
    too_slow::<FakeFhir>().await;
}

#[tokio::test]
async fn a_system_that_is_not_there_cannot_be_reached() {
    let origin = {
        let fake = FakeDentally::open().await;
        fake.origin()
    };
    let clock = std::sync::Arc::new(MockClock::default());
    let limiter = std::sync::Arc::new(practice_systems::Limiter::new(practice_systems::dentally::BUDGET));
    tokio::task::yield_now().await;
    let system = FakeDentally::system(&origin, limiter, timing(&clock)).expect("a system");
    let error = system.check().await.expect_err("nobody there");
    assert!(matches!(error, Situation::NotNow { why: Waiting::Unreachable, .. }), "{error:?}");
}
