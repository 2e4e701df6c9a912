//! What follows from a staff member's word on a review. A person may join what the rule may not, but an account that has other contact
//! points than the registrant proved is not theirs to touch.

use registration::ids::PatientId;

/// What a staff member says of a review, having seen who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// Whoever registered is the person of this record.
    SamePerson(PatientId),
    /// They are the person of none of the records in question.
    DifferentPerson,
    /// Nothing is to follow: a prank, or somebody who has registered anew meanwhile.
    Rejected,
}

/// The account of the registrant's name and date of birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// There is none: whoever has no email address has no account.
    Nobody,
    /// It has the very contact points that the registration proved.
    Registrant {
        /// The record it is linked to.
        linked: Option<PatientId>,
    },
    /// It has others: it is a namesake's, or its holder has to change them first.
    OtherContacts,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// Nothing.
    Nothing,
    /// The record gets the proven contact points.
    Update {
        /// Which.
        patient: PatientId,
        /// Whether the account is linked to it.
        linked: bool,
    },
    /// A record is made.
    Create {
        /// Whether the account is linked to it.
        linked: bool,
        /// A record in question to which the machine had linked the account: that link ends.
        unlinked: Option<PatientId>,
    },
}

/// Why a word cannot be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsettled {
    /// The record is not one of those that were shown.
    #[error("record {0} is not in question")]
    NotInQuestion(PatientId),
    /// The registrant's account shows another record already.
    #[error("the account is linked to record {0} already")]
    LinkedToAnother(PatientId),
}

/// What follows from `settlement` on a review of the records `in_question`, where `holder` has the account of this name and date of
/// birth.
pub fn settle(
    settlement: Settlement,
    in_question: &[PatientId],
    holder: Holder,
) -> Result<Consequence, Unsettled> {
    match (settlement, holder) {
        (Settlement::Rejected, _) => Ok(Consequence::Nothing),
        (Settlement::SamePerson(patient), _) if !in_question.contains(&patient) => {
            Err(Unsettled::NotInQuestion(patient))
        }
        (Settlement::SamePerson(patient), Holder::Nobody | Holder::OtherContacts) => {
            Ok(Consequence::Update { patient, linked: false })
        }
        (Settlement::SamePerson(patient), Holder::Registrant { linked }) => {
            match linked.filter(|other| *other != patient) {
                Some(other) => Err(Unsettled::LinkedToAnother(other)),
                None => Ok(Consequence::Update { patient, linked: true }),
            }
        }
        (Settlement::DifferentPerson, Holder::Registrant { linked }) => match linked {
            // A second record of the account's holder would be a duplicate.
            Some(other) if !in_question.contains(&other) => Err(Unsettled::LinkedToAnother(other)),
            unlinked => Ok(Consequence::Create { linked: true, unlinked }),
        },
        (Settlement::DifferentPerson, Holder::Nobody | Holder::OtherContacts) => {
            Ok(Consequence::Create { linked: false, unlinked: None })
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const MINE: PatientId = PatientId(Uuid::from_u128(1));
    const OTHER: PatientId = PatientId(Uuid::from_u128(2));

    const EVERY_HOLDER: [Holder; 5] = [
        Holder::Nobody,
        Holder::Registrant { linked: None },
        Holder::Registrant { linked: Some(MINE) },
        Holder::Registrant { linked: Some(OTHER) },
        Holder::OtherContacts,
    ];

    #[test]
    fn the_same_person_gets_their_record_and_sees_it_where_the_account_is_theirs() {
        let same = |holder| settle(Settlement::SamePerson(MINE), &[MINE], holder);
        for linked in [None, Some(MINE)] {
            let holder = Holder::Registrant { linked };
            assert_eq!(same(holder), Ok(Consequence::Update { patient: MINE, linked: true }));
        }
        for holder in [Holder::Nobody, Holder::OtherContacts] {
            assert_eq!(same(holder), Ok(Consequence::Update { patient: MINE, linked: false }));
        }
    }

    #[test]
    fn no_account_shows_two_records() {
        let holder = Holder::Registrant { linked: Some(OTHER) };
        for settlement in [Settlement::SamePerson(MINE), Settlement::DifferentPerson] {
            let settled = settle(settlement, &[MINE], holder);
            assert_eq!(settled, Err(Unsettled::LinkedToAnother(OTHER)), "{settlement:?}");
        }
    }

    #[test]
    fn a_record_that_nobody_was_shown_is_nobodys() {
        for holder in EVERY_HOLDER {
            let settled = settle(Settlement::SamePerson(OTHER), &[MINE], holder);
            assert_eq!(settled, Err(Unsettled::NotInQuestion(OTHER)), "{holder:?}");
        }
    }

    #[test]
    fn a_link_that_staff_say_is_wrong_ends() {
        let holder = Holder::Registrant { linked: Some(MINE) };
        let new = settle(Settlement::DifferentPerson, &[OTHER, MINE], holder);
        assert_eq!(new, Ok(Consequence::Create { linked: true, unlinked: Some(MINE) }));
    }

    #[test]
    fn a_namesakes_account_is_not_shown_a_new_persons_record() {
        let new = |holder| settle(Settlement::DifferentPerson, &[MINE], holder);
        let create = |linked| Ok(Consequence::Create { linked, unlinked: None });
        assert_eq!(new(Holder::Registrant { linked: None }), create(true));
        for holder in [Holder::Nobody, Holder::OtherContacts] {
            assert_eq!(new(holder), create(false));
        }
    }

    #[test]
    fn whoever_is_rejected_changes_nothing_whoever_has_the_account() {
        for holder in EVERY_HOLDER {
            let settled = settle(Settlement::Rejected, &[MINE], holder);
            assert_eq!(settled, Ok(Consequence::Nothing), "{holder:?}");
        }
    }
}
