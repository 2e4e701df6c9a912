//! The two ways out of the house. A sender is handed one message and says what became of it.

use async_trait::async_trait;
use registration::{
    ids::OutboxId,
    values::{email::EmailAddress, mobile::MobileNumber},
};

/// One SMS. `Debug` shows only the id.
#[derive(Clone)]
pub struct Sms {
    /// Goes to the provider as its reference: the same message handed over twice is sent once.
    pub id: OutboxId,
    /// To whom.
    pub to: MobileNumber,
    /// One GSM-7 segment.
    pub text: String,
}

impl std::fmt::Debug for Sms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sms").field("id", &self.id).finish_non_exhaustive()
    }
}

/// One email in two parts that say the same. `Debug` shows only the id.
#[derive(Clone)]
pub struct Email {
    /// Goes into the Message-ID: the same message handed over twice has the same one.
    pub id: OutboxId,
    /// To whom.
    pub to: EmailAddress,
    /// One line.
    pub subject: String,
    /// The plain part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Email").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why a message did not go. The provider's own words are the adapter's to log; none of them is kept here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendFailure {
    /// The provider will never send it: no such number, opted out, malformed.
    #[error("the provider refused the message")]
    Rejected,
    /// The provider could not be reached, or said "later".
    #[error("the provider cannot be reached")]
    Unavailable,
    /// The provider takes it for pumping; sending again would cost money and trust.
    #[error("the provider suspects fraud")]
    SuspectedFraud,
}

/// When a failed message may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// After a pause that grows.
    Later,
    /// Not at all.
    Never,
}

impl SendFailure {
    /// What to do about it.
    #[must_use]
    pub const fn retry(self) -> Retry {
        match self {
            Self::Unavailable => Retry::Later,
            Self::Rejected | Self::SuspectedFraud => Retry::Never,
        }
    }
}

/// Sends texts.
#[async_trait]
pub trait SmsSender: Send + Sync {
    /// Hands the message to the provider; `Ok` once the provider has taken it.
    async fn send(&self, message: &Sms) -> Result<(), SendFailure>;

    /// Whether it reaches real telephones. Sandbox mode takes none that does, the other modes none that does not.
    fn is_real(&self) -> bool;
}

/// Sends emails.
#[async_trait]
pub trait EmailSender: Send + Sync {
    /// Hands the message to the mail server; `Ok` once the server has taken it.
    async fn send(&self, message: &Email) -> Result<(), SendFailure>;

    /// Whether it reaches real mailboxes. Sandbox mode takes none that does, the other modes none that does not.
    fn is_real(&self) -> bool;
}
