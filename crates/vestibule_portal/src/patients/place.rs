//! The practice's records, opened for one command.

use machine::SystemClock;
use registration::{
    ids::PracticeId,
    time::{Clock as _, Timestamp},
    values::mobile::MobilePolicy,
};
use store::{AccessEntry, Act, Stamp, Store};

use crate::{
    access_log,
    config::{Problems, Told, parts::Database},
    failure::Failure,
    say_aside,
};

pub(super) struct Place {
    pub(super) store: Store,
    pub(super) practice: PracticeId,
    pub(super) mobile_policy: MobilePolicy,
    clock: SystemClock,
}

impl Place {
    pub(super) async fn open(told: &Told, mut problems: Problems) -> Result<Self, Failure> {
        let stamp = problems.keep(told.stamp());
        let practice = problems.keep(told.practice());
        let mobile_policy = problems.keep(told.mobile_policy());
        let database = problems.keep(told.database());
        let master = problems.keep(told.master_key());
        let (Some(stamp), Some(practice), Some(mobile_policy), Some(database), Some(master), true) =
            (stamp, practice, mobile_policy, database, master, problems.is_empty())
        else {
            return Err(problems.into());
        };
        match stamp {
            Stamp::Sandbox => say_aside(
                "This is a sandbox: whoever sits at this machine sees its records. It is for invented people only.",
            ),
            Stamp::Trial | Stamp::Live => {}
        }
        let store = database.open_for(practice, &master, stamp).await?;
        Ok(Self { store, practice, mobile_policy, clock: SystemClock::start() })
    }

    /// As [`Place::open`], for whoever only reads: a file that is not there is not made, or nothing would look like a record of
    /// nobody.
    pub(super) async fn open_what_is_there(told: &Told, problems: Problems) -> Result<Self, Failure> {
        if let Ok(Database::File(path)) = told.database()
            && !path.is_file()
        {
            return Err(Problems::one("database_file", format!("{} is not there", path.display())).into());
        }
        Self::open(told, problems).await
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A line of the log about many records.
    pub(super) fn entry(&self, act: Act, now: Timestamp) -> AccessEntry {
        access_log::entry(self.practice, act, now)
    }
}
