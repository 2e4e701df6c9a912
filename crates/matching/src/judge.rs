//! The rule, in full: every record that could be the registrant is compared, and one is linked only if nothing speaks
//! against it.

use registration::ids::PatientId;

use crate::{
    compare::{compare, is_alike},
    constants::{ADULT_YEARS, LINK_BITS, MARGIN_BITS, REVIEW_BITS},
    doubt::Doubt,
    levels::{DateLevel, Levels, NameLevel, NameOrder},
    normalise::{BirthDate, NameField, is_placeholder_here},
    person::{Circumstances, Known, Person, Policy},
    score::{Weight, weight},
};

/// Whether a registration belongs to a patient record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is this person.
    Linked {
        /// Whose record.
        patient: PatientId,
        /// As it was judged; an update for an older version is refused.
        version: i64,
    },
    /// Nobody the practice knows.
    New,
    /// For staff.
    Review {
        /// Why.
        doubt: Doubt,
        /// The records in question, the likeliest first.
        candidates: Vec<PatientId>,
    },
}

/// A record as it was judged: kept with the decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Which record.
    pub patient: PatientId,
    /// Field by field.
    pub levels: Levels,
    /// How much that says here.
    pub weight: Weight,
}

/// A verdict and what it was reached by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The outcome.
    pub verdict: Verdict,
    /// Every record that was compared, the likeliest first.
    pub comparisons: Vec<Comparison>,
}

/// Judges. `records` must hold every record that shares one of the registrant's [keys](crate::keys()) or their day of birth, each
/// once. Their order and their ids change no verdict.
#[must_use]
pub fn judge(registrant: &Person, records: &[Known], circumstances: &Circumstances<'_>) -> Judgement {
    let registrant = &with_real_date(registrant, circumstances);
    let mut compared: Vec<Compared<'_>> =
        records.iter().map(|record| Compared::of(registrant, record, circumstances)).collect();
    compared.sort_by_key(|it| (std::cmp::Reverse(it.weight), it.record.patient));
    let verdict = verdict(registrant, &compared, circumstances);
    let comparisons = compared
        .iter()
        .map(|it| Comparison { patient: it.record.patient, levels: it.levels, weight: it.weight })
        .collect();
    Judgement { verdict, comparisons }
}

/// A date of birth that this practice writes for "not known" is not known.
fn with_real_date(registrant: &Person, circumstances: &Circumstances<'_>) -> Person {
    let placeholder = is_placeholder_here(&circumstances.frequencies);
    let born = if placeholder { BirthDate::Missing } else { registrant.born };
    Person { born, ..registrant.clone() }
}

struct Compared<'a> {
    record: &'a Known,
    levels: Levels,
    weight: Weight,
    /// Staff have said it is somebody else's.
    is_another: bool,
}

impl<'a> Compared<'a> {
    fn of(registrant: &Person, record: &'a Known, circumstances: &Circumstances<'_>) -> Self {
        let levels = compare(registrant, &record.person);
        Self {
            record,
            levels,
            weight: weight(levels, &circumstances.frequencies),
            is_another: circumstances.not_the_same.contains(&record.patient),
        }
    }

    /// Everyone who shares a contact point could be this person, unless both the given name and the date of birth are other ones:
    /// a parent and a child, not twins, and not a father and a son of one name. An unknown date of birth is not another one.
    fn could_be(&self, registrant: &Person) -> bool {
        let other_date = match self.levels.date {
            DateLevel::DayMonthSwapped
            | DateLevel::OneDigit
            | DateLevel::PartAgrees
            | DateLevel::Different => true,
            DateLevel::Exact | DateLevel::Missing => false,
        };
        let other_given = || match (registrant.given.name(), self.record.person.given.name()) {
            (Some(one), Some(two)) => self.levels.order == NameOrder::Straight && !is_alike(one, two),
            (None, _) | (_, None) => false,
        };
        !(other_date && other_given())
    }

    /// Both names may be ways of writing the registrant's.
    fn has_names_like(&self, registrant: &Person) -> bool {
        let record = &self.record.person;
        let alike = |one: &NameField, two: &NameField| match (one.name(), two.name()) {
            (Some(one), Some(two)) => is_alike(one, two),
            (None, None) => true,
            (None, Some(_)) | (Some(_), None) => false,
        };
        self.levels.order == NameOrder::Crossed
            || (alike(&registrant.given, &record.given) && alike(&registrant.family, &record.family))
    }

    /// Agrees on name, as the policy has it, and on date of birth. What a policy adds needs the contact to be an agreement at all:
    /// many share a given name and a birthday, or a nickname.
    fn agrees(&self, policy: Policy) -> bool {
        let Levels { given, family, .. } = self.levels;
        let names = self.levels.order == NameOrder::Straight
            && (is_in_full(given, family)
                || (self.levels.has_contact() && is_relaxed(given, family, policy)));
        !self.is_another && self.levels.date == DateLevel::Exact && names
    }

    /// Staff would want to see it.
    fn is_in_question(&self) -> bool {
        let by_name_and_date = match self.levels.date {
            DateLevel::Exact
            | DateLevel::DayMonthSwapped
            | DateLevel::OneDigit
            | DateLevel::PartAgrees
            | DateLevel::Missing => self.weight >= Weight::of_bits(REVIEW_BITS),
            DateLevel::Different => false,
        };
        !self.is_another && (self.levels.has_contact() || by_name_and_date)
    }
}

fn verdict(registrant: &Person, compared: &[Compared<'_>], circumstances: &Circumstances<'_>) -> Verdict {
    let agreeing: Vec<&Compared<'_>> = compared.iter().filter(|it| it.agrees(circumstances.policy)).collect();
    let doubt = match agreeing.as_slice() {
        [] => without_agreement(compared),
        [only] => Some(match doubt_of(registrant, only, compared, circumstances) {
            Some(doubt) => doubt,
            None => {
                return Verdict::Linked { patient: only.record.patient, version: only.record.version };
            }
        }),
        [_, _, ..] => Some(Doubt::SeveralRecordsAgree),
    };
    let Some(doubt) = doubt else { return Verdict::New };
    let policy = circumstances.policy;
    let concerned = compared.iter().filter(|it| it.is_in_question() || it.agrees(policy));
    Verdict::Review { doubt, candidates: concerned.map(|it| it.record.patient).collect() }
}

/// The guards, each of which no score can override.
fn doubt_of(
    registrant: &Person,
    only: &Compared<'_>,
    compared: &[Compared<'_>],
    circumstances: &Circumstances<'_>,
) -> Option<Doubt> {
    let others = || compared.iter().filter(|other| other.record.patient != only.record.patient);
    if !only.record.marks.is_empty() {
        Some(Doubt::RecordMarked)
    } else if others().any(|other| other.levels.has_contact() && other.could_be(registrant)) {
        Some(Doubt::ContactOnAnotherRecord)
    } else if !only.levels.has_contact() {
        Some(Doubt::NameAndDateAgreeContactDiffers)
    } else if others().any(|other| is_near(registrant, only, other)) {
        Some(Doubt::AnotherRecordIsNear)
    } else if only.weight < Weight::of_bits(LINK_BITS) {
        Some(Doubt::TooCommonToTell)
    } else if !is_own_name(registrant, only, compared, circumstances) {
        Some(Doubt::ShortNameOfSomebodyElse)
    } else {
        None
    }
}

/// A duplicate or a twin's record, found without the contact.
fn is_near(registrant: &Person, only: &Compared<'_>, other: &Compared<'_>) -> bool {
    let as_likely = || other.weight.bits() + MARGIN_BITS >= only.weight.bits() && other.could_be(registrant);
    let date_and_name = || other.levels.date == DateLevel::Exact && other.has_names_like(registrant);
    !other.is_another && (as_likely() || date_and_name())
}

/// What names that do not agree in full need besides, least first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Needs {
    Nothing,
    /// An adult: children are called José and Jose, and share a parent's telephone.
    Adult,
    /// And a contact that is on no other record, and no twin on file: twins are called Jon and Jonathan, Mohammed and Mohammed
    /// Ali, and grown twins still share a telephone.
    OwnContactAndAdult,
}

impl Needs {
    fn of(levels: Levels) -> Self {
        let given = match levels.given {
            NameLevel::Same | NameLevel::BothAbsent => Self::Nothing,
            NameLevel::Folded => Self::Adult,
            NameLevel::Transliterated
            | NameLevel::MiddleName
            | NameLevel::Nickname
            | NameLevel::PartOfDouble
            | NameLevel::OneEdit
            | NameLevel::Close
            | NameLevel::Different
            | NameLevel::Missing => Self::OwnContactAndAdult,
        };
        let family = match levels.family {
            // Twins share a family name, so a slip in it tells nothing about them.
            NameLevel::Same | NameLevel::OneEdit | NameLevel::PartOfDouble => Self::Nothing,
            // Where the family name has lost its marks, the given name may have lost them too.
            NameLevel::Folded | NameLevel::Transliterated => Self::Adult,
            NameLevel::BothAbsent
            | NameLevel::MiddleName
            | NameLevel::Nickname
            | NameLevel::Close
            | NameLevel::Different
            | NameLevel::Missing => Self::OwnContactAndAdult,
        };
        given.max(family)
    }
}

fn is_own_name(
    registrant: &Person,
    only: &Compared<'_>,
    compared: &[Compared<'_>],
    circumstances: &Circumstances<'_>,
) -> bool {
    let others = || compared.iter().filter(|other| other.record.patient != only.record.patient);
    let own_contact = !others().any(|other| other.levels.has_contact() || is_of_a_twin(other.levels));
    let adult = is_adult(registrant, circumstances);
    match Needs::of(only.levels) {
        Needs::Nothing => true,
        Needs::Adult => adult,
        Needs::OwnContactAndAdult => own_contact && adult,
    }
}

/// The same birthday and the same family name: where a twin is on file, a name that is not in full may be the other one's.
fn is_of_a_twin(levels: Levels) -> bool {
    let family = is_same(levels.family) || is_slip_of_a_family_name(levels.family);
    levels.date == DateLevel::Exact && levels.order == NameOrder::Straight && family
}

/// After normalisation.
const fn is_same(level: NameLevel) -> bool {
    matches!(level, NameLevel::Same | NameLevel::Folded | NameLevel::Transliterated)
}

const fn is_slip_of_a_family_name(level: NameLevel) -> bool {
    matches!(level, NameLevel::PartOfDouble | NameLevel::OneEdit)
}

fn is_adult(registrant: &Person, circumstances: &Circumstances<'_>) -> bool {
    let years = registrant.born.known().and_then(|born| circumstances.today.years_since(born));
    years.is_some_and(|years| years >= ADULT_YEARS)
}

fn without_agreement(compared: &[Compared<'_>]) -> Option<Doubt> {
    let in_question = || compared.iter().filter(|it| it.is_in_question());
    if in_question().any(|it| it.levels.has_contact()) {
        Some(Doubt::ContactAgreesNameOrDateDiffers)
    } else if in_question().any(|it| it.levels.date == DateLevel::Exact) {
        Some(Doubt::DateAgreesNameSimilar)
    } else if in_question().next().is_some() {
        Some(Doubt::NameAgreesDateSimilar)
    } else {
        None
    }
}

/// The same after normalisation. A middle name more or less is no other name: desks and passports write it or leave it out,
/// and whoever adds one says every other part of the name, the date, and answers the telephone. It is a twin's only where
/// the twin has the first name too, which [`Needs`] covers.
const fn is_in_full(given: NameLevel, family: NameLevel) -> bool {
    is_same(family) && (is_same(given) || matches!(given, NameLevel::BothAbsent | NameLevel::MiddleName))
}

/// Policies add this, and nothing else.
const fn is_relaxed(given: NameLevel, family: NameLevel, policy: Policy) -> bool {
    match policy {
        Policy::Strict => false,
        Policy::Balanced => is_known_form(given, family) || has_former_family_name(given, family),
    }
}

/// One edit in a given name is never the same person by itself: Jon and Ron, Jayden and Hayden are twins.
const fn is_known_form(given: NameLevel, family: NameLevel) -> bool {
    (is_same(given) || matches!(given, NameLevel::MiddleName | NameLevel::Nickname))
        && (is_same(family) || is_slip_of_a_family_name(family))
}

/// Another family name, after a marriage or before one, where the given name is the same; see [`Needs`] for the rest.
const fn has_former_family_name(given: NameLevel, family: NameLevel) -> bool {
    is_same(given) && matches!(family, NameLevel::Close | NameLevel::Different)
}
