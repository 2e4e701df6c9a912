//! Counts over the last days, and nobody among them.

use std::collections::BTreeMap;

use kiosk_api::staff::{
    answer::StaffAnswer,
    figures::{DayFigures, Figures, FiguresKiosk, FiguresOver, FiguresStep, StepFigures},
};
use registration::ids::KioskId;
use staff::figures::{DayCount, Step, StepCount, count, count_by_day};

use super::{
    csv::csv,
    days::{PracticeDays, day_of},
    refused::StaffRefused,
};
use crate::Portal;

const HEADINGS: [&str; 14] = [
    "day",
    "kiosk",
    "started",
    "finished",
    "stopped at code",
    "stopped at password",
    "stopped at link",
    "stopped at terms",
    "median seconds to code",
    "median seconds to password",
    "median seconds to link",
    "median seconds to terms",
    "reviews",
    "help calls",
];

/// What was counted over some days.
struct Counted {
    period: PracticeDays,
    days: Vec<DayCount>,
    steps: [StepCount; 4],
    /// Those with anything to count.
    kiosks: BTreeMap<KioskId, String>,
}

impl Portal {
    pub(super) async fn figures(&self, over: FiguresOver) -> Result<Figures, StaffRefused> {
        let counted = self.counted(over).await?;
        Ok(Figures {
            over,
            from: counted.period.first.to_string(),
            to: counted.period.last.to_string(),
            days: counted.days.iter().map(day_figures).collect(),
            kiosks: counted.kiosks.into_iter().map(|(id, name)| FiguresKiosk { id: id.0, name }).collect(),
            steps: counted.steps.map(step_figures).into(),
        })
    }

    pub(super) async fn figures_file(&self, over: FiguresOver) -> Result<StaffAnswer, StaffRefused> {
        let counted = self.counted(over).await?;
        let PracticeDays { first, last, .. } = counted.period;
        let lines = counted.days.iter().map(|day| line(day, &counted.kiosks));
        let name = format!("figures-{first}-to-{last}.csv");
        Ok(StaffAnswer::File { name, csv: csv(HEADINGS, lines) })
    }

    async fn counted(&self, over: FiguresOver) -> Result<Counted, StaffRefused> {
        let (practice, zone) = (self.practice(), self.settings.time_zone);
        let period = PracticeDays::up_to(self.now(), length(over), zone);
        let passes = self.store.passes_since(practice, period.from()).await?;
        let calls = self.store.help_calls_since(practice, period.from()).await?;
        let days = count_by_day(&passes, &calls, |at| day_of(at, zone));
        let kiosks = self.store.kiosks(practice).await?.into_iter();
        let kiosks = kiosks
            .filter(|kiosk| days.iter().any(|day| day.kiosk == Some(kiosk.id)))
            .map(|kiosk| (kiosk.id, kiosk.name));
        let steps = count(&passes.iter().collect::<Vec<_>>(), 0).steps;
        Ok(Counted { period, kiosks: kiosks.collect(), days, steps })
    }
}

const fn length(over: FiguresOver) -> u64 {
    match over {
        FiguresOver::Week => 7,
        FiguresOver::Month => 30,
        FiguresOver::Quarter => 90,
    }
}

fn day_figures(day: &DayCount) -> DayFigures {
    DayFigures {
        day: day.day.to_string(),
        kiosk: day.kiosk.map(|kiosk| kiosk.0),
        started: day.count.started,
        finished: day.count.finished,
        reviews: day.count.reviews,
        help_calls: day.count.help_calls,
    }
}

fn step_figures(count: StepCount) -> StepFigures {
    StepFigures {
        step: match count.step {
            Step::Code => FiguresStep::Code,
            Step::Password => FiguresStep::Password,
            Step::Link => FiguresStep::Link,
            Step::Terms => FiguresStep::Terms,
        },
        stopped: count.stopped,
        went_on: count.went_on,
        median_s: count.median_s,
    }
}

fn line(day: &DayCount, kiosks: &BTreeMap<KioskId, String>) -> [String; 14] {
    let count = &day.count;
    let [code, password, link, terms] = count.steps;
    let median = |step: StepCount| step.median_s.map(|seconds| seconds.to_string()).unwrap_or_default();
    [
        day.day.to_string(),
        day.kiosk.and_then(|kiosk| kiosks.get(&kiosk)).cloned().unwrap_or_default(),
        count.started.to_string(),
        count.finished.to_string(),
        code.stopped.to_string(),
        password.stopped.to_string(),
        link.stopped.to_string(),
        terms.stopped.to_string(),
        median(code),
        median(password),
        median(link),
        median(terms),
        count.reviews.to_string(),
        count.help_calls.to_string(),
    ]
}
