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
    failure::Failure,
};

/// Everything that a portal needs to be told.
pub(crate) struct Composition {
    settings: PracticeSettings,
    stamp: Stamp,
    database: Database,
    master: MasterKey,
    records_in: RecordsIn,
}

impl Composition {
    /// For whoever needs nothing else of the configuration, which must be without a problem.
    pub(crate) fn alone(told: &Told, mut problems: Problems) -> Result<Self, Problems> {
        match Self::read(told, &mut problems) {
            Some(composition) if problems.is_empty() => Ok(composition),
            Some(_) | None => Err(problems),
        }
    }

    /// Adds what is wrong to the problems.
    pub(crate) fn read(told: &Told, problems: &mut Problems) -> Option<Self> {
        let settings = problems.keep(told.settings());
        let stamp = problems.keep(told.stamp());
        let database = problems.keep(told.database());
        let master = problems.keep(told.master_key());
        let records_in = problems.keep(told.records_in());
        Some(Self {
            settings: settings?,
            stamp: stamp?,
            database: database?,
            master: master?,
            records_in: records_in?,
        })
    }

    /// Opens the database and puts the portal together. The store is given too, to be closed.
    pub(crate) async fn portal(&self) -> Result<(Portal, Store), Failure> {
        let Self { settings, stamp, database, master, records_in } = self;
        settings.check()?;
        match settings.mode {
            Mode::Sandbox => {}
            Mode::Trial | Mode::Live => return Err(StartRefused::ModeNotBuilt.into()),
        }
        let store = database.open_for(settings.practice, master, *stamp).await?;
        let (practice, clock) = (settings.practice, Arc::new(SystemClock::start()));
        let records = records_in.records(clock.clone())?;
        let portal = Portal::new(Parts {
            records,
            sms: Arc::new(SandboxSms::new(store.clone(), practice, clock.clone())?),
            email: Arc::new(SandboxEmail::new(store.clone(), practice, clock.clone())?),
            store: store.clone(),
            clock,
            rng: SharedRng::new(system_rng()),
            keys: PortalKeys::derive(master),
            settings: settings.clone(),
        })?;
        Ok((portal, store))
    }
}
