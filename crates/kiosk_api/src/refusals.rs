//! Refusals of values, as codes. Every match names every variant, so that a new reason cannot reach a patient unnamed.

use registration::{
    secrets::{code::CodeRefused, password::PasswordRefused},
    values::{
        date_of_birth::DateRefused,
        details::{self, FieldRefused, Why},
        email::EmailRefused,
        mobile::MobileRefused,
        name::NameRefused,
    },
};

use crate::problem::{Field, FieldProblem, FieldProblemCode, Problem};

impl From<FieldRefused> for FieldProblem {
    fn from(FieldRefused { field, why }: FieldRefused) -> Self {
        let code = match why {
            Why::Name(refused) => refused.into(),
            Why::Date(refused) => refused.into(),
            Why::Email(refused) => refused.into(),
            Why::Mobile(refused) => refused.into(),
        };
        Self { field: field.into(), code }
    }
}

impl From<Vec<FieldRefused>> for Problem {
    fn from(refused: Vec<FieldRefused>) -> Self {
        Self::fields(refused.into_iter().map(FieldProblem::from).collect())
    }
}

impl From<PasswordRefused> for FieldProblem {
    fn from(refused: PasswordRefused) -> Self {
        Self { field: Field::Password, code: refused.into() }
    }
}

impl From<CodeRefused> for FieldProblem {
    fn from(refused: CodeRefused) -> Self {
        Self { field: Field::Code, code: refused.into() }
    }
}

impl From<PasswordRefused> for Problem {
    fn from(refused: PasswordRefused) -> Self {
        Self::fields(vec![refused.into()])
    }
}

impl From<CodeRefused> for Problem {
    fn from(refused: CodeRefused) -> Self {
        Self::fields(vec![refused.into()])
    }
}

impl From<details::Field> for Field {
    fn from(field: details::Field) -> Self {
        match field {
            details::Field::GivenName => Self::GivenName,
            details::Field::FamilyName => Self::FamilyName,
            details::Field::DateOfBirth => Self::DateOfBirth,
            details::Field::DateOfBirthDay => Self::DateOfBirthDay,
            details::Field::DateOfBirthMonth => Self::DateOfBirthMonth,
            details::Field::DateOfBirthYear => Self::DateOfBirthYear,
            details::Field::Email => Self::Email,
            details::Field::Mobile => Self::Mobile,
        }
    }
}

impl From<NameRefused> for FieldProblemCode {
    fn from(refused: NameRefused) -> Self {
        match refused {
            NameRefused::Missing => Self::Missing,
            NameRefused::TooLong => Self::TooLong,
            NameRefused::CharacterRefused => Self::NameCharacterRefused,
            NameRefused::WithoutLetter => Self::NameWithoutLetter,
        }
    }
}

impl From<DateRefused> for FieldProblemCode {
    fn from(refused: DateRefused) -> Self {
        match refused {
            DateRefused::Missing(_) => Self::Missing,
            DateRefused::NotReal(_) => Self::DateNotReal,
            DateRefused::YearNotFourDigits => Self::YearNotFourDigits,
            DateRefused::NotPast => Self::DateNotPast,
            DateRefused::TooLongAgo => Self::DateTooLongAgo,
            DateRefused::Under16 => Self::Under16,
        }
    }
}

impl From<EmailRefused> for FieldProblemCode {
    fn from(refused: EmailRefused) -> Self {
        match refused {
            EmailRefused::Missing => Self::Missing,
            EmailRefused::TooLong => Self::TooLong,
            EmailRefused::NotAnAddress => Self::EmailNotAnAddress,
            EmailRefused::Confusable => Self::EmailConfusable,
        }
    }
}

impl From<MobileRefused> for FieldProblemCode {
    fn from(refused: MobileRefused) -> Self {
        match refused {
            MobileRefused::Missing => Self::Missing,
            MobileRefused::TooLong => Self::TooLong,
            MobileRefused::NotANumber => Self::MobileNotANumber,
            MobileRefused::Landline => Self::MobileIsLandline,
            MobileRefused::Premium => Self::MobileIsPremium,
            MobileRefused::SharedCost => Self::MobileIsSharedCost,
            MobileRefused::Pager => Self::MobileIsPager,
            MobileRefused::Personal => Self::MobileIsPersonal,
            MobileRefused::Voip => Self::MobileIsVoip,
            MobileRefused::CountryRefused => Self::MobileCountryRefused,
            MobileRefused::TakesNoTexts => Self::MobileTakesNoTexts,
        }
    }
}

impl From<PasswordRefused> for FieldProblemCode {
    fn from(refused: PasswordRefused) -> Self {
        match refused {
            PasswordRefused::Missing => Self::Missing,
            PasswordRefused::TooShort => Self::PasswordTooShort,
            PasswordRefused::TooLong => Self::TooLong,
            PasswordRefused::CharacterRefused => Self::PasswordCharacterRefused,
            PasswordRefused::OwnDetails => Self::PasswordOwnDetails,
            PasswordRefused::Common => Self::PasswordCommon,
            PasswordRefused::Guessable => Self::PasswordGuessable,
        }
    }
}

impl From<CodeRefused> for FieldProblemCode {
    fn from(refused: CodeRefused) -> Self {
        match refused {
            CodeRefused::Missing => Self::Missing,
            CodeRefused::NotSixDigits => Self::CodeNotSixDigits,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_fields_keep_their_order_and_reasons() {
        let mut refused =
            vec![FieldRefused { field: details::Field::FamilyName, why: NameRefused::Missing.into() }];
        refused.extend(FieldRefused::of_date(DateRefused::Under16));
        refused.push(FieldRefused { field: details::Field::Mobile, why: MobileRefused::Landline.into() });
        let expected = [
            (Field::FamilyName, FieldProblemCode::Missing),
            (Field::DateOfBirth, FieldProblemCode::Under16),
            (Field::Mobile, FieldProblemCode::MobileIsLandline),
        ];
        let problem = Problem::from(refused);
        assert_eq!(
            problem,
            Problem::fields(expected.map(|(field, code)| FieldProblem { field, code }).into())
        );
    }

    #[test]
    fn a_password_and_a_code_name_their_own_fields() {
        let problem = FieldProblem::from(PasswordRefused::OwnDetails);
        assert_eq!((problem.field, problem.code), (Field::Password, FieldProblemCode::PasswordOwnDetails));
        let problem = FieldProblem::from(CodeRefused::NotSixDigits);
        assert_eq!((problem.field, problem.code), (Field::Code, FieldProblemCode::CodeNotSixDigits));
    }
}
