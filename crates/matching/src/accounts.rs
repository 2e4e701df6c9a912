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
    /// Theirs or a namesake's, and not theirs to change: staff decide, and it stays as it is.
    OtherContacts,
}

/// Whose account it is, where `of_name` has the registrant's name and date of birth, and `of_record` shows the record that the rule
/// links them to: that can be under a longer or shorter name.
#[must_use]
pub const fn standing(of_name: Option<Known>, of_record: Option<Known>) -> Standing {
    match (of_name, of_record) {
        (None, None) => Standing::Nobody,
        (Some(known), _) | (None, Some(known)) => {
            if known.has_these_contacts {
                Standing::Theirs(known.id)
            } else {
                Standing::OtherContacts
            }
        }
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
        assert_eq!(standing(None, None), Standing::Nobody);
        for (of_name, of_record) in [(THEIRS, None), (None, THEIRS)] {
            assert_eq!(standing(of_name, of_record), Standing::Theirs(ONE));
        }
        for (of_name, of_record) in [(NOT_THEIRS, None), (None, NOT_THEIRS)] {
            assert_eq!(standing(of_name, of_record), Standing::OtherContacts);
        }
    }

    #[test]
    fn of_two_accounts_the_one_of_the_very_name_counts() {
        let of_record = Some(Known { id: OTHER, has_these_contacts: true });
        assert_eq!(standing(THEIRS, of_record), Standing::Theirs(ONE));
        assert_eq!(standing(NOT_THEIRS, of_record), Standing::OtherContacts);
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
