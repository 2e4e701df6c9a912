//! Who is this? The records that might be, the verdict on them, and what of it is kept.

use std::collections::{BTreeSet, HashMap};

use chrono_tz::Tz;
use matching::{Circumstances, Frequencies, Person, Policy, Verdict, judge};
use practice_systems::Candidates;
use registration::{
    flow::{Registration, State},
    ids::{PatientId, RegistrationId},
    time::Timestamp,
    values::name::NamePart,
};
use store::{AccessEntry, Act, Actor, ByStaff, NotTheSame, StoreError, Tx};

use crate::{
    Portal,
    elsewhere::{Elsewhere, MOST_SHOWN, Shown, known},
};

/// What a search in a practice system found.
#[derive(Clone, Copy)]
pub(crate) struct Found<'a> {
    pub(crate) candidates: &'a Candidates,
    pub(crate) elsewhere: &'a Elsewhere,
    /// It was asked then.
    pub(crate) asked_at: Timestamp,
}

/// Staff cannot say it of this registration.
#[derive(Debug, thiserror::Error)]
pub enum SayRefused {
    /// There is no such registration, or its details are gone.
    #[error("there is no such registration")]
    NoSuchRegistration,
    /// There is no such record.
    #[error("there is no such record")]
    NoSuchRecord,
    /// The store did not keep it.
    #[error("the store did not keep it")]
    Store(#[from] StoreError),
}

impl Portal {
    /// Looks for the person among the records, decides, and keeps what was decided and why. `email` is empty where none is proven.
    pub(crate) async fn judge(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        email: &str,
        now: Timestamp,
    ) -> Result<Verdict, StoreError> {
        let (practice, details) = (self.practice(), &registration.details);
        let person = person(registration, email);
        let found = tx.look_up(practice, &person).await?;
        let (born, mobile) = (details.date_of_birth.date(), details.mobile.e164());
        let not_the_same = tx.not_the_same(practice, &details.name, born, mobile, email).await?;
        let policy = self.settings.match_policy;
        let circumstances = Circumstances {
            policy,
            frequencies: found.frequencies,
            not_the_same: &not_the_same,
            today: today(now, self.settings.time_zone),
        };
        let judgement = judge(&person, &found.records, &circumstances);
        tx.keep_judgement(practice, registration.id, &judgement, policy, now).await?;
        self.log_matched(tx, registration, &judgement.verdict, now).await?;
        Ok(judgement.verdict)
    }

    /// The same among what a practice system was found to hold. Only those in question are copied, and stand with the decision.
    pub(crate) async fn judge_found(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        found: Found<'_>,
        now: Timestamp,
    ) -> Result<Verdict, StoreError> {
        let Found { candidates, elsewhere, asked_at } = found;
        let (practice, details) = (self.practice(), &registration.details);
        let email = proven_email(registration).unwrap_or_default();
        let (person, mut records, mut shown) = (person(registration, email), Vec::new(), HashMap::new());
        // Two that look at one record must not both take it for one that has no copy.
        tx.take_turns_in_creating(practice).await?;
        for record in &candidates.records {
            let copy = tx.copy_of(practice, &elsewhere.name, record.id.as_str()).await?;
            let patient = copy.unwrap_or_else(|| PatientId::draw(now, &mut self.rng()));
            records.push(known(record, patient));
            shown.insert(patient, record);
        }
        let (born, mobile) = (details.date_of_birth.date(), details.mobile.e164());
        let not_the_same = tx.not_the_same(practice, &details.name, born, mobile, email).await?;
        // Where records with this birthday can stay unseen, so can a twin's: then nothing is relaxed.
        let policy =
            if candidates.coverage.date_of_birth { self.settings.match_policy } else { Policy::Strict };
        let circumstances = Circumstances {
            policy,
            frequencies: Frequencies::of_found(&person, &records),
            not_the_same: &not_the_same,
            today: today(now, self.settings.time_zone),
        };
        let mut judgement = judge(&person, &records, &circumstances);
        let mut copied = BTreeSet::new();
        for patient in in_question(&judgement.verdict) {
            let Some(record) = shown.get(&patient) else { continue };
            copied.extend(self.copy_as(tx, Shown { record, elsewhere, asked_at }, patient).await?);
        }
        judgement.comparisons.retain(|comparison| copied.contains(&comparison.patient));
        if let Verdict::Review { candidates, .. } = &mut judgement.verdict {
            candidates.retain(|candidate| copied.contains(candidate));
        }
        tx.keep_judgement(practice, registration.id, &judgement, policy, now).await?;
        self.log_matched(tx, registration, &judgement.verdict, now).await?;
        Ok(judgement.verdict)
    }

    /// Puts every record under its match keys: one of a database from before there were keys, or that a portal of another version
    /// has added. To be done before anybody is served, because until then nobody can be looked for. Refused where they were made under
    /// another master key.
    pub async fn make_match_keys(&self) -> Result<(), StoreError> {
        let put = self.store.make_match_keys(self.practice(), self.now()).await?;
        if put > 0 {
            tracing::info!(records = put, "match keys made");
        }
        Ok(())
    }

    /// A staff member says that whoever registered is not the person of this record. Kept for ever: the record is not held
    /// to be theirs again.
    pub async fn say_not_the_same(
        &self,
        id: RegistrationId,
        patient: PatientId,
        staff: ByStaff,
    ) -> Result<(), SayRefused> {
        let (practice, now) = (self.practice(), self.now());
        let mut tx = self.store.begin(practice).await?;
        let registration = tx.registration(practice, id).await?.ok_or(SayRefused::NoSuchRegistration)?;
        if tx.patient(practice, patient).await?.is_none() {
            return Err(SayRefused::NoSuchRecord);
        }
        self.note_not_the_same(&mut tx, &registration, patient, staff, now).await?;
        Ok(tx.commit().await?)
    }

    /// The same of a record that is there.
    pub(crate) async fn note_not_the_same(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        patient: PatientId,
        staff: ByStaff,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let details = &registration.details;
        tx.say_not_the_same(&NotTheSame {
            practice: self.practice(),
            patient,
            registration: registration.id,
            name: &details.name,
            date_of_birth: details.date_of_birth.date(),
            mobile_e164: details.mobile.e164(),
            email: proven_email(registration),
            at: now,
        })
        .await?;
        let entry = self.entry(Actor::Staff(staff), Act::SaidNotTheSame, now);
        let (registration, patient) = (Some(registration.id), Some(patient));
        tx.log(AccessEntry { registration, patient, ..entry }).await
    }
}

/// Whose details are needed to act on it.
fn in_question(verdict: &Verdict) -> Vec<PatientId> {
    match verdict {
        Verdict::Linked { patient, .. } => vec![*patient],
        Verdict::New => Vec::new(),
        Verdict::Review { candidates, .. } => candidates.iter().copied().take(MOST_SHOWN).collect(),
    }
}

/// What was typed and not proven says nothing about anybody.
pub(crate) fn proven_email(registration: &Registration) -> Option<&str> {
    match &registration.state {
        State::AwaitingTerms { email, .. } | State::Registered { email, .. } => Some(email.value().as_str()),
        State::AwaitingCode { .. }
        | State::AwaitingPassword { .. }
        | State::AwaitingLink { .. }
        | State::HandedToDesk { .. }
        | State::Declined { .. }
        | State::Abandoned { .. }
        | State::Locked { .. }
        | State::Expired { .. }
        | State::Superseded { .. } => None,
    }
}

/// As matching sees who registered.
pub(crate) fn person(registration: &Registration, email: &str) -> Person {
    let details = &registration.details;
    let given = details.name.given.as_ref().map(NamePart::as_typed).unwrap_or_default();
    let born = Some(details.date_of_birth.date());
    Person::of(given, details.name.family.as_typed(), born, [details.mobile.e164()], [email])
}

/// Whether somebody is an adult is told by the practice's own date.
fn today(now: Timestamp, zone: Tz) -> chrono::NaiveDate {
    now.instant().with_timezone(&zone).date_naive()
}
