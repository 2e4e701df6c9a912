//! Counts of how registrations go: how many began, how far they came, how long each step took. Times and kiosks, and nobody among them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use registration::{ids::KioskId, time::Timestamp};

/// When one registration came how far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pass {
    /// When its details were confirmed.
    pub began_at: Timestamp,
    /// At which kiosk; `None` where staff began it anew at the desk.
    pub kiosk: Option<KioskId>,
    /// When the right code was typed.
    pub code_at: Option<Timestamp>,
    /// When a password was set at the kiosk, or the patient went on on their own phone.
    pub password_at: Option<Timestamp>,
    /// When the link was opened first.
    pub opened_at: Option<Timestamp>,
    /// When the terms were accepted.
    pub accepted_at: Option<Timestamp>,
    /// Whether staff were asked whose record it is.
    pub reviewed: bool,
}

/// A call for help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// When.
    pub at: Timestamp,
    /// At which kiosk.
    pub kiosk: Option<KioskId>,
}

/// A step of the way, as far as the portal sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// From confirmed details to the right code.
    Code,
    /// From there to the password, or to the patient's own phone.
    Password,
    /// From the link's promise to its opening.
    Link,
    /// From there to the accepted terms.
    Terms,
}

impl Step {
    /// All of them, in the order of the way.
    pub const ALL: [Self; 4] = [Self::Code, Self::Password, Self::Link, Self::Terms];
}

/// How a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepCount {
    /// Which.
    pub step: Step,
    /// Registrations that stand there, or ended there without success.
    pub stopped: u32,
    /// Those that went on.
    pub went_on: u32,
    /// Seconds that half of those took who went on; of two in the middle the longer. `None` where nobody went on.
    pub median_s: Option<u32>,
}

/// What became of some registrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// Those that began.
    pub started: u32,
    /// Of these, those that are registered.
    pub finished: u32,
    /// Of these, those of which staff were asked whose record it is.
    pub reviews: u32,
    /// Calls for help, with a registration or without.
    pub help_calls: u32,
    /// All four, in order.
    pub steps: [StepCount; 4],
}

/// One day at one kiosk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayCount {
    /// Which day.
    pub day: NaiveDate,
    /// Which kiosk; see [`Pass::kiosk`].
    pub kiosk: Option<KioskId>,
    /// Of what began on it.
    pub count: Count,
}

impl Pass {
    /// When it came to a step, and when it went on; `None` where it never came there.
    const fn at(&self, step: Step) -> Option<(Timestamp, Option<Timestamp>)> {
        let (from, to) = match step {
            Step::Code => (Some(self.began_at), self.code_at),
            // Without an email address there is nothing more to do at the kiosk: staff finish it.
            Step::Password if self.is_handed_to_desk() => (None, None),
            Step::Password => (self.code_at, self.password_at),
            Step::Link => (self.password_at, self.opened_at),
            Step::Terms => (self.opened_at, self.accepted_at),
        };
        match from {
            Some(from) => Some((from, to)),
            None => None,
        }
    }

    const fn is_handed_to_desk(&self) -> bool {
        self.reviewed && self.password_at.is_none()
    }
}

/// What became of these.
#[must_use]
pub fn count(passes: &[&Pass], help_calls: u32) -> Count {
    let passes_where = |is: fn(&Pass) -> bool| counted(passes.iter().filter(|pass| is(pass)));
    Count {
        started: counted(passes.iter()),
        finished: passes_where(|pass| pass.accepted_at.is_some()),
        reviews: passes_where(|pass| pass.reviewed),
        help_calls,
        steps: Step::ALL.map(|step| count_step(step, passes)),
    }
}

/// The same for each day and kiosk that there is something to count of, by day. A registration belongs to the day on which it began,
/// however much later it was finished.
#[must_use]
pub fn count_by_day(
    passes: &[Pass],
    calls: &[Call],
    day_of: impl Fn(Timestamp) -> NaiveDate,
) -> Vec<DayCount> {
    let mut groups = BTreeMap::<(NaiveDate, Option<KioskId>), Group<'_>>::new();
    for pass in passes {
        groups.entry((day_of(pass.began_at), pass.kiosk)).or_default().passes.push(pass);
    }
    for call in calls {
        groups.entry((day_of(call.at), call.kiosk)).or_default().calls += 1;
    }
    let groups = groups.into_iter();
    groups
        .map(|((day, kiosk), group)| DayCount { day, kiosk, count: count(&group.passes, group.calls) })
        .collect()
}

/// One day at one kiosk.
#[derive(Default)]
struct Group<'p> {
    passes: Vec<&'p Pass>,
    calls: u32,
}

fn count_step(step: Step, passes: &[&Pass]) -> StepCount {
    let (mut stopped, mut seconds) = (0, Vec::new());
    for (from, to) in passes.iter().filter_map(|pass| pass.at(step)) {
        match to {
            Some(to) => seconds.push(from.seconds_until(to)),
            None => stopped += 1,
        }
    }
    StepCount { step, stopped, went_on: counted(seconds.iter()), median_s: median(&mut seconds) }
}

fn median(seconds: &mut [u32]) -> Option<u32> {
    let middle = seconds.len() / 2;
    (!seconds.is_empty()).then(|| *seconds.select_nth_unstable(middle).1)
}

fn counted(these: impl Iterator) -> u32 {
    u32::try_from(these.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use uuid::Uuid;

    use super::*;

    fn all(passes: &[Pass]) -> Vec<&Pass> {
        passes.iter().collect()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::new(DateTime::from_timestamp(1_800_000_000 + second, 0).expect("a time in range"))
    }

    /// One that came as far as there are seconds.
    fn pass(seconds: &[i64]) -> Pass {
        let came = |step: usize| seconds.get(step).map(|second| at(*second));
        Pass {
            began_at: at(0),
            kiosk: None,
            code_at: came(0),
            password_at: came(1),
            opened_at: came(2),
            accepted_at: came(3),
            reviewed: false,
        }
    }

    #[track_caller]
    fn check(passes: &[Pass], expected: [(u32, u32, Option<u32>); 4]) {
        let count = count(&all(passes), 0);
        assert_eq!(count.steps.map(|step| (step.stopped, step.went_on, step.median_s)), expected);
        assert_eq!(count.steps.map(|step| step.step), Step::ALL);
    }

    #[test]
    fn nobody_is_nobody() {
        check(&[], [(0, 0, None); 4]);
    }

    #[test]
    fn whoever_stands_at_a_step_stopped_there_and_nowhere_else() {
        check(&[pass(&[])], [(1, 0, None), (0, 0, None), (0, 0, None), (0, 0, None)]);
        check(&[pass(&[20])], [(0, 1, Some(20)), (1, 0, None), (0, 0, None), (0, 0, None)]);
        check(&[pass(&[20, 50])], [(0, 1, Some(20)), (0, 1, Some(30)), (1, 0, None), (0, 0, None)]);
        check(
            &[pass(&[20, 50, 90, 100])],
            [(0, 1, Some(20)), (0, 1, Some(30)), (0, 1, Some(40)), (0, 1, Some(10))],
        );
    }

    #[test]
    fn half_took_no_longer_than_the_median() {
        let passes = [pass(&[90]), pass(&[10]), pass(&[20]), pass(&[9_000]), pass(&[])];
        assert_eq!(count(&all(&passes), 0).steps[0].median_s, Some(90));
        assert_eq!(count(&all(&passes[..3]), 0).steps[0].median_s, Some(20));
    }

    #[test]
    fn whoever_has_no_email_address_did_not_stop_at_the_password() {
        let handed = Pass { reviewed: true, ..pass(&[20]) };
        check(&[handed], [(0, 1, Some(20)), (0, 0, None), (0, 0, None), (0, 0, None)]);
        assert_eq!(count(&[&handed], 0).reviews, 1);
    }

    #[test]
    fn a_registration_belongs_to_the_day_on_which_it_began() {
        let kiosk = Some(KioskId(Uuid::from_u128(1)));
        let day_s = TimeDelta::days(1).num_seconds();
        let late = Pass { kiosk, ..pass(&[20, 50, 3 * day_s, 3 * day_s + 9]) };
        let call = Call { at: at(day_s), kiosk };
        let counted = count_by_day(&[late], &[call], Timestamp::day);
        let told = counted.iter().map(|day| (day.count.started, day.count.finished, day.count.help_calls));
        assert_eq!(told.collect::<Vec<_>>(), [(1, 1, 0), (0, 0, 1)]);
        assert!(counted.iter().all(|day| day.kiosk == kiosk));
    }
}
