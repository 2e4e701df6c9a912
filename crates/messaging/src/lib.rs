//! Texts and emails: what they say, and one trait for each way of sending them.
//!
//! Nothing here decides whether or when something is sent; the portal's outbox worker does. Nothing the registrant typed
//! stands in any text, so nobody can use us to send words to a stranger.
//! To add a message: its words in `texts/en-GB.ftl` and in every other language there, then its function in [`texts`].

pub mod gsm7;
mod layout;
pub mod senders;
pub mod texts;

pub use senders::{Email, EmailSender, Retry, SendFailure, Sms, SmsSender};
