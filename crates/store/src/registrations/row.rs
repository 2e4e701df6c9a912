//! From rows to registrations: exactly the data of the state, or damage.

use chrono::NaiveDate;
use registration::{
    flow::{Link, Registration, SentCode, State, StateName},
    ids::{PracticeId, RegistrationId},
    secrets::{code::CodeMac, link_token::LinkTokenHash, password::PasswordHash, reference::Reference},
    values::{
        date_of_birth::DateOfBirth,
        details::Details,
        email::EmailAddress,
        language::Language,
        mobile::MobileNumber,
        name::{NamePart, PersonName},
        verified::Verified,
    },
};

use crate::{error::StoreError, fields::Fields, sql::Row};

pub(super) fn read_registration(row: &Row) -> Result<Registration, StoreError> {
    let fields = Fields::of(row, "registrations", "id");
    let details = read_details(&fields)?;
    Ok(Registration {
        id: RegistrationId(fields.get("id")?),
        practice: PracticeId(fields.get("practice_id")?),
        reference: fields.read("reference", Reference::parse)?,
        language: fields.read("language", Language::parse)?,
        confirmed_at: fields.at("confirmed_at")?,
        version: fields.get("version")?,
        state: read_state(&fields, &details)?,
        details,
    })
}

fn read_details(fields: &Fields<'_>) -> Result<Details, StoreError> {
    let name = |typed: &str| NamePart::parse(typed).ok();
    let mobile_typed: String = fields.get("mobile_typed")?;
    Ok(Details {
        name: PersonName {
            given: fields.read_opt("given_name", name)?,
            family: fields.read("family_name", name)?,
        },
        date_of_birth: DateOfBirth::from_date(fields.get::<NaiveDate>("date_of_birth")?),
        email: read_email(fields)?,
        mobile: fields.read("mobile", |e164: &str| MobileNumber::from_row(e164, &mobile_typed).ok())?,
    })
}

/// What was typed must still be the address that is compared.
fn read_email(fields: &Fields<'_>) -> Result<Option<EmailAddress>, StoreError> {
    let canonical: Option<&str> = fields.opt("email")?;
    let typed = fields.read_opt("email_typed", |typed: &str| EmailAddress::parse(typed).ok())?;
    if typed.as_ref().map(EmailAddress::as_str) == canonical {
        Ok(typed)
    } else {
        Err(fields.corrupt("email"))
    }
}

fn read_state(fields: &Fields<'_>, details: &Details) -> Result<State, StoreError> {
    let mobile = || read_mobile_proof(fields, details);
    let email = || read_email_proof(fields, details);
    let password = || fields.read_opt("password_phc", PasswordHash::from_phc);
    let at = || fields.at("ended_at");
    Ok(match fields.read("state", StateName::parse)? {
        StateName::AwaitingCode => State::AwaitingCode { code: read_code(&fields.joined("codes", "code_"))? },
        StateName::AwaitingPassword => State::AwaitingPassword { mobile: mobile()? },
        StateName::AwaitingLink => {
            State::AwaitingLink { mobile: mobile()?, password: password()?, link: read_link(fields)? }
        }
        StateName::AwaitingTerms => State::AwaitingTerms {
            mobile: mobile()?,
            email: email()?,
            password: password()?.ok_or_else(|| fields.corrupt("password_phc"))?,
            link: read_link(fields)?,
        },
        StateName::Registered => State::Registered { mobile: mobile()?, email: email()?, at: at()? },
        StateName::HandedToDesk => State::HandedToDesk { mobile: mobile()? },
        StateName::Expired => State::Expired { at: at()? },
        StateName::Abandoned => State::Abandoned { at: at()? },
        StateName::Declined => State::Declined { at: at()? },
        StateName::Locked => State::Locked { at: at()? },
        StateName::Superseded => {
            State::Superseded { by: RegistrationId(fields.get("superseded_by")?), at: at()? }
        }
    })
}

fn read_mobile_proof(fields: &Fields<'_>, details: &Details) -> Result<Verified<MobileNumber>, StoreError> {
    Ok(Verified::read_back(details.mobile.clone(), fields.at("mobile_verified_at")?))
}

fn read_email_proof(fields: &Fields<'_>, details: &Details) -> Result<Verified<EmailAddress>, StoreError> {
    let address = details.email.clone().ok_or_else(|| fields.corrupt("email"))?;
    Ok(Verified::read_back(address, fields.at("email_verified_at")?))
}

/// The columns of one code; a missing or damaged counter is never read as zero.
pub(crate) fn read_code(fields: &Fields<'_>) -> Result<SentCode, StoreError> {
    Ok(SentCode {
        mac: fields.read("mac", CodeMac::from_row)?,
        sent_at: fields.at("sent_at")?,
        tries_used: fields.number("tries_used")?,
        sends: fields.number("sends")?,
    })
}

fn read_link(fields: &Fields<'_>) -> Result<Link, StoreError> {
    let fields = fields.joined("links", "link_");
    Ok(Link {
        token_hash: fields.read("token_sha256", LinkTokenHash::from_row)?,
        sent_at: fields.at("sent_at")?,
        expires_at: fields.at("expires_at")?,
        tries_used: fields.number("tries_used")?,
    })
}
