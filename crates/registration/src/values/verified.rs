//! A contact point that was proven.

use crate::time::Timestamp;

/// A value whose owner has shown that they hold it: a mobile by its code, an email address by its link.
///
/// The flow alone makes one, at the moment of the proof; there is no other way to a verified contact point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<T> {
    value: T,
    at: Timestamp,
}

impl<T> Verified<T> {
    /// For the flow alone, in the very move that saw the proof.
    pub(crate) const fn proven(value: T, at: Timestamp) -> Self {
        Self { value, at }
    }

    /// For the store alone, of a row whose proof the flow saw when it was written. It is public only because the store
    /// is another crate; nothing else may call it.
    #[must_use]
    pub const fn read_back(value: T, at: Timestamp) -> Self {
        Self { value, at }
    }

    /// What was proven.
    #[must_use]
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// When.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }
}
