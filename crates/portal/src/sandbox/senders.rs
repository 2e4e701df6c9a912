//! Senders that deliver to "the patient's phone" and nowhere else.

use std::sync::Arc;

use async_trait::async_trait;
use messaging::{Email, EmailSender, SendFailure, Sms, SmsSender};
use registration::{ids::PracticeId, time::Clock};
use store::{Channel, SandboxMessage, Stamp, Store, StoreError};

use super::NotASandbox;

/// The mailbox of everybody in the sandbox.
#[derive(Clone)]
struct Mailbox {
    store: Store,
    practice: PracticeId,
    clock: Arc<dyn Clock>,
}

impl Mailbox {
    fn new(store: Store, practice: PracticeId, clock: Arc<dyn Clock>) -> Result<Self, NotASandbox> {
        match store.stamp() {
            Stamp::Sandbox => Ok(Self { store, practice, clock }),
            Stamp::Trial | Stamp::Live => Err(NotASandbox::Stamp),
        }
    }

    /// Delivered twice, a message is here once: its id is the promise's. The store gives it its position.
    async fn keep(&self, message: SandboxMessage) -> Result<(), SendFailure> {
        self.store.add_sandbox_message(&message).await.map_err(|error| {
            // Whoever keeps what became of it meets the same, and says it once.
            if !matches!(error, StoreError::Away(_)) {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the patient's phone took no message"
                );
            }
            SendFailure::Unavailable
        })
    }
}

/// Texts to the patient's phone.
pub struct SandboxSms(Mailbox);

/// Emails to the patient's phone.
pub struct SandboxEmail(Mailbox);

impl SandboxSms {
    /// Exists in a sandbox only.
    pub fn new(store: Store, practice: PracticeId, clock: Arc<dyn Clock>) -> Result<Self, NotASandbox> {
        Mailbox::new(store, practice, clock).map(Self)
    }
}

impl SandboxEmail {
    /// Exists in a sandbox only.
    pub fn new(store: Store, practice: PracticeId, clock: Arc<dyn Clock>) -> Result<Self, NotASandbox> {
        Mailbox::new(store, practice, clock).map(Self)
    }
}

#[async_trait]
impl SmsSender for SandboxSms {
    async fn send(&self, message: &Sms) -> Result<(), SendFailure> {
        let kept = SandboxMessage {
            position: 0,
            id: message.id,
            practice: self.0.practice,
            channel: Channel::Sms,
            recipient: message.to.national(),
            subject: None,
            text: message.text.clone(),
            html: None,
            sent_at: self.0.clock.now(),
        };
        self.0.keep(kept).await
    }

    fn is_real(&self) -> bool {
        false
    }
}

#[async_trait]
impl EmailSender for SandboxEmail {
    async fn send(&self, message: &Email) -> Result<(), SendFailure> {
        let kept = SandboxMessage {
            position: 0,
            id: message.id,
            practice: self.0.practice,
            channel: Channel::Email,
            recipient: message.to.as_str().to_owned(),
            subject: Some(message.subject.clone()),
            text: message.text.clone(),
            html: Some(message.html.clone()),
            sent_at: self.0.clock.now(),
        };
        self.0.keep(kept).await
    }

    fn is_real(&self) -> bool {
        false
    }
}
