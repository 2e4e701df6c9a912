//! A review as staff look at it: what was registered beside what each record in question holds.

use matching::{Levels, Person, ReviewReason, compare};
use practice_systems::{RecordId, Sought};
use registration::{
    flow::Registration,
    ids::{PatientId, ReviewId},
    values::name::NamePart,
};
use store::{Act, ByStaff, ContactField, PatientRecord, ReviewRow, Settled, StoreError};

use crate::{
    Portal,
    elsewhere::{Elsewhere, Shown},
    registrations::{Found, person, proven_email, records_of},
};

/// A review with people's details.
#[derive(Clone, Debug)]
pub struct ReviewShown {
    /// Why, and since when.
    pub review: ReviewRow,
    /// What was said of it, if anything was.
    pub settled: Option<Settled>,
    /// What was registered.
    pub registration: Registration,
    /// The records in question, the likeliest first.
    pub in_question: Vec<InQuestion>,
    /// Whether the practice system was to be searched for them and could not be asked: look once more.
    pub not_searched: bool,
}

/// A record in question.
#[derive(Clone, Debug)]
pub struct InQuestion {
    /// As it is now.
    pub record: PatientRecord,
    /// How it compares now with what was registered.
    pub levels: Levels,
    /// Whether the practice system could not be asked, so that this is our copy of an earlier day.
    pub may_be_outdated: bool,
}

/// Why a review is not shown.
#[derive(Debug, thiserror::Error)]
pub enum NotShown {
    /// There is no such review.
    #[error("there is no such review")]
    NoSuchReview,
    /// The registration's details are gone.
    #[error("the details of the registration are gone")]
    DetailsGone,
    /// The store did not show it.
    #[error("the store did not show it")]
    Store(#[from] StoreError),
}

impl Portal {
    /// Those that wait for staff, newest first, at most `most`.
    pub async fn reviews_waiting(&self, most: u32) -> Result<Vec<ReviewRow>, StoreError> {
        self.store.reviews_waiting(self.practice(), most).await
    }

    /// Shows a review to a staff member, which the log keeps. Records of a practice system are read there first, so that what is settled
    /// is what there is.
    pub async fn show_review(&self, id: ReviewId, staff: ByStaff) -> Result<ReviewShown, NotShown> {
        let practice = self.practice();
        let mut tx = self.store.begin(practice).await?;
        let (mut review, settled) = tx.review(practice, id).await?.ok_or(NotShown::NoSuchReview)?;
        let registration =
            tx.registration(practice, review.registration).await?.ok_or(NotShown::DetailsGone)?;
        drop(tx);
        let mut not_searched = false;
        if settled.is_none() && is_judged_by_copies(&review) {
            match self.search_for(&review, &registration).await? {
                Some(found) => review.candidates = found,
                None => not_searched = true,
            }
        }
        let mut outdated = Vec::new();
        for patient in &review.candidates {
            if !self.follow(*patient).await? {
                outdated.push(*patient);
            }
        }
        let mut tx = self.store.begin(practice).await?;
        let registrant = person(&registration, proven_email(&registration).unwrap_or_default());
        let mut in_question = Vec::new();
        for patient in &review.candidates {
            let Some(record) = tx.patient(practice, *patient).await? else { continue };
            let levels = compare(&registrant, &as_compared(&record));
            in_question.push(InQuestion { record, levels, may_be_outdated: outdated.contains(patient) });
            self.log_staff(&mut tx, staff, Act::ReviewShown, registration.id, Some(*patient)).await?;
        }
        if in_question.is_empty() {
            self.log_staff(&mut tx, staff, Act::ReviewShown, registration.id, None).await?;
        }
        tx.commit().await?;
        Ok(ReviewShown { review, settled, registration, in_question, not_searched })
    }

    /// Searches the practice system, and says who is in question then. `None` if it could not be asked.
    async fn search_for(
        &self,
        review: &ReviewRow,
        registration: &Registration,
    ) -> Result<Option<Vec<PatientId>>, StoreError> {
        let (Some(elsewhere), Some((mobile, email))) = (&self.elsewhere, registration.proven()) else {
            return Ok(Some(review.candidates.clone()));
        };
        let sought = Sought {
            name: registration.details.name.clone(),
            date_of_birth: registration.details.date_of_birth,
            mobile: mobile.value().clone(),
            email: email.map(|email| email.value().clone()),
        };
        let asked_at = self.now();
        let candidates = match elsewhere.ask(self, elsewhere.system.find_candidates(&sought)).await {
            Ok(candidates) => candidates,
            Err(situation) => {
                tracing::warn!(%situation, "nobody was searched for a review");
                return Ok(None);
            }
        };
        let now = self.now();
        let mut tx = self.store.begin(self.practice()).await?;
        let found = Found { candidates: &candidates, elsewhere, asked_at };
        for patient in records_of(self.judge_found(&mut tx, registration, found, now).await?) {
            tx.add_review_candidate(review.practice, review.id, patient).await?;
        }
        let in_question = tx.review(review.practice, review.id).await?.map(|(review, _)| review.candidates);
        tx.commit().await?;
        Ok(in_question)
    }

    /// Brings the copy of a record up to what the practice system shows. Says whether it is as new as it can be.
    async fn follow(&self, patient: PatientId) -> Result<bool, StoreError> {
        let Some(elsewhere) = &self.elsewhere else { return Ok(true) };
        let kept = self.store.system_record(self.practice(), patient).await?;
        let kept = kept.filter(|kept| kept.system == elsewhere.name);
        let Some(record) = kept.and_then(|kept| RecordId::parse(&kept.record_id)) else { return Ok(false) };
        self.follow_record(elsewhere, patient, &record).await
    }

    async fn follow_record(
        &self,
        elsewhere: &Elsewhere,
        patient: PatientId,
        record: &RecordId,
    ) -> Result<bool, StoreError> {
        let asked_at = self.now();
        let shown = match elsewhere.ask(self, elsewhere.system.read(record)).await {
            Ok(shown) => shown,
            Err(situation) => {
                tracing::warn!(%situation, "a record in question was not read");
                return Ok(false);
            }
        };
        let mut tx = self.store.begin(self.practice()).await?;
        match shown {
            Some(shown) => {
                self.copy(&mut tx, Shown { record: &shown, elsewhere, asked_at }).await?;
            }
            None => tx.empty_copy(self.practice(), patient, asked_at).await?,
        }
        tx.commit().await?;
        Ok(true)
    }
}

/// Whether the practice system was not asked when the review was opened, or named nobody: whoever was handed to the desk, or has an
/// account already, was compared with our own copies alone.
fn is_judged_by_copies(review: &ReviewRow) -> bool {
    review.candidates.is_empty()
        || matches!(review.reason, ReviewReason::NoEmail | ReviewReason::AccountExistsWithOtherContacts)
}

/// As matching sees a record of ours.
fn as_compared(record: &PatientRecord) -> Person {
    let given = record.name.given.as_ref().map(NamePart::as_typed).unwrap_or_default();
    let values = |of_emails: bool| {
        let contacts = record.contacts.iter();
        contacts
            .filter(move |contact| (contact.field == ContactField::Email) == of_emails)
            .filter_map(|contact| contact.comparable.as_deref())
    };
    let (family, born) = (record.name.family.as_typed(), record.date_of_birth);
    Person::of(given, family, born, values(false), values(true))
}
