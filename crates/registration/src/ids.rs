//! Identifiers: `UUIDv7`, made from a clock and randomness that are passed in. They leak time, so none is ever a secret.

use rand::CryptoRng;
use uuid::Uuid;

use crate::time::Timestamp;

/// A `UUIDv7` (RFC 9562 §5.7) of `now`.
pub fn draw_uuid(now: Timestamp, rng: &mut impl CryptoRng) -> Uuid {
    let mut random = [0_u8; 10];
    rng.fill_bytes(&mut random);
    let millis = u64::try_from(now.instant().timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new one.
            pub fn draw(now: Timestamp, rng: &mut impl CryptoRng) -> Self {
                Self(draw_uuid(now, rng))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// One practice; leads every key.
    PracticeId
);
id!(
    /// One kiosk and its credential.
    KioskId
);
id!(
    /// One person's pass through the flow.
    RegistrationId
);
id!(
    /// What a patient signs in with.
    AccountId
);
id!(
    /// One person as the practice holds them.
    PatientId
);
id!(
    /// One task for staff.
    ReviewId
);
id!(
    /// One promised message or record update; also the id a provider is given.
    OutboxId
);
