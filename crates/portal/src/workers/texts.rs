//! Promises put into words: what a message says, to whom, and whether it is still meant.

use chrono_tz::Tz;
use messaging::{
    Email, Sms,
    texts::{self, EmailText, LinkText},
};
use registration::{
    flow::{Registration, State},
    ids::OutboxId,
    secrets::{
        code::{Code, CodeMac, CodePurpose},
        link_token::LinkToken,
    },
    time::Timestamp,
    values::{email::EmailAddress, mobile::MobileNumber},
};
use store::{OutboxKind, OutboxRow, StoreError};

use crate::{Portal, outbox::Payload};

/// One message ready to be handed over.
pub(super) enum Message {
    Sms(Sms),
    Email(Email),
}

impl Portal {
    /// The message of this promise; `None` when nothing is meant any more: the code or link was replaced, the registration
    /// has moved on, or the payload is damaged.
    pub(super) async fn message(
        &self,
        row: &OutboxRow,
        payload: &Payload,
    ) -> Result<Option<Message>, StoreError> {
        let registration = match row.registration {
            Some(id) => self.store.registration(self.practice(), id).await?,
            None => None,
        };
        let Some(registration) = registration else { return Ok(None) };
        Ok(match payload {
            Payload::Code { purpose, digits } => {
                self.code_message(row.id, &registration, purpose, digits).await?
            }
            Payload::Link { token, .. } => self.link_message(row, &registration, token),
            Payload::OldMobile { e164 } => MobileNumber::from_row(e164, e164).ok().map(|to| {
                let text = texts::notice_old_contact_sms(registration.language, self.letterhead());
                Message::Sms(Sms { id: row.id, to, text })
            }),
            Payload::OldEmail { address } => EmailAddress::parse(address).ok().map(|to| {
                email(row.id, to, texts::notice_old_contact_email(registration.language, self.letterhead()))
            }),
            Payload::Own => registration.details.email.clone().map(|to| {
                email(row.id, to, texts::notice_registered_again(registration.language, self.letterhead()))
            }),
            Payload::OwnLinked => registration.proven().and_then(|(_, email)| email).map(|to| {
                let text = texts::notice_linked(registration.language, self.letterhead());
                email(row.id, to.value().clone(), text)
            }),
            Payload::Update { .. } | Payload::Create { .. } | Payload::There { .. } | Payload::Nothing => {
                None
            }
        })
    }

    async fn code_message(
        &self,
        id: OutboxId,
        registration: &Registration,
        purpose: &str,
        digits: &str,
    ) -> Result<Option<Message>, StoreError> {
        let (Some(purpose), Ok(code)) = (CodePurpose::parse(purpose), Code::parse_typed(digits)) else {
            return Ok(None);
        };
        let live = self.live_code(registration, purpose).await?;
        let mobile = &registration.details.mobile;
        let mac = self.keys.codes.mac(&code, registration.id, purpose, mobile);
        Ok(live.filter(|live| live.matches(&mac)).map(|_| {
            let text = texts::code_sms(registration.language, &code, &self.code_page_url());
            Message::Sms(Sms { id, to: mobile.clone(), text })
        }))
    }

    async fn live_code(
        &self,
        registration: &Registration,
        purpose: CodePurpose,
    ) -> Result<Option<CodeMac>, StoreError> {
        Ok(match (&registration.state, purpose) {
            (State::AwaitingCode { code }, CodePurpose::Register) => Some(code.mac.clone()),
            (_, CodePurpose::Register) => None,
            (_, CodePurpose::SetPasswordByLink | CodePurpose::Resume) => {
                self.store.fresh_code(self.practice(), registration.id, purpose).await?.map(|sent| sent.mac)
            }
        })
    }

    fn link_message(&self, row: &OutboxRow, registration: &Registration, token: &str) -> Option<Message> {
        let (State::AwaitingLink { link, .. } | State::AwaitingTerms { link, .. }) = &registration.state
        else {
            return None;
        };
        if LinkToken::parse(token)?.hash() != link.token_hash {
            return None;
        }
        let url = self.url(&format!("/l/{token}"));
        let until = in_words(link.expires_at, self.settings.time_zone);
        let link = LinkText { url: &url, until: &until };
        let to = registration.details.email.clone()?;
        let text = if row.kind == OutboxKind::LinkReminder {
            texts::reminder_email(registration.language, self.letterhead(), link)
        } else {
            texts::link_email(registration.language, self.letterhead(), link)
        };
        Some(email(row.id, to, text))
    }
}

fn email(id: OutboxId, to: EmailAddress, text: EmailText) -> Message {
    let EmailText { subject, text, html } = text;
    Message::Email(Email { id, to, subject, text, html })
}

/// "Tuesday 24 November at 12:04", in the practice's town.
fn in_words(at: Timestamp, zone: Tz) -> String {
    at.instant().with_timezone(&zone).format("%A %-d %B at %H:%M").to_string()
}
