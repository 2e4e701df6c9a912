//! Which faults come when: drawn from the seed before anything runs.

use std::time::Duration;

use rand::RngExt as _;
use rand_chacha::ChaCha20Rng;

use crate::trouble::Trouble;

/// What the network between kiosks and portal does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weather {
    Clear,
    /// Every connection is closed at once.
    Refused,
    /// Nothing is answered, and nothing is closed.
    Silent,
    /// Three connections in ten are lost, half of them after the portal has done what it was asked.
    Lossy,
    /// Every connection takes two seconds longer.
    Slow,
}

/// What happens to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Weather(Weather),
    /// Killed, and started again after a while.
    KillPortal {
        which: usize,
        gone_for: Duration,
    },
    /// Killed, started, killed again so soon after, and started.
    KillPortalAsItStarts {
        which: usize,
        after: Duration,
    },
    /// The database's server with every process of it.
    CrashServer,
    /// The database's disk has no room for a while; with `killed`, the portal dies meanwhile.
    FillDisk {
        lasting: Duration,
        killed: bool,
    },
    /// The server crashes for good, its standby is promoted, and the portals are started with its address.
    FailOver,
    /// A kiosk forgets who stands before it.
    KillKiosk {
        which: usize,
    },
    /// The practice's own software fails once.
    Trouble(Trouble),
}

impl Fault {
    pub(crate) const fn kills(self) -> u32 {
        match self {
            Self::Weather(_) | Self::Trouble(_) => 0,
            Self::FillDisk { killed, .. } => killed as u32,
            Self::KillPortalAsItStarts { .. } => 2,
            Self::KillPortal { .. } | Self::CrashServer | Self::KillKiosk { .. } | Self::FailOver => 1,
        }
    }
}

/// A fault, and how long after the one before was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) after: Duration,
    pub(crate) fault: Fault,
}

/// Of what there is something to kill.
#[derive(Clone, Copy)]
pub(crate) struct Targets {
    pub(crate) portals: usize,
    pub(crate) kiosks: usize,
    /// Whether the database is a server.
    pub(crate) server: bool,
    /// Whether its disk can be filled.
    pub(crate) disk: bool,
}

/// As many kills, with changes of the weather between them.
pub(crate) fn plan(rng: &mut ChaCha20Rng, kills: u32, targets: Targets) -> Vec<Planned> {
    let mut plan = Vec::new();
    let (mut weather, mut left) = (Weather::Clear, kills);
    // A standby takes a server's place once: in every second round that is long enough for something to come before and after.
    let standby = targets.server && kills >= 10 && rng.random();
    let fail_over_at = standby.then(|| rng.random_range(3..=kills / 2 + 3));
    while left > 0 {
        if let Some(next) = changed(rng, weather) {
            weather = next;
            plan.push(Planned { after: between(rng, 0, 500), fault: Fault::Weather(next) });
        }
        let fail_over = fail_over_at.is_some_and(|at| left <= at) && !plan.iter().any(is_fail_over);
        // The standby is on another disk.
        let disk = targets.disk && !(targets.server && plan.iter().any(is_fail_over));
        let fault = if fail_over { Fault::FailOver } else { kill(rng, left, Targets { disk, ..targets }) };
        left -= fault.kills();
        // Shorter and longer than any step takes: the kill meets each of them at any instant.
        plan.push(Planned { after: between(rng, 100, 2_500), fault });
    }
    plan.push(Planned { after: between(rng, 0, 500), fault: Fault::Weather(Weather::Clear) });
    plan
}

/// These failures of the practice's software as well, spread over the plan in their order, where the network is not gone: nobody
/// would be at work to meet them.
pub(crate) fn with_troubles(
    rng: &mut ChaCha20Rng,
    plan: Vec<Planned>,
    troubles: Vec<Trouble>,
) -> Vec<Planned> {
    let ends: Vec<_> = (0..=plan.len()).filter(|place| !is_gone_before(&plan, *place)).collect();
    let mut places: Vec<usize> = troubles.iter().map(|_| ends[rng.random_range(0..ends.len())]).collect();
    places.sort_unstable();
    let mut troubles = places.into_iter().zip(troubles).peekable();
    let mut whole = Vec::new();
    for (place, planned) in plan.into_iter().map(Some).chain([None]).enumerate() {
        while let Some((_, trouble)) = troubles.next_if(|(at, _)| *at == place) {
            whole.push(Planned { after: between(rng, 0, 500), fault: Fault::Trouble(trouble) });
        }
        whole.extend(planned);
    }
    whole
}

/// Whether nothing gets through the network by then.
fn is_gone_before(plan: &[Planned], place: usize) -> bool {
    let last = plan[..place].iter().rev().find_map(|planned| match planned.fault {
        Fault::Weather(weather) => Some(weather),
        Fault::KillPortal { .. }
        | Fault::KillPortalAsItStarts { .. }
        | Fault::CrashServer
        | Fault::FillDisk { .. }
        | Fault::FailOver
        | Fault::KillKiosk { .. }
        | Fault::Trouble(_) => None,
    });
    matches!(last, Some(Weather::Refused | Weather::Silent))
}

pub(crate) fn is_fail_over(planned: &Planned) -> bool {
    planned.fault == Fault::FailOver
}

/// A network that is gone comes back before the next kill, or nobody would be at work then.
fn changed(rng: &mut ChaCha20Rng, now: Weather) -> Option<Weather> {
    match now {
        Weather::Refused | Weather::Silent => Some(Weather::Clear),
        Weather::Clear | Weather::Lossy | Weather::Slow => match rng.random_range(0..20) {
            0 => Some(Weather::Refused),
            1 => Some(Weather::Silent),
            2..=3 => Some(Weather::Lossy),
            4..=5 => Some(Weather::Slow),
            6..=8 => Some(Weather::Clear),
            _ => None,
        },
    }
}

fn kill(rng: &mut ChaCha20Rng, left: u32, targets: Targets) -> Fault {
    let which = rng.random_range(0..targets.portals);
    match rng.random_range(0..20) {
        0..=4 if targets.server => Fault::CrashServer,
        5..=7 => Fault::KillKiosk { which: rng.random_range(0..targets.kiosks) },
        9..=10 if targets.disk => Fault::FillDisk { lasting: between(rng, 100, 3_000), killed: rng.random() },
        8 | 11 | 12 if left > 1 => Fault::KillPortalAsItStarts { which, after: between(rng, 0, 400) },
        _ => Fault::KillPortal { which, gone_for: between(rng, 0, 1_000) },
    }
}

fn between(rng: &mut ChaCha20Rng, least_ms: u64, most_ms: u64) -> Duration {
    Duration::from_millis(rng.random_range(least_ms..=most_ms))
}

#[cfg(test)]
mod tests {
    use test_support::rng::seeded;

    use super::{Fault, Targets, Weather, plan, with_troubles};
    use crate::trouble::troubles;

    const TARGETS: Targets = Targets { portals: 2, kiosks: 8, server: true, disk: false };

    #[test]
    fn a_seed_gives_the_same_faults_in_every_run_and_another_seed_others() {
        assert_eq!(plan(&mut seeded(1), 50, TARGETS), plan(&mut seeded(1), 50, TARGETS));
        assert_ne!(plan(&mut seeded(1), 50, TARGETS), plan(&mut seeded(2), 50, TARGETS));
    }

    #[test]
    fn as_many_are_killed_as_were_asked_for_and_the_weather_is_clear_at_the_end() {
        for seed in 0..50 {
            let plan = plan(&mut seeded(seed), 21, TARGETS);
            assert_eq!(plan.iter().map(|planned| planned.fault.kills()).sum::<u32>(), 21);
            assert_eq!(plan.last().expect("not empty").fault, Fault::Weather(Weather::Clear));
        }
    }

    #[test]
    fn every_trouble_comes_once_and_nothing_else_is_lost_for_it() {
        for seed in 0..50 {
            let rng = &mut seeded(seed);
            let bare = plan(rng, 10, TARGETS);
            let all = troubles(rng, |_| true);
            let whole = with_troubles(rng, bare.clone(), all.clone());
            for (place, planned) in whole.iter().enumerate() {
                let is_gone = super::is_gone_before(&whole, place);
                assert!(!(is_gone && matches!(planned.fault, Fault::Trouble(_))), "nobody would meet it");
            }
            let is_trouble = |planned: &super::Planned| matches!(planned.fault, Fault::Trouble(_));
            let (come, others): (Vec<_>, Vec<_>) = whole.into_iter().partition(is_trouble);
            assert_eq!(others, bare);
            let come: Vec<_> = come.into_iter().map(|planned| planned.fault).collect();
            assert_eq!(come, all.into_iter().map(Fault::Trouble).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_file_has_no_server_to_crash() {
        let plan = plan(&mut seeded(1), 200, Targets { server: false, portals: 1, disk: true, ..TARGETS });
        let of_servers = |fault| matches!(fault, Fault::CrashServer | Fault::FailOver);
        assert!(!plan.iter().any(|planned| of_servers(planned.fault)));
        assert!(plan.iter().any(|planned| matches!(planned.fault, Fault::FillDisk { .. })));
    }

    #[test]
    fn a_standby_is_promoted_once_at_most_and_in_some_rounds() {
        let fail_overs = |seed| {
            plan(&mut seeded(seed), 10, TARGETS).iter().filter(|planned| super::is_fail_over(planned)).count()
        };
        assert!((0..50).map(fail_overs).all(|times| times <= 1));
        assert!((0..50).map(fail_overs).sum::<usize>() > 10);
    }
}
