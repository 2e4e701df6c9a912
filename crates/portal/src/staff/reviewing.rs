//! Reviews as staff see and settle them, in the words of the wire.

use kiosk_api::staff::{
    answer::StaffAnswer,
    ask::{ReviewWord, ReviewWordKind},
    review::{
        Agreement, GivenDetails, HeldValue, RecordInQuestion, ReviewReason as Reason, ReviewRow, ReviewView,
        SettledReviewRow,
    },
};
use matching::{ContactLevel, DateLevel, NameLevel, NameOrder, ReviewReason, Settlement, Unsettled};
use registration::{
    flow::{Registration, figures::UNDO_WITHIN},
    ids::{PatientId, ReviewId},
    values::{email::EmailAddress, name::NamePart},
};
use store::{AccessEntry, Act, Actor, ContactField, Purpose, ReviewListed, StaffSession};

use super::{
    letting_in::{by, wire},
    patients::LISTED_TO,
    refused::StaffRefused,
};
use crate::{InQuestion, NotOpenedAgain, NotSettled, NotShown, Portal, UndoRefused, Word};

/// Reviews that wait, shown at once.
const WAITING_SHOWN: u32 = 50;
/// Settled ones, shown at once.
const SETTLED_SHOWN: u32 = 20;
/// After which a practice system that could not be asked is worth asking again.
const SYSTEM_RETRY_S: u32 = 60;

impl Portal {
    /// Those that wait and those settled of late. The log keeps one line in five minutes for each place where they are on a screen.
    pub(super) async fn reviews(&self, session: &StaffSession) -> Result<StaffAnswer, StaffRefused> {
        let (practice, now, by) = (self.practice(), self.now(), by(session));
        if !self.store.staff_acted_since(practice, by, Act::ReviewsListed, now - LISTED_TO).await? {
            let mut tx = self.store.begin(practice).await?;
            let entry = self.entry(Actor::Staff(by), Act::ReviewsListed, now);
            tx.log(AccessEntry { purpose: Some(Purpose::SettleReview), ..entry }).await?;
            tx.commit().await?;
        }
        let waiting = self.store.reviews_listed(practice, WAITING_SHOWN).await?;
        let since = self.now() - UNDO_WITHIN;
        let settled = self.store.reviews_settled_since(practice, since, SETTLED_SHOWN).await?;
        Ok(StaffAnswer::Reviews {
            waiting: waiting.iter().map(row).collect(),
            in_all: self.store.count_reviews_waiting(practice).await?,
            settled: settled.iter().filter_map(settled_row).collect(),
        })
    }

    pub(super) async fn review_shown(
        &self,
        session: &StaffSession,
        id: ReviewId,
    ) -> Result<ReviewView, StaffRefused> {
        let shown = self.show_review(id, by(session)).await.map_err(|not_shown| match not_shown {
            NotShown::NoSuchReview | NotShown::DetailsGone => StaffRefused::NotFound,
            NotShown::Store(error) => error.into(),
        })?;
        let listed = self.store.review_listed(self.practice(), id).await?.ok_or(StaffRefused::NotFound)?;
        let mobile = shown.registration.details.mobile.e164();
        Ok(ReviewView {
            row: row(&listed),
            registered: given(&shown.registration),
            in_question: shown.in_question.iter().map(|found| in_question(found, mobile)).collect(),
            not_searched: shown.not_searched,
            settled: settled_row(&listed),
        })
    }

    pub(super) async fn settle_as_asked(
        &self,
        session: &StaffSession,
        id: ReviewId,
        word: &ReviewWord,
    ) -> Result<(), StaffRefused> {
        let word = match word {
            ReviewWord::SamePerson { patient, version } => {
                Word::SamePerson { patient: PatientId(*patient), version: *version }
            }
            ReviewWord::DifferentPerson => Word::DifferentPerson,
            ReviewWord::Rejected => Word::Rejected,
        };
        self.settle_review(id, word, by(session)).await.map_err(not_settled)
    }

    pub(super) async fn open_again_as_asked(
        &self,
        session: &StaffSession,
        id: ReviewId,
    ) -> Result<(), StaffRefused> {
        self.open_review_again(id, by(session)).await.map_err(not_opened)
    }
}

fn not_settled(why: NotSettled) -> StaffRefused {
    match why {
        NotSettled::NoSuchReview | NotSettled::DetailsGone => StaffRefused::NotFound,
        NotSettled::AlreadySettled(_) => StaffRefused::AlreadySettled,
        NotSettled::NotInSystem => StaffRefused::NotPossibleNow,
        NotSettled::AlreadyWritten => StaffRefused::ChangeUnderWay,
        NotSettled::Unsettled(unsettled) => match unsettled {
            Unsettled::RecordChanged | Unsettled::NotInQuestion(_) | Unsettled::NoSuchRecord => {
                StaffRefused::ChangedMeanwhile
            }
            Unsettled::LinkedToAnother(_) => StaffRefused::AccountShowsAnotherRecord,
            Unsettled::OtherAccount => StaffRefused::RecordOfAnotherAccount,
            Unsettled::ProvenLater => StaffRefused::ProvenLater,
            Unsettled::OtherUnderWay | Unsettled::TaskWaits => StaffRefused::ChangeUnderWay,
        },
        NotSettled::Store(error) => error.into(),
    }
}

fn not_opened(why: NotOpenedAgain) -> StaffRefused {
    match why {
        NotOpenedAgain::NoSuchReview => StaffRefused::NotFound,
        NotOpenedAgain::NotSettled | NotOpenedAgain::NotTheLatest => StaffRefused::ChangedMeanwhile,
        NotOpenedAgain::TooLate => StaffRefused::TooLate,
        NotOpenedAgain::RecordMade => StaffRefused::RecordMade,
        NotOpenedAgain::UnderWay => StaffRefused::ChangeUnderWay,
        NotOpenedAgain::NotUndone(why) => not_undone(why),
        NotOpenedAgain::Store(error) => error.into(),
    }
}

fn not_undone(why: UndoRefused) -> StaffRefused {
    match why {
        UndoRefused::RecordChanged => StaffRefused::ChangedMeanwhile,
        UndoRefused::TooLate => StaffRefused::TooLate,
        UndoRefused::NotConfirmed => StaffRefused::ChangeUnderWay,
        UndoRefused::NothingWritten | UndoRefused::NothingBefore | UndoRefused::SystemNotConfigured => {
            StaffRefused::NotPossibleNow
        }
        UndoRefused::System(situation) => {
            tracing::warn!(%situation, "a review was not opened again");
            StaffRefused::Busy { retry_after_s: SYSTEM_RETRY_S }
        }
        UndoRefused::Store(error) => error.into(),
    }
}

fn row(listed: &ReviewListed) -> ReviewRow {
    let given = listed.given_name.as_ref().map(|given| format!("{given} ")).unwrap_or_default();
    ReviewRow {
        id: listed.id.0,
        name: Some(format!("{given}{}", listed.family_name)),
        reference: listed.reference.as_str().to_owned(),
        reason: reason(listed.reason),
        since: wire(listed.at),
    }
}

fn settled_row(listed: &ReviewListed) -> Option<SettledReviewRow> {
    let settled = listed.settled?;
    Some(SettledReviewRow {
        review: row(listed),
        word: settled.said.map(|said| match said.settlement {
            Settlement::SamePerson(_) => ReviewWordKind::SamePerson,
            Settlement::DifferentPerson => ReviewWordKind::DifferentPerson,
            Settlement::Rejected => ReviewWordKind::Rejected,
        }),
        by: listed.settled_by.as_ref().map(|initials| initials.as_str().to_owned()),
        at: wire(settled.at),
    })
}

fn given(registration: &Registration) -> GivenDetails {
    let (details, proven) = (&registration.details, registration.proven());
    GivenDetails {
        given_name: details.name.given.as_ref().map(|given| given.as_typed().to_owned()),
        family_name: details.name.family.as_typed().to_owned(),
        date_of_birth: details.date_of_birth.date().to_string(),
        mobile: details.mobile.national(),
        mobile_proven: proven.is_some(),
        email: details.email.as_ref().map(EmailAddress::as_typed).map(str::to_owned),
        email_proven: proven.is_some_and(|(_, email)| email.is_some()),
    }
}

fn in_question(found: &InQuestion, mobile: &str) -> RecordInQuestion {
    let (record, levels) = (&found.record, found.levels);
    let held = |value: Option<String>, agreement| HeldValue { value, agreement };
    let given = record.name.given.as_ref().map(NamePart::as_typed).map(str::to_owned);
    let family = record.name.family.as_typed().to_owned();
    let email = record.contact(ContactField::Email).map(|contact| contact.value.clone());
    RecordInQuestion {
        patient: record.id.0,
        version: record.version,
        may_be_outdated: found.may_be_outdated,
        given_name: held(given, agreed_name(levels.given, levels.order)),
        family_name: held(Some(family), agreed_name(levels.family, levels.order)),
        date_of_birth: held(record.date_of_birth.map(|born| born.to_string()), agreed_date(levels.date)),
        phones: phones(found, mobile),
        email: held(email, agreed_contact(levels.email)),
    }
}

fn phones(found: &InQuestion, mobile: &str) -> Vec<HeldValue> {
    let fields = [ContactField::Mobile, ContactField::Home, ContactField::Work];
    let contacts = fields.into_iter().filter_map(|field| found.record.contact(field));
    let held = contacts.map(|contact| HeldValue {
        value: Some(contact.value.clone()),
        agreement: if contact.comparable.as_deref() == Some(mobile) {
            Agreement::Same
        } else {
            Agreement::Different
        },
    });
    held.collect()
}

/// Each name is marked beside its own field: one that stands in the other's is like it, and no more.
const fn agreed_name(level: NameLevel, order: NameOrder) -> Agreement {
    match (level, order) {
        (
            NameLevel::Same | NameLevel::Folded | NameLevel::Transliterated | NameLevel::BothAbsent,
            NameOrder::Straight,
        ) => Agreement::Same,
        (
            NameLevel::Same
            | NameLevel::Folded
            | NameLevel::Transliterated
            | NameLevel::BothAbsent
            | NameLevel::MiddleName
            | NameLevel::Nickname
            | NameLevel::PartOfDouble
            | NameLevel::OneEdit
            | NameLevel::Close,
            NameOrder::Straight | NameOrder::Crossed,
        ) => Agreement::Similar,
        (NameLevel::Different, NameOrder::Straight | NameOrder::Crossed) => Agreement::Different,
        (NameLevel::Missing, NameOrder::Straight | NameOrder::Crossed) => Agreement::Missing,
    }
}

const fn agreed_date(level: DateLevel) -> Agreement {
    match level {
        DateLevel::Exact => Agreement::Same,
        DateLevel::DayMonthSwapped | DateLevel::OneDigit | DateLevel::PartAgrees => Agreement::Similar,
        DateLevel::Different => Agreement::Different,
        DateLevel::Missing => Agreement::Missing,
    }
}

const fn agreed_contact(level: ContactLevel) -> Agreement {
    match level {
        ContactLevel::Agrees => Agreement::Same,
        ContactLevel::Differs => Agreement::Different,
        ContactLevel::Missing => Agreement::Missing,
    }
}

const fn reason(reason: ReviewReason) -> Reason {
    match reason {
        ReviewReason::SeveralRecordsAgree => Reason::SeveralRecordsAgree,
        ReviewReason::ContactOnAnotherRecord => Reason::ContactOnAnotherRecord,
        ReviewReason::NameAndDateAgreeContactDiffers => Reason::NameAndDateAgreeContactDiffers,
        ReviewReason::ContactAgreesNameOrDateDiffers => Reason::ContactAgreesNameOrDateDiffers,
        ReviewReason::DateAgreesNameSimilar => Reason::DateAgreesNameSimilar,
        ReviewReason::AccountExistsWithOtherContacts => Reason::AccountExistsWithOtherContacts,
        ReviewReason::NoEmail => Reason::NoEmail,
        ReviewReason::RecordChangedMeanwhile => Reason::RecordChangedMeanwhile,
        ReviewReason::RecordNotWritten => Reason::RecordNotWritten,
        ReviewReason::NameAgreesDateSimilar => Reason::NameAgreesDateSimilar,
        ReviewReason::AnotherRecordIsNear => Reason::AnotherRecordIsNear,
        ReviewReason::RecordMarked => Reason::RecordMarked,
        ReviewReason::TooCommonToTell => Reason::TooCommonToTell,
        ReviewReason::ShortNameOfSomebodyElse => Reason::ShortNameOfSomebodyElse,
    }
}
