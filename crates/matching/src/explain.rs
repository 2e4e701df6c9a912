//! A comparison in words that staff can read.

use crate::{
    judge::{Judgement, Verdict},
    levels::{ContactLevel, DateLevel, Levels, NameLevel, NameOrder, PlaceLevel},
};

/// One thing to be said about a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Observation {
    /// Both names, given and family, are the same.
    SameName,
    /// The two names stand in each other's field.
    NamesSwapped,
    /// The given name.
    Given(NameLevel),
    /// The family name.
    Family(NameLevel),
    /// The date of birth.
    Date(DateLevel),
    /// The mobile.
    Mobile(ContactLevel),
    /// The email address.
    Email(ContactLevel),
    /// The postcode.
    Postcode(PlaceLevel),
    /// The address.
    Address(PlaceLevel),
    /// The number.
    Number(PlaceLevel),
}

impl Levels {
    /// What there is to say, field by field. Of a field that is asked nowhere nothing is said.
    #[must_use]
    pub fn observations(self) -> Vec<Observation> {
        let mut said = Vec::new();
        match self.order {
            NameOrder::Straight => {}
            NameOrder::Crossed => said.push(Observation::NamesSwapped),
        }
        if (self.given, self.family) == (NameLevel::Same, NameLevel::Same)
            && self.order == NameOrder::Straight
        {
            said.push(Observation::SameName);
        } else {
            said.extend([Observation::Given(self.given), Observation::Family(self.family)]);
        }
        said.extend([
            Observation::Date(self.date),
            Observation::Mobile(self.phone),
            Observation::Email(self.email),
        ]);
        let places = [
            (self.postcode, Observation::Postcode as fn(PlaceLevel) -> Observation),
            (self.place, Observation::Address),
            (self.identifier, Observation::Number),
        ];
        said.extend(
            places
                .into_iter()
                .filter(|(level, _)| *level != PlaceLevel::Missing)
                .map(|(level, say)| say(level)),
        );
        said
    }

    /// All of it in one sentence: "Same name, day and month swapped, same mobile, other email."
    #[must_use]
    pub fn explain(self) -> String {
        let words: Vec<String> = self.observations().into_iter().map(Observation::words).collect();
        let mut sentence = words.join(", ");
        if let Some(first) = sentence.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        sentence.push('.');
        sentence
    }
}

impl Judgement {
    /// For staff: the outcome, why, and how the likeliest record compares.
    #[must_use]
    pub fn explain(&self) -> String {
        let compared =
            |patient| self.comparisons.iter().find(|it| it.patient == patient).map(|it| it.levels.explain());
        let (outcome, patient) = match &self.verdict {
            Verdict::Linked { patient, .. } => ("Linked.".to_owned(), Some(*patient)),
            Verdict::New => {
                let nobody =
                    "New. No record has this mobile or email, nor a like name with a like date of birth.";
                (nobody.to_owned(), None)
            }
            Verdict::Review { doubt, candidates } => {
                (format!("For staff. {}", doubt.sentence()), candidates.first().copied())
            }
        };
        let likeliest = patient.and_then(compared);
        std::iter::once(outcome).chain(likeliest).collect::<Vec<_>>().join(" ")
    }
}

impl Observation {
    /// As staff read it.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::SameName => "same name".to_owned(),
            Self::NamesSwapped => "given and family name swapped".to_owned(),
            Self::Given(level) => name("given name", level),
            Self::Family(level) => name("family name", level),
            Self::Date(level) => date(level).to_owned(),
            Self::Mobile(level) => contact("mobile", level),
            Self::Email(level) => contact("email", level),
            Self::Postcode(level) => place("postcode", level),
            Self::Address(level) => place("address", level),
            Self::Number(level) => place("patient number", level),
        }
    }
}

fn name(which: &str, level: NameLevel) -> String {
    match level {
        NameLevel::Same => format!("same {which}"),
        NameLevel::Folded => format!("same {which} but for accents or spaces"),
        NameLevel::Transliterated => format!("same {which} in another alphabet"),
        NameLevel::BothAbsent => format!("no {which} on either side"),
        NameLevel::MiddleName => format!("{which} with a middle name more or less"),
        NameLevel::Nickname => format!("{which} is a short form or another spelling"),
        NameLevel::PartOfDouble => format!("{which} is one part of a double name"),
        NameLevel::OneEdit => format!("{which} one letter different"),
        NameLevel::Close => format!("{which} much alike"),
        NameLevel::Different => format!("other {which}"),
        NameLevel::Missing => format!("{which} not known"),
    }
}

const fn date(level: DateLevel) -> &'static str {
    match level {
        DateLevel::Exact => "same date of birth",
        DateLevel::DayMonthSwapped => "day and month swapped",
        DateLevel::OneDigit => "date of birth one digit different",
        DateLevel::PartAgrees => "date of birth partly the same",
        DateLevel::Different => "other date of birth",
        DateLevel::Missing => "date of birth not known",
    }
}

fn contact(which: &str, level: ContactLevel) -> String {
    match level {
        ContactLevel::Agrees => format!("same {which}"),
        ContactLevel::Differs => format!("other {which}"),
        ContactLevel::Missing => format!("no {which} to compare"),
    }
}

fn place(which: &str, level: PlaceLevel) -> String {
    match level {
        PlaceLevel::Same => format!("same {which}"),
        PlaceLevel::Close => format!("{which} much alike"),
        PlaceLevel::Different => format!("other {which}"),
        PlaceLevel::Missing => format!("no {which} to compare"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, sentence: &str) {
        assert_eq!(Levels::parse(code).expect("a code").explain(), sentence);
    }

    #[test]
    fn a_comparison_is_told_in_a_sentence() {
        check("SSSXSD---", "Same name, day and month swapped, same mobile, other email.");
        check(
            "SNDS-S---",
            "Given name is a short form or another spelling, other family name, same date of birth, no mobile to compare, \
             same email.",
        );
        check(
            "XSES--C--",
            "Given and family name swapped, same given name, family name one letter different, same date of birth, \
             no mobile to compare, no email to compare, postcode much alike.",
        );
    }
}
