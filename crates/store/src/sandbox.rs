//! What the sandbox's senders delivered, for "the patient's phone".

use registration::{
    ids::{OutboxId, PracticeId},
    time::Timestamp,
};

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Row, query},
};

/// How a message was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Text message.
    Sms,
    /// Email.
    Email,
}

impl Channel {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Sms, Self::Email].into_iter().find(|channel| channel.as_str() == name)
    }
}

/// A message to a patient who does not exist.
#[derive(Clone, PartialEq, Eq)]
pub struct SandboxMessage {
    /// In order of arrival, from 1; given by the store, whatever is in it when a message is added.
    pub position: i64,
    /// The promise it was delivered for.
    pub id: OutboxId,
    /// Whose.
    pub practice: PracticeId,
    /// How.
    pub channel: Channel,
    /// To which number or address.
    pub recipient: String,
    /// Of an email.
    pub subject: Option<String>,
    /// Plain text.
    pub text: String,
    /// Of an email.
    pub html: Option<String>,
    /// When.
    pub sent_at: Timestamp,
}

impl std::fmt::Debug for SandboxMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SandboxMessage")
            .field("position", &self.position)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

const INSERT: &str = "
INSERT INTO sandbox_messages (practice_id, outbox_id, position, channel, recipient, subject, body_text, body_html, sent_at)
SELECT $1, $2, coalesce(max(position), 0) + 1, $3, $4, $5, $6, $7, $8 FROM sandbox_messages WHERE practice_id = $1
ON CONFLICT (practice_id, outbox_id) DO NOTHING";

const AFTER: &str = "
SELECT practice_id, outbox_id, position, channel, recipient, subject, body_text, body_html, sent_at FROM sandbox_messages
WHERE practice_id = $1 AND position > $2 ORDER BY position";

impl Store {
    /// Delivers a message; a second delivery of the same promise changes nothing.
    pub async fn add_sandbox_message(&self, message: &SandboxMessage) -> Result<(), StoreError> {
        let mut tx = self.begin(message.practice).await?;
        // Two at once would take the same place.
        tx.take_turns_in_creating(message.practice).await?;
        query(INSERT)
            .bind(message.practice.0)
            .bind(message.id.0)
            .bind(message.channel.as_str())
            .bind(&message.recipient)
            .bind(&message.subject)
            .bind(&message.text)
            .bind(&message.html)
            .bind(At(message.sent_at))
            .execute(tx.connection())
            .await?;
        tx.commit().await
    }

    /// Messages that arrived after this position, in order of arrival; 0 for all.
    pub async fn sandbox_messages(
        &self,
        practice: PracticeId,
        after: i64,
    ) -> Result<Vec<SandboxMessage>, StoreError> {
        let rows = query(AFTER).bind(practice.0).bind(after).fetch_all(self.reading(practice)).await?;
        rows.iter().map(read_message).collect()
    }
}

fn read_message(row: &Row) -> Result<SandboxMessage, StoreError> {
    let fields = Fields::of(row, "sandbox_messages", "outbox_id");
    Ok(SandboxMessage {
        position: fields.get("position")?,
        id: OutboxId(fields.get("outbox_id")?),
        practice: PracticeId(fields.get("practice_id")?),
        channel: fields.read("channel", Channel::parse)?,
        recipient: fields.get("recipient")?,
        subject: fields.opt("subject")?,
        text: fields.get("body_text")?,
        html: fields.opt("body_html")?,
        sent_at: fields.at("sent_at")?,
    })
}
