//! What "the patient's phone" shows, as JSON. The demo and the tests read the same.

use chrono::{DateTime, Utc};
use matching::ReviewReason;
use registration::{
    ids::{PatientId, RegistrationId},
    time::Timestamp,
    values::{
        mobile::MobileNumber,
        name::{NamePart, PersonName},
    },
};
use serde::Serialize;
use store::{
    Channel, ContactField, ContactPoint, OutboxKind, PatientRecord, PromiseState, SandboxMessage, StoreError,
};
use uuid::Uuid;

use crate::Portal;

/// Reviews and patients that are listed at most.
const MOST: u32 = 50;

/// One message on the phone.
#[derive(Serialize)]
pub(super) struct MessageView {
    /// To be given as `after` for the next ones.
    cursor: i64,
    id: Uuid,
    channel: &'static str,
    recipient: String,
    subject: Option<String>,
    text: String,
    sent_at: DateTime<Utc>,
}

impl MessageView {
    pub(super) fn of(message: SandboxMessage) -> Self {
        Self {
            cursor: message.position,
            id: message.id.0,
            channel: match message.channel {
                Channel::Sms => "sms",
                Channel::Email => "email",
            },
            recipient: message.recipient,
            subject: message.subject,
            text: message.text,
            sent_at: message.sent_at.instant(),
        }
    }

    pub(super) fn cursor(&self) -> i64 {
        self.cursor
    }
}

/// A patient in a list.
#[derive(Serialize)]
pub(super) struct PatientLine {
    id: Uuid,
    name: String,
    born: String,
}

/// A field of the record, with its present value.
#[derive(Serialize, PartialEq, Eq)]
struct FieldView {
    field: &'static str,
    label: &'static str,
    value: Option<String>,
    /// Such as "verified 12:04".
    verified: Option<String>,
    verified_at: Option<DateTime<Utc>>,
}

/// A value that was there before.
#[derive(Serialize)]
struct PastView {
    field: &'static str,
    label: &'static str,
    value: String,
    until: String,
}

/// A promise and what became of it.
#[derive(Serialize)]
struct PromiseView {
    words: &'static str,
    state: &'static str,
}

/// The whole record.
#[derive(Serialize)]
pub(super) struct RecordView {
    id: Uuid,
    version: i64,
    name: String,
    born: String,
    fields: Vec<FieldView>,
    history: Vec<PastView>,
    promises: Vec<PromiseView>,
}

/// A task for staff.
#[derive(Serialize)]
pub(super) struct ReviewView {
    id: Uuid,
    registration: Uuid,
    reference: String,
    reason: &'static str,
    words: &'static str,
    at: String,
    candidates: Vec<PatientLine>,
    promises: Vec<PromiseView>,
}

const FIELDS: [(ContactField, &str, &str); 4] = [
    (ContactField::Mobile, "mobile", "Mobile"),
    (ContactField::Home, "home", "Home"),
    (ContactField::Work, "work", "Work"),
    (ContactField::Email, "email", "Email"),
];

impl Portal {
    pub(super) async fn phone_messages(&self, after: i64) -> Result<Vec<MessageView>, StoreError> {
        let messages = self.store.sandbox_messages(self.practice(), after).await?;
        Ok(messages.into_iter().map(MessageView::of).collect())
    }

    pub(super) async fn phone_patients(&self, name: &str) -> Result<Vec<PatientLine>, StoreError> {
        let found = self.store.search_patients(self.practice(), name, MOST).await?;
        Ok(found.iter().map(line).collect())
    }

    pub(super) async fn phone_record(&self, id: PatientId) -> Result<Option<RecordView>, StoreError> {
        let Some(record) = self.store.patient(self.practice(), id).await? else { return Ok(None) };
        let history = self.store.patient_contact_history(self.practice(), id).await?;
        let fields = FIELDS.map(|(field, name, label)| self.field(&record, field, name, label));
        let past = history.iter().filter_map(|point| self.past(point)).collect();
        let mut promises = Vec::new();
        for registration in proven_by(&history) {
            promises.extend(self.phone_promises(registration).await?);
        }
        Ok(Some(RecordView {
            id: id.0,
            version: record.version,
            name: full_name(&record.name),
            born: born(&record),
            fields: fields.into(),
            history: past,
            promises,
        }))
    }

    pub(super) async fn phone_reviews(&self) -> Result<Vec<ReviewView>, StoreError> {
        let mut views = Vec::new();
        for review in self.store.reviews_waiting(self.practice(), MOST).await? {
            let mut candidates = Vec::new();
            for candidate in &review.candidates {
                candidates.extend(self.store.patient(self.practice(), *candidate).await?.as_ref().map(line));
            }
            let registration = self.store.registration(self.practice(), review.registration).await?;
            let (reason, words) = reason(review.reason);
            views.push(ReviewView {
                id: review.id.0,
                registration: review.registration.0,
                reference: registration.map(|found| found.reference.as_str().to_owned()).unwrap_or_default(),
                reason,
                words,
                at: self.clock_words(review.at),
                candidates,
                promises: self.phone_promises(review.registration).await?,
            });
        }
        Ok(views)
    }

    async fn phone_promises(&self, registration: RegistrationId) -> Result<Vec<PromiseView>, StoreError> {
        let promises = self.store.promises_of(self.practice(), registration).await?;
        Ok(promises
            .iter()
            .map(|promise| PromiseView { words: kind(promise.kind), state: state(promise.state) })
            .collect())
    }

    fn field(
        &self,
        record: &PatientRecord,
        field: ContactField,
        name: &'static str,
        label: &'static str,
    ) -> FieldView {
        let present = record.contact(field);
        let verified_at = present.and_then(|point| point.verified).map(|(at, _)| at);
        FieldView {
            field: name,
            label,
            value: present.map(as_people_write_it),
            verified: verified_at.map(|at| format!("verified {}", self.clock_words(at))),
            verified_at: verified_at.map(Timestamp::instant),
        }
    }

    fn past(&self, point: &ContactPoint) -> Option<PastView> {
        let replaced_at = point.replaced_at?;
        let (_, field, label) = FIELDS.into_iter().find(|(field, _, _)| *field == point.field)?;
        Some(PastView {
            field,
            label,
            value: as_people_write_it(point),
            until: self.clock_words(replaced_at),
        })
    }

    /// "12:04" today, "3 June, 12:04" on any other day, in the practice's zone.
    fn clock_words(&self, at: Timestamp) -> String {
        let zone = self.settings().time_zone;
        let (at, now) = (at.instant().with_timezone(&zone), self.now().instant().with_timezone(&zone));
        let pattern = if at.date_naive() == now.date_naive() { "%H:%M" } else { "%-d %B, %H:%M" };
        at.format(pattern).to_string()
    }
}

/// A proven mobile stands in the record as E.164.
fn as_people_write_it(point: &ContactPoint) -> String {
    match (point.field, point.verified) {
        (ContactField::Mobile, Some(_)) => MobileNumber::from_row(&point.value, &point.value)
            .map_or_else(|_| point.value.clone(), |mobile| mobile.national()),
        (ContactField::Home | ContactField::Mobile | ContactField::Work | ContactField::Email, _) => {
            point.value.clone()
        }
    }
}

fn proven_by(history: &[ContactPoint]) -> Vec<RegistrationId> {
    let mut registrations: Vec<_> =
        history.iter().filter_map(|point| point.verified).map(|(_, by)| by).collect();
    registrations.sort_unstable();
    registrations.dedup();
    registrations
}

fn line(record: &PatientRecord) -> PatientLine {
    PatientLine { id: record.id.0, name: full_name(&record.name), born: born(record) }
}

fn full_name(name: &PersonName) -> String {
    let parts = name.given.iter().chain([&name.family]).map(NamePart::as_typed);
    parts.collect::<Vec<_>>().join(" ")
}

fn born(record: &PatientRecord) -> String {
    record.date_of_birth.map_or_else(|| "unknown".to_owned(), |born| born.format("%-d %B %Y").to_string())
}

const fn kind(kind: OutboxKind) -> &'static str {
    match kind {
        OutboxKind::CodeSms => "Code by text",
        OutboxKind::LinkEmail => "Link by email",
        OutboxKind::LinkReminder => "Reminder by email",
        OutboxKind::RecordUpdate => "Update of the record",
        OutboxKind::RecordCreate => "New record",
        OutboxKind::NoticeOldContact => "Notice to the old contact",
        OutboxKind::NoticeRegisteredAgain => "Notice: registered again",
        OutboxKind::NoticeLinked => "Notice: linked by staff",
    }
}

const fn state(state: PromiseState) -> &'static str {
    match state {
        PromiseState::Promised => "waiting",
        PromiseState::Sent => "done",
        PromiseState::Failed => "given up",
        PromiseState::Expired => "too late",
        PromiseState::Cancelled => "no longer needed",
    }
}

const fn reason(reason: ReviewReason) -> (&'static str, &'static str) {
    match reason {
        ReviewReason::SeveralRecordsAgree => {
            ("several_records_agree", "Several records agree: which of them is it?")
        }
        ReviewReason::ContactOnAnotherRecord => (
            "contact_on_another_record",
            "The same mobile or email is also on a record of somebody much alike",
        ),
        ReviewReason::NameAndDateAgreeContactDiffers => (
            "name_and_date_agree_contact_differs",
            "Name and birthday agree, but the record has other contact details",
        ),
        ReviewReason::ContactAgreesNameOrDateDiffers => (
            "contact_agrees_name_or_date_differs",
            "The mobile or email is on a record with another name or birthday",
        ),
        ReviewReason::DateAgreesNameSimilar => {
            ("date_agrees_name_similar", "The birthday agrees and the name is much alike")
        }
        ReviewReason::AccountExistsWithOtherContacts => (
            "account_exists_with_other_contacts",
            "This person has an account already, with other contact details or under another name",
        ),
        ReviewReason::NoEmail => ("no_email", "The mobile is proven; there is no email address"),
        ReviewReason::RecordChangedMeanwhile => {
            ("record_changed_meanwhile", "The record was changed while the patient was registering")
        }
        ReviewReason::RecordNotWritten => ("record_not_written", "The record could not be written"),
        ReviewReason::NameAgreesDateSimilar => {
            ("name_agrees_date_similar", "The name is much alike, and the birthday a slip away or not known")
        }
        ReviewReason::AnotherRecordIsNear => {
            ("another_record_is_near", "One record agrees, and another is nearly as likely")
        }
        ReviewReason::RecordMarked => ("record_marked", "The record that agrees is marked"),
        ReviewReason::TooCommonToTell => {
            ("too_common_to_tell", "The name, birthday and contact are too common to tell people apart")
        }
        ReviewReason::ShortNameOfSomebodyElse => (
            "short_name_of_somebody_else",
            "The name agrees as a short or longer form only, of a child or with a shared contact",
        ),
    }
}
