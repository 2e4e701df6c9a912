//! Each view, again and again.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use registration::ids::KioskId;
use serde_json::{Value, json};

use crate::{
    crowd::{REGISTRATIONS, gather},
    desk::Desk,
    staff::{Browser, manager},
};

const TIMES: usize = 40;
const WANTED: Duration = Duration::from_millis(100);

pub(crate) async fn table() -> String {
    let desk = Desk::open().await;
    let mut manager = manager(&desk).await;
    let kiosks = manager.ask(&desk, json!({ "ask": "kiosks", "by_itself": false })).await.ok();
    let kiosk: uuid::Uuid = serde_json::from_value(kiosks["rows"][0]["id"].clone()).expect("an id");
    let (registration, review) = gather(&desk, KioskId(kiosk)).await;
    let days = json!({ "from": "2026-01-01", "to": "2026-12-31" });
    let log = |by: Value| json!({ "ask": "access_log", "by": by, "days": days, "before": null });
    let today = |search: &str| json!({ "ask": "today", "search": search, "by_itself": false });
    let shown = manager.ask(&desk, json!({ "ask": "registration", "id": registration.0 })).await.ok();
    let reference = shown["registration"]["row"]["reference"].as_str().expect("a reference").to_owned();
    let views = [
        ("what waits", json!({ "ask": "attention" })),
        ("today", today("")),
        ("today, by a name", today("Family")),
        ("today, by a reference", today(&reference)),
        ("today, by a date of birth", today("2 1 1940")),
        ("one registration", json!({ "ask": "registration", "id": registration.0 })),
        ("reviews", json!({ "ask": "reviews" })),
        ("one review", json!({ "ask": "review", "id": review.0 })),
        ("records", json!({ "ask": "sync" })),
        ("kiosks", json!({ "ask": "kiosks", "by_itself": false })),
        ("figures of a week", json!({ "ask": "figures", "over": "week" })),
        ("figures of ninety days", json!({ "ask": "figures", "over": "quarter" })),
        ("log", log(json!({ "by": "everything" }))),
        ("log, by a patient", log(json!({ "by": "patient", "reference": reference }))),
        ("log, by a kiosk", log(json!({ "by": "kiosk", "id": kiosk }))),
    ];
    let mut table = format!(
        "{REGISTRATIONS} registrations, every fifth with a review\n\n| view | median | longest | wanted |\n|---|---|---|---|\n"
    );
    for (name, ask) in views {
        let (median, longest) = times(&desk, &mut manager, &ask).await;
        let within = if longest < WANTED { "" } else { " **no**" };
        writeln!(table, "| {name} | {median:.1?} | {longest:.1?} | under {WANTED:?}{within} |")
            .expect("text");
    }
    table
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
async fn times(desk: &Desk, manager: &mut Browser, ask: &Value) -> (Duration, Duration) {
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let begun = Instant::now();
        manager.ask(desk, ask.clone()).await.ok();
        times.push(begun.elapsed());
    }
    // The first one fills the caches.
    let mut times = times.split_off(1);
    times.sort_unstable();
    (times[times.len() / 2], *times.last().expect("some"))
}
