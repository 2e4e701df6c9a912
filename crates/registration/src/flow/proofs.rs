//! Values that exist only after something was done.

use crate::{
    flow::figures::FRESH_CODE_LIFETIME, ids::RegistrationId, time::Timestamp, values::mobile::MobileNumber,
};

/// Proof that a try was counted and committed before anything was compared.
#[derive(Debug)]
pub struct CountedTry {
    tries_used: u8,
}

impl CountedTry {
    /// For the store alone, once the counting statement has committed; `tries_used` includes this try.
    #[must_use]
    pub const fn committed(tries_used: u8) -> Self {
        Self { tries_used }
    }

    /// Tries used on this code or link, this one included.
    #[must_use]
    pub const fn tries_used(&self) -> u8 {
        self.tries_used
    }
}

/// Proof that a code sent to this registration's verified mobile was just typed, on whatever device.
#[derive(Debug)]
pub struct FreshCode {
    registration: RegistrationId,
    mobile: MobileNumber,
    proven_at: Timestamp,
}

impl FreshCode {
    /// For the two places that may say so: the check of a code, and a sealed page pass made from that check.
    #[must_use]
    pub const fn checked(registration: RegistrationId, mobile: MobileNumber, proven_at: Timestamp) -> Self {
        Self { registration, mobile, proven_at }
    }

    /// Whether it still speaks for this registration and number.
    #[must_use]
    pub fn covers(&self, registration: RegistrationId, mobile: &MobileNumber, now: Timestamp) -> bool {
        self.registration == registration
            && self.mobile == *mobile
            && self.proven_at <= now
            && now < self.proven_at + FRESH_CODE_LIFETIME
    }
}
