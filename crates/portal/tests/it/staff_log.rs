//! The access log as a manager reads it: whose lines, which days, a file, and whether it was altered.

use chrono::TimeDelta;
use serde_json::{Value, json};
use store::Act;

use crate::{
    desk::{Desk, jo, jo_with, practice},
    staff::{Browser, invited, logged, manager, with_receptionist},
};

fn today(desk: &Desk) -> Value {
    let day = desk.now().day().to_string();
    json!({ "from": day, "to": day })
}

fn log_of(by: &Value, days: &Value) -> Value {
    json!({ "ask": "access_log", "by": by, "days": days, "before": null })
}

async fn rows(desk: &Desk, browser: &mut Browser, by: Value) -> Vec<Value> {
    let ask = log_of(&by, &today(desk));
    browser.ask(desk, ask).await.ok()["rows"].as_array().expect("rows").clone()
}

fn acts(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["act"].as_str().expect("a name")).collect()
}

/// The reference of the newest registration.
async fn reference(desk: &Desk, browser: &mut Browser) -> String {
    let ask = json!({ "ask": "today", "search": "", "by_itself": false });
    let shown = browser.ask(desk, ask).await.ok();
    shown["rows"][0]["reference"].as_str().expect("a reference").to_owned()
}

#[tokio::test]
async fn a_manager_reads_who_did_what_with_one_patients_registration() {
    let (desk, mut manager, mut receptionist) = with_receptionist().await;
    let id = desk.confirmed(&jo()).await;
    desk.pass(TimeDelta::minutes(1));
    receptionist.ask(&desk, json!({ "ask": "registration", "id": id })).await.ok();
    desk.pass(TimeDelta::minutes(1));
    let other =
        jo_with(&json!({ "given_name": "Sam", "mobile": "07700 900777", "email": "sam@example.com" }));
    desk.confirmed(&other).await;
    let ask = json!({ "ask": "today", "search": "Jo", "by_itself": false });
    let found = manager.ask(&desk, ask).await.ok();
    let reference = found["rows"][0]["reference"].as_str().expect("a reference").to_owned();

    let typed = format!(" {} ", reference.to_lowercase().replace('-', " "));
    let rows = rows(&desk, &mut manager, json!({ "by": "patient", "reference": typed })).await;
    assert_eq!(rows.len(), 4, "nothing of Sam's");
    assert_eq!(acts(&rows)[..2], ["registrations_searched", "registration_shown"]);
    assert!(rows.iter().all(|row| row["reference"] == reference));
    assert_eq!(
        (&rows[1]["actor"], &rows[1]["by"], &rows[1]["purpose"]),
        (&json!("staff"), &json!("RH"), &json!("help_patient"))
    );
    // Acts of one instant have no order.
    for row in &rows[2..] {
        assert!(["code_sent", "details_confirmed"].map(Value::from).contains(&row["act"]), "{row}");
        assert_eq!((&row["actor"], &row["at_kiosk"]), (&json!("patient"), &json!("Front desk")));
    }
    let told = Value::from(rows).to_string();
    assert!(!told.contains("Brien") && !told.contains("7700") && !told.contains('@'), "{told}");
}

#[tokio::test]
async fn whoever_reads_about_a_patient_or_a_colleague_is_in_the_log_of_it() {
    let (desk, mut manager, _) = with_receptionist().await;
    desk.confirmed(&jo()).await;
    let reference = reference(&desk, &mut manager).await;
    for _ in 0..2 {
        desk.pass(TimeDelta::seconds(1));
        rows(&desk, &mut manager, json!({ "by": "patient", "reference": reference })).await;
    }
    let about = rows(&desk, &mut manager, json!({ "by": "patient", "reference": reference })).await;
    assert_eq!(acts(&about).iter().filter(|act| **act == "access_log_read").count(), 2, "each time");

    let everything = json!({ "by": "everything" });
    let ask = log_of(&everything, &today(&desk));
    let choices = manager.ask(&desk, ask).await.ok();
    let names: Vec<_> = choices["staff"].as_array().expect("staff").iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["MP Meera Patel", "RH Robin Hale"]);
    let robin = choices["staff"][1]["id"].clone();
    rows(&desk, &mut manager, json!({ "by": "staff", "id": robin })).await;
    let about = rows(&desk, &mut manager, json!({ "by": "staff", "id": robin })).await;
    assert_eq!(acts(&about)[0], "access_log_read");
    assert_eq!((&about[0]["by"], &about[0]["about"]), (&json!("MP"), &json!("RH")));
}

#[tokio::test]
async fn leafing_through_all_of_it_is_kept_once_in_five_minutes() {
    let desk = Desk::open().await;
    let mut manager = manager(&desk).await;
    let everything = json!({ "by": "everything" });
    for _ in 0..3 {
        rows(&desk, &mut manager, everything.clone()).await;
    }
    let read = |rows: &[Value]| acts(rows).iter().filter(|act| **act == "access_log_read").count();
    assert_eq!(read(&rows(&desk, &mut manager, everything.clone()).await), 1);
    desk.pass(TimeDelta::seconds(301));
    rows(&desk, &mut manager, everything.clone()).await;
    assert_eq!(read(&rows(&desk, &mut manager, everything).await), 2);
}

#[tokio::test]
async fn a_reference_that_nobody_has_leads_to_nothing() {
    let desk = Desk::open().await;
    let mut manager = manager(&desk).await;
    desk.confirmed(&jo()).await;
    for reference in ["KT4-9QF", "Jo O'Brien", "", "%"] {
        let found = rows(&desk, &mut manager, json!({ "by": "patient", "reference": reference })).await;
        assert_eq!(found, Vec::<Value>::new(), "{reference}");
    }
}

#[tokio::test]
async fn days_are_the_practices_own_and_older_lines_follow() {
    let desk = Desk::open().await;
    let mut manager = manager(&desk).await;
    desk.pass(TimeDelta::seconds(1));
    for _ in 0..102 {
        let ask = json!({ "ask": "today", "search": "nobody", "by_itself": false });
        manager.ask(&desk, ask).await.ok();
    }
    let everything = json!({ "by": "everything" });
    let first = manager.ask(&desk, log_of(&everything, &today(&desk))).await.ok();
    let rows = first["rows"].as_array().expect("rows");
    assert_eq!((rows.len(), &first["more"]), (100, &json!(true)));
    let older =
        json!({ "ask": "access_log", "by": everything, "days": today(&desk), "before": rows[99]["id"] });
    let older = manager.ask(&desk, older).await.ok();
    let rest = older["rows"].as_array().expect("rows");
    assert_eq!(older["more"], false);
    assert!(rest.iter().all(|row| !rows.contains(row)), "no line twice");
    assert!(rest.iter().any(|row| row["act"] == "staff_let_in"));

    let tomorrow = (desk.now() + TimeDelta::days(1)).day().to_string();
    let none = manager.ask(&desk, log_of(&everything, &json!({ "from": tomorrow, "to": tomorrow }))).await;
    assert_eq!(none.ok()["rows"], json!([]));
    for days in [json!({ "from": tomorrow, "to": "2020-01-01" }), json!({ "from": "", "to": tomorrow })] {
        let refused = manager.ask(&desk, log_of(&everything, &days)).await;
        assert_eq!(refused.problem(), "days_not_possible");
    }
}

#[tokio::test]
async fn the_file_has_every_line_and_no_cell_that_a_spreadsheet_would_run() {
    let mut desk = Desk::open().await;
    let mut manager = manager(&desk).await;
    desk.credential = desk.portal.enrol_kiosk("=1+1").await.expect("enrolled").expose().to_owned();
    desk.confirmed(&jo()).await;
    let ask = json!({ "ask": "access_log_file", "by": { "by": "everything" }, "days": today(&desk) });
    let file = manager.ask(&desk, ask.clone()).await.ok();
    let day = desk.now().day();
    assert_eq!(file["name"], format!("access-log-{day}-to-{day}.csv"));
    let csv = file["csv"].as_str().expect("text");
    assert!(csv.starts_with("\u{feff}time (UTC),what,who,by,at kiosk,reference,record,purpose,about\r\n"));
    assert!(csv.contains(",details_confirmed,patient,,\"'=1+1\","), "{csv}");
    assert!(!csv.contains("Brien") && !csv.contains("7700") && !csv.contains(",="), "{csv}");
    assert!(logged(&desk, Act::AccessLogExported).await);
    let again = manager.ask(&desk, ask).await.ok();
    assert!(again["csv"].as_str().expect("text").contains(",access_log_exported,staff,MP,"));
}

#[tokio::test]
async fn a_manager_has_it_checked_whether_the_log_was_altered() {
    let desk = Desk::open().await;
    let mut manager = manager(&desk).await;
    desk.portal.settle().await;
    let verify = json!({ "ask": "verify_access_log" });
    let told = manager.ask(&desk, verify).await.ok();
    let verified = &told["verified"];
    assert_eq!((&verified["whole"], &verified["broken_at"]), (&json!(true), &json!([])));
    assert!(verified["sealed"].as_u64().expect("a number") > 0);
    assert_eq!(verified["head"].as_str().expect("a head").len(), 64);
    assert!(logged(&desk, Act::AccessLogVerified).await);
}

#[tokio::test]
async fn nobody_but_a_manager_at_the_desk_reads_it() {
    let (desk, mut manager, mut receptionist) = with_receptionist().await;
    let mut it = invited(&desk, &mut manager, "TO", "it").await;
    let asks = [
        log_of(&json!({ "by": "everything" }), &today(&desk)),
        json!({ "ask": "access_log_file", "by": { "by": "everything" }, "days": today(&desk) }),
        json!({ "ask": "verify_access_log" }),
    ];
    for ask in asks {
        assert_eq!(receptionist.ask(&desk, ask.clone()).await.problem(), "not_permitted");
        assert_eq!(it.ask(&desk, ask).await.problem(), "not_permitted");
    }
    for act in [Act::AccessLogRead, Act::AccessLogExported, Act::AccessLogVerified] {
        assert!(!desk.store.acted(practice(), act).await.expect("readable"), "{act:?}");
    }
}
