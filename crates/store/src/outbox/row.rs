//! A promise as it is kept, and what became of it.

use registration::{
    ids::{OutboxId, PracticeId, RegistrationId},
    time::Timestamp,
};

use crate::{error::StoreError, fields::Fields, sql::Row};

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutboxKind {
    /// A code by SMS.
    CodeSms,
    /// The link by email.
    LinkEmail,
    /// The link once more; by day, for nobody waits for it.
    LinkReminder,
    /// The verified contact points into a linked record.
    RecordUpdate,
    /// A new record.
    RecordCreate,
    /// "This is no longer our contact for you", to the old one; by day, for nobody waits for it.
    NoticeOldContact,
    /// "Somebody registered with your details", to the account's own contact; at once, by night too: if it was not its
    /// holder, each hour is the other's.
    NoticeRegisteredAgain,
    /// "Reception has connected your account", to the contact that its holder proved; by day, for nobody waits for it.
    NoticeLinked,
}

impl OutboxKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::CodeSms,
        Self::LinkEmail,
        Self::LinkReminder,
        Self::RecordUpdate,
        Self::RecordCreate,
        Self::NoticeOldContact,
        Self::NoticeRegisteredAgain,
        Self::NoticeLinked,
    ];

    /// As the database and the logs write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CodeSms => "code_sms",
            Self::LinkEmail => "link_email",
            Self::LinkReminder => "link_reminder",
            Self::RecordUpdate => "record_update",
            Self::RecordCreate => "record_create",
            Self::NoticeOldContact => "notice_old_contact",
            Self::NoticeRegisteredAgain => "notice_registered_again",
            Self::NoticeLinked => "notice_linked",
        }
    }

    /// The kind that a program reads which does not know this one: it cannot read what such a promise carries either, and gives it up.
    pub(super) const fn nearest(self) -> Self {
        match self {
            Self::NoticeLinked => Self::NoticeRegisteredAgain,
            Self::CodeSms
            | Self::LinkEmail
            | Self::LinkReminder
            | Self::RecordUpdate
            | Self::RecordCreate
            | Self::NoticeOldContact
            | Self::NoticeRegisteredAgain => self,
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A promise that is still to be kept.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Which; also what a provider is given, so that it can tell a second delivery.
    pub id: OutboxId,
    /// Whose.
    pub practice: PracticeId,
    /// For which registration, if for one.
    pub registration: Option<RegistrationId>,
    /// What it is.
    pub kind: OutboxKind,
    /// Not to be delivered before; kept as `expires_at` where it is later than that.
    pub not_before: Timestamp,
    /// Not to be delivered from then on.
    pub expires_at: Timestamp,
    /// Sealed by the caller under a key outside the database.
    pub sealed: Vec<u8>,
    /// How often a worker took it, this time included; 0 when it is promised.
    pub attempts: u32,
    /// When it was promised.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for OutboxRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OutboxRow")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxOutcome {
    /// Delivered, or done.
    Sent,
    /// Not now; again at this time.
    RetryAt(Timestamp),
    /// Never.
    Failed,
}

/// Where a promise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromiseState {
    /// To be kept.
    Promised,
    /// Kept.
    Sent,
    /// Given up.
    Failed,
    /// Its time ran out.
    Expired,
    /// Something newer took its place.
    Cancelled,
}

impl PromiseState {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "promised" => Some(Self::Promised),
            "sent" => Some(Self::Sent),
            "failed" => Some(Self::Failed),
            "expired" => Some(Self::Expired),
            "cancelled" => Some(Self::Cancelled),
            _ => None,
        }
    }
}

/// What became of a promise; kept for 30 days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromiseFate {
    /// Which.
    pub id: OutboxId,
    /// What it is.
    pub kind: OutboxKind,
    /// Where it stands.
    pub state: PromiseState,
    /// How often a worker took it.
    pub attempts: u32,
    /// When it was over; `None` while it is to be kept.
    pub finished_at: Option<Timestamp>,
}

pub(super) fn read_row(row: &Row) -> Result<OutboxRow, StoreError> {
    let fields = Fields::of(row, "outbox", "id");
    Ok(OutboxRow {
        id: OutboxId(fields.get("id")?),
        practice: PracticeId(fields.get("practice_id")?),
        registration: fields.opt("registration_id")?.map(RegistrationId),
        kind: fields.read("kind", OutboxKind::parse)?,
        not_before: fields.at("not_before")?,
        expires_at: fields.at("expires_at")?,
        sealed: fields.get("sealed")?,
        attempts: fields.number("attempts")?,
        created_at: fields.at("created_at")?,
    })
}

pub(super) fn read_fate(row: &Row) -> Result<PromiseFate, StoreError> {
    let fields = Fields::of(row, "outbox", "id");
    Ok(PromiseFate {
        id: OutboxId(fields.get("id")?),
        kind: fields.read("kind", OutboxKind::parse)?,
        state: fields.read("state", PromiseState::parse)?,
        attempts: fields.number("attempts")?,
        finished_at: fields.opt_at("finished_at")?,
    })
}
