//! The numbers of the score, fitted once on development data and the same at every practice, so that they can be audited:
//! nothing is learnt from a live database but how common a value is.
//!
//! `m` is the share of pairs of one person that stand at a level, `u` of pairs of two. Measured with
//! `cargo xtask bench match --show levels` on FEBRL 1 and 2, much dirtier than a reception desk, and on the synthetic seed 1,
//! natural mix, a hundred thousand records; set by hand between the two, mostly nearer the desk's.

/// Goes up with each change to any number below.
pub const WEIGHTS_VERSION: u32 = 1;

/// `m` and `u` of a level whose `u` does not depend on the value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rates {
    pub(crate) m: f64,
    pub(crate) u: f64,
}

const fn rates(m: f64, u: f64) -> Rates {
    Rates { m, u }
}

/// Given names.
pub(crate) mod given {
    use super::{Rates, rates};

    pub(crate) const SAME_M: f64 = 0.87;
    pub(crate) const MIDDLE_NAME: Rates = rates(0.01, 0.000_2);
    pub(crate) const NICKNAME: Rates = rates(0.02, 0.001_2);
    pub(crate) const PART_OF_DOUBLE: Rates = rates(0.000_5, 0.000_2);
    pub(crate) const ONE_EDIT: Rates = rates(0.055, 0.000_9);
    pub(crate) const CLOSE: Rates = rates(0.005, 0.000_5);
    pub(crate) const DIFFERENT: Rates = rates(0.01, 0.99);
}

/// Family names. Women's change: a different one says less than a different given name.
pub(crate) mod family {
    use super::{Rates, rates};

    pub(crate) const SAME_M: f64 = 0.85;
    pub(crate) const PART_OF_DOUBLE: Rates = rates(0.002, 0.000_16);
    pub(crate) const ONE_EDIT: Rates = rates(0.07, 0.000_5);
    pub(crate) const CLOSE: Rates = rates(0.008, 0.000_2);
    pub(crate) const DIFFERENT: Rates = rates(0.03, 0.997);
}

/// Dates of birth.
pub(crate) mod date {
    use super::{Rates, rates};

    pub(crate) const EXACT_M: f64 = 0.97;
    pub(crate) const DAY_MONTH_SWAPPED: Rates = rates(0.004, 0.000_02);
    pub(crate) const ONE_DIGIT: Rates = rates(0.012, 0.001);
    pub(crate) const PART_AGREES: Rates = rates(0.001, 0.003);
    pub(crate) const DIFFERENT: Rates = rates(0.02, 0.995);
}

/// Mobile and email address.
pub(crate) mod contact {
    /// Mobiles on record that are the present one.
    pub(crate) const PHONE_M: f64 = 0.83;
    /// Addresses on record that are the present one.
    pub(crate) const EMAIL_M: f64 = 0.87;
}

/// Postcodes, addresses and numbers.
pub(crate) mod place {
    use super::{Rates, rates};

    pub(crate) const POSTCODE_SAME_M: f64 = 0.84;
    pub(crate) const POSTCODE_CLOSE: Rates = rates(0.1, 0.014);
    pub(crate) const POSTCODE_DIFFERENT: Rates = rates(0.05, 0.985);
    pub(crate) const PLACE_SAME: Rates = rates(0.2, 0.000_001);
    pub(crate) const PLACE_CLOSE: Rates = rates(0.7, 0.000_05);
    pub(crate) const PLACE_DIFFERENT: Rates = rates(0.1, 0.999);
    pub(crate) const IDENTIFIER_SAME: Rates = rates(0.9, 0.000_001);
    pub(crate) const IDENTIFIER_CLOSE: Rates = rates(0.05, 0.000_02);
    pub(crate) const IDENTIFIER_DIFFERENT: Rates = rates(0.05, 0.999);
}

/// What is left of a contact's or postcode's bits: a household shares them, and its names. matching.md 4.3.
pub(crate) const SHARED_BY_A_HOUSEHOLD: f64 = 0.6;

/// Least bits of a record that staff are shown for its name and date alone. matching.md 4.4, looked at on the synthetic seed 2
/// with a million records: at -5, 0.095 % of known patients were missed, at -6, 0.055 %.
pub(crate) const REVIEW_BITS: f64 = -6.0;

/// Least bits of a link; guards come on top. matching.md 4.4.
pub(crate) const LINK_BITS: f64 = 10.0;

/// Bits by which the next record that could be this person must stay behind. matching.md 4.4.
pub(crate) const MARGIN_BITS: f64 = 10.0;

/// Age in years from which a nickname or an added middle name counts: twins who are called alike live with their parents.
pub(crate) const ADULT_YEARS: u32 = 18;
