//! Three patients to try, printed where the sandbox starts: what to type and what will happen.

use chrono::NaiveDate;
use registration::ids::PatientId;
use uuid::Uuid;

use super::patients::SandboxPatient;

/// What will become of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Story {
    /// The record has the mobile in the field for home; afterwards it stands in its own, verified.
    CorrectedNumber,
    /// Nobody like that is there: a new record.
    Newcomer,
    /// Two records agree: staff decide.
    Twin,
}

/// One patient to try.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// What will become of them.
    pub story: Story,
    /// Given name to type.
    pub given: &'static str,
    /// Family name to type.
    pub family: &'static str,
    /// Day, month and year of birth to type.
    pub born: (u32, u32, i32),
    /// Mobile to type.
    pub mobile: &'static str,
    /// Email to type.
    pub email: &'static str,
    /// One sentence for the terminal.
    pub what_happens: &'static str,
}

/// The three.
pub const SAMPLES: [Sample; 3] = [
    Sample {
        story: Story::CorrectedNumber,
        given: "Margaret",
        family: "O'Neill",
        born: (14, 3, 1958),
        mobile: "07700 900901",
        email: "margaret.oneill@example.org",
        what_happens: "linked: her record has this mobile in the field for home; afterwards it is her mobile, verified",
    },
    Sample {
        story: Story::Newcomer,
        given: "Tomasz",
        family: "Zieliński",
        born: (27, 9, 1990),
        mobile: "07700 900902",
        email: "tomasz.zielinski@example.org",
        what_happens: "new: nobody like him is there, so he gets a record of his own",
    },
    Sample {
        story: Story::Twin,
        given: "Amara",
        family: "Okafor",
        born: (21, 6, 1994),
        mobile: "07700 900903",
        email: "amara.okafor@example.org",
        what_happens: "review: her twin has the same family name, birthday and mobile, so staff decide",
    },
];

impl Sample {
    /// Born.
    ///
    /// # Panics
    ///
    /// Never for the three samples: each has a date of the calendar.
    #[must_use]
    pub fn date_of_birth(&self) -> NaiveDate {
        let (day, month, year) = self.born;
        NaiveDate::from_ymd_opt(year, month, day).expect("a constant date")
    }
}

impl std::fmt::Display for Sample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let born = self.date_of_birth().format("%-d %B %Y");
        writeln!(f, "{} {}, born {born}", self.given, self.family)?;
        writeln!(f, "  mobile {}, email {}", self.mobile, self.email)?;
        write!(f, "  {}", self.what_happens)
    }
}

/// Birthdays that nobody else in the sandbox has, so that each story ends as it says.
pub(super) fn birthdays() -> [NaiveDate; 3] {
    SAMPLES.map(|sample| sample.date_of_birth())
}

/// What the practice has of the samples; their ids are drawn with the others'.
pub(super) fn records() -> Vec<SandboxPatient> {
    let [corrected, _, twin] = SAMPLES;
    let record =
        |sample: &Sample, given: &str, home: Option<&str>, mobile: Option<&str>, email: Option<&str>| {
            SandboxPatient {
                id: PatientId(Uuid::nil()),
                given: Some(given.to_owned()),
                family: sample.family.to_owned(),
                date_of_birth: sample.date_of_birth(),
                home: home.map(str::to_owned),
                mobile: mobile.map(str::to_owned),
                email: email.map(str::to_owned),
            }
        };
    vec![
        record(&corrected, corrected.given, Some(corrected.mobile), None, Some("m.oneill@example.com")),
        record(&twin, twin.given, Some("01632 960321"), Some(twin.mobile), None),
        record(&twin, "Adaeze", Some("01632 960321"), Some(twin.mobile), None),
    ]
}
