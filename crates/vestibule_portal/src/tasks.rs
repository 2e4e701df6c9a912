//! What became of the changes to records, and what waits for staff: identifiers and states, nobody's details.

use chrono_tz::Tz;
use registration::ids::RegistrationId;
use store::{ByStaff, RecordUpdate, RecordUpdateState, TaskPurpose};
use uuid::Uuid;

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
        | RecordUpdateState::Sent
        | RecordUpdateState::ByHand { .. }
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

/// Gives a record back what it held before.
pub(crate) async fn undo(
    told: &Told,
    problems: Problems,
    registration: RegistrationId,
    staff: Uuid,
) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let undone = portal.undo_record_update(registration, ByStaff::command(staff)).await;
    store.close().await;
    undone?;
    say("The record holds what it held before.");
    Ok(())
}

/// What to enter by hand, field by field: what stands there, what is to stand there.
pub(crate) async fn to_enter(told: &Told, problems: Problems, staff: Uuid) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let tasks = portal.record_tasks(MOST, ByStaff::command(staff)).await;
    let time_zone = portal.settings().time_zone;
    store.close().await;
    let tasks = tasks?;
    if tasks.is_empty() {
        say("There is none.");
    }
    for task in tasks {
        let name = &task.record.name;
        let given = name.given.as_ref().map(|given| format!("{} ", given.as_typed())).unwrap_or_default();
        let born = task.record.date_of_birth.map_or_else(String::new, |date| format!(", born {date}"));
        say(&format!(
            "{}\t{}\tsince {}\t{given}{}{born}",
            task.registration,
            task.purpose.as_str(),
            local(task.created_at, time_zone),
            name.family.as_typed(),
        ));
        for field in &task.fields {
            let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
            say(&format!("\t{}\t{}\t{}", field.field.as_str(), value(&field.before), value(&field.now)));
        }
    }
    Ok(())
}

/// Keeps that a change was entered.
pub(crate) async fn tick(
    told: &Told,
    problems: Problems,
    registration: RegistrationId,
    purpose: TaskPurpose,
    staff: Uuid,
) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let ticked = portal.tick_record_task(registration, purpose, ByStaff::command(staff)).await;
    store.close().await;
    ticked?;
    say("Ticked.");
    Ok(())
}
