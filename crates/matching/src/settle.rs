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

/// The record that a staff member names, as it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// Nobody has changed it since it was shown.
    pub is_as_shown: bool,
    /// An account shows it that is not the registrant's.
    pub is_shown_by_another: bool,
    /// It has got, or is to get, other contact points that were proven after these.
    pub has_later_proof: bool,
}

/// What a word is measured by.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The records of the review.
    pub in_question: &'a [PatientId],
    /// Who has the account of this name and date of birth.
    pub holder: Holder,
    /// The record that is named; `None` where it is gone, or none is.
    pub named: Option<Named>,
    /// A change of somebody with this name and date of birth is under way: the same person, as it seems, registered twice.
    pub other_under_way: bool,
    /// What an earlier word asked staff to enter is not entered.
    pub task_waits: bool,
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
    /// There is no such record any more.
    #[error("there is no such record")]
    NoSuchRecord,
    /// The record is not as the staff member was shown it.
    #[error("the record was changed since it was shown: look at the review again")]
    RecordChanged,
    /// The registrant's account shows another record already.
    #[error("the account is linked to record {0} already")]
    LinkedToAnother(PatientId),
    /// Somebody else signs in to see the record.
    #[error("the record is linked to another account already")]
    OtherAccount,
    /// The record has got other contact points, proven after these.
    #[error("contacts that were proven later are there or on their way: they stay, so reject this one")]
    ProvenLater,
    /// What another registration of the same person does is not over.
    #[error(
        "a change of somebody with this name and date of birth is under way: settle it when that is over"
    )]
    OtherUnderWay,
    /// What an earlier word asked staff to enter or to put back is not done.
    #[error("a change of this registration waits to be entered by hand: `tasks list` shows it")]
    TaskWaits,
}

/// What follows from `settlement` on a review.
pub fn settle(settlement: Settlement, found: Found<'_>) -> Result<Consequence, Unsettled> {
    let consequence = match settlement {
        Settlement::Rejected => return Ok(Consequence::Nothing),
        Settlement::SamePerson(patient) => same_person(patient, found)?,
        Settlement::DifferentPerson => different_person(found)?,
    };
    if found.task_waits {
        return Err(Unsettled::TaskWaits);
    }
    if found.other_under_way {
        return Err(Unsettled::OtherUnderWay);
    }
    Ok(consequence)
}

fn same_person(patient: PatientId, found: Found<'_>) -> Result<Consequence, Unsettled> {
    if !found.in_question.contains(&patient) {
        return Err(Unsettled::NotInQuestion(patient));
    }
    let named = found.named.ok_or(Unsettled::NoSuchRecord)?;
    if !named.is_as_shown {
        return Err(Unsettled::RecordChanged);
    }
    if named.has_later_proof {
        return Err(Unsettled::ProvenLater);
    }
    match found.holder {
        Holder::Nobody | Holder::OtherContacts => Ok(Consequence::Update { patient, linked: false }),
        Holder::Registrant { linked: Some(other) } if other != patient => {
            Err(Unsettled::LinkedToAnother(other))
        }
        Holder::Registrant { .. } if named.is_shown_by_another => Err(Unsettled::OtherAccount),
        Holder::Registrant { .. } => Ok(Consequence::Update { patient, linked: true }),
    }
}

fn different_person(found: Found<'_>) -> Result<Consequence, Unsettled> {
    match found.holder {
        Holder::Nobody | Holder::OtherContacts => Ok(Consequence::Create { linked: false, unlinked: None }),
        // A second record of the account's holder would be a duplicate.
        Holder::Registrant { linked: Some(other) } if !found.in_question.contains(&other) => {
            Err(Unsettled::LinkedToAnother(other))
        }
        Holder::Registrant { linked } => Ok(Consequence::Create { linked: true, unlinked: linked }),
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

    const AS_SHOWN: Named = Named { is_as_shown: true, is_shown_by_another: false, has_later_proof: false };

    /// Nothing is in the way.
    const fn found(in_question: &[PatientId], holder: Holder) -> Found<'_> {
        Found { in_question, holder, named: Some(AS_SHOWN), other_under_way: false, task_waits: false }
    }

    #[test]
    fn the_same_person_gets_their_record_and_sees_it_where_the_account_is_theirs() {
        let same = |holder| settle(Settlement::SamePerson(MINE), found(&[MINE], holder));
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
            let settled = settle(settlement, found(&[MINE], holder));
            assert_eq!(settled, Err(Unsettled::LinkedToAnother(OTHER)), "{settlement:?}");
        }
    }

    #[test]
    fn no_record_is_shown_by_two_accounts() {
        let shown = Some(Named { is_shown_by_another: true, ..AS_SHOWN });
        for linked in [None, Some(MINE)] {
            let found = Found { named: shown, ..found(&[MINE], Holder::Registrant { linked }) };
            assert_eq!(settle(Settlement::SamePerson(MINE), found), Err(Unsettled::OtherAccount));
        }
        for holder in [Holder::Nobody, Holder::OtherContacts] {
            let settled =
                settle(Settlement::SamePerson(MINE), Found { named: shown, ..found(&[MINE], holder) });
            assert_eq!(settled, Ok(Consequence::Update { patient: MINE, linked: false }), "{holder:?}");
        }
    }

    #[test]
    fn a_record_that_nobody_was_shown_is_nobodys() {
        for holder in EVERY_HOLDER {
            let settled = settle(Settlement::SamePerson(OTHER), found(&[MINE], holder));
            assert_eq!(settled, Err(Unsettled::NotInQuestion(OTHER)), "{holder:?}");
        }
    }

    #[test]
    fn a_record_that_is_gone_or_newer_than_what_staff_have_seen_or_than_the_proof_stays_as_it_is() {
        let refused = |named| {
            let found = Found { named, ..found(&[MINE], Holder::Registrant { linked: None }) };
            settle(Settlement::SamePerson(MINE), found)
        };
        assert_eq!(refused(None), Err(Unsettled::NoSuchRecord));
        let changed = Named { is_as_shown: false, ..AS_SHOWN };
        assert_eq!(refused(Some(changed)), Err(Unsettled::RecordChanged));
        let later = Named { has_later_proof: true, ..AS_SHOWN };
        assert_eq!(refused(Some(later)), Err(Unsettled::ProvenLater));
    }

    #[test]
    fn whatever_writes_waits_for_what_is_under_way_and_for_what_is_to_be_entered() {
        for holder in [Holder::Nobody, Holder::Registrant { linked: None }, Holder::OtherContacts] {
            for word in [Settlement::SamePerson(MINE), Settlement::DifferentPerson] {
                let clear = found(&[MINE], holder);
                let other = settle(word, Found { other_under_way: true, ..clear });
                assert_eq!(other, Err(Unsettled::OtherUnderWay), "{holder:?}");
                let task = settle(word, Found { task_waits: true, ..clear });
                assert_eq!(task, Err(Unsettled::TaskWaits), "{holder:?}");
            }
        }
    }

    #[test]
    fn a_link_that_staff_say_is_wrong_ends() {
        let holder = Holder::Registrant { linked: Some(MINE) };
        let new = settle(Settlement::DifferentPerson, found(&[OTHER, MINE], holder));
        assert_eq!(new, Ok(Consequence::Create { linked: true, unlinked: Some(MINE) }));
    }

    #[test]
    fn a_namesakes_account_is_not_shown_a_new_persons_record() {
        let new = |holder| settle(Settlement::DifferentPerson, found(&[MINE], holder));
        let create = |linked| Ok(Consequence::Create { linked, unlinked: None });
        assert_eq!(new(Holder::Registrant { linked: None }), create(true));
        for holder in [Holder::Nobody, Holder::OtherContacts] {
            assert_eq!(new(holder), create(false));
        }
    }

    #[test]
    fn whoever_is_rejected_changes_nothing_whoever_has_the_account_and_whatever_is_under_way() {
        for holder in EVERY_HOLDER {
            let in_the_way =
                Found { named: None, other_under_way: true, task_waits: true, ..found(&[MINE], holder) };
            let settled = settle(Settlement::Rejected, in_the_way);
            assert_eq!(settled, Ok(Consequence::Nothing), "{holder:?}");
        }
    }
}
