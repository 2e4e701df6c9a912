//! Who works at the desk: names, roles, and how a staff member is let in. Pure: the clock is passed in.
//!
//! Start reading at [`permission`]: it is the one place that says who may do what.

pub mod figures;
pub mod initials;
pub mod kiosk;
pub mod permission;
pub mod session;
pub mod tries;
pub mod vouching;

use rand::CryptoRng;
use registration::{ids::draw_uuid, time::Timestamp};
use uuid::Uuid;

/// One staff member, for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StaffId(pub Uuid);

impl StaffId {
    /// A new one.
    pub fn draw(now: Timestamp, rng: &mut impl CryptoRng) -> Self {
        Self(draw_uuid(now, rng))
    }
}
