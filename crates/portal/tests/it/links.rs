//! Behind the emailed link: looking changes nothing, and nobody gets in without the password or the phone.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use chrono::TimeDelta;
use portal::{HashCost, LinkPage, PageRefused, PracticeSettings};
use registration::flow::{State, StateName, figures::LinkLifetime};
use store::OutboxKind;
use tokio::time::timeout;

use crate::desk::{
    Desk, HOST, MASTER, PASSWORD, jo, other_than, person, practice, registration_id, settings,
};

/// Comparing takes a tenth of a second; a machine that is busy has a minute.
const PATIENCE: Duration = Duration::from_mins(1);

async fn page(desk: &Desk, token: &str) -> String {
    let page = desk.portal.link_page(token).await.expect("readable");
    format!("{page:?}").split('(').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn scanners_may_look_as_often_as_they_like() {
    let desk = Desk::open().await;
    let id = desk.linked(&jo()).await;
    let token = desk.token_of(&jo());
    let before = desk.stored(&id).await;
    for method in
        [Method::HEAD, Method::OPTIONS, Method::GET].iter().chain(std::iter::repeat_n(&Method::GET, 20))
    {
        let request = Request::builder()
            .method(method)
            .uri(format!("/l/{token}"))
            .header(header::HOST, HOST)
            .header(header::USER_AGENT, "Mozilla/5.0 (compatible; SafeLinks)")
            .body(Body::empty())
            .expect("a request");
        let reply = desk.send(request).await;
        assert!(reply.headers.get(header::SET_COOKIE).is_none());
        let text = String::from_utf8_lossy(&reply.bytes).to_lowercase();
        for personal in ["brien", "900123", "jo.obrien", "1985"] {
            assert!(!text.contains(personal), "{personal}");
        }
    }
    let after = desk.stored(&id).await;
    assert_eq!((before.version, before.state.name()), (after.version, after.state.name()));
    for _ in 0..10 {
        let empty = desk.portal.open_link(&token, "").await;
        assert!(matches!(empty, Err(PageRefused::Field(_))), "an empty field is no try: {empty:?}");
    }
    desk.portal.open_link(&token, PASSWORD).await.expect("the patient still gets in");
}

#[tokio::test]
async fn a_right_password_spends_no_try_however_often_the_patient_comes_back() {
    let desk = Desk::open().await;
    let id = desk.linked(&jo()).await;
    let token = desk.token_of(&jo());
    for visit in 1..=7 {
        let wrong = desk.portal.open_link(&token, "not the password").await;
        assert!(
            matches!(wrong, Err(PageRefused::PasswordWrong { tries_left: 4 })),
            "visit {visit}: {wrong:?}"
        );
        desk.portal.open_link(&token, PASSWORD).await.expect("the patient comes back to the terms");
    }
    assert_eq!(desk.stored(&id).await.state.name(), StateName::AwaitingTerms);
}

#[tokio::test]
async fn five_wrong_passwords_lock_the_registration() {
    let desk = Desk::open().await;
    let id = desk.linked(&jo()).await;
    let token = desk.token_of(&jo());
    for left in [4, 3, 2, 1] {
        let wrong = desk.portal.open_link(&token, "not the password").await;
        assert!(
            matches!(wrong, Err(PageRefused::PasswordWrong { tries_left }) if tries_left == left),
            "{wrong:?}"
        );
    }
    let last = desk.portal.open_link(&token, "not the password").await;
    assert!(matches!(last, Err(PageRefused::LinkDead(LinkPage::Locked))), "{last:?}");
    assert_eq!(desk.state(&id).await, "locked");
    let right = desk.portal.open_link(&token, PASSWORD).await;
    assert!(matches!(right, Err(PageRefused::LinkDead(LinkPage::Locked))), "{right:?}");
}

#[tokio::test]
async fn the_password_of_another_and_the_link_of_another_do_not_go_together() {
    let desk = Desk::open().await;
    desk.linked(&jo()).await;
    let other = desk.proven(&person(3)).await;
    desk.set_password(&other, "nine slow geese wander").await.ok();
    desk.portal.settle().await;
    let wrong = desk.portal.open_link(&desk.token_of(&jo()), "nine slow geese wander").await;
    assert!(matches!(wrong, Err(PageRefused::PasswordWrong { .. })), "{wrong:?}");
}

#[tokio::test]
async fn a_link_expires_after_three_days_whether_or_not_a_worker_has_looked() {
    let desk = Desk::open().await;
    desk.linked(&jo()).await;
    let token = desk.token_of(&jo());
    desk.pass(TimeDelta::hours(72));
    assert_eq!(page(&desk, &token).await, "Expired");
    let late = desk.portal.open_link(&token, PASSWORD).await;
    assert!(matches!(late, Err(PageRefused::LinkDead(LinkPage::Expired))), "{late:?}");
    desk.portal.settle().await;
    assert_eq!(page(&desk, &token).await, "Expired");
    desk.pass(TimeDelta::days(-2));
    assert_eq!(page(&desk, &token).await, "Expired", "a clock stepped back revives nothing");
}

#[tokio::test]
async fn a_practice_that_wants_links_of_an_hour_gets_them_without_a_reminder() {
    let mut desk = Desk::open().await;
    let hasty = PracticeSettings { link_lifetime: LinkLifetime::hours(1), ..settings() };
    desk.portal = desk.beside(&MASTER, hasty, Arc::new(desk.email.clone()));
    let id = desk.linked(&jo()).await;
    let first = desk.token_of(&jo());
    desk.pass(TimeDelta::minutes(59));
    assert_eq!(page(&desk, &first).await, "AskPassword");
    desk.portal.send_resume_code("07700 900123").await.expect("sent");
    desk.portal.settle().await;
    let proof = desk.portal.check_resume_code("07700 900123", &desk.code_of(&jo())).await.expect("right");
    desk.portal.send_new_link(&proof.fresh, registration_id(&id), None).await.expect("sent");
    desk.portal.settle().await;
    let second = desk.token_of(&jo());
    desk.pass(TimeDelta::minutes(59));
    assert_eq!(page(&desk, &second).await, "AskPassword", "each link has an hour of its own");
    desk.pass(TimeDelta::minutes(1));
    assert_eq!(page(&desk, &second).await, "Expired");
    let promises = desk.store.promises_of(practice(), registration_id(&id)).await.expect("readable");
    assert!(promises.iter().all(|promise| promise.kind != OutboxKind::LinkReminder), "{promises:?}");
}

#[tokio::test]
async fn no_character_of_a_token_can_be_changed() {
    let desk = Desk::open().await;
    desk.linked(&jo()).await;
    let token = desk.token_of(&jo());
    for at in 0..token.len() {
        let mut altered = token.clone().into_bytes();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).expect("ASCII");
        assert_eq!(page(&desk, &altered).await, "Unknown", "character {at}");
    }
    assert_eq!(page(&desk, &token).await, "AskPassword");
}

#[tokio::test]
async fn a_used_link_stays_used_and_the_terms_may_be_answered_later() {
    let desk = Desk::open().await;
    let id = desk.linked(&jo()).await;
    let token = desk.token_of(&jo());
    desk.portal.open_link(&token, PASSWORD).await.expect("right");
    assert_eq!(
        page(&desk, &token).await,
        "AskPassword",
        "until the terms are answered it brings the patient back"
    );
    desk.pass(TimeDelta::hours(20));
    desk.portal.open_link(&token, PASSWORD).await.expect("right");
    desk.portal.accept_terms(registration_id(&id), portal::documents::TERMS.version).await.expect("accepted");
    assert_eq!(page(&desk, &token).await, "Used");
    let again = desk.portal.open_link(&token, PASSWORD).await;
    assert!(matches!(again, Err(PageRefused::LinkDead(LinkPage::Used))), "{again:?}");
}

#[tokio::test]
async fn a_stranger_who_reads_a_link_without_a_password_gets_nowhere() {
    let desk = Desk::open().await;
    let id = desk.proven(&jo()).await;
    desk.act(&id, "leave").await.ok();
    desk.portal.settle().await;
    let token = desk.token_of(&jo());
    let before = desk.stored(&id).await;
    let guess = desk.portal.open_link(&token, "any password at all").await;
    assert!(matches!(guess, Err(PageRefused::LinkDead(LinkPage::AskFreshCode(_)))), "{guess:?}");
    desk.portal.send_link_code(&token).await.expect("to the patient's phone, not to the stranger's");
    desk.portal.settle().await;
    let code = desk.code_of(&jo());
    let wrong = desk.portal.check_link_code(&token, &other_than(&code)).await;
    assert!(matches!(wrong, Err(PageRefused::CodeWrong)), "{wrong:?}");

    let stranger = desk.confirmed(&person(66)).await;
    let own = desk
        .portal
        .check_code_from_phone("07700900066", &desk.code_of(&person(66)))
        .await
        .expect("their own");
    let borrowed = desk.portal.set_password_by_link(&token, &own.fresh, PASSWORD).await;
    assert!(matches!(borrowed, Err(PageRefused::NotInThisState)), "{borrowed:?}");
    drop(stranger);
    assert_eq!(desk.stored(&id).await.version, before.version);
    assert_eq!(desk.stored(&id).await.state.name(), StateName::AwaitingLink);
}

#[tokio::test]
async fn a_code_for_one_purpose_is_none_for_another() {
    let desk = Desk::open().await;
    let id = desk.proven(&jo()).await;
    desk.act(&id, "leave").await.ok();
    desk.portal.settle().await;
    let token = desk.token_of(&jo());
    desk.pass(TimeDelta::minutes(2));
    desk.portal.send_link_code(&token).await.expect("sent");
    desk.portal.settle().await;
    let for_the_link = desk.code_of(&jo());
    let resumed = desk.portal.check_resume_code("07700 900123", &for_the_link).await;
    assert!(matches!(resumed, Err(PageRefused::CodeWrong)), "{resumed:?}");
    desk.portal.check_link_code(&token, &for_the_link).await.expect("its own purpose");
}

#[tokio::test]
async fn links_are_made_of_the_configured_origin_whatever_a_request_says() {
    let desk = Desk::open().await;
    let id = desk.proven(&jo()).await;
    let path = format!("/registrations/{id}/password");
    let request = desk
        .request(Method::POST, &path, Some("one"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-forwarded-host", "evil.test")
        .header("x-forwarded-proto", "https")
        .header(header::FORWARDED, "host=evil.test;proto=https")
        .header(header::ORIGIN, "https://evil.test")
        .header(header::REFERER, "https://evil.test/")
        .body(Body::from(serde_json::json!({ "password": PASSWORD }).to_string()))
        .expect("a request");
    assert_eq!(desk.send(request).await.status, StatusCode::OK);
    desk.portal.settle().await;
    let emails = desk.email.sent();
    let text = format!("{}{}", emails[0].text, emails[0].html);
    assert!(!text.contains("evil"));
    assert_eq!(text.matches("http://portal.test/l/").count(), 4, "once in the text, three times in the HTML");
}

/// Tries on the link.
async fn tries(desk: &Desk, id: &str) -> u8 {
    match desk.stored(id).await.state {
        State::AwaitingLink { link, .. } => link.tries_used,
        other => panic!("{:?}", other.name()),
    }
}

/// The fifth try, whose sender is gone as soon as it is counted; then the state it leads to.
async fn fifth_try_cut_off(desk: &Desk, id: &str, typed: &str) -> StateName {
    let token = desk.token_of(&jo());
    for _ in 0..4 {
        desk.portal.open_link(&token, "four wrong passwords").await.expect_err("wrong");
    }
    let counted = async {
        while tries(desk, id).await < 5 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        () = counted => {}
        answered = desk.portal.open_link(&token, typed) => panic!("answered before it was cut off: {answered:?}"),
    }
    let over = async {
        loop {
            let state = desk.stored(id).await.state.name();
            if state != StateName::AwaitingLink {
                return state;
            }
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, over).await.expect("it is compared and kept")
}

/// Where comparing takes as long as in a practice, so that there is time to cut it off.
async fn desk_with_real_hashes() -> Desk {
    let mut desk = Desk::open().await;
    let settings = PracticeSettings { hash_cost: HashCost::standard(), ..settings() };
    desk.portal = desk.beside(&MASTER, settings, Arc::new(desk.email.clone()));
    desk
}

#[tokio::test]
async fn a_right_password_whose_sender_loses_the_network_has_not_spent_the_last_try() {
    let desk = desk_with_real_hashes().await;
    let id = desk.linked(&jo()).await;
    assert_eq!(fifth_try_cut_off(&desk, &id, PASSWORD).await, StateName::AwaitingTerms);
    desk.portal.open_link(&desk.token_of(&jo()), PASSWORD).await.expect("opened again");
}

#[tokio::test]
async fn a_wrong_password_counts_whether_or_not_its_sender_waits_for_the_answer() {
    let desk = desk_with_real_hashes().await;
    let id = desk.linked(&jo()).await;
    assert_eq!(fifth_try_cut_off(&desk, &id, "a fifth wrong one").await, StateName::Locked);
}
