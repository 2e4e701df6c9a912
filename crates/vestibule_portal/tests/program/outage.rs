//! The database goes away under a portal at work, and comes back.

use reqwest::{Response, StatusCode};
use test_support::postgres::{Cluster, OWNER, RUN_TIME};

use crate::{
    kiosks::{Desk, enrol},
    place::{Place, ended},
};

/// Nobody's, and well formed: the portal must look it up.
const LINK: &str = "/l/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What an answer says, and that it says when to come back.
async fn later(answer: Response) -> String {
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let seconds = answer.headers()["retry-after"].to_str().expect("ASCII").parse::<u32>();
    assert!((1..=60).contains(&seconds.expect("a number")));
    answer.text().await.expect("text")
}

#[tokio::test]
async fn while_the_database_is_away_everybody_is_asked_to_come_back_and_the_log_says_it_once() {
    let cluster = Cluster::of_ones_own();
    let database = cluster.new_database(None);
    let place = Place::new().and(&format!("database_address = '{}'", cluster.address(RUN_TIME, &database)));
    let owner = cluster.address(OWNER, &database);
    let migrated = ended(place.command(&["migrate"]).env("VESTIBULE_OWNER_ADDRESS", owner));
    assert_eq!(migrated.code, Some(0), "{migrated:?}");
    let mut serving = place.serve();
    let desk = Desk::of(&serving);
    let (credential, _) = desk.redeem(&enrol(&place, "Front desk")).await.expect("a credential");
    assert_eq!(desk.page(LINK).await.status(), StatusCode::NOT_FOUND);

    cluster.crash();
    for _ in 0..2 {
        let (kiosk, page) = tokio::join!(desk.ask_practice(&credential), desk.page(LINK));
        assert!(later(kiosk).await.contains("\"code\":\"busy\""));
        assert!(later(page).await.contains("We have not lost anything"));
    }
    assert_eq!(desk.page("/readyz").await.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(desk.page("/healthz").await.status(), StatusCode::OK);

    cluster.start_again();
    serving.wait_for("the database answers again");
    assert_eq!(desk.ask_practice(&credential).await.status(), StatusCode::OK);
    assert_eq!(desk.page(LINK).await.status(), StatusCode::NOT_FOUND);
    serving.tell("-TERM");
    let (code, log) = serving.stopped();
    assert_eq!(code, Some(0), "{log}");
    // The driver's pool says besides which connection was long in coming.
    let is_ours = |line: &&str| line.contains("portal::");
    let troubles = log.lines().filter(|line| line.contains("ERROR") || line.contains("WARN"));
    let troubles: Vec<&str> = troubles.filter(is_ours).collect();
    assert_eq!(troubles.len(), 1, "{log}");
    let incident = |line: &str| {
        line.split_whitespace().find(|word| word.starts_with("incident=")).expect("an incident").to_owned()
    };
    let back = log.lines().find(|line| line.contains("the database answers again")).expect("said");
    assert!(troubles[0].contains("the database is away"), "{log}");
    assert_eq!(incident(troubles[0]), incident(back), "{log}");
}
