//! Who works at the desk. Rows of those who left stay, without credential: the access log names them.

pub(crate) mod sessions;
pub(crate) mod tries;
pub(crate) mod unlock_asks;

use registration::{
    ids::PracticeId,
    secrets::{link_token::LinkTokenHash, password::PasswordHash},
    time::Timestamp,
};
use staff::{StaffId, initials::Initials, permission::Role};

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Place, Row, query},
    tx::{Tx, one_row},
};

/// Somebody who works here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffRow {
    /// Who.
    pub id: StaffId,
    /// As colleagues call them.
    pub name: String,
    /// What they type before the credential.
    pub initials: Initials,
    /// What they are.
    pub role: Role,
    /// How they are let in.
    pub credential: StaffCredential,
}

/// How a staff member is let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StaffCredential {
    /// By this password.
    Password(PasswordHash),
    /// Not yet: by an invitation that may be taken up before this.
    Invited(Timestamp),
    /// Not any more.
    Removed,
}

/// Somebody new.
#[derive(Clone, Copy, Debug)]
pub struct NewStaff<'a> {
    /// Who.
    pub id: StaffId,
    /// As colleagues call them.
    pub name: &'a str,
    /// What they type before the credential.
    pub initials: &'a Initials,
    /// What they are.
    pub role: Role,
    /// Of the token in their invitation.
    pub invitation: &'a LinkTokenHash,
    /// Until when it may be taken up.
    pub invitation_expires_at: Timestamp,
}

const ADD: &str = "
INSERT INTO staff_members
    (practice_id, id, initials, name, role, invitation_sha256, invitation_expires_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";

/// The password there was is void from this moment.
const INVITE_AGAIN: &str = "
UPDATE staff_members SET password_phc = NULL, invitation_sha256 = $3, invitation_expires_at = $4
WHERE practice_id = $1 AND id = $2 AND removed_at IS NULL";

const TAKE_UP: &str = "
UPDATE staff_members SET password_phc = $3, invitation_sha256 = NULL, invitation_expires_at = NULL
WHERE practice_id = $1 AND invitation_sha256 = $2 AND invitation_expires_at > $4";

const REMOVE: &str = "
UPDATE staff_members SET password_phc = NULL, invitation_sha256 = NULL, invitation_expires_at = NULL, removed_at = $3
WHERE practice_id = $1 AND id = $2 AND removed_at IS NULL";

macro_rules! select_staff {
    ($tail:literal) => {
        concat!(
            "SELECT id, name, initials, role, password_phc, invitation_expires_at, removed_at ",
            "FROM staff_members WHERE practice_id = $1 ",
            $tail
        )
    };
}

const WORKING: &str = select_staff!("AND removed_at IS NULL ORDER BY name, initials");
const EVER: &str = select_staff!("ORDER BY name, initials");
const BY_INITIALS: &str = select_staff!("AND initials = $2 AND removed_at IS NULL");
const BY_ID: &str = select_staff!("AND id = $2");
const BY_INVITATION: &str = select_staff!("AND invitation_sha256 = $2 AND invitation_expires_at > $3");

/// Taken by whoever adds, invites or removes: two managers who remove each other leave one.
const TAKE_TURNS: &str = "UPDATE practices SET name = name WHERE id = $1";

impl Store {
    /// Those who work here, by name.
    pub async fn staff(&self, practice: PracticeId) -> Result<Vec<StaffRow>, StoreError> {
        let rows = query(WORKING).bind(practice.0).fetch_all(self.reading(practice)).await?;
        rows.iter().map(read_staff).collect()
    }

    /// Those who work here or ever did, by name.
    pub async fn staff_ever(&self, practice: PracticeId) -> Result<Vec<StaffRow>, StoreError> {
        let rows = query(EVER).bind(practice.0).fetch_all(self.reading(practice)).await?;
        rows.iter().map(read_staff).collect()
    }

    /// Whoever works here and has these initials.
    pub async fn staff_by_initials(
        &self,
        practice: PracticeId,
        initials: &Initials,
    ) -> Result<Option<StaffRow>, StoreError> {
        let row = query(BY_INITIALS)
            .bind(practice.0)
            .bind(initials.as_str())
            .fetch_optional(self.reading(practice))
            .await?;
        row.as_ref().map(read_staff).transpose()
    }

    /// Whose invitation this is, where it may still be taken up.
    pub async fn staff_by_invitation(
        &self,
        practice: PracticeId,
        invitation: &LinkTokenHash,
        now: Timestamp,
    ) -> Result<Option<StaffRow>, StoreError> {
        let row = query(BY_INVITATION)
            .bind(practice.0)
            .bind(&invitation.as_bytes()[..])
            .bind(At(now))
            .fetch_optional(self.reading(practice))
            .await?;
        row.as_ref().map(read_staff).transpose()
    }
}

impl Tx {
    /// Makes whoever changes the practice's staff at the same moment wait until this transaction ends.
    pub async fn take_turns_in_staff(&mut self, practice: PracticeId) -> Result<(), StoreError> {
        query(TAKE_TURNS).bind(practice.0).execute(self.connection()).await?;
        Ok(())
    }

    /// By the id, those who left too.
    pub async fn staff_member(
        &mut self,
        practice: PracticeId,
        id: StaffId,
    ) -> Result<Option<StaffRow>, StoreError> {
        by_id(self.connection(), practice, id).await
    }

    /// Those who work here, by name.
    pub async fn staff(&mut self, practice: PracticeId) -> Result<Vec<StaffRow>, StoreError> {
        let rows = query(WORKING).bind(practice.0).fetch_all(self.connection()).await?;
        rows.iter().map(read_staff).collect()
    }

    /// Adds somebody. A conflict where another has the initials.
    pub async fn add_staff(
        &mut self,
        practice: PracticeId,
        new: NewStaff<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let added = query(ADD)
            .bind(practice.0)
            .bind(new.id.0)
            .bind(new.initials.as_str())
            .bind(new.name)
            .bind(new.role.as_str())
            .bind(&new.invitation.as_bytes()[..])
            .bind(At(new.invitation_expires_at))
            .bind(At(now))
            .execute(self.connection())
            .await?;
        one_row(added)
    }

    /// Gives somebody another invitation: their password is void and every session of theirs ends. A conflict where they left.
    pub async fn invite_staff_again(
        &mut self,
        practice: PracticeId,
        id: StaffId,
        invitation: &LinkTokenHash,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let invited = query(INVITE_AGAIN)
            .bind(practice.0)
            .bind(id.0)
            .bind(&invitation.as_bytes()[..])
            .bind(At(expires_at))
            .execute(self.connection())
            .await?;
        one_row(invited)?;
        self.end_sessions_of(practice, id).await
    }

    /// Takes an invitation up, once. A conflict where it was, or is too old, or was replaced.
    pub async fn take_up_invitation(
        &mut self,
        practice: PracticeId,
        invitation: &LinkTokenHash,
        password: &PasswordHash,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let taken = query(TAKE_UP)
            .bind(practice.0)
            .bind(&invitation.as_bytes()[..])
            .bind(password.as_phc())
            .bind(At(now))
            .execute(self.connection())
            .await?;
        one_row(taken)
    }

    /// Takes somebody's credential and ends every session of theirs. A conflict where they left before.
    pub async fn remove_staff(
        &mut self,
        practice: PracticeId,
        id: StaffId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let removed =
            query(REMOVE).bind(practice.0).bind(id.0).bind(At(now)).execute(self.connection()).await?;
        one_row(removed)?;
        self.end_sessions_of(practice, id).await
    }
}

async fn by_id(place: Place<'_>, practice: PracticeId, id: StaffId) -> Result<Option<StaffRow>, StoreError> {
    let row = query(BY_ID).bind(practice.0).bind(id.0).fetch_optional(place).await?;
    row.as_ref().map(read_staff).transpose()
}

fn read_staff(row: &Row) -> Result<StaffRow, StoreError> {
    let fields = Fields::of(row, "staff_members", "id");
    let password = fields.read_opt("password_phc", PasswordHash::from_phc)?;
    let credential = match (fields.opt_at("removed_at")?, password, fields.opt_at("invitation_expires_at")?) {
        (Some(_), None, None) => StaffCredential::Removed,
        (None, Some(password), None) => StaffCredential::Password(password),
        (None, None, Some(until)) => StaffCredential::Invited(until),
        (_, _, _) => return Err(fields.corrupt("password_phc")),
    };
    Ok(StaffRow {
        id: StaffId(fields.get("id")?),
        name: fields.get("name")?,
        initials: fields.read("initials", Initials::parse)?,
        role: fields.read("role", Role::parse)?,
        credential,
    })
}
