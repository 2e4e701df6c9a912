//! Keeping a move: the row, its code and its link, under the guard of version and state.

use registration::{
    flow::{Link, Registration, State, StateName},
    ids::{KioskId, RegistrationId},
    secrets::{code::CodePurpose, password::PasswordHash},
    time::Timestamp,
    values::email::EmailAddress,
};

use crate::{
    error::StoreError,
    instant::At,
    sql::query,
    tx::{Tx, one_row},
};

/// The columns that depend on the state.
#[derive(Default)]
struct StateColumns<'a> {
    mobile_verified_at: Option<Timestamp>,
    email_verified_at: Option<Timestamp>,
    password: Option<&'a PasswordHash>,
    ended_at: Option<Timestamp>,
    superseded_by: Option<RegistrationId>,
}

impl<'a> StateColumns<'a> {
    fn of(state: &'a State) -> Self {
        match state {
            State::AwaitingCode { .. } => Self::default(),
            State::AwaitingPassword { mobile } | State::HandedToDesk { mobile } => {
                Self { mobile_verified_at: Some(mobile.at()), ..Self::default() }
            }
            State::AwaitingLink { mobile, password, link: _ } => {
                Self { mobile_verified_at: Some(mobile.at()), password: password.as_ref(), ..Self::default() }
            }
            State::AwaitingTerms { mobile, email, password, link: _ } => Self {
                mobile_verified_at: Some(mobile.at()),
                email_verified_at: Some(email.at()),
                password: Some(password),
                ..Self::default()
            },
            State::Registered { mobile, email, at } => Self {
                mobile_verified_at: Some(mobile.at()),
                email_verified_at: Some(email.at()),
                ended_at: Some(*at),
                ..Self::default()
            },
            State::Expired { at }
            | State::Abandoned { at }
            | State::Declined { at }
            | State::Locked { at } => Self { ended_at: Some(*at), ..Self::default() },
            State::Superseded { by, at } => {
                Self { ended_at: Some(*at), superseded_by: Some(*by), ..Self::default() }
            }
        }
    }
}

const INSERT: &str = "
INSERT INTO registrations (practice_id, id, kiosk_id, reference, language, given_name, family_name, given_folded,
    family_folded, date_of_birth, email, email_typed, mobile, mobile_typed, confirmed_at, version, state, deadline)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'awaiting_code', $17)";

const UPDATE: &str = "
UPDATE registrations SET version = $4, state = $5, email = $6, email_typed = $7, deadline = $8, mobile_verified_at = $9,
    email_verified_at = $10, password_phc = $11, ended_at = $12, superseded_by = $13
WHERE practice_id = $1 AND id = $2 AND state = $3 AND version = $4 - 1";

/// A new code overwrites the old one, which is dead from then on.
pub(crate) const UPSERT_CODE: &str = "
INSERT INTO codes (practice_id, registration_id, purpose, mac, sent_at, tries_used, sends)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (practice_id, registration_id, purpose) DO UPDATE SET
    mac = excluded.mac, sent_at = excluded.sent_at, tries_used = excluded.tries_used, sends = excluded.sends";

const DELETE_CODES: &str = "
DELETE FROM codes WHERE practice_id = $1 AND registration_id = $2 AND (purpose = 'register' OR $3)";

const REPLACE_LINKS: &str = "
UPDATE links SET replaced_at = $4
WHERE practice_id = $1 AND registration_id = $2 AND token_sha256 <> $3 AND replaced_at IS NULL";

/// The tries of a link that is already there are never written back, because others may have counted meanwhile; a right
/// password alone puts them back to none.
const INSERT_LINK: &str = "
INSERT INTO links (practice_id, registration_id, token_sha256, sent_at, expires_at, tries_used)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (practice_id, token_sha256) DO UPDATE SET tries_used = 0 WHERE excluded.tries_used = 0";

impl Tx {
    /// Keeps a registration that was just confirmed at `origin`.
    pub async fn add_registration(
        &mut self,
        registration: &Registration,
        origin: KioskId,
    ) -> Result<(), StoreError> {
        let details = &registration.details;
        query(INSERT)
            .bind(registration.practice.0)
            .bind(registration.id.0)
            .bind(origin.0)
            .bind(registration.reference.as_str())
            .bind(registration.language.tag())
            .bind(details.name.given.as_ref().map(registration::values::name::NamePart::as_typed))
            .bind(details.name.family.as_typed())
            .bind(details.name.folded_given())
            .bind(details.name.folded_family())
            .bind(details.date_of_birth.date())
            .bind(details.email.as_ref().map(EmailAddress::as_str))
            .bind(details.email.as_ref().map(EmailAddress::as_typed))
            .bind(details.mobile.e164())
            .bind(details.mobile.as_typed())
            .bind(At(registration.confirmed_at))
            .bind(registration.version)
            .bind(registration.deadline().map(At))
            .execute(self.connection())
            .await?;
        self.save_code_and_link(registration).await
    }

    /// Keeps a move. `registration` is what the flow gave back, `from` the state it came from; anybody's move in between
    /// is a [`StoreError::Conflict`].
    pub async fn save(&mut self, registration: &Registration, from: StateName) -> Result<(), StoreError> {
        self.save_but_code_and_link(registration, from).await?;
        self.save_code_and_link(registration).await
    }

    /// The same where code and link stay as they are: tries that are counted on them meanwhile stay counted.
    pub async fn save_but_code_and_link(
        &mut self,
        registration: &Registration,
        from: StateName,
    ) -> Result<(), StoreError> {
        let columns = StateColumns::of(&registration.state);
        let email = registration.details.email.as_ref();
        let saved = query(UPDATE)
            .bind(registration.practice.0)
            .bind(registration.id.0)
            .bind(from.as_str())
            .bind(registration.version)
            .bind(registration.state.name().as_str())
            .bind(email.map(EmailAddress::as_str))
            .bind(email.map(EmailAddress::as_typed))
            .bind(registration.deadline().map(At))
            .bind(columns.mobile_verified_at.map(At))
            .bind(columns.email_verified_at.map(At))
            .bind(columns.password.map(PasswordHash::as_phc))
            .bind(columns.ended_at.map(At))
            .bind(columns.superseded_by.map(|by| by.0))
            .execute(self.connection())
            .await?;
        one_row(saved)
    }

    async fn save_code_and_link(&mut self, registration: &Registration) -> Result<(), StoreError> {
        let (practice, id) = (registration.practice, registration.id);
        if let State::AwaitingCode { code } = &registration.state {
            return self.put_code(practice, id, CodePurpose::Register, code).await;
        }
        let ended = !registration.state.name().is_open();
        query(DELETE_CODES).bind(practice.0).bind(id.0).bind(ended).execute(self.connection()).await?;
        if let State::AwaitingLink { link, .. } | State::AwaitingTerms { link, .. } = &registration.state {
            self.save_link(registration, link).await?;
        }
        Ok(())
    }

    async fn save_link(&mut self, registration: &Registration, link: &Link) -> Result<(), StoreError> {
        query(REPLACE_LINKS)
            .bind(registration.practice.0)
            .bind(registration.id.0)
            .bind(&link.token_hash.as_bytes()[..])
            .bind(At(link.sent_at))
            .execute(self.connection())
            .await?;
        query(INSERT_LINK)
            .bind(registration.practice.0)
            .bind(registration.id.0)
            .bind(&link.token_hash.as_bytes()[..])
            .bind(At(link.sent_at))
            .bind(At(link.expires_at))
            .bind(i64::from(link.tries_used))
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
