//! Senders that keep what they are handed, and fail when told to.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use messaging::{Email, EmailSender, SendFailure, Sms, SmsSender};

/// What was handed over, and what the next hand-overs shall answer.
struct Kept<M> {
    sent: Vec<M>,
    failures: VecDeque<SendFailure>,
}

/// Keeps texts. Clones share.
#[derive(Clone)]
pub struct RecordingSms(Arc<Mutex<Kept<Sms>>>);

/// Keeps emails. Clones share.
#[derive(Clone)]
pub struct RecordingEmail(Arc<Mutex<Kept<Email>>>);

macro_rules! recording {
    ($sender:ident, $message:ident) => {
        impl Default for $sender {
            fn default() -> Self {
                Self(Arc::new(Mutex::new(Kept { sent: Vec::new(), failures: VecDeque::new() })))
            }
        }

        impl $sender {
            fn kept(&self) -> MutexGuard<'_, Kept<$message>> {
                self.0.lock().unwrap_or_else(PoisonError::into_inner)
            }

            /// Everything that was taken, oldest first.
            #[must_use]
            pub fn sent(&self) -> Vec<$message> {
                self.kept().sent.clone()
            }

            /// The next hand-overs fail so, one after the other.
            pub fn fail_next(&self, failures: impl IntoIterator<Item = SendFailure>) {
                self.kept().failures.extend(failures);
            }

            /// No hand-over fails any more.
            pub fn work_again(&self) {
                self.kept().failures.clear();
            }

            fn take(&self, message: &$message) -> Result<(), SendFailure> {
                let mut kept = self.kept();
                match kept.failures.pop_front() {
                    Some(failure) => Err(failure),
                    None => {
                        kept.sent.push(message.clone());
                        Ok(())
                    }
                }
            }
        }
    };
}

recording!(RecordingSms, Sms);
recording!(RecordingEmail, Email);

impl RecordingSms {
    /// The six digits of the newest text to this number.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    pub fn newest_code_to(&self, e164: &str) -> String {
        let text = self.newest_to(e164).expect("a text to this number");
        text.chars().filter(char::is_ascii_digit).take(6).collect()
    }

    /// The newest text to this number.
    #[must_use]
    pub fn newest_to(&self, e164: &str) -> Option<String> {
        self.kept().sent.iter().rev().find(|sms| sms.to.e164() == e164).map(|sms| sms.text.clone())
    }
}

impl RecordingEmail {
    /// Whether anything was ever sent to this address.
    #[must_use]
    pub fn wrote_to(&self, address: &str) -> bool {
        self.kept().sent.iter().any(|email| email.to.as_str() == address)
    }

    /// The token of the newest link to this address.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    pub fn newest_token_to(&self, address: &str) -> String {
        let kept = self.kept();
        let link = kept.sent.iter().rev().filter(|email| email.to.as_str() == address).find_map(|email| {
            email.text.split_once("/l/").map(|(_, rest)| rest.split_whitespace().next().unwrap_or_default())
        });
        link.expect("an email with a link to this address").to_owned()
    }
}

#[async_trait]
impl SmsSender for RecordingSms {
    async fn send(&self, message: &Sms) -> Result<(), SendFailure> {
        self.take(message)
    }

    fn is_real(&self) -> bool {
        false
    }
}

#[async_trait]
impl EmailSender for RecordingEmail {
    async fn send(&self, message: &Email) -> Result<(), SendFailure> {
        self.take(message)
    }

    fn is_real(&self) -> bool {
        false
    }
}
