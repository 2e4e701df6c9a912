//! What to do about a field, in the words of the page.

use kiosk_api::problem::{Field as Asked, FieldProblem, FieldProblemCode as Why};

use super::{page::Page, texts::Texts};
use crate::PageRefused;

/// A field of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Mobile,
    Code,
    Password,
    Email,
}

impl Field {
    /// Its id and name in the form.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Code => "code",
            Self::Password => "password",
            Self::Email => "email",
        }
    }
}

/// One refused field.
pub(super) struct FormError {
    pub(super) field: Field,
    pub(super) text: String,
}

/// Every refused field, in the order of the form.
#[derive(Default)]
pub(super) struct Errors(Vec<FormError>);

impl Errors {
    pub(super) fn one(field: Field, text: String) -> Self {
        Self(vec![FormError { field, text }])
    }

    pub(super) fn of(&self, field: Field) -> Option<&str> {
        self.0.iter().find(|error| error.field == field).map(|error| error.text.as_str())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &FormError> {
        self.0.iter()
    }

    fn from_fields(texts: Texts, refused: &[FieldProblem]) -> Self {
        let mut errors = Self::default();
        for problem in refused {
            let (field, key) = what_to_do(*problem);
            if errors.of(field).is_none() {
                errors.0.push(FormError { field, text: texts.say(key) });
            }
        }
        errors
    }
}

/// The field and its words. No page asks for a name or a birthday, so their reasons have words that fit any field.
fn what_to_do(FieldProblem { field, code }: FieldProblem) -> (Field, &'static str) {
    let field = match field {
        Asked::Mobile => Field::Mobile,
        Asked::Code => Field::Code,
        Asked::Password => Field::Password,
        Asked::Email
        | Asked::GivenName
        | Asked::FamilyName
        | Asked::DateOfBirth
        | Asked::DateOfBirthDay
        | Asked::DateOfBirthMonth
        | Asked::DateOfBirthYear
        | Asked::PortalAddress
        | Asked::EnrolmentCode
        | Asked::Initials
        | Asked::StaffName => Field::Email,
    };
    let key = match code {
        Why::Missing => match field {
            Field::Mobile => "mobile-missing",
            Field::Code => "code-missing",
            Field::Password => "password-missing",
            Field::Email => "email-missing",
        },
        Why::TooLong => match field {
            Field::Mobile => "mobile-not-a-number",
            Field::Code => "code-six-digits",
            Field::Password => "password-too-long",
            Field::Email => "email-too-long",
        },
        Why::EmailNotAnAddress => "email-not-an-address",
        Why::EmailConfusable => "email-confusable",
        Why::MobileNotANumber => "mobile-not-a-number",
        Why::MobileIsLandline => "mobile-landline",
        Why::MobileCountryRefused => "mobile-country",
        Why::MobileIsPremium
        | Why::MobileIsSharedCost
        | Why::MobileIsPager
        | Why::MobileIsPersonal
        | Why::MobileIsVoip
        | Why::MobileTakesNoTexts => "mobile-no-texts",
        Why::CodeNotSixDigits => "code-six-digits",
        Why::PasswordTooShort => "password-too-short",
        Why::PasswordCommon => "password-common",
        Why::PasswordGuessable => "password-guessable",
        Why::PasswordOwnDetails => "password-own-details",
        Why::PasswordCharacterRefused => "password-character",
        Why::NameCharacterRefused
        | Why::NameWithoutLetter
        | Why::DateNotReal
        | Why::YearNotFourDigits
        | Why::DateNotPast
        | Why::DateTooLongAgo
        | Why::Under16
        | Why::AddressNotAnOrigin
        | Why::AddressNotHttps
        | Why::EnrolmentCodeNotWhole
        | Why::InitialsMalformed
        | Why::InitialsTaken => "field-not-asked",
    };
    (field, key)
}

impl Page {
    /// What the patient can put right in the form before them; anything else is given back.
    pub(super) fn errors(&self, refused: PageRefused) -> Result<Errors, PageRefused> {
        match refused {
            PageRefused::Field(fields) => Ok(Errors::from_fields(self.texts, &fields)),
            PageRefused::CodeWrong => Ok(Errors::one(Field::Code, self.say("code-wrong"))),
            PageRefused::CodeExpired => Ok(Errors::one(Field::Code, self.say("code-expired"))),
            PageRefused::TriesUsedUp => Ok(Errors::one(Field::Code, self.say("code-tries-used-up"))),
            PageRefused::PasswordWrong { tries_left } => {
                Ok(Errors::one(Field::Password, self.say_with("password-wrong", "tries", tries_left)))
            }
            PageRefused::TooSoon { .. }
            | PageRefused::TooManySends { .. }
            | PageRefused::LinkDead(_)
            | PageRefused::NotInThisState
            | PageRefused::Busy { .. }
            | PageRefused::Unforeseen { .. } => Err(refused),
        }
    }
}
