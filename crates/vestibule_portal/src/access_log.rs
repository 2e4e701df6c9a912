//! Whether the access log is as it was written.

use std::{fmt::Write as _, process::ExitCode};

use machine::system_rng;
use portal::PortalKeys;
use registration::{
    ids::{PracticeId, draw_uuid},
    time::Timestamp,
};
use store::{AccessEntry, Act, Fault, VerifyReport};

use crate::{
    complain,
    config::{Problems, Told, parts::Database},
    failure::Failure,
    say,
};

/// Nothing is known about the log; whoever watches must not take that for good news, nor for bad.
const COULD_NOT_LOOK: u8 = 2;

pub(crate) async fn verify(told: &Told, problems: Problems) -> ExitCode {
    match walk(told, problems).await {
        Ok(report) => tell(&report),
        Err(failure) => {
            complain(&failure);
            ExitCode::from(COULD_NOT_LOOK)
        }
    }
}

/// A line about everything or nothing in particular, as of whoever runs a command here.
pub(crate) fn entry(practice: PracticeId, act: Act, now: Timestamp) -> AccessEntry {
    AccessEntry::by_portal(draw_uuid(now, &mut system_rng()), practice, act, now)
}

/// The same line for each practice.
pub(crate) fn entries(practices: &[PracticeId], act: Act, now: Timestamp) -> Vec<AccessEntry> {
    practices.iter().map(|practice| entry(*practice, act, now)).collect()
}

async fn walk(told: &Told, mut problems: Problems) -> Result<VerifyReport, Failure> {
    let stamp = problems.keep(told.stamp());
    let practice = problems.keep(told.practice());
    let database = problems.keep(told.database());
    let master = problems.keep(told.master_key());
    let (Some(stamp), Some(practice), Some(database), Some(master), true) =
        (stamp, practice, database, master, problems.is_empty())
    else {
        return Err(problems.into());
    };
    if let Database::File(path) = &database
        && !path.is_file()
    {
        // Opening would make it, and a new log is always whole.
        return Err(Problems::one("database_file", format!("{} is not there", path.display())).into());
    }
    // Under another key every row would look altered.
    let store = database.open_for(practice, &master, stamp).await?;
    let report = PortalKeys::derive(&master).verify_access_log(&store, practice).await;
    store.close().await;
    Ok(report?)
}

/// Says it, and the exit code of `access-log verify`.
pub(crate) fn tell(report: &VerifyReport) -> ExitCode {
    for fault in &report.faults {
        say(&match fault {
            Fault::Altered { seq } => format!("Row {seq} was altered, or put in."),
            Fault::Missing { seq } => format!("Row {seq} is gone."),
            Fault::HeadDiffers => {
                "The end is not the one that was sealed: rows were cut off, or put on.".to_owned()
            }
            Fault::BaseForged => "Old rows were taken away by somebody without the key.".to_owned(),
        });
    }
    if let Some(head) = &report.head {
        let mut line = format!("The head is row {}, ", head.seq);
        for byte in head.mac {
            // Writing into text cannot fail.
            let _ = write!(line, "{byte:02x}");
        }
        say(&line);
    }
    if report.faults.is_empty() && report.head.is_none() && report.waiting == 0 {
        say(
            "Nothing is in this practice's log: nothing was ever done, or practice_id is another's, or all of it was taken away.",
        );
        ExitCode::from(COULD_NOT_LOOK)
    } else if report.faults.is_empty() {
        say(&format!("The access log is whole: {} rows sealed, {} waiting.", report.sealed, report.waiting));
        ExitCode::SUCCESS
    } else {
        say(&format!(
            "The access log was altered: {} faults in {} sealed rows.",
            report.faults.len(),
            report.sealed
        ));
        ExitCode::FAILURE
    }
}
