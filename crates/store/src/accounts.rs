//! Accounts and their profiles: one account for a person of a practice, guarded by a unique index.

use chrono::NaiveDate;
use registration::{
    ids::{AccountId, PatientId, PracticeId, RegistrationId},
    secrets::password::PasswordHash,
    time::Timestamp,
    values::{
        date_of_birth::DateOfBirth, details::Details, email::EmailAddress, mobile::MobileNumber,
        name::PersonName, verified::Verified,
    },
};

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Row, query},
    tx::{Tx, one_row},
};

/// An account as a later registration of the same person meets it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Which.
    pub id: AccountId,
    /// Proven; E.164.
    pub mobile_e164: String,
    /// Proven; canonical.
    pub email: String,
    /// The record it is linked to at present.
    pub linked: Option<PatientId>,
}

impl std::fmt::Debug for AccountRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountRow").field("id", &self.id).finish_non_exhaustive()
    }
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    /// Whose.
    pub practice: PracticeId,
    /// Drawn by the caller.
    pub id: AccountId,
    /// The registration that makes it.
    pub registration: RegistrationId,
    /// Whom it is for.
    pub details: &'a Details,
    /// Proven.
    pub mobile: &'a Verified<MobileNumber>,
    /// Proven.
    pub email: &'a Verified<EmailAddress>,
    /// Chosen in the registration.
    pub password: &'a PasswordHash,
    /// When.
    pub at: Timestamp,
}

/// A link from an account to its holder's own record.
#[derive(Clone, Copy, Debug)]
pub struct NewProfile {
    /// Whose.
    pub practice: PracticeId,
    /// From.
    pub account: AccountId,
    /// To.
    pub patient: PatientId,
    /// The registration that makes it.
    pub registration: RegistrationId,
    /// From when.
    pub at: Timestamp,
}

const OF_PERSON: &str = "
SELECT id, mobile, email, (SELECT patient_id FROM profiles
    WHERE practice_id = $1 AND account_id = accounts.id AND ended_at IS NULL ORDER BY created_at LIMIT 1) AS linked
FROM accounts
WHERE practice_id = $1 AND date_of_birth = $2 AND family_folded = $3 AND given_folded = $4";

const INSERT: &str = "
INSERT INTO accounts (practice_id, id, registration_id, given_folded, family_folded, date_of_birth, mobile,
    mobile_verified_at, email, email_verified_at, password_phc, password_set_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)";

const INSERT_PROFILE: &str = "
INSERT INTO profiles (practice_id, account_id, patient_id, relation, registration_id, created_at)
VALUES ($1, $2, $3, 'self', $4, $5)
ON CONFLICT (practice_id, account_id, patient_id) WHERE ended_at IS NULL DO NOTHING";

const END_PROFILE: &str = "
UPDATE profiles SET ended_at = $4 WHERE practice_id = $1 AND account_id = $2 AND patient_id = $3 AND ended_at IS NULL";

const END_PROFILE_OF_REGISTRATION: &str = "
UPDATE profiles SET ended_at = $4
WHERE practice_id = $1 AND registration_id = $2 AND patient_id = $3 AND created_at >= $5 AND ended_at IS NULL
RETURNING account_id";

const OF_RECORD: &str = "
SELECT accounts.id, accounts.mobile, accounts.email, profiles.patient_id AS linked FROM profiles
JOIN accounts ON accounts.practice_id = profiles.practice_id AND accounts.id = profiles.account_id
WHERE profiles.practice_id = $1 AND accounts.practice_id = $1 AND profiles.patient_id = $2 AND profiles.ended_at IS NULL
ORDER BY profiles.created_at LIMIT 1";

const LINK_MADE: &str = "
SELECT p.account_id, p.patient_id, p.created_at, r.given_name, r.family_name, r.date_of_birth FROM profiles p
JOIN patients r ON r.practice_id = p.practice_id AND r.id = p.patient_id
WHERE p.practice_id = $1 AND p.registration_id = $2 AND p.ended_at IS NULL ORDER BY p.created_at DESC LIMIT 1";

const LINKED: &str = "
SELECT patient_id FROM profiles WHERE practice_id = $1 AND account_id = $2 AND ended_at IS NULL ORDER BY created_at LIMIT 1";

/// The link that a registration made, with the name and date of birth that the record has.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkMade {
    /// From.
    pub account: AccountId,
    /// To.
    pub patient: PatientId,
    /// As the practice writes it.
    pub given_name: Option<String>,
    /// As the practice writes it.
    pub family_name: String,
    /// `None` where the practice does not know it.
    pub date_of_birth: Option<NaiveDate>,
    /// From when.
    pub at: Timestamp,
}

impl Store {
    /// The link to a record that a registration has made, as long as it is.
    pub async fn link_made_by(
        &self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<Option<LinkMade>, StoreError> {
        let row = query(LINK_MADE)
            .bind(practice.0)
            .bind(registration.0)
            .fetch_optional(self.reading(practice))
            .await?;
        let read = |row: &Row| {
            let fields = Fields::of(row, "profiles", "patient_id");
            Ok(LinkMade {
                account: AccountId(fields.get("account_id")?),
                patient: PatientId(fields.get("patient_id")?),
                given_name: fields.opt("given_name")?,
                family_name: fields.get("family_name")?,
                date_of_birth: fields.opt("date_of_birth")?,
                at: fields.at("created_at")?,
            })
        };
        row.as_ref().map(read).transpose()
    }
}

impl Tx {
    /// The account of this name and date of birth.
    pub async fn account_of_person(
        &mut self,
        practice: PracticeId,
        name: &PersonName,
        date_of_birth: DateOfBirth,
    ) -> Result<Option<AccountRow>, StoreError> {
        let row = query(OF_PERSON)
            .bind(practice.0)
            .bind(date_of_birth.date())
            .bind(name.folded_family())
            .bind(name.folded_given())
            .fetch_optional(self.connection())
            .await?;
        row.as_ref().map(read_account).transpose()
    }

    /// Makes an account. [`StoreError::Conflict`] if this name and date of birth have one.
    pub async fn add_account(&mut self, account: &NewAccount<'_>) -> Result<(), StoreError> {
        query(INSERT)
            .bind(account.practice.0)
            .bind(account.id.0)
            .bind(account.registration.0)
            .bind(account.details.name.folded_given())
            .bind(account.details.name.folded_family())
            .bind(account.details.date_of_birth.date())
            .bind(account.mobile.value().e164())
            .bind(At(account.mobile.at()))
            .bind(account.email.value().as_str())
            .bind(At(account.email.at()))
            .bind(account.password.as_phc())
            .bind(At(account.at))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Gives an account a new password.
    pub async fn reset_account_password(
        &mut self,
        practice: PracticeId,
        account: AccountId,
        password: &PasswordHash,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let reset = query(
            "UPDATE accounts SET password_phc = $3, password_set_at = $4 WHERE practice_id = $1 AND id = $2",
        )
        .bind(practice.0)
        .bind(account.0)
        .bind(password.as_phc())
        .bind(At(at))
        .execute(self.connection())
        .await?;
        one_row(reset)
    }

    /// Ends the link from an account to a record. A [`StoreError::Conflict`] if there is none.
    pub async fn end_profile(
        &mut self,
        practice: PracticeId,
        account: AccountId,
        patient: PatientId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let ended = query(END_PROFILE).bind(practice.0).bind(account.0).bind(patient.0).bind(At(at));
        one_row(ended.execute(self.connection()).await?)
    }

    /// The account that shows this record.
    pub async fn account_of_record(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
    ) -> Result<Option<AccountRow>, StoreError> {
        let row = query(OF_RECORD).bind(practice.0).bind(patient.0).fetch_optional(self.connection()).await?;
        row.as_ref().map(read_account).transpose()
    }

    /// The record that an account shows.
    pub async fn record_of_account(
        &mut self,
        practice: PracticeId,
        account: AccountId,
    ) -> Result<Option<PatientId>, StoreError> {
        let row = query(LINKED).bind(practice.0).bind(account.0).fetch_optional(self.connection()).await?;
        row.map(|row| Fields::of(&row, "profiles", "patient_id").get("patient_id").map(PatientId)).transpose()
    }

    /// Ends the link to a record that a registration has made, from `made_from` on, and says from which account; `None` if it has made
    /// none since.
    pub async fn end_profile_of_registration(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        patient: PatientId,
        made_from: Timestamp,
        at: Timestamp,
    ) -> Result<Option<AccountId>, StoreError> {
        let ended = query(END_PROFILE_OF_REGISTRATION)
            .bind(practice.0)
            .bind(registration.0)
            .bind(patient.0)
            .bind(At(at))
            .bind(At(made_from))
            .fetch_optional(self.connection())
            .await?;
        ended
            .map(|row| Fields::of(&row, "profiles", "account_id").get("account_id").map(AccountId))
            .transpose()
    }

    /// Links an account to its holder's own record; `false` if it is linked already.
    pub async fn add_profile(&mut self, profile: NewProfile) -> Result<bool, StoreError> {
        let added = query(INSERT_PROFILE)
            .bind(profile.practice.0)
            .bind(profile.account.0)
            .bind(profile.patient.0)
            .bind(profile.registration.0)
            .bind(At(profile.at))
            .execute(self.connection())
            .await?;
        Ok(added == 1)
    }
}

fn read_account(row: &Row) -> Result<AccountRow, StoreError> {
    let fields = Fields::of(row, "accounts", "id");
    Ok(AccountRow {
        id: AccountId(fields.get("id")?),
        mobile_e164: fields.get("mobile")?,
        email: fields.get("email")?,
        linked: fields.opt("linked")?.map(PatientId),
    })
}
