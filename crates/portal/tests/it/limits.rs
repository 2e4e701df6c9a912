//! What cannot be refilled: by asking again, by beginning again, by restarting, by moving the clock.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use chrono::TimeDelta;
use portal::PageRefused;
use serde_json::json;

use crate::desk::{Desk, MOBILE, fresh_key, jo, jo_with, other_than, person};

/// Wrong codes until the day is used up; how many were compared.
async fn guess_until_refused(desk: &Desk, id: &str) -> usize {
    for compared in 0.. {
        let code = desk.code_of(&jo());
        match desk.check(id, &other_than(&code)).await.problem().as_str() {
            "code_wrong" => {}
            "code_tries_used_up" => {
                desk.pass(TimeDelta::minutes(10));
                desk.act(id, "code/send").await.ok();
                desk.portal.settle().await;
                return compared + Box::pin(guess_until_refused(desk, id)).await;
            }
            "number_tries_used_up" => return compared,
            other => panic!("{other}"),
        }
    }
    unreachable!("the loop returns")
}

#[tokio::test]
async fn a_resend_does_not_refill_the_numbers_ten_tries_a_day() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    assert_eq!(guess_until_refused(&desk, &id).await, 10);
    let refused = desk.check(&id, &desk.code_of(&jo())).await;
    assert_eq!(refused.problem(), "number_tries_used_up", "not even the right code is compared");
    assert!(refused.json()["retry_after_s"].as_u64().expect("seconds") > 0);
}

#[tokio::test]
async fn neither_a_new_registration_nor_another_entrance_nor_a_restart_nor_the_clock_refills_them() {
    let mut desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    guess_until_refused(&desk, &id).await;

    let again = desk.confirmed(&jo_with(&json!({ "mobile": "+44 (0)7700 900123" }))).await;
    let code = desk.code_of(&jo());
    assert_eq!(desk.check(&again, &code).await.problem(), "number_tries_used_up", "a new registration");

    let refused = desk.portal.check_code_from_phone("07700900123", &code).await.expect_err("refused");
    assert!(matches!(refused, PageRefused::CodeWrong), "another entrance does not even compare: {refused:?}");
    let refused = desk.portal.check_resume_code("07700900123", &code).await.expect_err("refused");
    assert!(matches!(refused, PageRefused::CodeWrong), "nor does a third: {refused:?}");

    desk.restart().await;
    assert_eq!(desk.check(&again, &code).await.problem(), "number_tries_used_up", "a restart");

    desk.pass(TimeDelta::hours(-1));
    assert_eq!(desk.check(&again, &code).await.problem(), "number_tries_used_up", "a clock stepped back");
    desk.pass(TimeDelta::hours(1));

    let kiosk = desk.portal.enrol_kiosk("Side desk").await.expect("enrolled").expose().to_owned();
    desk.credential = kiosk;
    let third = desk.confirmed(&jo()).await;
    assert_eq!(
        desk.check(&third, &desk.code_of(&jo())).await.problem(),
        "number_tries_used_up",
        "another kiosk"
    );

    desk.pass(TimeDelta::hours(24));
    let tomorrow = desk.confirmed(&jo()).await;
    desk.check(&tomorrow, &desk.code_of(&jo())).await.ok();
}

#[tokio::test]
async fn a_clock_stepped_back_for_years_locks_nobody_out_for_longer_than_a_day() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    guess_until_refused(&desk, &id).await;
    desk.pass(TimeDelta::days(-1000));
    let refused = desk.check(&id, "000000").await;
    assert!(["code_tries_used_up", "number_tries_used_up"].contains(&refused.problem().as_str()));
    desk.pass(TimeDelta::hours(24));
    let later = desk.confirmed(&jo()).await;
    desk.check(&later, &desk.code_of(&jo())).await.ok();
}

#[tokio::test]
async fn resends_keep_their_gaps_and_end_after_four() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    for gap_s in [60, 120, 300, 600] {
        desk.pass(TimeDelta::seconds(gap_s - 1));
        let early = desk.act(&id, "code/send").await;
        assert_eq!(early.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(early.problem(), "resend_too_soon");
        assert_eq!(early.json()["retry_after_s"], 1);
        desk.pass(TimeDelta::seconds(1));
        desk.act(&id, "code/send").await.ok();
    }
    desk.portal.settle().await;
    desk.pass(TimeDelta::hours(1));
    assert_eq!(desk.act(&id, "code/send").await.problem(), "too_many_sends");
}

#[tokio::test]
async fn seven_registrations_of_one_number_in_ten_minutes_are_one_too_many() {
    let desk = Desk::open().await;
    for _ in 0..6 {
        desk.confirmed(&jo()).await;
    }
    let refused = desk.confirm(&jo()).await;
    assert_eq!(refused.problem(), "too_many_sends");
    assert_eq!(refused.json()["retry_after_s"], 600);
    desk.portal.settle().await;
    assert_eq!(desk.sms.sent().iter().filter(|sms| sms.to.e164() == MOBILE).count(), 6);
    desk.confirmed(&person(4)).await;
}

#[tokio::test]
async fn five_hundred_numbers_of_one_prefix_stop_at_the_kiosks_cap() {
    let desk = Desk::open().await;
    let mut taken = 0;
    for n in 0..500 {
        if desk.confirm(&person(n)).await.status.is_success() {
            taken += 1;
        }
    }
    desk.portal.settle().await;
    assert_eq!((taken, desk.sms.sent().len()), (30, 30));
}

#[tokio::test]
async fn invented_headers_move_no_limit() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    let code = desk.code_of(&jo());
    let mut compared = 0;
    for n in 0..20 {
        let request = desk
            .request(Method::POST, &format!("/registrations/{id}/code/check"), Some(&fresh_key()))
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-forwarded-for", format!("192.0.2.{n}"))
            .header("x-real-ip", format!("192.0.2.{n}"))
            .header(header::FORWARDED, format!("for=192.0.2.{n}"))
            .body(Body::from(json!({ "code": other_than(&code) }).to_string()))
            .expect("a request");
        compared += usize::from(desk.send(request).await.problem() == "code_wrong");
    }
    assert_eq!(compared, 5);
}

#[tokio::test]
async fn numbers_that_cost_money_or_take_no_texts_are_refused_by_the_field_and_get_none() {
    let desk = Desk::open().await;
    for (mobile, expected) in [
        ("09011 234567", "mobile_is_premium"),
        ("0845 1234567", "mobile_is_premium"),
        ("0800 123 4567", "mobile_is_shared_cost"),
        ("020 7946 0018", "mobile_is_landline"),
        ("07640 123456", "mobile_is_pager"),
        ("07012 345678", "mobile_is_personal"),
        ("056 1234 5678", "mobile_is_voip"),
        ("+353 85 123 4567", "mobile_country_refused"),
        ("+1 202 555 0123", "mobile_country_refused"),
        ("999", "mobile_not_a_number"),
        (".;phone-context=", "mobile_not_a_number"),
        ("+dwPAA;phone-context=AA", "mobile_not_a_number"),
    ] {
        let refused = desk.confirm(&jo_with(&json!({ "mobile": mobile }))).await;
        assert_eq!(refused.problem(), "fields_refused", "{mobile}");
        assert_eq!(refused.json()["fields"], json!([{ "field": "mobile", "code": expected }]), "{mobile}");
    }
    desk.portal.settle().await;
    assert!(desk.sms.sent().is_empty());
}

#[tokio::test]
async fn an_address_that_had_its_share_of_emails_gets_the_next_one_later() {
    let desk = Desk::open().await;
    for n in 0..4 {
        let details = jo_with(&json!({
            "given_name": format!("Jo {}", ["A", "B", "C", "D"][n]),
            "mobile": format!("07700 90020{n}"),
        }));
        let id = desk.proven(&details).await;
        assert_eq!(desk.act(&id, "leave").await.ok()["state"], "awaiting_link");
    }
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 3);
    desk.pass(TimeDelta::hours(1));
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 4, "promised is done");
}
