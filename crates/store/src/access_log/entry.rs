//! One line of the log.

use registration::{
    ids::{AccountId, KioskId, PatientId, PracticeId, RegistrationId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Row, query},
    tx::Tx,
};

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The registrant, on a kiosk or on their own phone.
    Patient,
    /// A kiosk by itself.
    Kiosk(KioskId),
    /// The portal by itself.
    Portal,
    /// A named staff member.
    Staff(Uuid),
}

impl Actor {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Kiosk(_) => "kiosk",
            Self::Portal => "portal",
            Self::Staff(_) => "staff",
        }
    }

    const fn id(self) -> Option<Uuid> {
        match self {
            Self::Kiosk(id) => Some(id.0),
            Self::Staff(id) => Some(id),
            Self::Patient | Self::Portal => None,
        }
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// Details were confirmed; a registration began.
    DetailsConfirmed,
    /// A code was promised.
    CodeSent,
    /// The right code was typed.
    CodeRight,
    /// A password was set.
    PasswordSet,
    /// The patient goes on on their own phone.
    LeftForPhone,
    /// A link was promised.
    LinkSent,
    /// The link's page proved the email address: by the right password, or by a first one set there.
    LinkOpened,
    /// Too many wrong passwords on its page.
    RegistrationLocked,
    /// The terms were accepted.
    TermsAccepted,
    /// They were not.
    TermsDeclined,
    /// The patient gave up or changed the number.
    RegistrationAbandoned,
    /// Time ran out.
    RegistrationExpired,
    /// A later registration of the same person took its place.
    RegistrationSuperseded,
    /// Records were compared with a registration; names the record if one was linked.
    RecordsMatched,
    /// A review was opened: a line for each record in question, or one without a record.
    ReviewOpened,
    /// An account was made.
    AccountMade,
    /// An account's password was reset by a registration.
    AccountReset,
    /// A record was linked to an account.
    RecordLinked,
    /// A record was made.
    RecordCreated,
    /// A record was given verified contact points.
    RecordUpdated,
    /// A record was given back what it held before an update.
    RecordUpdateUndone,
    /// Staff said that whoever registered is not the person of a record.
    SaidNotTheSame,
    /// An update of a record, or a new one, was left to staff.
    RecordUpdateLeftToStaff,
    /// A staff member was shown what to enter into the practice's software by hand.
    RecordTaskShown,
    /// A staff member has entered a change into the practice's software by hand.
    RecordEnteredByHand,
    /// A patient was sent to the desk with a reference.
    DeskReferenceGiven,
    /// A kiosk was given a credential.
    KioskEnrolled,
    /// Records were added from a file.
    RecordsImported,
    /// Every record was written into a file.
    RecordsExported,
    /// Every record was counted; nobody was shown one.
    RecordsChecked,
    /// A code with which a machine may become a kiosk was asked for.
    EnrolmentOpened,
    /// A kiosk's credential was revoked.
    KioskRevoked,
    /// Details that a kiosk kept while the portal was away were lost, or no text can reach who gave them.
    KeptDetailsLost,
    /// A staff member was shown whose details a kiosk kept.
    KeptDetailsShown,
    /// A back-up of everything was begun.
    BackupBegun,
    /// Everything was restored out of a back-up.
    BackupRestored,
    /// A new recovery key took the place of the former one.
    RecoveryKeyReplaced,
    /// A staff member was shown a review: a line for each record in question, or one without a record.
    ReviewShown,
    /// A staff member settled a review; names the record if it is the registrant's.
    ReviewSettled,
    /// A staff member opened a review again that was settled.
    ReviewOpenedAgain,
    /// The link from an account to a record was ended by staff.
    RecordUnlinked,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 41] = [
        Self::DetailsConfirmed,
        Self::CodeSent,
        Self::CodeRight,
        Self::PasswordSet,
        Self::LeftForPhone,
        Self::LinkSent,
        Self::LinkOpened,
        Self::RegistrationLocked,
        Self::TermsAccepted,
        Self::TermsDeclined,
        Self::RegistrationAbandoned,
        Self::RegistrationExpired,
        Self::RegistrationSuperseded,
        Self::RecordsMatched,
        Self::ReviewOpened,
        Self::AccountMade,
        Self::AccountReset,
        Self::RecordLinked,
        Self::RecordCreated,
        Self::RecordUpdated,
        Self::RecordUpdateUndone,
        Self::SaidNotTheSame,
        Self::RecordUpdateLeftToStaff,
        Self::RecordTaskShown,
        Self::RecordEnteredByHand,
        Self::DeskReferenceGiven,
        Self::KioskEnrolled,
        Self::RecordsImported,
        Self::RecordsExported,
        Self::RecordsChecked,
        Self::EnrolmentOpened,
        Self::KioskRevoked,
        Self::KeptDetailsLost,
        Self::KeptDetailsShown,
        Self::BackupBegun,
        Self::BackupRestored,
        Self::RecoveryKeyReplaced,
        Self::ReviewShown,
        Self::ReviewSettled,
        Self::ReviewOpenedAgain,
        Self::RecordUnlinked,
    ];

    /// As the database writes it; never reused for another meaning.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DetailsConfirmed => "details_confirmed",
            Self::CodeSent => "code_sent",
            Self::CodeRight => "code_right",
            Self::PasswordSet => "password_set",
            Self::LeftForPhone => "left_for_phone",
            Self::LinkSent => "link_sent",
            Self::LinkOpened => "link_opened",
            Self::RegistrationLocked => "registration_locked",
            Self::TermsAccepted => "terms_accepted",
            Self::TermsDeclined => "terms_declined",
            Self::RegistrationAbandoned => "registration_abandoned",
            Self::RegistrationExpired => "registration_expired",
            Self::RegistrationSuperseded => "registration_superseded",
            Self::RecordsMatched => "records_matched",
            Self::ReviewOpened => "review_opened",
            Self::AccountMade => "account_made",
            Self::AccountReset => "account_reset",
            Self::RecordLinked => "record_linked",
            Self::RecordCreated => "record_created",
            Self::RecordUpdated => "record_updated",
            Self::RecordUpdateUndone => "record_update_undone",
            Self::SaidNotTheSame => "said_not_the_same",
            Self::RecordUpdateLeftToStaff => "record_update_left_to_staff",
            Self::RecordTaskShown => "record_task_shown",
            Self::RecordEnteredByHand => "record_entered_by_hand",
            Self::DeskReferenceGiven => "desk_reference_given",
            Self::KioskEnrolled => "kiosk_enrolled",
            Self::RecordsImported => "records_imported",
            Self::RecordsExported => "records_exported",
            Self::RecordsChecked => "records_checked",
            Self::EnrolmentOpened => "enrolment_opened",
            Self::KioskRevoked => "kiosk_revoked",
            Self::KeptDetailsLost => "kept_details_lost",
            Self::KeptDetailsShown => "kept_details_shown",
            Self::BackupBegun => "backup_begun",
            Self::BackupRestored => "backup_restored",
            Self::RecoveryKeyReplaced => "recovery_key_replaced",
            Self::ReviewShown => "review_shown",
            Self::ReviewSettled => "review_settled",
            Self::ReviewOpenedAgain => "review_opened_again",
            Self::RecordUnlinked => "record_unlinked",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == name)
    }
}

/// A line to be appended. Identifiers only: nothing in the log names a person by itself.
#[derive(Clone, Copy, Debug)]
pub struct AccessEntry {
    /// `UUIDv7`, drawn by the caller.
    pub id: Uuid,
    /// Whose.
    pub practice: PracticeId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    pub act: Act,
    /// On which registration.
    pub registration: Option<RegistrationId>,
    /// On which record.
    pub patient: Option<PatientId>,
    /// On which account.
    pub account: Option<AccountId>,
}

impl AccessEntry {
    /// About everything or nothing in particular, by whoever runs a command where the portal is.
    #[must_use]
    pub const fn by_portal(id: Uuid, practice: PracticeId, act: Act, at: Timestamp) -> Self {
        Self { id, practice, at, actor: Actor::Portal, act, registration: None, patient: None, account: None }
    }
}

const INSERT: &str = "
INSERT INTO access_log (practice_id, id, at, actor, actor_id, act, registration_id, patient_id, account_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

impl Store {
    /// What was done for a registration, and to which record, oldest first.
    pub async fn acts_of(
        &self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<Vec<(Act, Option<PatientId>)>, StoreError> {
        let rows = query(
            "SELECT id, act, patient_id FROM access_log
             WHERE practice_id = $1 AND registration_id = $2 ORDER BY at, id",
        )
        .bind(practice.0)
        .bind(registration.0)
        .fetch_all(self.reading(practice))
        .await?;
        let read = |row: &Row| {
            let fields = Fields::of(row, "access_log", "id");
            Ok((fields.read("act", Act::parse)?, fields.opt("patient_id")?.map(PatientId)))
        };
        rows.iter().map(read).collect()
    }
}

impl Tx {
    /// Appends a line; it is there exactly if the act is.
    pub async fn log(&mut self, entry: AccessEntry) -> Result<(), StoreError> {
        query(INSERT)
            .bind(entry.practice.0)
            .bind(entry.id)
            .bind(At(entry.at))
            .bind(entry.actor.as_str())
            .bind(entry.actor.id())
            .bind(entry.act.as_str())
            .bind(entry.registration.map(|id| id.0))
            .bind(entry.patient.map(|id| id.0))
            .bind(entry.account.map(|id| id.0))
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
