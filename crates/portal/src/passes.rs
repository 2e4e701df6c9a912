//! Passes: sealed hidden fields that carry what was proven from one page to the next. There are no cookies.
//!
//! A pass says what it is for inside the seal, so that one kind can never be handed in as another.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta};
use registration::{
    flow::{FreshCode, figures::FRESH_CODE_LIFETIME},
    ids::RegistrationId,
    time::Timestamp,
    values::mobile::MobileNumber,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::Portal;

/// How long a page may stand open before it must be begun again.
const PASS_LIFETIME: TimeDelta = TimeDelta::minutes(30);

/// The longest pass that is looked at; a real one has fewer than 400 characters.
const LONGEST: usize = 1024;

/// What a page may carry on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pass {
    /// A number that was typed, known or not: nothing is proven.
    ResumeMobile {
        /// As typed.
        mobile: String,
    },
    /// A code sent to this registration's mobile was typed.
    FreshCode {
        /// Whose.
        registration: RegistrationId,
        /// The number it went to.
        mobile: MobileNumber,
        /// When it was typed.
        proven_at: Timestamp,
    },
    /// The link and the password were right: the terms may be answered.
    Terms {
        /// Whose.
        registration: RegistrationId,
    },
}

impl Pass {
    /// The proof, if this pass is of one.
    #[must_use]
    pub fn fresh_code(&self) -> Option<FreshCode> {
        match self {
            Self::FreshCode { registration, mobile, proven_at } => {
                Some(FreshCode::checked(*registration, mobile.clone(), *proven_at))
            }
            Self::ResumeMobile { .. } | Self::Terms { .. } => None,
        }
    }

    fn lifetime(&self) -> TimeDelta {
        match self {
            Self::FreshCode { .. } => FRESH_CODE_LIFETIME,
            Self::ResumeMobile { .. } | Self::Terms { .. } => PASS_LIFETIME,
        }
    }
}

/// A pass as it lies in the seal.
#[derive(Serialize, Deserialize)]
#[serde(tag = "purpose", rename_all = "snake_case", deny_unknown_fields)]
enum Written {
    ResumeMobile { mobile: String },
    FreshCode { registration: Uuid, e164: String, typed: String, proven_at: i64 },
    Terms { registration: Uuid },
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    pass: Written,
    /// Microseconds since 1970.
    expires_at: i64,
}

const CONTEXT: &[u8] = b"page pass 2 ";

impl Portal {
    /// A pass of one practice is none of another's, though both may have one master key.
    fn pass_bound_to(&self) -> Vec<u8> {
        [CONTEXT, self.practice().0.as_bytes()].concat()
    }

    /// The hidden field's value.
    #[must_use]
    pub fn seal_pass(&self, pass: &Pass) -> String {
        let written = match pass.clone() {
            Pass::ResumeMobile { mobile } => Written::ResumeMobile { mobile },
            Pass::FreshCode { registration, mobile, proven_at } => Written::FreshCode {
                registration: registration.0,
                e164: mobile.e164().to_owned(),
                typed: mobile.as_typed().to_owned(),
                proven_at: micros(proven_at),
            },
            Pass::Terms { registration } => Written::Terms { registration: registration.0 },
        };
        let sealed = Sealed { pass: written, expires_at: micros(self.now() + pass.lifetime()) };
        let clear = in_plain_json(&sealed);
        BASE64_URL_SAFE_NO_PAD.encode(self.keys.passes.seal(&mut self.rng(), &self.pass_bound_to(), &clear))
    }

    /// The pass, unless it was altered, is of another practice or portal, or is too old.
    #[must_use]
    pub fn open_pass(&self, field: &str) -> Option<Pass> {
        if field.len() > LONGEST {
            return None;
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(field).ok()?;
        let clear = self.keys.passes.open(&self.pass_bound_to(), &bytes)?;
        let sealed: Sealed = serde_json::from_slice(&clear).ok()?;
        if micros(self.now()) >= sealed.expires_at {
            return None;
        }
        Some(match sealed.pass {
            Written::ResumeMobile { mobile } => Pass::ResumeMobile { mobile },
            Written::FreshCode { registration, e164, typed, proven_at } => Pass::FreshCode {
                registration: RegistrationId(registration),
                mobile: MobileNumber::from_row(&e164, &typed).ok()?,
                proven_at: Timestamp::new(DateTime::from_timestamp_micros(proven_at)?),
            },
            Written::Terms { registration } => Pass::Terms { registration: RegistrationId(registration) },
        })
    }
}

fn in_plain_json(sealed: &Sealed) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(serde_json::to_vec(sealed).expect("a pass has only strings and numbers"))
}

fn micros(at: Timestamp) -> i64 {
    at.instant().timestamp_micros()
}
