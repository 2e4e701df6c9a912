//! Where the practice's records are, and asking the system that holds them.

use std::{future::Future, sync::Arc, time::Duration};

use chrono::TimeDelta;
use practice_systems::{Breaker, Listed, PatientRecord, PracticeSystem, Situation, Standing, Waiting};
use rand::RngExt as _;
use registration::{
    ids::PatientId,
    time::Timestamp,
    values::name::{NamePart, PersonName},
};
use store::{ContactField, NewContact, NewPatient, StoreError, SystemCopy, SystemRecord, Tx};
use tokio::{sync::Semaphore, time::timeout};

use crate::Portal;

/// Calls under way at the same moment: the allowance is shared with the practice's other programs, and messages must not wait behind
/// a system that is slow.
const CALLS: usize = 2;

/// Within which a call has an outcome: all pages of a search in a system that allows one request a second.
pub(crate) const CALL_TIMEOUT: Duration = Duration::from_mins(4);

/// Records that staff are shown of those that could be somebody; more of other people's details are not copied.
pub(crate) const MOST_SHOWN: usize = 5;

/// Until whoever found others asking asks again.
const WHILE_OTHERS_ASK: TimeDelta = TimeDelta::seconds(5);

/// After a call that was broken off.
const AFTER_TIMEOUT: TimeDelta = TimeDelta::minutes(1);

/// Where the practice's records are.
#[derive(Clone)]
pub enum Records {
    /// In our own database.
    Own,
    /// In software that we cannot reach: ours is a copy, and staff enter each change there by hand.
    ByHand,
    /// In software that we read and write.
    Elsewhere {
        /// Which system it is, address and all: of another one, the same record number is somebody else's.
        name: String,
        /// Reads and writes it.
        system: Arc<dyn PracticeSystem>,
    },
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Own => "Own",
            Self::ByHand => "ByHand",
            Self::Elsewhere { .. } => "Elsewhere",
        })
    }
}

/// The practice system, with what keeps it from being asked too much.
pub(crate) struct Elsewhere {
    pub(crate) name: String,
    pub(crate) system: Arc<dyn PracticeSystem>,
    breaker: Breaker,
    calls: Semaphore,
}

impl Elsewhere {
    pub(crate) fn of(name: String, system: Arc<dyn PracticeSystem>) -> Self {
        Self { name, system, breaker: Breaker::default(), calls: Semaphore::new(CALLS) }
    }

    /// Asks, if the system may be asked now.
    pub(crate) async fn ask<T>(
        &self,
        portal: &Portal,
        call: impl Future<Output = Result<T, Situation>>,
    ) -> Result<T, Situation> {
        let now = portal.now();
        let not_now = |retry_at, why| Situation::NotNow { retry_at, why };
        let Ok(_call) = self.calls.try_acquire() else {
            return Err(not_now(now + WHILE_OTHERS_ASK, Waiting::AllowanceUsed));
        };
        self.breaker.ask(now).map_err(|until| not_now(until, Waiting::InTrouble))?;
        let broken_off = |_| Err(Situation::Unclear { retry_at: portal.now() + AFTER_TIMEOUT });
        let outcome = timeout(CALL_TIMEOUT, call).await.unwrap_or_else(broken_off);
        match &outcome {
            Ok(_) => self.breaker.answered(),
            Err(situation) => {
                let jitter = portal.rng().random_range(0..100);
                self.breaker.ended(*situation, jitter, portal.now());
            }
        }
        outcome
    }
}

/// What a system shows, and from when it may be: it was asked then.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub(crate) record: &'a PatientRecord,
    pub(crate) elsewhere: &'a Elsewhere,
    pub(crate) asked_at: Timestamp,
}

impl Shown<'_> {
    /// Which record, and as of when.
    pub(crate) fn kept(&self) -> SystemRecord {
        SystemRecord {
            system: self.elsewhere.name.clone(),
            record_id: self.record.id.as_str().to_owned(),
            read_version: self.record.version.as_str().to_owned(),
        }
    }
}

impl Portal {
    /// Brings our copy of a record up to what the system shows, and says which that is.
    pub(crate) async fn copy(&self, tx: &mut Tx, shown: Shown<'_>) -> Result<Option<PatientId>, StoreError> {
        self.copy_as(tx, shown, PatientId::draw(shown.asked_at, &mut self.rng())).await
    }

    /// The same; one that has no copy yet gets this id.
    pub(crate) async fn copy_as(
        &self,
        tx: &mut Tx,
        shown: Shown<'_>,
        id: PatientId,
    ) -> Result<Option<PatientId>, StoreError> {
        let Some(patient) = copied(shown.record, id) else {
            tracing::warn!(record = shown.record.id.as_str(), "a record without a name cannot be copied");
            return Ok(None);
        };
        let copy = SystemCopy {
            practice: self.practice(),
            record: &shown.kept(),
            patient: &patient,
            read_at: shown.asked_at,
        };
        tx.copy_system_record(&copy).await.map(Some)
    }
}

/// As our copy holds it; `None` where its name is no name that we can hold.
fn copied(record: &PatientRecord, id: PatientId) -> Option<NewPatient> {
    let family = NamePart::parse(&record.family).ok()?;
    let given = NamePart::parse(&record.given).ok();
    let mut others = record.other_phones.iter();
    let fields = [
        (ContactField::Mobile, record.mobile.as_ref()),
        (ContactField::Email, record.email.as_ref()),
        (ContactField::Home, others.next()),
        (ContactField::Work, others.next()),
    ];
    let contact = |(field, listed): (ContactField, Option<&Listed>)| {
        listed.map(|it| NewContact::of(field, &it.value, it.comparable.as_deref()))
    };
    Some(NewPatient {
        id,
        name: PersonName { given, family },
        date_of_birth: record.date_of_birth,
        contacts: fields.into_iter().filter_map(contact).collect(),
    })
}

/// As it is compared.
pub(crate) fn known(record: &PatientRecord, patient: PatientId) -> matching::Known {
    let person = matching::Person::of(
        &record.given,
        &record.family,
        record.date_of_birth,
        record.phones(),
        record.emails(),
    );
    // Archived, deleted or of somebody who died: whichever it is, no machine links to it.
    let marks = match record.standing {
        Standing::Current => None,
        Standing::Closed => Some(matching::Mark::Merged),
    };
    matching::Known { patient, version: 0, person, marks: marks.into_iter().collect() }
}
