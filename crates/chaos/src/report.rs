//! What was done to the portal, and what it did meanwhile.

use std::{
    collections::BTreeMap,
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::{
    check::{Broken, Verdict},
    found::Found,
    ledger::{End, Entry, Kept},
    network::Met,
    plan::{Fault, Weather},
};

/// Counts of one round, or of many.
#[derive(Default)]
pub(crate) struct Report {
    rounds: u64,
    portals_killed: u64,
    killed_as_they_started: u64,
    servers_crashed: u64,
    kiosks_killed: u64,
    killed_on_full_disks: u64,
    full_disks: u64,
    /// PANICs of a server, what it refused for want of room, and how often it ended by itself and was started.
    servers_on_full_disks: [u64; 3],
    promoted: u64,
    partitions: u64,
    /// Injected into the practice's software, and met by a request.
    troubles: BTreeMap<&'static str, (u64, u64)>,
    /// By the practice's software, after the portal had asked again.
    worked_on_late: u64,
    connections: Connections,
    begun: u64,
    registered: u64,
    left: u64,
    locked: u64,
    codes_used_up: u64,
    journals: Journals,
    acknowledged: u64,
    checked: u64,
    broken: Vec<Broken>,
}

/// What kiosks kept because nobody answered.
#[derive(Default)]
struct Journals {
    kept: u64,
    taken: u64,
    /// Of those, how many times the request whose answer nobody heard had begun the registration.
    begun_before: u64,
    /// Their kiosks were killed before they lay there.
    lost: u64,
}

#[derive(Default)]
struct Connections {
    whole: u64,
    refused: u64,
    unanswered: u64,
    requests_lost: u64,
    answers_lost: u64,
    slowed: u64,
    nobody_there: u64,
}

impl Report {
    /// `is_met`: whether anything was there to meet it.
    pub(crate) fn injected(&mut self, fault: Fault, is_met: bool) {
        match fault {
            Fault::KillPortal { .. } => self.portals_killed += 1,
            Fault::KillPortalAsItStarts { .. } => {
                self.portals_killed += 1;
                self.killed_as_they_started += 1;
            }
            Fault::CrashServer => self.servers_crashed += 1,
            Fault::FillDisk { killed, .. } => {
                self.full_disks += 1;
                self.killed_on_full_disks += u64::from(killed);
            }
            Fault::FailOver => {
                self.servers_crashed += 1;
                self.promoted += 1;
            }
            Fault::KillKiosk { .. } => self.kiosks_killed += 1,
            Fault::Trouble(trouble) => {
                let (injected, met) = self.troubles.entry(trouble.label()).or_default();
                *injected += 1;
                *met += u64::from(is_met);
            }
            Fault::Weather(Weather::Refused | Weather::Silent) => self.partitions += 1,
            Fault::Weather(Weather::Clear | Weather::Lossy | Weather::Slow) => {}
        }
    }

    pub(crate) fn servers_on_full_disks(&mut self, panics: u64, refusals: u64, ended: u64) {
        for (count, more) in self.servers_on_full_disks.iter_mut().zip([panics, refusals, ended]) {
            *count += more;
        }
    }

    pub(crate) fn met(&mut self, met: &Met) {
        let add = |to: &mut u64, counted: &AtomicU64| *to += counted.load(Ordering::Relaxed);
        let all = &mut self.connections;
        add(&mut all.whole, &met.whole);
        add(&mut all.refused, &met.refused);
        add(&mut all.unanswered, &met.unanswered);
        add(&mut all.requests_lost, &met.requests_lost);
        add(&mut all.answers_lost, &met.answers_lost);
        add(&mut all.slowed, &met.slowed);
        add(&mut all.nobody_there, &met.nobody_there);
    }

    pub(crate) fn judged(&mut self, entries: &[Entry], found: &Found, verdict: Verdict) {
        self.rounds += 1;
        for entry in entries {
            self.begun += 1;
            self.acknowledged += entry.acknowledged.map_or(0, |step| step as u64 + 1);
            match entry.end {
                End::Registered => self.registered += 1,
                End::KioskKilled => self.left += 1,
                End::LinkLocked { .. } => self.locked += 1,
                End::CodesUsedUp { .. } => self.codes_used_up += 1,
                End::UnderWay | End::Stuck(_) => {}
            }
            if let Kept::Yes(reference) = &entry.kept {
                self.journals.kept += 1;
                let begun = found.registration_of(entry).and_then(|id| found.registrations.get(&id));
                let is_another = begun.is_some_and(|begun| begun.reference != *reference);
                self.journals.begun_before += u64::from(is_another);
            }
        }
        self.journals.taken += found.journals.taken.len() as u64;
        self.journals.lost += found.journals.stand.iter().map(|it| u64::from(it.lost)).sum::<u64>();
        self.worked_on_late += found.there.as_ref().map_or(0, |there| there.worked_on_late as u64);
        self.checked += verdict.checked;
        self.broken.extend(verdict.broken);
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.broken.is_empty()
    }

    /// Why the counts prove nothing, if they do not: nobody registered, no kiosk kept anything, few of the failures met anybody,
    /// or somebody was locked out although nothing was killed, which lost answers alone must not bring about.
    pub(crate) fn proves_nothing(&self) -> Option<&'static str> {
        let (injected, met) = self
            .troubles
            .values()
            .fold((0, 0), |(injected, met), (more, met_more)| (injected + more, met + met_more));
        let kills = self.portals_killed + self.servers_crashed + self.kiosks_killed + self.full_disks;
        match () {
            () if self.registered == 0 => Some("nobody registered"),
            () if self.journals.kept == 0 => Some("no kiosk kept anything"),
            () if 2 * met < injected => Some("most failures of the practice's software met nobody"),
            () if kills == 0 && self.locked + self.codes_used_up > 0 => {
                Some("somebody was locked out although nothing was killed")
            }
            () => None,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let met = &self.connections;
        let portals = self.portals_killed + self.killed_as_they_started + self.killed_on_full_disks;
        let kills = portals + self.servers_crashed + self.kiosks_killed;
        writeln!(f, "rounds: {}", self.rounds)?;
        writeln!(f, "kills: {kills}")?;
        writeln!(f, "  portals and their workers: {portals}")?;
        writeln!(f, "    of them while they started: {}", self.killed_as_they_started)?;
        writeln!(f, "    of them on a full disk: {}", self.killed_on_full_disks)?;
        writeln!(f, "  database servers: {}", self.servers_crashed)?;
        writeln!(f, "    of them for good, a standby promoted: {}", self.promoted)?;
        writeln!(f, "  kiosks: {}", self.kiosks_killed)?;
        writeln!(f, "full disks: {}", self.full_disks)?;
        let [panics, refusals, ended] = self.servers_on_full_disks;
        writeln!(
            f,
            "  servers on them: {refusals} writes without room, {panics} PANICs, {ended} times ended and was started"
        )?;
        writeln!(f, "partitions: {}", self.partitions)?;
        if !self.troubles.is_empty() {
            let met: u64 = self.troubles.values().map(|(_, met)| met).sum();
            writeln!(
                f,
                "failures of the practice's software: {met} met; {} requests done late",
                self.worked_on_late
            )?;
        }
        for (label, (injected, met)) in &self.troubles {
            writeln!(f, "  {label}: {injected} injected, {met} met")?;
        }
        writeln!(f, "connections: {} whole, {} slowed by 2 s", met.whole, met.slowed)?;
        writeln!(
            f,
            "  {} refused, {} never answered, {} requests lost, {} answers lost, {} with no portal running",
            met.refused, met.unanswered, met.requests_lost, met.answers_lost, met.nobody_there
        )?;
        writeln!(
            f,
            "registrations: {} begun, {} registered, {} left at a killed kiosk, {} locked after five unanswered passwords, {} after as many codes",
            self.begun, self.registered, self.left, self.locked, self.codes_used_up
        )?;
        let journals = &self.journals;
        writeln!(
            f,
            "kept by kiosks while nobody answered: {} told so, {} handed over, {} whose request had been done, {} lost before they were written",
            journals.kept, journals.taken, journals.begun_before, journals.lost
        )?;
        writeln!(f, "steps acknowledged: {}", self.acknowledged)?;
        write!(f, "invariants: {} checked, {} broken", self.checked, self.broken.len())?;
        for broken in &self.broken {
            write!(f, "\nBROKEN: {broken}")?;
        }
        Ok(())
    }
}
