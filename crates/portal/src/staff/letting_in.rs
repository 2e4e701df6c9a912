//! How a staff member is let in and out. A try is counted before it is compared, at the place where it is made: whoever guesses at a
//! kiosk locks nobody out of the desk.

use kiosk_api::{
    problem::{Field, FieldProblem},
    staff::{StaffPermission, StaffRole, StaffSignIn, StaffSignedIn},
};
use registration::{
    ids::KioskId,
    secrets::{
        link_token::{LinkToken, LinkTokenHash},
        password::{MIN_STAFF_PASSWORD_CHARACTERS, Password, PasswordAttempt, PasswordContext, PasswordHash},
    },
    time::Timestamp,
    values::name::NamePart,
};
use staff::{
    StaffId,
    initials::Initials,
    permission::{Permission, Role},
    session::Place,
    tries::Tries,
};
use store::{AccessEntry, Act, Actor, ByStaff, StaffCredential, StaffRow, StaffSession, StoreError, Tx};
use tracing::Instrument as _;
use uuid::Uuid;

use super::refused::StaffRefused;
use crate::{Portal, hashing::Turn};

/// How exactly it is kept when a session was used last.
const USED_TO: chrono::TimeDelta = chrono::TimeDelta::seconds(30);

/// Where somebody shows who they are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Door {
    Kiosk(KioskId),
    /// A browser from which somebody was let in before.
    KnownBrowser(Uuid),
    /// Any other.
    Browser,
}

impl Door {
    const fn kiosk(self) -> Option<KioskId> {
        match self {
            Self::Kiosk(kiosk) => Some(kiosk),
            Self::KnownBrowser(_) | Self::Browser => None,
        }
    }

    /// What tries are counted for, with the staff member. Strangers use up the tries of unknown browsers, and not those of the desk's own.
    const fn counted_as(self) -> Uuid {
        match self {
            Self::Kiosk(kiosk) => kiosk.0,
            Self::KnownBrowser(browser) => browser,
            Self::Browser => Uuid::nil(),
        }
    }

    /// Who tried, where nobody is let in yet: whoever knows the initials is not yet their owner.
    fn stranger(self) -> Actor {
        self.kiosk().map_or(Actor::Portal, Actor::Kiosk)
    }
}

/// A staff member who is let in, and the secret by which they are known from now on.
pub(crate) struct LetIn {
    pub(crate) token: LinkToken,
    pub(crate) session: StaffSession,
}

/// What use an ask makes of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UseMade {
    /// A person asks: the session lives on.
    ByPerson,
    /// A screen asks by itself.
    ByItself,
    /// A screen asks whether somebody calls for help. It goes on ringing at the desk where nobody has touched it for a while.
    Rings,
}

/// A credential about to be compared.
struct Try {
    who: StaffRow,
    attempt: PasswordAttempt,
    stored: PasswordHash,
    door: Door,
}

impl Portal {
    /// Lets a staff member in who knows their password.
    pub(crate) async fn let_staff_in(&self, typed: &StaffSignIn, door: Door) -> Result<LetIn, StaffRefused> {
        let attempt = PasswordAttempt::parse(&typed.password).filter(is_long_enough);
        // Too short to be anybody's: a hand on the glass that means nothing uses up no try.
        let (Some(initials), Some(attempt)) = (Initials::parse(&typed.initials), attempt) else {
            return Err(StaffRefused::NotLetIn);
        };
        let hasher = match door {
            Door::Kiosk(_) | Door::KnownBrowser(_) => &self.hasher,
            Door::Browser => &self.strangers_hasher,
        };
        let turn = hasher.turn().await?;
        let who = self.store.staff_by_initials(self.practice(), &initials).await?;
        let Some((who, stored)) = who.and_then(with_password) else {
            hasher.spend(turn, attempt).await;
            return Err(StaffRefused::NotLetIn);
        };
        let portal = self.clone();
        // On to the end, whoever is still there: a try that was counted is compared.
        let trying = async move { portal.try_staff(Try { who, attempt, stored, door }, turn).await };
        tokio::spawn(trying.in_current_span()).await.expect("it neither panics nor is cancelled")
    }

    async fn try_staff(&self, one: Try, turn: Turn) -> Result<LetIn, StaffRefused> {
        let Try { who, attempt, stored, door } = one;
        let (practice, place, now) = (self.practice(), door.counted_as(), self.now());
        let counted = match self.store.count_staff_try(practice, who.id, place, now).await {
            // Others try the same credential at the same moment.
            Err(StoreError::Conflict) => return Err(StaffRefused::Busy { retry_after_s: 1 }),
            counted => counted?,
        };
        let tries = counted.map_err(|locked| StaffRefused::Locked { until: locked.until })?;
        if self.hasher.matches(turn, attempt, stored.clone()).await {
            return self.begin_session(&who, &stored, door).await;
        }
        self.note_wrong(who.id, tries, door).await
    }

    async fn note_wrong(&self, staff: StaffId, tries: Tries, door: Door) -> Result<LetIn, StaffRefused> {
        let now = self.now();
        let Some(until) = tries.locked_until(now) else { return Err(StaffRefused::NotLetIn) };
        tracing::warn!(staff = %staff.0, wrong = tries.wrong, "a staff member's credential was tried too often");
        let mut tx = self.store.begin(self.practice()).await?;
        let entry = self.entry(door.stranger(), Act::StaffTriesUsedUp, now);
        tx.log(AccessEntry { about_staff: Some(staff), ..entry }).await?;
        tx.commit().await?;
        Err(StaffRefused::Locked { until })
    }

    /// Whoever was removed or invited again while the password was compared is not let in.
    async fn begin_session(
        &self,
        who: &StaffRow,
        stored: &PasswordHash,
        door: Door,
    ) -> Result<LetIn, StaffRefused> {
        let practice = self.practice();
        let mut tx = self.store.begin(practice).await?;
        tx.take_turns_in_staff(practice).await?;
        let today = tx.staff_member(practice, who.id).await?.and_then(with_password);
        if today.is_none_or(|(_, today)| today != *stored) {
            return Err(StaffRefused::NotLetIn);
        }
        tx.forget_staff_tries(practice, who.id, door.counted_as()).await?;
        let let_in = self.write_session(&mut tx, who, door.kiosk()).await?;
        tx.commit().await?;
        Ok(let_in)
    }

    /// Begins a session of somebody who may be let in, in the transaction that has looked whether they may.
    pub(super) async fn write_session(
        &self,
        tx: &mut Tx,
        who: &StaffRow,
        kiosk: Option<KioskId>,
    ) -> Result<LetIn, StoreError> {
        let (now, token) = (self.now(), LinkToken::draw(&mut self.rng()));
        tx.begin_staff_session(self.practice(), &token.hash(), who.id, kiosk, now).await?;
        let by = Actor::Staff(ByStaff { id: who.id.0, kiosk });
        tx.log(self.entry(by, Act::StaffLetIn, now)).await?;
        let session = StaffSession {
            staff: who.id,
            name: who.name.clone(),
            initials: who.initials.clone(),
            role: who.role,
            kiosk,
            began_at: now,
            used_at: now,
        };
        Ok(LetIn { token, session })
    }

    /// Who has this session at this kiosk, or in a browser.
    pub(crate) async fn staff_let_in(
        &self,
        token: &LinkTokenHash,
        kiosk: Option<KioskId>,
        use_made: UseMade,
    ) -> Result<StaffSession, StaffRefused> {
        let now = self.now();
        let session = self.store.staff_session(self.practice(), token).await?;
        let place = if kiosk.is_some() { Place::Kiosk } else { Place::Console };
        let session = session.filter(|session| session.kiosk == kiosk).ok_or(StaffRefused::NotSignedIn)?;
        let lives = match use_made {
            UseMade::Rings => place.rings(session.began_at, session.used_at, now),
            UseMade::ByPerson | UseMade::ByItself => place.lives(session.began_at, session.used_at, now),
        };
        if !lives {
            return Err(StaffRefused::NotSignedIn);
        }
        if use_made == UseMade::ByPerson && now - USED_TO >= session.used_at {
            self.store.use_staff_session(self.practice(), token, now).await?;
        }
        Ok(session)
    }

    /// Lets a staff member out. One who was not in is out all the same.
    pub(crate) async fn let_staff_out(&self, token: &LinkTokenHash) -> Result<(), StaffRefused> {
        let practice = self.practice();
        let Some(session) = self.store.staff_session(practice, token).await? else { return Ok(()) };
        let mut tx = self.store.begin(practice).await?;
        if tx.end_staff_session(practice, token).await? {
            let by = Actor::Staff(by(&session));
            tx.log(self.entry(by, Act::StaffLetOut, self.now())).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Takes an invitation up with a password of the staff member's own, and lets them in.
    pub(crate) async fn take_up_invitation(&self, token: &str, typed: &str) -> Result<LetIn, StaffRefused> {
        let token = LinkToken::parse(token).ok_or(StaffRefused::InvitationNotAccepted)?.hash();
        let who = self.store.staff_by_invitation(self.practice(), &token, self.now()).await?;
        let who = who.ok_or(StaffRefused::InvitationNotAccepted)?;
        let context = NamePart::parse(&who.name)
            .map(|name| PasswordContext::of_staff(&name, &self.settings.name))
            .unwrap_or_default();
        let password = Password::parse_for_staff(typed, &context)
            .map_err(|refused| StaffRefused::Fields(vec![FieldProblem::from(refused)]))?;
        let turn = self.hasher.turn().await?;
        let password = self.hasher.hash(turn, password, self.rng()).await;
        let now = self.now();
        let mut tx = self.store.begin(self.practice()).await?;
        match tx.take_up_invitation(self.practice(), &token, &password, now).await {
            Err(StoreError::Conflict) => return Err(StaffRefused::InvitationNotAccepted),
            kept => kept?,
        }
        // Whoever had the link: the log says whose it was, and lets nobody take that for who it was.
        let entry = self.entry(Actor::Portal, Act::StaffInvitationTakenUp, now);
        tx.log(AccessEntry { about_staff: Some(who.id), ..entry }).await?;
        tx.commit().await?;
        self.begin_session(&who, &password, Door::Browser).await
    }

    pub(crate) fn signed_in(&self, session: &StaffSession) -> StaffSignedIn {
        let place = place_of(session);
        let may = Permission::ALL.into_iter().filter(|permission| session.role.may(*permission, place));
        StaffSignedIn {
            id: session.staff.0,
            name: session.name.clone(),
            initials: session.initials.as_str().to_owned(),
            role: role(session.role),
            may: may.map(permission).collect(),
            practice_name: self.settings.name.clone(),
            time_zone: self.settings.time_zone.name().to_owned(),
        }
    }

    /// What a browser shows from which somebody was let in.
    pub(super) fn browser_mac(&self, browser: Uuid) -> [u8; 32] {
        self.keys.browsers.mac(&[self.practice().0.as_bytes(), browser.as_bytes()])
    }

    /// Whether it showed what it was given.
    pub(super) fn knows_browser(&self, browser: Uuid, shown: &[u8]) -> bool {
        self.keys.browsers.is_mac(&[self.practice().0.as_bytes(), browser.as_bytes()], shown)
    }
}

fn is_long_enough(attempt: &PasswordAttempt) -> bool {
    attempt.expose().chars().count() >= MIN_STAFF_PASSWORD_CHARACTERS
}

pub(super) fn with_password(who: StaffRow) -> Option<(StaffRow, PasswordHash)> {
    match who.credential.clone() {
        StaffCredential::Password(password) => Some((who, password)),
        StaffCredential::Invited(_) | StaffCredential::Removed => None,
    }
}

pub(super) const fn place_of(session: &StaffSession) -> Place {
    match session.kiosk {
        Some(_) => Place::Kiosk,
        None => Place::Console,
    }
}

/// As the access log names them.
pub(super) const fn by(session: &StaffSession) -> ByStaff {
    ByStaff { id: session.staff.0, kiosk: session.kiosk }
}

pub(super) const fn role(role: Role) -> StaffRole {
    match role {
        Role::Receptionist => StaffRole::Receptionist,
        Role::Manager => StaffRole::Manager,
        Role::It => StaffRole::It,
    }
}

const fn permission(permission: Permission) -> StaffPermission {
    match permission {
        Permission::SeePatients => StaffPermission::SeePatients,
        Permission::HelpPatients => StaffPermission::HelpPatients,
        Permission::SettleReviews => StaffPermission::SettleReviews,
        Permission::SeeStaff => StaffPermission::SeeStaff,
        Permission::ChangeStaff => StaffPermission::ChangeStaff,
        Permission::Vouch => StaffPermission::Vouch,
        Permission::SeeKiosks => StaffPermission::SeeKiosks,
        Permission::RunKiosks => StaffPermission::RunKiosks,
        Permission::SettleSync => StaffPermission::SettleSync,
        Permission::SeeFigures => StaffPermission::SeeFigures,
        Permission::SeeAccessLog => StaffPermission::SeeAccessLog,
    }
}

/// A field that staff typed.
pub(super) fn refuse(field: Field, code: impl Into<kiosk_api::problem::FieldProblemCode>) -> StaffRefused {
    StaffRefused::Fields(vec![FieldProblem { field, code: code.into() }])
}

/// When it was, as the wire says it.
pub(super) fn wire(at: Timestamp) -> String {
    at.instant().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
