//! One round: a practice opens, people register, everything is broken, and what is left is looked at.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context as _, Result, ensure};
use machine::SystemClock;
use portal::SharedRng;
use registration::time::Clock as _;
use store::Store;
use test_support::{postgres::Cluster, rng::seeded};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{interval, sleep, timeout},
};

use crate::{
    check::check,
    found::Found,
    kiosk::{Kiosk, PEOPLE_EACH, Practice},
    ledger::Ledger,
    network::Network,
    people::people,
    phone::Phones,
    place::{Database, Place},
    plan::{Fault, Planned, Targets, is_fail_over, plan, with_troubles},
    portal_process::PortalProcess,
    report::Report,
    system::{Records, System},
    trouble::troubles,
};

/// A worker that was killed had its rows leased for a minute, or for five where it asked a practice system; the pauses after a
/// failure are shorter than two, and those that spare a system in trouble shorter than three.
const DRAINS_WITHIN: Duration = Duration::from_mins(12);
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

/// Where the practice keeps its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

pub(crate) struct Round<'a> {
    pub(crate) program: &'a Path,
    pub(crate) kind: Kind,
    pub(crate) seed: u64,
    pub(crate) kills: u32,
    pub(crate) kiosks: usize,
    /// From when somebody has left a kiosk until the next one comes.
    pub(crate) between_people: Duration,
    pub(crate) records: Records,
}

impl Round<'_> {
    pub(crate) async fn run(&self, report: &mut Report) -> Result<()> {
        let people = people(&mut seeded(self.seed));
        let system = System::open(self.records, &people).await;
        let clock = SystemClock::start();
        let place = match self.kind {
            Kind::Sqlite => Place::on_a_file(self.program, system, clock.now())?,
            Kind::Postgres => Place::on_a_server(self.program, system, clock.now())?,
        };
        place.fill(&people).await?;
        let mut portals = match self.kind {
            // One process has the file.
            Kind::Sqlite => vec![place.portal("portal")?],
            Kind::Postgres => vec![place.portal("one")?, place.portal("other")?],
        };
        for portal in &mut portals {
            portal.start().await?;
        }
        let network = Network::to(portals.iter().map(|it| it.at).collect(), seeded(self.seed)).await?;
        let phones = Phones::of(portals.iter().map(|it| it.phone_at).collect())?;
        let rng = SharedRng::new(seeded(self.seed));
        let ledger = Ledger::default();
        let practice = Arc::new(Practice { people, ledger, phones, network, rng, clock });
        let looking = tokio::spawn({
            let practice = Arc::clone(&practice);
            async move { practice.phones.look().await }
        });

        let targets = Targets {
            portals: portals.len(),
            kiosks: self.kiosks,
            server: matches!(place.database, Database::Server { .. }),
            disk: place.disk.is_some(),
        };
        let plan = self.plan(targets, place.system.as_ref());
        let mut world = World {
            place: &place,
            portals,
            practice: Arc::clone(&practice),
            killers: Vec::new(),
            servers_ended: 0,
        };
        let (close, closing) = watch::channel(false);
        if plan.iter().any(is_fail_over) {
            world.on_server(Cluster::make_standby).await?;
        }
        let kiosks = world.open_kiosks(self, &closing).await?;
        for planned in plan {
            let is_met = world.inject(planned).await?;
            report.injected(planned.fault, is_met);
        }
        close.send_replace(true);
        kiosks.join_all().await;
        let found = world.come_to_rest().await?;
        looking.abort();
        world.close().await?;
        place.verify_access_log().await.context("the access log is not whole")?;
        if let Some((panics, refusals)) = world.on_server(Cluster::full_disk_met).await? {
            report.servers_on_full_disks(panics, refusals, world.servers_ended);
        }
        report.met(&practice.network.met);
        let entries = practice.ledger.all();
        report.judged(&entries, &found, check(&practice.people, &entries, &found));
        Ok(())
    }

    fn plan(&self, targets: Targets, system: Option<&System>) -> Vec<Planned> {
        let rng = &mut seeded(self.seed);
        let plan = plan(rng, self.kills, targets);
        let Some(system) = system else { return plan };
        let troubles = troubles(rng, |trouble| system.can_be(trouble));
        with_troubles(rng, plan, troubles)
    }
}

struct World<'a> {
    place: &'a Place,
    portals: Vec<PortalProcess>,
    practice: Arc<Practice>,
    killers: Vec<watch::Sender<()>>,
    /// On a full disk, by themselves.
    servers_ended: u64,
}

impl World<'_> {
    /// Each kiosk has its own people, whatever becomes of the others.
    async fn open_kiosks(
        &mut self,
        round: &Round<'_>,
        closing: &watch::Receiver<bool>,
    ) -> Result<JoinSet<()>> {
        let count = round.kiosks;
        let mut kiosks = Vec::new();
        for number in 0..count {
            let code = self.place.enrolment_code(&format!("Desk {number}")).await?;
            let data_dir = self.place.folder().join(format!("desk-{number}"));
            kiosks.push(Kiosk::enrolled(Arc::clone(&self.practice), &code, data_dir).await?);
        }
        let mut open = JoinSet::new();
        for (number, kiosk) in kiosks.into_iter().enumerate() {
            self.killers.push(kiosk.killer());
            let people = (number..self.practice.people.len()).step_by(count).take(PEOPLE_EACH).collect();
            open.spawn(kiosk.open(people, round.between_people, closing.clone()));
        }
        Ok(open)
    }

    /// Returns whether anything met it.
    async fn inject(&mut self, planned: Planned) -> Result<bool> {
        sleep(planned.after).await;
        match planned.fault {
            Fault::Weather(weather) => self.practice.network.becomes(weather),
            Fault::KillKiosk { which } => {
                self.killers[which].send_replace(());
            }
            Fault::KillPortal { which, gone_for } => {
                self.portals[which].kill().await?;
                sleep(gone_for).await;
                self.portals[which].start().await?;
            }
            Fault::KillPortalAsItStarts { which, after } => {
                self.portals[which].kill().await?;
                self.portals[which].start_in_vain(after).await?;
                self.portals[which].start().await?;
            }
            Fault::CrashServer => {
                let crash = |cluster: &Cluster| {
                    cluster.crash();
                    cluster.start_again();
                };
                self.on_server(crash).await?;
            }
            Fault::FailOver => self.fail_over().await?,
            Fault::FillDisk { lasting, killed } => self.fill_disk(lasting, killed).await?,
            Fault::Trouble(trouble) => {
                if let Some(system) = &self.place.system {
                    return Ok(system.befall(trouble).await);
                }
            }
        }
        Ok(true)
    }

    async fn fail_over(&mut self) -> Result<()> {
        self.on_server(Cluster::fail_over).await?;
        for portal in &mut self.portals {
            portal.kill().await?;
            self.place.readdress(portal)?;
            portal.start().await?;
        }
        Ok(())
    }

    async fn fill_disk(&mut self, lasting: Duration, killed: bool) -> Result<()> {
        let Some(disk) = &self.place.disk else { return Ok(()) };
        disk.fill()?;
        sleep(lasting).await;
        if killed {
            self.portals[0].kill().await?;
        }
        disk.make_room()?;
        let ended = self.on_server(Cluster::recovers).await?;
        self.servers_ended += u64::from(ended == Some(true));
        if killed {
            self.portals[0].start().await?;
        }
        Ok(())
    }

    /// `None` where there is no server.
    async fn on_server<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Cluster) -> T + Send + 'static,
    ) -> Result<Option<T>> {
        let Database::Server { cluster, .. } = &self.place.database else { return Ok(None) };
        let cluster = Arc::<Cluster>::clone(cluster);
        let done = tokio::task::spawn_blocking(move || work(&cluster)).await;
        done.map(Some).context("the server does as it is told")
    }

    /// Nobody helps: the queue empties by itself.
    async fn come_to_rest(&self) -> Result<Found> {
        let store = self.place.store().await?;
        let found = timeout(DRAINS_WITHIN, self.at_rest(&store)).await;
        let found = match found {
            Ok(found) => found?,
            // The check says what is left.
            Err(_) => self.look(&store).await?,
        };
        store.close().await;
        Ok(found)
    }

    async fn at_rest(&self, store: &Store) -> Result<Found> {
        let mut looks = interval(BETWEEN_LOOKS);
        loop {
            looks.tick().await;
            let found = self.look(store).await?;
            if found.is_at_rest() {
                return Ok(found);
            }
        }
    }

    async fn look(&self, store: &Store) -> Result<Found> {
        let mut found = Found::read(store, &self.practice.people, &self.practice.ledger).await?;
        found.there = self.place.system.as_ref().map(System::found);
        Ok(found)
    }

    async fn close(&mut self) -> Result<()> {
        for portal in &mut self.portals {
            let status = portal.stop().await?;
            ensure!(status.success(), "a portal that was told to stop ended with {status}");
        }
        Ok(())
    }
}
