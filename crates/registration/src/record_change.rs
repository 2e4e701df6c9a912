//! A change of a patient record that a registration earned and that did not come through, or did not last: why, and what staff may do.

/// Why a change needs staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UpdateTrouble {
    /// The record is newer than the one that was matched, or somebody like this has come.
    RecordChanged,
    /// Each try ended in an error.
    NotWritten,
    /// The promise was altered, or sealed under a key that is no longer there.
    PromiseUnreadable,
    /// The practice system found nobody, and cannot be searched by everything that tells who is new.
    NewCannotBeTold,
    /// The practice system does not take the values.
    Refused,
    /// The practice system no longer has the record.
    RecordGone,
    /// The record is archived, or of somebody who died.
    RecordClosed,
    /// More records are like this one than anybody could look through.
    TooManyRecords,
    /// The practice system took the change and shows something else.
    NotKept,
    /// The practice system answers in a form that is not known.
    NotUnderstood,
    /// Whose record it is, staff decide.
    InReview,
}

impl UpdateTrouble {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::RecordChanged,
        Self::NotWritten,
        Self::PromiseUnreadable,
        Self::NewCannotBeTold,
        Self::Refused,
        Self::RecordGone,
        Self::RecordClosed,
        Self::TooManyRecords,
        Self::NotKept,
        Self::NotUnderstood,
        Self::InReview,
    ];

    /// As the database and the logs write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RecordChanged => "record_changed",
            Self::NotWritten => "not_written",
            Self::PromiseUnreadable => "promise_unreadable",
            Self::NewCannotBeTold => "new_cannot_be_told",
            Self::Refused => "refused",
            Self::RecordGone => "record_gone",
            Self::RecordClosed => "record_closed",
            Self::TooManyRecords => "too_many_records",
            Self::NotKept => "not_kept",
            Self::NotUnderstood => "not_understood",
            Self::InReview => "in_review",
        }
    }

    /// The trouble of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trouble| trouble.as_str() == name)
    }

    /// Whether the same change may come through another day, because a system or a key is mended; all else is about whose record it is,
    /// or about the record itself.
    const fn can_be_mended(self) -> bool {
        match self {
            Self::NotWritten | Self::PromiseUnreadable | Self::Refused | Self::NotUnderstood => true,
            Self::RecordChanged
            | Self::NewCannotBeTold
            | Self::RecordGone
            | Self::RecordClosed
            | Self::TooManyRecords
            | Self::NotKept
            | Self::InReview => false,
        }
    }
}

/// What brought a change before staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// The machine does no more about it.
    GivenUp(UpdateTrouble),
    /// It has waited for long, and the machine still tries.
    WaitsLong,
    /// It was written, and the record holds another value by now.
    Differs,
}

/// A change as it stands when staff look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeSeen {
    /// What brought it before them.
    pub concern: Concern,
    /// A review of it waits.
    pub in_review: bool,
    /// It is in hand: something of it waits to be entered, or staff have said that nothing is to follow.
    pub in_hand: bool,
    /// The record is, or may be, not as it was when the change was promised; or the same person, or whoever else may be meant by this record, proved
    /// other contact points later; or another change of theirs is under way.
    pub overtaken: bool,
}

/// What staff may do about a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeAct {
    /// Promise it once more.
    TryAgain,
    /// Let somebody say whose record it is, and whether it gets what was proven.
    Review,
}

impl ChangeSeen {
    /// Whether staff may do it now. Nothing newer is overwritten without somebody having looked at both.
    #[must_use]
    pub const fn may(self, act: ChangeAct) -> bool {
        if self.in_hand {
            return false;
        }
        match (act, self.concern) {
            (ChangeAct::TryAgain, Concern::GivenUp(trouble)) => trouble.can_be_mended() && !self.overtaken,
            (ChangeAct::Review, Concern::GivenUp(_) | Concern::Differs) => !self.in_review,
            (ChangeAct::TryAgain, Concern::WaitsLong | Concern::Differs)
            | (ChangeAct::Review, Concern::WaitsLong) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seen(concern: Concern) -> ChangeSeen {
        ChangeSeen { concern, in_review: false, in_hand: false, overtaken: false }
    }

    #[test]
    fn what_can_be_mended_is_tried_again_and_nothing_else() {
        let again: Vec<_> = UpdateTrouble::ALL
            .into_iter()
            .filter(|trouble| seen(Concern::GivenUp(*trouble)).may(ChangeAct::TryAgain))
            .map(UpdateTrouble::as_str)
            .collect();
        assert_eq!(again, ["not_written", "promise_unreadable", "refused", "not_understood"]);
        assert!(!seen(Concern::WaitsLong).may(ChangeAct::TryAgain), "the machine tries by itself");
        assert!(!seen(Concern::Differs).may(ChangeAct::TryAgain), "the record holds something newer");
    }

    #[test]
    fn nothing_newer_is_written_over_by_trying_again() {
        let given_up = seen(Concern::GivenUp(UpdateTrouble::NotWritten));
        assert!(given_up.may(ChangeAct::TryAgain));
        assert!(
            ChangeSeen { in_review: true, ..given_up }.may(ChangeAct::TryAgain),
            "the review is over then"
        );
        for newer in [ChangeSeen { overtaken: true, ..given_up }, ChangeSeen { in_hand: true, ..given_up }] {
            assert!(!newer.may(ChangeAct::TryAgain), "{newer:?}");
        }
    }

    #[test]
    fn one_review_at_a_time_and_none_while_the_machine_or_a_colleague_is_at_it() {
        for concern in [Concern::Differs, Concern::GivenUp(UpdateTrouble::RecordGone)] {
            assert!(seen(concern).may(ChangeAct::Review));
            assert!(!ChangeSeen { in_review: true, ..seen(concern) }.may(ChangeAct::Review));
            assert!(!ChangeSeen { in_hand: true, ..seen(concern) }.may(ChangeAct::Review));
        }
        assert!(!seen(Concern::WaitsLong).may(ChangeAct::Review));
    }
}
