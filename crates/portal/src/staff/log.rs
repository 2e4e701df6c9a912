//! The access log as a manager reads it. Reading it is an act of staff, too.

use std::fmt::Write as _;

use kiosk_api::staff::{
    answer::StaffAnswer,
    log::{LogActor, LogBy, LogChoice, LogDays, LogRow, LogVerified},
};
use registration::{
    ids::{KioskId, RegistrationId},
    secrets::reference::Reference,
};
use staff::StaffId;
use store::{
    AccessEntry, Act, Actor, EnrolledKiosk, Fault, LinesSought, LinesWithin, LoggedBy, LoggedLine,
    RegistrationsSought, StaffCredential, StaffRow, StaffSession, StoreError, VerifyReport,
};
use uuid::Uuid;

use super::{
    csv::csv,
    days::PracticeDays,
    letting_in::{by, wire},
    patients::LISTED_TO,
    refused::StaffRefused,
};
use crate::Portal;

/// Lines shown at once.
const SHOWN: usize = 100;
/// Lines in one file: spreadsheets hold more, but nobody reads them.
const IN_A_FILE: usize = 50_000;
/// Registrations that may share a reference, for the log of who asked.
const OF_ONE_REFERENCE: u32 = 20;
/// Faults that are named; where there are more, the first say enough.
const FAULTS_NAMED: usize = 20;

const HEADINGS: [&str; 9] =
    ["time (UTC)", "what", "who", "by", "at kiosk", "reference", "record", "purpose", "about"];

impl Portal {
    pub(super) async fn access_log(
        &self,
        session: &StaffSession,
        sought: &LogBy,
        days: &LogDays,
        before: Option<Uuid>,
    ) -> Result<StaffAnswer, StaffRefused> {
        let days = self.understood_days(days)?;
        let mut within = LinesWithin { from: days.from(), until: days.until(), until_id: Uuid::nil() };
        if let Some(id) = before {
            let at = self.store.line_at(self.practice(), id).await?.ok_or(StaffRefused::NotFound)?;
            if at < within.until {
                within = LinesWithin { until: at, until_id: id, ..within };
            }
        }
        let mut lines = self.lines(sought, within, SHOWN + 1).await?;
        let more = lines.len() > SHOWN;
        lines.truncate(SHOWN);
        self.log_read(session, sought).await?;
        Ok(StaffAnswer::AccessLog {
            rows: lines.into_iter().map(row).collect(),
            more,
            staff: self.store.staff_ever(self.practice()).await?.iter().map(member).collect(),
            kiosks: self.store.kiosks(self.practice()).await?.into_iter().map(kiosk).collect(),
        })
    }

    pub(super) async fn access_log_file(
        &self,
        session: &StaffSession,
        sought: &LogBy,
        days: &LogDays,
    ) -> Result<StaffAnswer, StaffRefused> {
        let days = self.understood_days(days)?;
        let within = LinesWithin { from: days.from(), until: days.until(), until_id: Uuid::nil() };
        let lines = self.lines(sought, within, IN_A_FILE + 1).await?;
        if lines.len() > IN_A_FILE {
            return Err(StaffRefused::TooMuch);
        }
        self.log_looked(session, Act::AccessLogExported, sought).await?;
        let PracticeDays { first, last, .. } = days;
        let name = format!("access-log-{first}-to-{last}.csv");
        Ok(StaffAnswer::File { name, csv: csv(HEADINGS, lines.into_iter().map(row).map(line)) })
    }

    pub(super) async fn access_log_verified(
        &self,
        session: &StaffSession,
    ) -> Result<StaffAnswer, StaffRefused> {
        let report = self.verify_access_log().await?;
        self.log_looked(session, Act::AccessLogVerified, &LogBy::Everything).await?;
        Ok(StaffAnswer::AccessLogVerified { verified: verified(&report) })
    }

    fn understood_days(&self, days: &LogDays) -> Result<PracticeDays, StaffRefused> {
        PracticeDays::parse(days, self.settings.time_zone).ok_or(StaffRefused::DaysNotPossible)
    }

    async fn lines(
        &self,
        sought: &LogBy,
        within: LinesWithin,
        most: usize,
    ) -> Result<Vec<LoggedLine>, StoreError> {
        let sought = match sought {
            LogBy::Everything => LinesSought::Everything,
            LogBy::Staff { id } => LinesSought::Staff(StaffId(*id)),
            LogBy::Kiosk { id } => LinesSought::Kiosk(KioskId(*id)),
            LogBy::Patient { reference } => match Reference::parse(reference) {
                Some(reference) => LinesSought::Patient(reference),
                None => return Ok(Vec::new()),
            },
        };
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        self.store.lines_listed(self.practice(), &sought, within, most).await
    }

    /// One line in five minutes for whoever leafs through all of it; each time where it is about somebody.
    async fn log_read(&self, session: &StaffSession, sought: &LogBy) -> Result<(), StoreError> {
        let about_nobody = match sought {
            LogBy::Everything | LogBy::Kiosk { .. } => true,
            LogBy::Staff { .. } | LogBy::Patient { .. } => false,
        };
        let (act, since) = (Act::AccessLogRead, self.now() - LISTED_TO);
        if about_nobody && self.store.staff_acted_since(self.practice(), by(session), act, since).await? {
            return Ok(());
        }
        self.log_looked(session, act, sought).await
    }

    async fn log_looked(&self, session: &StaffSession, act: Act, sought: &LogBy) -> Result<(), StoreError> {
        let registrations = self.registrations_of(sought).await?;
        let about_staff = match sought {
            LogBy::Staff { id } => Some(StaffId(*id)),
            LogBy::Everything | LogBy::Kiosk { .. } | LogBy::Patient { .. } => None,
        };
        let line = |registration| {
            let entry = self.entry(Actor::Staff(by(session)), act, self.now());
            AccessEntry { registration, about_staff, ..entry }
        };
        let mut tx = self.store.begin(self.practice()).await?;
        if registrations.is_empty() {
            tx.log(line(None)).await?;
        }
        for registration in registrations {
            tx.log(line(Some(registration))).await?;
        }
        tx.commit().await
    }

    async fn registrations_of(&self, sought: &LogBy) -> Result<Vec<RegistrationId>, StoreError> {
        let reference = match sought {
            LogBy::Patient { reference } => Reference::parse(reference),
            LogBy::Everything | LogBy::Staff { .. } | LogBy::Kiosk { .. } => None,
        };
        let Some(reference) = reference else { return Ok(Vec::new()) };
        let sought = RegistrationsSought::Reference(reference);
        let found = self.store.registrations_listed(self.practice(), &sought, OF_ONE_REFERENCE).await?;
        Ok(found.into_iter().map(|found| found.id).collect())
    }
}

fn row(line: LoggedLine) -> LogRow {
    let (actor, by) = match line.by {
        LoggedBy::Patient => (LogActor::Patient, None),
        LoggedBy::Kiosk(name) => (LogActor::Kiosk, name),
        LoggedBy::Portal => (LogActor::Portal, None),
        LoggedBy::Staff(initials) => (LogActor::Staff, initials.map(|initials| initials.as_str().to_owned())),
    };
    LogRow {
        id: line.id,
        at: wire(line.at),
        act: line.act,
        actor,
        by,
        at_kiosk: line.at_kiosk,
        reference: line.reference.map(|reference| reference.as_str().to_owned()),
        record: line.patient.map(|patient| patient.0),
        purpose: line.purpose,
        about: line.about.map(|initials| initials.as_str().to_owned()),
    }
}

fn line(row: LogRow) -> [String; 9] {
    let actor = match row.actor {
        LogActor::Patient => "patient",
        LogActor::Kiosk => "kiosk",
        LogActor::Portal => "portal",
        LogActor::Staff => "staff",
    };
    [
        row.at,
        row.act,
        actor.to_owned(),
        row.by.unwrap_or_default(),
        row.at_kiosk.unwrap_or_default(),
        row.reference.unwrap_or_default(),
        row.record.map(|record| record.to_string()).unwrap_or_default(),
        row.purpose.unwrap_or_default(),
        row.about.unwrap_or_default(),
    ]
}

fn member(row: &StaffRow) -> LogChoice {
    let left = match &row.credential {
        StaffCredential::Removed => true,
        StaffCredential::Password(_) | StaffCredential::Invited(_) => false,
    };
    LogChoice { id: row.id.0, name: format!("{} {}", row.initials.as_str(), row.name), left }
}

fn kiosk(kiosk: EnrolledKiosk) -> LogChoice {
    LogChoice { id: kiosk.id.0, name: kiosk.name, left: kiosk.revoked_at.is_some() }
}

fn verified(report: &VerifyReport) -> LogVerified {
    let place = |fault: &Fault| match fault {
        Fault::Altered { seq } | Fault::Missing { seq } => Some(*seq),
        Fault::HeadDiffers | Fault::BaseForged => None,
    };
    LogVerified {
        whole: report.faults.is_empty(),
        sealed: report.sealed,
        waiting: report.waiting,
        broken_at: report.faults.iter().filter_map(place).take(FAULTS_NAMED).collect(),
        head: report.head.as_ref().map(|head| hexadecimal(&head.mac)),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string does not fail");
        text
    })
}
