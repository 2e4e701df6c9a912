//! A portal, made of what the configuration says. Senders that reach people are not built yet, so no mode but sandbox has one.

use std::sync::Arc;

use kiosk_api::kiosk::Mode;
use machine::{SystemClock, system_rng};
use portal::{
    Parts, Portal, PortalKeys, PracticeSettings, SharedRng, StartRefused,
    sandbox::{SandboxEmail, SandboxSms},
};
use store::{Stamp, Store};

use crate::{
    config::{
        Problems, Told,
        parts::{Database, MasterKey},
        practice_system::RecordsIn,
    },
    database::refuse_another_key,
    failure::Failure,
};

/// What every practice's portal stands on.
pub(crate) struct Ground {
    stamp: Stamp,
    database: Database,
    master: MasterKey,
}

impl Ground {
    /// Adds what is wrong to the problems.
    pub(crate) fn read(told: &Told, problems: &mut Problems) -> Option<Self> {
        let stamp = problems.keep(told.stamp());
        let database = problems.keep(told.database());
        let master = problems.keep(told.master_key());
        Some(Self { stamp: stamp?, database: database?, master: master? })
    }

    /// One pool for all practices: each transaction says whose it is.
    pub(crate) async fn open(&self) -> Result<Store, Failure> {
        Ok(self.database.open(&self.master, self.stamp).await?)
    }
}

/// A practice, and where its records are.
pub(crate) struct PracticePlan {
    settings: PracticeSettings,
    records_in: RecordsIn,
}

impl PracticePlan {
    /// Adds what is wrong to the problems.
    pub(crate) fn read(told: &Told, problems: &mut Problems) -> Option<Self> {
        let settings = problems.keep(told.settings());
        let records_in = problems.keep(told.records_in());
        Some(Self { settings: settings?, records_in: records_in? })
    }

    /// Before anything is opened.
    pub(crate) fn refuse_what_cannot_start(&self) -> Result<(), StartRefused> {
        self.settings.check()?;
        match self.settings.mode {
            Mode::Sandbox => Ok(()),
            Mode::Trial | Mode::Live => Err(StartRefused::ModeNotBuilt),
        }
    }

    /// Puts the portal together on an open database.
    pub(crate) async fn portal(&self, ground: &Ground, store: &Store) -> Result<Portal, Failure> {
        let Self { settings, records_in } = self;
        refuse_another_key(store, settings.practice).await?;
        let (practice, clock) = (settings.practice, Arc::new(SystemClock::start()));
        let records = records_in.records(clock.clone())?;
        Ok(Portal::new(Parts {
            records,
            sms: Arc::new(SandboxSms::new(store.clone(), practice, clock.clone())?),
            email: Arc::new(SandboxEmail::new(store.clone(), practice, clock.clone())?),
            store: store.clone(),
            clock,
            rng: SharedRng::new(system_rng()),
            keys: PortalKeys::derive(&ground.master),
            settings: settings.clone(),
        })?)
    }
}

/// Everything that one practice's portal needs to be told.
pub(crate) struct Composition {
    ground: Ground,
    practice: PracticePlan,
}

impl Composition {
    /// For whoever needs nothing else of the configuration, which must be without a problem.
    pub(crate) fn alone(told: &Told, mut problems: Problems) -> Result<Self, Problems> {
        let ground = Ground::read(told, &mut problems);
        let practice = PracticePlan::read(told, &mut problems);
        match (ground, practice) {
            (Some(ground), Some(practice)) if problems.is_empty() => Ok(Self { ground, practice }),
            _ => Err(problems),
        }
    }

    /// Opens the database and puts the portal together. The store is given too, to be closed.
    pub(crate) async fn portal(&self) -> Result<(Portal, Store), Failure> {
        self.practice.refuse_what_cannot_start()?;
        let store = self.ground.open().await?;
        let portal = self.practice.portal(&self.ground, &store).await?;
        Ok((portal, store))
    }
}
