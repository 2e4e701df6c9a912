//! How a practice system fails: once, at the next request of its kind.

use rand::{RngExt as _, seq::SliceRandom as _};
use rand_chacha::ChaCha20Rng;
use serde_json::json;
use test_support::practice_systems::{Failure, Fake, Late, World};

/// Stands for "in an hour": the portal obeys any figure alike, up to an hour.
const LATER_S: &str = "5";

/// One failure of a practice system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Takes a request and says nothing: past the time-out of a minute.
    NeverAnswers,
    /// Does what was asked and says nothing: its answer would come past the time-out.
    DoneThenNeverAnswers,
    /// 503.
    Down,
    /// 500 in answer to a question.
    Broken,
    /// Does what was asked and says 500.
    DoneThenBroken,
    /// The answer breaks off in its middle.
    Cut,
    /// Does what was asked, and the answer breaks off.
    DoneThenCut,
    /// A page for people that calls itself JSON.
    Html,
    /// The right answer, which calls itself a page for people.
    CalledHtml,
    /// JSON that says nothing of what was asked.
    WrongJson,
    /// The right answer, twice in a row.
    Twice,
    /// 429 with `Retry-After`.
    TooOften,
    /// A request that changes a record is cut, and done when the portal asks for the same again.
    LateChange(Late),
    /// So is one that makes a record.
    LateNew(Late),
    /// A list whose second page repeats a row of the first and so loses its own last one.
    RepeatedPage,
}

/// Those that hold up everything else, so that the rest of a round passes meanwhile.
const LONG: [Trouble; 2] = [Trouble::DoneThenNeverAnswers, Trouble::NeverAnswers];
const SHORT: [Trouble; 11] = [
    Trouble::Down,
    Trouble::Broken,
    Trouble::DoneThenBroken,
    Trouble::Cut,
    Trouble::DoneThenCut,
    Trouble::Html,
    Trouble::CalledHtml,
    Trouble::WrongJson,
    Trouble::Twice,
    Trouble::TooOften,
    Trouble::RepeatedPage,
];

/// Each once, in an order of the seed's. What is done late is asked again a minute later, and comes first; the seed says which of
/// the two is first then.
pub(crate) fn troubles(rng: &mut ChaCha20Rng, can_be: impl Fn(Trouble) -> bool) -> Vec<Trouble> {
    let mut short = SHORT;
    short.shuffle(rng);
    let mut late = || if rng.random() { Late::BeforeTheRepeat } else { Late::AfterTheRepeat };
    let late = [Trouble::LateNew(late()), Trouble::LateChange(late())];
    late.into_iter().chain(LONG).chain(short).filter(|trouble| can_be(*trouble)).collect()
}

impl Trouble {
    /// Whether nothing else is done meanwhile.
    pub(crate) fn holds_up(self) -> bool {
        LONG.contains(&self)
    }

    /// As it stands in the report.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::NeverAnswers => "never answered",
            Self::DoneThenNeverAnswers => "done, never answered",
            Self::Down => "503",
            Self::Broken => "500",
            Self::DoneThenBroken => "done, then 500",
            Self::Cut => "cut body",
            Self::DoneThenCut => "done, then cut body",
            Self::Html => "HTML called JSON",
            Self::CalledHtml => "JSON called HTML",
            Self::WrongJson => "JSON of another form",
            Self::Twice => "answered twice",
            Self::TooOften => "429, Retry-After",
            Self::RepeatedPage => "repeated page",
            Self::LateChange(Late::BeforeTheRepeat) => "change done late, then asked again",
            Self::LateChange(Late::AfterTheRepeat) => "change asked again, then done late",
            Self::LateNew(Late::BeforeTheRepeat) => "new record made late, then asked again",
            Self::LateNew(Late::AfterTheRepeat) => "new record asked again, then made late",
        }
    }

    /// At the next request that it can befall. A repeated page is no failure of a request: what the fake holds does it.
    pub(crate) fn befall<W: World>(self, fake: &Fake<W>) {
        match self {
            Self::NeverAnswers => fake.fail_next([Failure::NeverAnswers]),
            Self::DoneThenNeverAnswers => fake.fail_next_write(Failure::DoneThenNeverAnswers),
            Self::Down => fake.fail_next([Failure::Status(503)]),
            Self::Broken => fake.fail_next_read(Failure::Status(500)),
            Self::DoneThenBroken => fake.fail_next_write(Failure::DoneThenStatus(500)),
            Self::Cut => fake.fail_next([Failure::Cut]),
            Self::DoneThenCut => fake.fail_next_write(Failure::DoneThenCut),
            Self::Html => fake.fail_next([Failure::NotJson]),
            Self::CalledHtml => fake.fail_next([Failure::ContentType("text/html")]),
            // In answer to a write it would say that something was done which was not.
            Self::WrongJson => fake.fail_next_read(Failure::Instead(json!({ "maintenance": true }))),
            Self::Twice => fake.fail_next([Failure::Twice]),
            Self::TooOften => {
                fake.fail_next([Failure::TooManyRequests(Some(("retry-after", LATER_S)))]);
            }
            Self::LateChange(late) => fake.fail_next_change(Failure::DoneLate(late)),
            Self::LateNew(late) => fake.fail_next_new(Failure::DoneLate(late)),
            Self::RepeatedPage => {}
        }
    }
}
