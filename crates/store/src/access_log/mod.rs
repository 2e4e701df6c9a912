//! Who did or saw what: appended in the transaction of the act, chained by a sealer, checked by anyone who has the key.
//!
//! A row that waits for the sealer (at most 5 s) is not protected yet; what is sealed cannot be altered, removed or joined
//! by another without the key. Whoever can write the database can cut off the newest rows together with the head: that is
//! why heads are exported, see [`verify::Head`].

pub(crate) mod act;
pub(crate) mod chain;
pub(crate) mod entry;
pub(crate) mod history;
pub(crate) mod listed;
pub(crate) mod seal;
pub(crate) mod verify;
