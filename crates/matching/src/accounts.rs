//! Which account a registration is of, and which record it may show: nobody gets a second account, no account a second record of its
//! holder's, no record a second account.

use registration::ids::{AccountId, PatientId};

use crate::reason::ReviewReason;

/// An account as a registration meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Which.
    pub id: AccountId,
    /// Whether both of its contact points are those that the registration proved.
    pub has_these_contacts: bool,
}

/// What becomes of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They have none: one is made.
    Nobody,
    /// It is theirs: its password is set anew.
    Theirs(AccountId),
    /// Theirs or somebody else's, and not theirs to change: staff decide, and it stays as it is.
    NotTheirs,
}

/// Whose account it is, where `of_name` has the registrant's name and date of birth, and some account `shows_record` that the rule
/// links them to. One under a longer or shorter name is never theirs without staff: of twins called Mohammed and Mohammed Ali, who share
/// both contacts, one would set the other's password.
#[must_use]
pub const fn standing(of_name: Option<Known>, shows_record: bool) -> Standing {
    match of_name {
        Some(Known { id, has_these_contacts: true }) => Standing::Theirs(id),
        Some(Known { has_these_contacts: false, .. }) => Standing::NotTheirs,
        None if shows_record => Standing::NotTheirs,
        None => Standing::Nobody,
    }
}

/// Why an account may not show a record without staff; `None` if it may. `linked` is what the account shows, `shown_by` the account
/// that shows the record.
#[must_use]
pub fn hindrance(
    (account, linked): (AccountId, Option<PatientId>),
    (record, shown_by): (PatientId, Option<AccountId>),
) -> Option<ReviewReason> {
    if shown_by.is_some_and(|other| other != account) {
        return Some(ReviewReason::AccountExistsWithOtherContacts);
    }
    linked.is_some_and(|other| other != record).then_some(ReviewReason::AnotherRecordIsNear)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ONE: AccountId = AccountId(Uuid::from_u128(1));
    const OTHER: AccountId = AccountId(Uuid::from_u128(2));
    const RECORD: PatientId = PatientId(Uuid::from_u128(1));
    const ANOTHER: PatientId = PatientId(Uuid::from_u128(2));

    const THEIRS: Option<Known> = Some(Known { id: ONE, has_these_contacts: true });
    const NOT_THEIRS: Option<Known> = Some(Known { id: ONE, has_these_contacts: false });

    #[test]
    fn an_account_is_made_for_whoever_has_none_by_name_or_by_record() {
        assert_eq!(standing(None, false), Standing::Nobody);
        assert_eq!(standing(None, true), Standing::NotTheirs);
    }

    #[test]
    fn a_password_is_set_anew_by_name_date_and_both_contacts_and_by_nothing_less() {
        for shows_record in [false, true] {
            assert_eq!(standing(THEIRS, shows_record), Standing::Theirs(ONE));
            assert_eq!(standing(NOT_THEIRS, shows_record), Standing::NotTheirs);
        }
    }

    #[test]
    fn an_account_shows_one_record_and_a_record_is_shown_by_one_account() {
        for (linked, shown_by) in [(None, None), (Some(RECORD), Some(ONE)), (None, Some(ONE))] {
            assert_eq!(hindrance((ONE, linked), (RECORD, shown_by)), None);
        }
        let another = Some(ReviewReason::AnotherRecordIsNear);
        assert_eq!(hindrance((ONE, Some(ANOTHER)), (RECORD, None)), another);
        let exists = Some(ReviewReason::AccountExistsWithOtherContacts);
        for linked in [None, Some(RECORD), Some(ANOTHER)] {
            assert_eq!(hindrance((ONE, linked), (RECORD, Some(OTHER))), exists);
        }
    }
}
