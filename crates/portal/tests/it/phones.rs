//! Beginning with a number, on a phone that may be anybody's.

use std::sync::Arc;

use chrono::TimeDelta;
use portal::{PageRefused, PracticeSettings, passes::Pass};
use registration::{
    flow::{Registration, State, StateName},
    ids::PracticeId,
};
use serde_json::json;
use uuid::Uuid;

use crate::desk::{Desk, MASTER, MOBILE, PASSWORD, jo, jo_with, other_than, person, practice, settings};

fn told<T: std::fmt::Debug>(answer: &Result<T, PageRefused>) -> String {
    format!("{answer:?}")
}

#[tokio::test]
async fn a_known_and_an_unknown_number_are_answered_alike() {
    let desk = Desk::open().await;
    desk.linked(&jo()).await;
    desk.pass(TimeDelta::hours(1));
    for _ in 0..8 {
        let known = desk.portal.send_resume_code("07700 900123").await;
        let unknown = desk.portal.send_resume_code("07700 900777").await;
        assert_eq!(told(&known), told(&unknown));
    }
    for code in ["", "12345", "000000", "000000"] {
        let known = desk.portal.check_resume_code("07700 900123", code).await;
        let unknown = desk.portal.check_resume_code("07700 900777", code).await;
        assert_eq!(told(&known), told(&unknown), "{code}");
    }
    for typed in ["", "020 7946 0018", "999"] {
        assert!(matches!(desk.portal.send_resume_code(typed).await, Err(PageRefused::Field(_))), "{typed}");
    }
    desk.portal.settle().await;
    assert!(
        desk.sms.newest_to("+447700900777").is_none(),
        "nothing is sent to a number that has nothing open"
    );
}

#[tokio::test]
async fn a_resume_code_lets_the_patient_correct_the_email_and_get_a_new_link() {
    let desk = Desk::open().await;
    let mistyped = jo_with(&json!({ "email": "jo@exmaple.org" }));
    let id = desk.linked(&mistyped).await;
    let old = desk.token_of(&mistyped);
    desk.pass(TimeDelta::minutes(5));
    desk.portal.send_resume_code("07700 900123").await.expect("sent");
    desk.portal.settle().await;
    let proof = desk.portal.check_resume_code("07700 900123", &desk.code_of(&jo())).await.expect("right");

    let sealed = desk.portal.seal_pass(&proof.pass());
    let proof = desk.portal.open_pass(&sealed).and_then(|pass| pass.fresh_code()).expect("a proof");
    desk.pass(TimeDelta::minutes(1));
    let registration = crate::desk::registration_id(&id);
    let bad = desk.portal.send_new_link(&proof, registration, Some("jo@")).await.expect_err("no address");
    assert!(matches!(bad, PageRefused::Field(_)), "{bad:?}");
    desk.portal.send_new_link(&proof, registration, Some("jo@example.org")).await.expect("sent");
    desk.portal.settle().await;
    let new = desk.email.newest_token_to("jo@example.org");
    assert!(matches!(desk.portal.open_link(&old, PASSWORD).await, Err(PageRefused::LinkDead(_))));
    let opened = desk.portal.open_link(&new, PASSWORD).await.expect("the password set at the kiosk");
    assert_eq!(opened.details.email.expect("an address").as_str(), "jo@example.org");
}

#[tokio::test]
async fn a_resume_code_works_once_and_dies_of_age_and_of_five_tries() {
    let desk = Desk::open().await;
    desk.linked(&jo()).await;
    desk.pass(TimeDelta::hours(1));
    desk.portal.send_resume_code("07700 900123").await.expect("sent");
    desk.portal.settle().await;
    let code = desk.code_of(&jo());
    desk.portal.check_resume_code("07700 900123", &code).await.expect("right");
    let again = desk.portal.check_resume_code("07700 900123", &code).await;
    assert!(matches!(again, Err(PageRefused::CodeWrong)), "{again:?}");

    desk.pass(TimeDelta::minutes(2));
    desk.portal.send_resume_code("07700 900123").await.expect("sent");
    desk.portal.settle().await;
    let code = desk.code_of(&jo());
    desk.pass(TimeDelta::minutes(10));
    let old = desk.portal.check_resume_code("07700 900123", &code).await;
    assert!(matches!(old, Err(PageRefused::CodeWrong)), "{old:?}");

    desk.pass(TimeDelta::days(1));
    desk.portal.send_resume_code("07700 900123").await.expect("sent");
    desk.portal.settle().await;
    let code = desk.code_of(&jo());
    for _ in 0..4 {
        desk.portal.check_resume_code("07700 900123", &other_than(&code)).await.expect_err("wrong");
    }
    let late = desk.portal.check_resume_code("07700 900123", &code).await;
    assert!(matches!(late, Err(PageRefused::CodeWrong)), "this entrance leaves the fifth try: {late:?}");
    let refused = desk.portal.check_resume_code("07700 900123", &code).await;
    assert!(matches!(refused, Err(PageRefused::TriesUsedUp)), "and takes five a day: {refused:?}");
}

/// What two numbers are told at each of `times` tries and asks.
async fn told_at_each_step(desk: &Desk, mobile: &str, times: usize) -> Vec<String> {
    let mut seen = Vec::new();
    for _ in 0..times {
        seen.push(told(&desk.portal.check_code_from_phone(mobile, "000000").await));
        seen.push(told(&desk.portal.send_resume_code(mobile).await));
    }
    seen
}

#[tokio::test]
async fn whoever_was_at_the_kiosk_today_is_told_what_a_stranger_is_at_every_step() {
    let desk = Desk::open().await;
    desk.registered(&jo()).await;
    desk.linked(&person(9)).await;
    desk.confirmed(&person(8)).await;
    let nobody = told_at_each_step(&desk, "07700 900777", 12).await;
    assert!(nobody.iter().any(|answer| answer.contains("TriesUsedUp")), "the last answers are refusals");
    let others =
        [("registered", "07700 900123"), ("with a link", "07700 900009"), ("with a code", "07700 900008")];
    for (who, mobile) in others {
        assert_eq!(told_at_each_step(&desk, mobile, 12).await, nobody, "{who}");
    }
}

#[tokio::test]
async fn strangers_who_type_a_number_cannot_keep_its_holder_from_registering_at_the_kiosk() {
    let desk = Desk::open().await;
    told_at_each_step(&desk, "07700 900123", 20).await;
    let id = desk.confirmed(&jo()).await;
    told_at_each_step(&desk, "07700 900123", 20).await;
    desk.check(&id, &desk.code_of(&jo())).await.ok();
    assert_eq!(desk.state(&id).await, "awaiting_password");
}

#[tokio::test]
async fn strangers_who_type_a_number_while_its_code_is_live_leave_its_holder_a_try() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    let code = desk.code_of(&jo());
    for _ in 0..20 {
        desk.portal.check_code_from_phone("07700 900123", &other_than(&code)).await.expect_err("wrong");
    }
    desk.check(&id, &code).await.ok();
}

#[tokio::test]
async fn however_many_registrations_a_number_has_open_few_guesses_are_compared_in_a_day() {
    let desk = Desk::open().await;
    for n in 1..=6 {
        desk.confirmed(&jo_with(&json!({ "given_name": format!("Jo{}", "o".repeat(n)) }))).await;
    }
    for guess in 0..20 {
        desk.portal.check_code_from_phone("07700 900123", &format!("{guess:06}")).await.expect_err("wrong");
    }
    let open = desk.store.open_registrations_of(practice(), MOBILE).await.expect("read");
    assert_eq!(open.len(), 6);
    let compared = |registration: &Registration| match &registration.state {
        State::AwaitingCode { code } => u32::from(code.tries_used),
        other => panic!("{}", other.name().as_str()),
    };
    assert_eq!(open.iter().map(compared).sum::<u32>(), 6);
}

#[tokio::test]
async fn of_sixteen_who_ask_for_a_link_code_at_once_one_is_sent_one() {
    let desk = Desk::open().await;
    let id = desk.proven(&jo()).await;
    desk.act(&id, "leave").await.ok();
    desk.portal.settle().await;
    let token = desk.token_of(&jo());
    let before = desk.sms.sent().len();
    let asks = (0..16).map(|_| desk.portal.send_link_code(&token));
    let sent = futures::future::join_all(asks).await.into_iter().flatten().count();
    assert_eq!(sent, 1);
    desk.portal.settle().await;
    assert_eq!(desk.sms.sent().len() - before, 1);
}

#[tokio::test]
async fn asking_again_at_once_sends_nothing_more_and_says_nothing() {
    let desk = Desk::open().await;
    desk.linked(&jo()).await;
    desk.pass(TimeDelta::hours(1));
    for _ in 0..3 {
        desk.portal.send_resume_code("07700 900123").await.expect("neutral");
    }
    desk.portal.settle().await;
    assert_eq!(
        desk.sms.sent().iter().filter(|sms| sms.to.e164() == MOBILE).count(),
        2,
        "the first code and one more"
    );
}

#[tokio::test]
async fn where_the_first_code_is_awaited_it_is_sent_again() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    desk.pass(TimeDelta::minutes(2));
    desk.portal.send_resume_code("07700 900123").await.expect("sent");
    desk.portal.settle().await;
    let proof = desk.portal.check_resume_code("07700 900123", &desk.code_of(&jo())).await.expect("right");
    assert_eq!(proof.registration.state.name(), StateName::AwaitingPassword);
    assert_eq!(desk.state(&id).await, "awaiting_password");
}

#[tokio::test]
async fn a_proof_speaks_for_its_own_registration_and_not_for_ever() {
    let desk = Desk::open().await;
    desk.confirmed(&jo()).await;
    let other = desk.proven(&crate::desk::person(9)).await;
    let proof = desk.portal.check_code_from_phone("07700900123", &desk.code_of(&jo())).await.expect("right");
    let other = crate::desk::registration_id(&other);
    let refused = desk.portal.set_password_from_phone(&proof.fresh, other, PASSWORD).await;
    assert!(matches!(refused, Err(PageRefused::NotInThisState)), "{refused:?}");

    let sealed = desk.portal.seal_pass(&proof.pass());
    desk.pass(TimeDelta::minutes(15));
    assert_eq!(desk.portal.open_pass(&sealed), None, "fifteen minutes");
    let refused = desk.portal.set_password_from_phone(&proof.fresh, proof.registration.id, PASSWORD).await;
    assert!(matches!(refused, Err(PageRefused::NotInThisState)), "{refused:?}");
}

#[tokio::test]
async fn one_proof_does_not_address_mailbox_after_mailbox() {
    let desk = Desk::open().await;
    let id = crate::desk::registration_id(&desk.linked(&jo()).await);
    desk.pass(TimeDelta::hours(1));
    desk.portal.send_resume_code("07700 900123").await.expect("sent");
    desk.portal.settle().await;
    let proof = desk.portal.check_resume_code("07700 900123", &desk.code_of(&jo())).await.expect("right");
    let mut sent = 0;
    for n in 0..20 {
        let address = format!("victim{n}@example.com");
        sent += usize::from(desk.portal.send_new_link(&proof.fresh, id, Some(&address)).await.is_ok());
    }
    assert_eq!(sent, 5, "six sends in ten minutes, one of them the code");
}

#[tokio::test]
async fn no_byte_of_a_pass_can_be_changed_and_a_pass_of_one_purpose_is_none_of_another() {
    let desk = Desk::open().await;
    let sealed = desk.portal.seal_pass(&Pass::ResumeMobile { mobile: "07700 900123".to_owned() });
    for at in 0..sealed.len() {
        let mut altered = sealed.clone().into_bytes();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).expect("ASCII");
        assert_eq!(desk.portal.open_pass(&altered), None, "byte {at}");
    }
    for forged in ["", "AAAA", "%%%", &"A".repeat(100_000)] {
        assert_eq!(desk.portal.open_pass(forged), None);
    }
    let pass = desk.portal.open_pass(&sealed).expect("its own");
    assert!(pass.fresh_code().is_none());
    desk.pass(TimeDelta::minutes(30));
    assert_eq!(desk.portal.open_pass(&sealed), None, "half an hour");
}

#[tokio::test]
async fn a_pass_of_another_practice_under_the_same_master_key_is_none() {
    let desk = Desk::open().await;
    let other = PracticeSettings { practice: PracticeId(Uuid::from_u128(77)), ..settings() };
    let other = desk.beside(&MASTER, other, Arc::new(desk.email.clone()));
    let pass = Pass::ResumeMobile { mobile: "07700 900123".to_owned() };
    let (ours, theirs) = (desk.portal.seal_pass(&pass), other.seal_pass(&pass));
    assert_eq!((desk.portal.open_pass(&ours), other.open_pass(&theirs)), (Some(pass.clone()), Some(pass)));
    assert_eq!((desk.portal.open_pass(&theirs), other.open_pass(&ours)), (None, None));
}
