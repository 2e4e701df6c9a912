//! Decisions that the machine left to staff, settled on the command line while the portal works.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::time::{interval, timeout};

use crate::{
    journey::{Kiosk, code_in, json_of},
    place::Place,
};

const RECORDS: &[u8] = b"id,given_name,family_name,date_of_birth,mobile,home,work,email\n\
    018f3c9e-7b1a-7c44-9d0e-2f6a5b8c1d01,Jo,O'Brien-Smith,1985-03-07,07700 900555,,,old@example.org\n";
const HERS: &str = "018f3c9e-7b1a-7c44-9d0e-2f6a5b8c1d01";
const STAFF: [&str; 2] = ["--staff", "018f3c9e-7b1a-7c44-9d0e-2f6a5b8c1d99"];
const PATIENCE: Duration = Duration::from_mins(1);

/// Jo has no email address, proves her mobile, and is handed to the desk.
async fn handed_to_the_desk(kiosk: &Kiosk) {
    let details = json!({
        "given_name": "Jo",
        "family_name": "O’Brien-Smith",
        "date_of_birth": { "day": "7", "month": "March", "year": "1985" },
        "email": null,
        "mobile": "07700 900123",
    });
    let body = json!({ "details": details, "language": "en-GB" });
    let answer = kiosk.post("/registrations", "confirm", &body).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let id = json_of(answer).await["id"].as_str().expect("an id").to_owned();
    let code = code_in(&kiosk.first_message().await);
    let answer =
        kiosk.post(&format!("/registrations/{id}/code/check"), "check", &json!({ "code": code })).await;
    let view: Value = json_of(answer).await;
    assert_eq!(view["state"], "handed_to_desk", "{view}");
}

#[tokio::test]
async fn a_review_is_listed_shown_settled_and_taken_back() {
    let place = Place::migrated();
    let imported = place.run_with(&["patients", "import"], RECORDS);
    assert_eq!(imported.code, Some(0), "{imported:?}");
    let serving = place.serve();
    let kiosk = Kiosk::enrolled(&place, &serving).await;
    handed_to_the_desk(&kiosk).await;

    let reviews = |words: &[&str]| place.run(&[&["reviews"], words].concat());
    let listed = reviews(&["list"]).stdout;
    assert!(listed.contains("\tno_email\t") && listed.contains(HERS), "{listed}");
    assert!(!listed.contains("Brien"), "nobody's details: {listed}");
    let review = listed.split('\t').next().expect("a review").to_owned();
    let of_review = |word: &str, more: &[&str]| reviews(&[&[word, &review], &STAFF[..], more].concat());

    let shown = of_review("show", &[]).stdout;
    for line in [
        "registered\n\tname\tJo O’Brien-Smith\n\tdate of birth\t1985-03-07\n\tmobile\t+447700900123\tproven\n\temail\tnothing\n",
        &format!(
            "record {HERS}@1\n\tname\tJo O'Brien-Smith\n\tdate of birth\t1985-03-07\n\tmobile\t07700 900555\n"
        ),
        "\tSame name, same date of birth, other mobile",
    ] {
        assert!(shown.contains(line), "{line} in {shown}");
    }

    let nothing_said = of_review("settle", &[]);
    assert_eq!(nothing_said.code, Some(2), "one of three must be said: {nothing_said:?}");
    let both = of_review("settle", &["--reject", "--different-person"]);
    assert_eq!(both.code, Some(2), "{both:?}");
    let stale = of_review("settle", &["--same-person", &format!("{HERS}@7")]);
    assert!(
        stale.stderr.contains("nothing was settled: the record was changed since it was shown"),
        "{stale:?}"
    );
    let settled = of_review("settle", &["--same-person", &format!("{HERS}@1")]);
    assert_eq!(settled.code, Some(0), "{settled:?}");
    let again = of_review("settle", &["--reject"]);
    assert_eq!(again.code, Some(1));
    assert!(again.stdout.contains(&format!("Before you: the person of record {HERS}, by ")), "{again:?}");

    until(|| place.run(&["updates", "list"]).stdout.contains("\tconfirmed\t")).await;
    let exported = place.run(&["patients", "export"]).stdout;
    assert!(exported.contains("07700900123") || exported.contains("+447700900123"), "{exported}");
    assert!(exported.contains("old@example.org"), "the address stays: {exported}");

    assert_eq!(of_review("open-again", &[]).code, Some(0));
    assert!(place.run(&["patients", "export"]).stdout.contains("07700 900555"));
    assert!(reviews(&["list"]).stdout.starts_with(&review), "it waits again");
    assert_eq!(of_review("settle", &["--reject"]).code, Some(0));
    assert_eq!(reviews(&["list"]).stdout, "There is none.\n");
    serving.tell("-TERM");
    let (ended, log) = serving.stopped();
    assert_eq!(ended, Some(0), "{log}");
    assert!(!log.contains("Brien") && !log.contains("900123"), "{log}");
    assert_eq!(place.run(&["access-log", "verify"]).code, Some(0));
}

async fn until(there: impl Fn() -> bool) {
    let looked = timeout(PATIENCE, async {
        let mut looks = interval(Duration::from_millis(100));
        while !there() {
            looks.tick().await;
        }
    });
    looked.await.expect("within a minute");
}
