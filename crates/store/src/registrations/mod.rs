//! Registrations with their code and link. Reading is here, rows are understood in [`row`], moves are kept in [`mod@write`].

pub(crate) mod listed;
pub(crate) mod row;
pub(crate) mod write;

use registration::{
    flow::Registration,
    ids::{KioskId, PracticeId, RegistrationId},
    secrets::link_token::LinkTokenHash,
    time::Timestamp,
};

use crate::{
    error::StoreError,
    fields::readable,
    instant::At,
    open::Store,
    registrations::row::read_registration,
    sql::{Place, query},
    tx::Tx,
};

/// The columns of one registration with its code and its newest link; a `WHERE` follows.
macro_rules! select_registrations {
    ($where:literal) => {
        concat!(
            "SELECT r.id, r.practice_id, r.reference, r.language, r.given_name, r.family_name, r.date_of_birth, r.email, ",
            "r.email_typed, r.mobile, r.mobile_typed, r.confirmed_at, r.version, r.state, r.mobile_verified_at, ",
            "r.email_verified_at, r.password_phc, r.ended_at, r.superseded_by, ",
            "c.mac AS code_mac, c.sent_at AS code_sent_at, c.tries_used AS code_tries_used, c.sends AS code_sends, ",
            "l.token_sha256 AS link_token_sha256, l.sent_at AS link_sent_at, l.expires_at AS link_expires_at, ",
            "l.tries_used AS link_tries_used ",
            "FROM registrations r ",
            "LEFT JOIN codes c ON c.practice_id = r.practice_id AND c.registration_id = r.id AND c.purpose = 'register' ",
            "LEFT JOIN links l ON l.practice_id = r.practice_id AND l.registration_id = r.id AND l.replaced_at IS NULL ",
            $where
        )
    };
}

pub(crate) const BY_ID: &str = select_registrations!("WHERE r.practice_id = $1 AND r.id = $2");
const BY_KIOSK: &str = select_registrations!("WHERE r.practice_id = $1 AND r.id = $2 AND r.kiosk_id = $3");
pub(crate) const BY_LINK: &str = select_registrations!(
    "WHERE r.practice_id = $1
       AND r.id = (SELECT registration_id FROM links WHERE practice_id = $1 AND token_sha256 = $2)"
);
pub(crate) const OPEN_BY_MOBILE: &str = select_registrations!(
    "WHERE r.practice_id = $1 AND r.mobile = $2
       AND r.state IN ('awaiting_code', 'awaiting_password', 'awaiting_link', 'awaiting_terms')
     ORDER BY r.confirmed_at DESC, r.id DESC"
);
pub(crate) const SAME_PERSON: &str = select_registrations!(
    "WHERE r.practice_id = $1 AND r.mobile = $2 AND r.date_of_birth = $3 AND r.family_folded = $4 AND r.given_folded = $5
       AND (r.confirmed_at < $7 OR (r.confirmed_at = $7 AND r.id < $6)) AND r.state IN ('awaiting_code', 'awaiting_password', 'awaiting_link', 'awaiting_terms')
     ORDER BY r.confirmed_at, r.id"
);
const OTHER_OPEN: &str = "
SELECT id FROM registrations
WHERE practice_id = $1 AND mobile = $2 AND date_of_birth = $3 AND family_folded = $4 AND given_folded = $5 AND id <> $6
    AND state IN ('awaiting_code', 'awaiting_password', 'awaiting_link', 'awaiting_terms') LIMIT 1";
pub(crate) const DUE: &str =
    select_registrations!("WHERE r.practice_id = $3 AND r.deadline <= $1 ORDER BY r.deadline LIMIT $2");

/// A registration found by one of its links.
#[derive(Debug)]
pub struct LinkedRegistration {
    /// Whose link it is.
    pub registration: Registration,
    /// Whether it is the link sent last; a newer one took the place of the others.
    pub live: bool,
}

impl Store {
    /// By its id.
    pub async fn registration(
        &self,
        practice: PracticeId,
        id: RegistrationId,
    ) -> Result<Option<Registration>, StoreError> {
        by_id(self.reading(practice), practice, id).await
    }

    /// By its id, if it was confirmed at this kiosk.
    pub async fn registration_of_kiosk(
        &self,
        practice: PracticeId,
        kiosk: KioskId,
        id: RegistrationId,
    ) -> Result<Option<Registration>, StoreError> {
        let row = query(BY_KIOSK)
            .bind(practice.0)
            .bind(id.0)
            .bind(kiosk.0)
            .fetch_optional(self.reading(practice))
            .await?;
        row.as_ref().map(read_registration).transpose()
    }

    /// By any link that was ever sent for it.
    pub async fn registration_by_link(
        &self,
        practice: PracticeId,
        token: &LinkTokenHash,
    ) -> Result<Option<LinkedRegistration>, StoreError> {
        let row = query(BY_LINK)
            .bind(practice.0)
            .bind(&token.as_bytes()[..])
            .fetch_optional(self.reading(practice))
            .await?;
        let Some(row) = row else { return Ok(None) };
        let newest: Option<&[u8]> = row.opt("link_token_sha256")?;
        Ok(Some(LinkedRegistration {
            live: newest == Some(&token.as_bytes()[..]),
            registration: read_registration(&row)?,
        }))
    }

    /// Those of this number in which something may still happen, newest first.
    pub async fn open_registrations_of(
        &self,
        practice: PracticeId,
        mobile_e164: &str,
    ) -> Result<Vec<Registration>, StoreError> {
        let rows = query(OPEN_BY_MOBILE)
            .bind(practice.0)
            .bind(mobile_e164)
            .fetch_all(self.reading(practice))
            .await?;
        rows.iter().map(read_registration).collect()
    }

    /// Those of this practice whose deadline has come, longest overdue first; at most `most`. A damaged row stops no other
    /// one: it is an error only when nothing else is due.
    pub async fn due_registrations(
        &self,
        practice: PracticeId,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<Registration>, StoreError> {
        let rows = query(DUE)
            .bind(At(now))
            .bind(i64::from(most))
            .bind(practice.0)
            .fetch_all(self.reading(practice))
            .await?;
        readable(rows.iter().map(read_registration))
    }
}

impl Tx {
    /// By its id.
    pub async fn registration(
        &mut self,
        practice: PracticeId,
        id: RegistrationId,
    ) -> Result<Option<Registration>, StoreError> {
        by_id(self.connection(), practice, id).await
    }

    /// Whether another registration of the same mobile, name and date of birth is open, whichever began first.
    pub async fn has_other_open(&mut self, of: &Registration) -> Result<bool, StoreError> {
        let other = query(OTHER_OPEN)
            .bind(of.practice.0)
            .bind(of.details.mobile.e164())
            .bind(of.details.date_of_birth.date())
            .bind(of.details.name.folded_family())
            .bind(of.details.name.folded_given())
            .bind(of.id.0)
            .fetch_optional(self.connection())
            .await?;
        Ok(other.is_some())
    }

    /// Open registrations that this one ends once it is proven: earlier ones of the same practice, mobile, name and date of
    /// birth, oldest first.
    pub async fn same_person_open(&mut self, later: &Registration) -> Result<Vec<Registration>, StoreError> {
        let rows = query(SAME_PERSON)
            .bind(later.practice.0)
            .bind(later.details.mobile.e164())
            .bind(later.details.date_of_birth.date())
            .bind(later.details.name.folded_family())
            .bind(later.details.name.folded_given())
            .bind(later.id.0)
            .bind(At(later.confirmed_at))
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(read_registration).collect()
    }
}

async fn by_id(
    place: Place<'_>,
    practice: PracticeId,
    id: RegistrationId,
) -> Result<Option<Registration>, StoreError> {
    let row = query(BY_ID).bind(practice.0).bind(id.0).fetch_optional(place).await?;
    row.as_ref().map(read_registration).transpose()
}
