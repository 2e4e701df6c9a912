//! Counts of how registrations go, and nobody among them.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, jo, jo_with},
    staff::{Browser, invited, manager, with_receptionist},
};

async fn figures(desk: &Desk, browser: &mut Browser, over: &str) -> Value {
    browser.ask(desk, json!({ "ask": "figures", "over": over })).await.ok()["figures"].clone()
}

async fn file(desk: &Desk, browser: &mut Browser) -> String {
    let file = browser.ask(desk, json!({ "ask": "figures_file", "over": "week" })).await.ok();
    file["csv"].as_str().expect("text").to_owned()
}

fn sam() -> Value {
    jo_with(&json!({ "given_name": "Sam", "mobile": "07700 900777", "email": "sam@example.com" }))
}

#[tokio::test]
async fn a_manager_sees_how_many_began_how_far_they_came_and_how_long_it_took() {
    let desk = Desk::open().await;
    let mut manager = manager(&desk).await;
    let id = desk.confirmed(&jo()).await;
    desk.pass(TimeDelta::seconds(40));
    desk.check(&id, &desk.code_of(&jo())).await.ok();
    desk.confirmed(&sam()).await;
    let help = json!({ "reason": "asked_for_help", "registration": null });
    desk.post("/desk-references", &help).await.ok();
    desk.post("/desk-references", &json!({ "reason": "no_mobile", "registration": null })).await.ok();

    let told = figures(&desk, &mut manager, "week").await;
    let today = desk.now().day();
    assert_eq!(told["to"], today.to_string());
    assert_eq!(told["from"], (today - TimeDelta::days(6)).to_string());
    let kiosk = told["kiosks"][0]["id"].clone();
    assert_eq!(told["kiosks"], json!([{ "id": kiosk, "name": "Front desk" }]));
    let day = json!({
        "day": today.to_string(), "kiosk": kiosk, "started": 2, "finished": 0, "reviews": 0, "help_calls": 1,
    });
    assert_eq!(told["days"], json!([day]));
    assert_eq!(
        told["steps"],
        json!([
            { "step": "code", "stopped": 1, "went_on": 1, "median_s": 40 },
            { "step": "password", "stopped": 1, "went_on": 0, "median_s": null },
            { "step": "link", "stopped": 0, "went_on": 0, "median_s": null },
            { "step": "terms", "stopped": 0, "went_on": 0, "median_s": null },
        ])
    );
}

#[tokio::test]
async fn who_stopped_is_counted_after_their_details_are_gone_and_not_after_the_period() {
    let desk = Desk::open().await;
    desk.confirmed(&jo()).await;
    for _ in 0..8 {
        desk.pass(TimeDelta::days(1));
        desk.portal.settle().await;
    }
    let mut manager = manager(&desk).await;
    assert_eq!(figures(&desk, &mut manager, "week").await["days"], json!([]));
    let month = figures(&desk, &mut manager, "month").await;
    assert_eq!((&month["days"][0]["started"], &month["days"][0]["finished"]), (&json!(1), &json!(0)));
    assert_eq!(month["steps"][0]["stopped"], 1);
}

#[tokio::test]
async fn neither_the_answer_nor_the_file_says_anything_of_anybody() {
    let desk = Desk::open().await;
    let mut manager = manager(&desk).await;
    let registered = desk.registered(&jo()).await;
    desk.confirmed(&sam()).await;
    let told = figures(&desk, &mut manager, "week").await.to_string();
    let csv = file(&desk, &mut manager).await;
    let personal = ["Brien", "Jo", "Sam", "7700", "@", "1985", registered.reference.as_str()];
    for word in personal.iter().copied().chain([registered.id.0.to_string().as_str()]) {
        assert!(!told.contains(word) && !csv.contains(word), "{word} in {told} {csv}");
    }
}

#[tokio::test]
async fn the_file_has_a_line_for_each_day_and_kiosk() {
    let desk = Desk::open().await;
    let mut manager = manager(&desk).await;
    desk.registered(&jo()).await;
    let csv = file(&desk, &mut manager).await;
    let lines: Vec<_> = csv.trim_start_matches('\u{feff}').split("\r\n").collect();
    assert!(lines[0].starts_with("day,kiosk,started,finished,stopped at code,"), "{csv}");
    let day = desk.now().day();
    assert_eq!(lines[1], format!("{day},Front desk,1,1,0,0,0,0,0,0,0,0,0,0"));
    assert_eq!(lines[2..], [""]);
}

#[tokio::test]
async fn receptionists_see_none_and_it_does() {
    let (desk, mut manager, mut receptionist) = with_receptionist().await;
    let refused = receptionist.ask(&desk, json!({ "ask": "figures", "over": "week" })).await;
    assert_eq!(refused.problem(), "not_permitted");
    let mut it = invited(&desk, &mut manager, "TO", "it").await;
    assert_eq!(figures(&desk, &mut it, "quarter").await["days"], json!([]));
}
