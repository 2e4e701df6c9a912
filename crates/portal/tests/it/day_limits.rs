//! The limits that only a busy day reaches. Each test passes the smaller limits on its way and fails without its own.

use chrono::TimeDelta;
use serde_json::json;

use crate::desk::{Desk, jo_with, person};

/// Confirms these people; the first refusal, with the number of those before it.
async fn confirm_until_refused(desk: &Desk, people: std::ops::Range<u16>) -> Option<(u16, u64)> {
    for n in people {
        let reply = desk.confirm(&person(n)).await;
        if !reply.status.is_success() {
            assert_eq!(reply.problem(), "too_many_sends");
            return Some((n, reply.json()["retry_after_s"].as_u64().expect("seconds")));
        }
    }
    None
}

/// Proves the mobile of each and lets them go on on their phones, which emails a link.
async fn leave(desk: &Desk, people: std::ops::Range<u16>) {
    for n in people {
        let id = desk.proven(&person(n)).await;
        desk.act(&id, "leave").await.ok();
    }
    desk.portal.settle().await;
}

#[tokio::test]
async fn a_kiosk_sends_two_hundred_codes_a_day_however_they_are_spread() {
    let desk = Desk::open().await;
    for hour in 0..6 {
        assert_eq!(confirm_until_refused(&desk, hour * 30..hour * 30 + 30).await, None, "hour {hour}");
        desk.pass(TimeDelta::hours(1));
    }
    let refused = confirm_until_refused(&desk, 180..210).await;
    assert_eq!(refused, Some((200, 18 * 3600)), "the day's, for the hour has ten more");
}

#[tokio::test]
async fn a_practice_sends_five_hundred_codes_a_day_however_many_kiosks_it_has() {
    let mut desk = Desk::open().await;
    let mut refused = None;
    for kiosk in 0..17 {
        let enrolled = desk.portal.enrol_kiosk(&format!("Desk {kiosk}")).await.expect("enrolled");
        desk.credential = enrolled.expose().to_owned();
        refused = confirm_until_refused(&desk, kiosk * 30..kiosk * 30 + 30).await;
        assert!(refused.is_none() || kiosk == 16, "kiosk {kiosk}: {refused:?}");
    }
    assert_eq!(refused, Some((500, 24 * 3600)), "no number and no kiosk had its share");
}

#[tokio::test]
async fn an_address_gets_five_emails_a_day_however_they_are_spread() {
    let desk = Desk::open().await;
    for n in 0..6 {
        let details = jo_with(&json!({
            "given_name": format!("Jo {}", ["A", "B", "C", "D", "E", "F"][n]),
            "mobile": format!("07700 90020{n}"),
        }));
        let id = desk.proven(&details).await;
        desk.act(&id, "leave").await.ok();
        desk.portal.settle().await;
        desk.pass(TimeDelta::minutes(40));
    }
    desk.pass(TimeDelta::hours(2));
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 5, "the hours had room for the sixth");
    desk.pass(TimeDelta::hours(18));
    desk.portal.settle().await;
    let links = desk.email.sent().iter().filter(|email| !email.subject.contains("is waiting")).count();
    assert_eq!(links, 6, "promised is done");
}

#[tokio::test]
async fn an_email_put_off_into_the_night_by_a_limit_waits_for_the_morning() {
    let desk = Desk::open().await;
    desk.pass(TimeDelta::minutes(8 * 60 + 30));
    for n in 0..4 {
        let details = jo_with(&json!({
            "given_name": format!("Jo {}", ["A", "B", "C", "D"][n]),
            "mobile": format!("07700 90020{n}"),
        }));
        let id = desk.proven(&details).await;
        desk.act(&id, "leave").await.ok();
    }
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 3, "20:30, the address had its share of the hour");
    desk.pass(TimeDelta::minutes(2 * 60));
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 3, "22:30, and nobody waits by now");
    desk.pass(TimeDelta::minutes(9 * 60 + 30));
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 4, "08:00");
}

#[tokio::test]
async fn a_kiosk_causes_thirty_emails_an_hour_and_the_late_ones_count_in_theirs() {
    let desk = Desk::open().await;
    // Codes have a window of the same length, which one code alone opens 55 minutes earlier.
    desk.confirmed(&person(0)).await;
    desk.pass(TimeDelta::minutes(55));
    leave(&desk, 1..30).await;
    assert_eq!(desk.email.sent().len(), 29);
    desk.pass(TimeDelta::minutes(6));
    leave(&desk, 30..32).await;
    assert_eq!(desk.email.sent().len(), 30, "the kiosk had its share");
    desk.pass(TimeDelta::minutes(54));
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 31, "promised is done");
    leave(&desk, 32..60).await;
    assert_eq!(desk.email.sent().len(), 59);
    desk.pass(TimeDelta::minutes(7));
    leave(&desk, 60..62).await;
    assert_eq!(desk.email.sent().len(), 60, "the late one was one of this hour's thirty");
}
