//! What became of the changes to records, and what waits for staff: identifiers and states, nobody's details.

use chrono_tz::Tz;
use store::{RecordUpdate, RecordUpdateState};

use crate::{
    composition::Composition,
    config::{Problems, Told},
    failure::Failure,
    local, say,
};

/// Lines of one list.
const MOST: u32 = 1_000;

/// Which updates are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Which {
    /// Every one, whose state changed last first
    All,
    /// Those that the machine does no more about, or that have waited for longer than a day
    NeedStaff,
    /// Those whose record holds another value by now than was written
    Differ,
}

pub(crate) async fn updates(told: &Told, problems: Problems, which: Which) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let updates = match which {
        Which::All => portal.record_updates(MOST).await?,
        Which::NeedStaff => portal.record_updates_for_staff(MOST).await?,
        Which::Differ => portal.differing_record_updates(MOST).await?,
    };
    let time_zone = portal.settings().time_zone;
    store.close().await;
    if updates.is_empty() {
        say("There is none.");
    }
    for update in updates {
        say(&line(&update, time_zone));
    }
    Ok(())
}

fn line(update: &RecordUpdate, time_zone: Tz) -> String {
    let state = match update.state {
        RecordUpdateState::NeedsStaff(trouble) => format!("needs_staff: {}", trouble.as_str()),
        state @ (RecordUpdateState::Waiting
        | RecordUpdateState::Confirmed { .. }
        | RecordUpdateState::AlreadyHeld
        | RecordUpdateState::Undone { .. }) => state.as_str().to_owned(),
    };
    let record = update.patient.map_or_else(|| "no record yet".to_owned(), |patient| patient.to_string());
    let differs = update
        .differs_since
        .map_or_else(String::new, |since| format!("\tdiffers since {}", local(since, time_zone)));
    format!(
        "{}\t{record}\t{state}\tsince {}{differs}",
        update.registration,
        local(update.changed_at, time_zone)
    )
}

/// Each with the records in question, the likeliest first, and how each compared with what was registered.
pub(crate) async fn reviews(told: &Told, problems: Problems) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let practice = portal.settings().practice;
    let reviews = store.reviews_waiting(practice, MOST).await?;
    let time_zone = portal.settings().time_zone;
    if reviews.is_empty() {
        say("There is none.");
    }
    for review in reviews {
        say(&format!(
            "{}\t{}\t{}\tsince {}\t{} records in question",
            review.id,
            review.registration,
            review.reason.as_str(),
            local(review.at, time_zone),
            review.candidates.len()
        ));
        let latest = store.match_decisions(practice, review.registration).await?.pop();
        for patient in &review.candidates {
            let compared = latest.iter().flat_map(|decision| &decision.comparisons);
            let words = compared.filter(|(other, _)| other == patient).map(|(_, levels)| levels.explain());
            say(&format!("\t{patient}\t{}", words.collect::<String>()));
        }
    }
    store.close().await;
    Ok(())
}
