//! Who works here: invited by a link that is shown once, removed with everything they were let in to.

use chrono::TimeDelta;
use kiosk_api::{
    problem::{Field, FieldProblem, FieldProblemCode},
    staff::{
        StaffRole,
        answer::{StaffMember, StaffStanding},
    },
};
use registration::{secrets::link_token::LinkToken, time::Timestamp, values::name::NamePart};
use staff::{
    StaffId,
    initials::Initials,
    permission::{Permission, Role},
    session::INVITATION_LIFETIME,
};
use store::{AccessEntry, Act, Actor, NewStaff, StaffCredential, StaffRow, StaffSession, StoreError, Tx};

use super::{
    letting_in::{self, by, place_of},
    refused::StaffRefused,
};
use crate::Portal;

/// An invitation of somebody who is to work here.
#[derive(Debug)]
pub struct Invitation {
    /// Under which they choose a password, once.
    pub link: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Why nobody was invited by a command.
#[derive(Debug, thiserror::Error)]
pub enum FirstRefused {
    /// There are managers already: they invite.
    #[error("there is a manager already; managers invite staff in the console")]
    NotFirst,
    /// Not a name.
    #[error("that is no name")]
    Name,
    /// Not initials, or somebody else's.
    #[error(
        "initials are two to four letters and digits that begin with a letter, and each staff member has others"
    )]
    Initials,
    /// The store did not do it.
    #[error("the store did not keep it")]
    Store(#[from] StoreError),
}

/// Somebody to be invited.
struct Invited {
    name: NamePart,
    initials: Initials,
    role: Role,
}

impl Portal {
    /// Invites the first manager, by a command where the portal is. Whoever is invited and has not chosen a password yet does not count:
    /// a link that was lost must not lock the practice out.
    pub async fn invite_first_manager(&self, name: &str, initials: &str) -> Result<Invitation, FirstRefused> {
        let name = NamePart::parse(name).map_err(|_| FirstRefused::Name)?;
        let initials = Initials::parse(initials).ok_or(FirstRefused::Initials)?;
        let mut tx = self.store.begin(self.practice()).await?;
        tx.put_practice(self.practice(), &self.settings.name, self.now()).await?;
        tx.take_turns_in_staff(self.practice()).await?;
        for member in tx.staff(self.practice()).await? {
            match member.credential {
                StaffCredential::Password(_) if member.role == Role::Manager => {
                    return Err(FirstRefused::NotFirst);
                }
                StaffCredential::Invited(_) if member.role == Role::Manager => {
                    tx.remove_staff(self.practice(), member.id, self.now()).await?;
                    self.log_member(&mut tx, Actor::Portal, Act::StaffRemoved, member.id).await?;
                }
                StaffCredential::Password(_) | StaffCredential::Invited(_) | StaffCredential::Removed => {}
            }
        }
        let invited = Invited { name, initials, role: Role::Manager };
        match self.invite(&mut tx, &invited, Actor::Portal).await {
            Err(StoreError::Conflict) => Err(FirstRefused::Initials),
            Err(error) => Err(error.into()),
            Ok(invitation) => {
                tx.commit().await?;
                Ok(invitation)
            }
        }
    }

    pub(super) async fn invite_staff(
        &self,
        (name, initials, role): (&str, &str, StaffRole),
        session: &StaffSession,
    ) -> Result<Invitation, StaffRefused> {
        let invited = understood(name, initials, role)?;
        let (mut tx, _) = self.begin_to_change(session).await?;
        match self.invite(&mut tx, &invited, Actor::Staff(by(session))).await {
            Err(StoreError::Conflict) => {
                Err(letting_in::refuse(Field::Initials, FieldProblemCode::InitialsTaken))
            }
            Err(error) => Err(error.into()),
            Ok(invitation) => {
                tx.commit().await?;
                Ok(invitation)
            }
        }
    }

    async fn invite(&self, tx: &mut Tx, invited: &Invited, by: Actor) -> Result<Invitation, StoreError> {
        let (now, token) = (self.now(), LinkToken::draw(&mut self.rng()));
        let expires_at = now + INVITATION_LIFETIME;
        let id = StaffId::draw(now, &mut self.rng());
        let new = NewStaff {
            id,
            name: invited.name.as_typed(),
            initials: &invited.initials,
            role: invited.role,
            invitation: &token.hash(),
            invitation_expires_at: expires_at,
        };
        tx.add_staff(self.practice(), new, now).await?;
        self.log_member(tx, by, Act::StaffInvited, id).await?;
        Ok(self.invitation(&token, expires_at))
    }

    async fn log_member(&self, tx: &mut Tx, by: Actor, act: Act, about: StaffId) -> Result<(), StoreError> {
        let entry = self.entry(by, act, self.now());
        tx.log(AccessEntry { about_staff: Some(about), ..entry }).await
    }

    pub(super) async fn invite_staff_again(
        &self,
        id: StaffId,
        session: &StaffSession,
    ) -> Result<Invitation, StaffRefused> {
        let (now, token) = (self.now(), LinkToken::draw(&mut self.rng()));
        let expires_at = now + INVITATION_LIFETIME;
        let (mut tx, members) = self.begin_to_change(session).await?;
        may_lose_password(&members, id)?;
        tx.invite_staff_again(self.practice(), id, &token.hash(), expires_at).await?;
        self.log_member(&mut tx, Actor::Staff(by(session)), Act::StaffInvited, id).await?;
        tx.commit().await?;
        Ok(self.invitation(&token, expires_at))
    }

    pub(super) async fn remove_staff(&self, id: StaffId, session: &StaffSession) -> Result<(), StaffRefused> {
        let (mut tx, members) = self.begin_to_change(session).await?;
        may_lose_password(&members, id)?;
        tx.remove_staff(self.practice(), id, self.now()).await?;
        self.log_member(&mut tx, Actor::Staff(by(session)), Act::StaffRemoved, id).await?;
        Ok(tx.commit().await?)
    }

    /// A transaction in which the practice's staff are changed, and who they are. Whoever was removed while they waited for their turn
    /// changes nobody.
    async fn begin_to_change(&self, session: &StaffSession) -> Result<(Tx, Vec<StaffRow>), StaffRefused> {
        let mut tx = self.store.begin(self.practice()).await?;
        tx.take_turns_in_staff(self.practice()).await?;
        let members = tx.staff(self.practice()).await?;
        let own = members.iter().find(|member| member.id == session.staff);
        let may = own.is_some_and(|own| {
            matches!(own.credential, StaffCredential::Password(_))
                && own.role.may(Permission::ChangeStaff, place_of(session))
        });
        if may { Ok((tx, members)) } else { Err(StaffRefused::NotSignedIn) }
    }

    pub(super) async fn staff_members(&self) -> Result<Vec<StaffMember>, StaffRefused> {
        let members = self.store.staff(self.practice()).await?;
        Ok(members.into_iter().map(|member| shown(member, self.now())).collect())
    }

    fn invitation(&self, token: &LinkToken, expires_at: Timestamp) -> Invitation {
        Invitation { link: self.url(&format!("/staff#invitation={}", token.encoded())), expires_at }
    }
}

/// Whether somebody else is left who can let staff in again.
fn may_lose_password(members: &[StaffRow], id: StaffId) -> Result<(), StaffRefused> {
    let member = members.iter().find(|member| member.id == id).ok_or(StaffRefused::NotFound)?;
    if is_manager(member) && !members.iter().any(|other| other.id != id && is_manager(other)) {
        return Err(StaffRefused::LastManager);
    }
    Ok(())
}

fn is_manager(member: &StaffRow) -> bool {
    member.role == Role::Manager && matches!(member.credential, StaffCredential::Password(_))
}

fn understood(name: &str, initials: &str, role: StaffRole) -> Result<Invited, StaffRefused> {
    let mut fields = Vec::new();
    let name = NamePart::parse(name)
        .map_err(|why| fields.push(FieldProblem { field: Field::StaffName, code: why.into() }));
    let initials = Initials::parse(initials).ok_or(FieldProblemCode::InitialsMalformed);
    let initials = initials.map_err(|code| fields.push(FieldProblem { field: Field::Initials, code }));
    let (Ok(name), Ok(initials)) = (name, initials) else { return Err(StaffRefused::Fields(fields)) };
    let role = match role {
        StaffRole::Receptionist => Role::Receptionist,
        StaffRole::Manager => Role::Manager,
        StaffRole::It => Role::It,
    };
    Ok(Invited { name, initials, role })
}

fn shown(member: StaffRow, now: Timestamp) -> StaffMember {
    let standing = match member.credential {
        StaffCredential::Password(_) => StaffStanding::Active,
        StaffCredential::Invited(until) if until - now > TimeDelta::zero() => StaffStanding::Invited,
        // Those who left are not listed.
        StaffCredential::Invited(_) | StaffCredential::Removed => StaffStanding::InvitationExpired,
    };
    StaffMember {
        id: member.id.0,
        name: member.name,
        initials: member.initials.as_str().to_owned(),
        role: letting_in::role(member.role),
        standing,
    }
}
