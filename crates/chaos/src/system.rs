//! The practice's own software, where it holds the records: a fake that keeps what it is told and fails as it is told.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, time::Duration};

use anyhow::Result;
use serde_json::{Value, json};
use test_support::practice_systems::{Fake, FakeDentally, FakeFhir, FakeOpenDental, Seen};
use tokio::time::{interval, timeout};

use crate::{
    found::{There, ThereRecord},
    people::Person,
    trouble::Trouble,
};

/// Two that never answer hold up everything for the time-out of a minute; what waits longer than this finds nobody at work.
const MET_WITHIN: Duration = Duration::from_secs(90);
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// More requests than a step takes. A portal that sees failure after failure asks less and less, and each that it dares meets
/// the next one.
const WELL_BETWEEN: usize = 6;

/// Of people who share a birthday with somebody and nothing else.
const OTHERS: &str = "Qqother";

/// Where the practice's records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Records {
    Own,
    Dentally,
    OpenDental,
    Fhir,
}

pub(crate) enum System {
    Dentally(Fake<FakeDentally>),
    OpenDental(Fake<FakeOpenDental>),
    Fhir(Fake<FakeFhir>),
}

impl System {
    /// With the records of those whom the practice knows.
    pub(crate) async fn open(records: Records, people: &[Person]) -> Option<Self> {
        let known = || people.iter().filter(|person| person.record.is_some());
        Some(match records {
            Records::Own => return None,
            Records::Dentally => {
                let fake = FakeDentally::start().await;
                fake.with(|it| {
                    for person in known() {
                        it.add(&of_dentally(person));
                    }
                });
                Self::Dentally(fake)
            }
            Records::OpenDental => {
                let fake = FakeOpenDental::start().await;
                fake.with(|it| {
                    it.page = 1_000;
                    for person in known() {
                        it.add(&of_open_dental(person));
                    }
                });
                Self::OpenDental(fake)
            }
            Records::Fhir => {
                let fake = FakeFhir::start().await;
                fake.with(|it| {
                    it.page = 1;
                    for person in known() {
                        // Found first, so that a page that comes twice hides the person.
                        it.add(&another_of_fhir(person));
                        it.add(&of_fhir(person));
                    }
                });
                Self::Fhir(fake)
            }
        })
    }

    /// Lines of a portal's configuration; its keys stand in files in this folder.
    pub(crate) fn configuration(&self, folder: &Path) -> Result<Vec<String>> {
        let key = |name: &str, text: &str| -> Result<String> {
            let file = folder.join(name);
            fs::write(&file, text)?;
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
            Ok(file.display().to_string())
        };
        let (kind, address, mut lines) = match self {
            Self::Dentally(fake) => {
                let file = key("system-key", FakeDentally::KEY)?;
                let contact = "practice_system_contact = 'it@practice.example'".to_owned();
                ("dentally", fake.origin(), vec![format!("practice_system_key_file = '{file}'"), contact])
            }
            Self::OpenDental(fake) => {
                let file = key("system-key", FakeOpenDental::CUSTOMER_KEY)?;
                let developer = key("developer-key", FakeOpenDental::DEVELOPER_KEY)?;
                let developer = format!("practice_system_developer_key_file = '{developer}'");
                let file = format!("practice_system_key_file = '{file}'");
                ("open_dental", format!("{}/api/v1", fake.origin()), vec![file, developer])
            }
            Self::Fhir(fake) => {
                let file = key("system-key", FakeFhir::TOKEN)?;
                let many = "practice_system_requests_per_minute = 6000".to_owned();
                let file = format!("practice_system_key_file = '{file}'");
                ("fhir", format!("{}/fhir", fake.origin()), vec![file, many])
            }
        };
        lines.push(format!("practice_system = '{kind}'"));
        lines.push(format!("practice_system_address = '{address}'"));
        Ok(lines)
    }

    /// Whether this system can fail so.
    pub(crate) const fn can_be(&self, trouble: Trouble) -> bool {
        match self {
            // Their lists here are of one page. They know no key that keeps a record from being made twice.
            Self::Dentally(_) | Self::OpenDental(_) => {
                !matches!(trouble, Trouble::RepeatedPage | Trouble::LateNew(_))
            }
            // In place of its capability statement it would mean a wrong address, asked again in a quarter of an hour.
            Self::Fhir(_) => !matches!(trouble, Trouble::WrongJson),
        }
    }

    /// Fails once; returns whether somebody met it.
    pub(crate) async fn befall(&self, trouble: Trouble) -> bool {
        if !trouble.holds_up() {
            self.works_well().await;
        }
        let before = self.met();
        match self {
            Self::Dentally(fake) => trouble.befall(fake),
            Self::OpenDental(fake) => trouble.befall(fake),
            Self::Fhir(fake) if trouble == Trouble::RepeatedPage => fake.with(|it| it.unsteady_lists = 1),
            Self::Fhir(fake) => trouble.befall(fake),
        }
        let mut looks = interval(BETWEEN_LOOKS);
        let met = timeout(MET_WITHIN, async {
            loop {
                looks.tick().await;
                let is_met = match self {
                    Self::Fhir(fake) if trouble == Trouble::RepeatedPage => {
                        fake.with(|it| it.unsteady_lists == 0)
                    }
                    Self::Dentally(_) | Self::OpenDental(_) | Self::Fhir(_) => self.met() > before,
                };
                if is_met {
                    return;
                }
            }
        });
        let is_met = met.await.is_ok();
        self.is_well_again();
        is_met
    }

    /// Until a step may have gone well, or nobody takes one.
    async fn works_well(&self) {
        let (before, mut looks) = (self.served(), interval(BETWEEN_LOOKS));
        let served = timeout(MET_WITHIN, async {
            while self.served() < before + WELL_BETWEEN {
                looks.tick().await;
            }
        });
        let _ = served.await;
    }

    fn served(&self) -> usize {
        match self {
            Self::Dentally(fake) => fake.served(),
            Self::OpenDental(fake) => fake.served(),
            Self::Fhir(fake) => fake.served(),
        }
    }

    fn met(&self) -> usize {
        match self {
            Self::Dentally(fake) => fake.met().len(),
            Self::OpenDental(fake) => fake.met().len(),
            Self::Fhir(fake) => fake.met().len(),
        }
    }

    fn is_well_again(&self) {
        match self {
            Self::Dentally(fake) => fake.clear_failures(),
            Self::OpenDental(fake) => fake.clear_failures(),
            Self::Fhir(fake) => {
                fake.clear_failures();
                fake.with(|it| it.unsteady_lists = 0);
            }
        }
    }

    /// What it holds by now.
    pub(crate) fn found(&self) -> There {
        match self {
            Self::Dentally(fake) => {
                let changes = fake.changes();
                let patients = fake.with(|it| it.patients.clone());
                There {
                    tells_new: false,
                    held: fake.held(),
                    worked_on_late: fake.worked_on_late().len(),
                    records: patients.iter().map(|it| in_dentally(it, &changes)).collect(),
                }
            }
            Self::OpenDental(fake) => {
                let changes = fake.changes();
                let patients = fake.with(|it| it.patients.clone());
                There {
                    tells_new: true,
                    held: fake.held(),
                    worked_on_late: fake.worked_on_late().len(),
                    records: patients.iter().map(|it| in_open_dental(it, &changes)).collect(),
                }
            }
            Self::Fhir(fake) => {
                let patients: Vec<_> = fake.with(|it| it.patients.values().cloned().collect());
                let mut records: Vec<_> = patients.iter().map(in_fhir).collect();
                records.retain(|record| record.family != OTHERS);
                let (held, worked_on_late) = (fake.held(), fake.worked_on_late().len());
                There { tells_new: true, held, worked_on_late, records }
            }
        }
    }
}

fn of_dentally(person: &Person) -> Value {
    json!({
        "first_name": person.given, "last_name": person.family, "date_of_birth": person.born.to_string(),
        "mobile_phone": person.mobile_typed(), "email_address": person.old_email(),
    })
}

fn of_open_dental(person: &Person) -> Value {
    json!({
        "FName": person.given, "LName": person.family, "Birthdate": person.born.to_string(),
        "WirelessPhone": person.mobile_typed(), "Email": person.old_email(),
    })
}

fn of_fhir(person: &Person) -> Value {
    json!({
        "name": [{"use": "official", "family": person.family, "given": [person.given]}],
        "birthDate": person.born.to_string(),
        "telecom": [
            {"system": "phone", "use": "mobile", "value": person.mobile()},
            {"system": "email", "value": person.old_email()},
        ],
    })
}

fn another_of_fhir(person: &Person) -> Value {
    json!({
        "name": [{"use": "official", "family": OTHERS, "given": ["Xu"]}],
        "birthDate": person.born.to_string(),
    })
}

/// A record is made in one change, and each write into it is one more. The same write once more, late, changes nothing.
fn changes_of(path: &str, changes: &[Seen]) -> usize {
    changes.iter().filter(|it| it.path == path).count()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn in_dentally(patient: &Value, changes: &[Seen]) -> ThereRecord {
    ThereRecord {
        family: text(&patient["last_name"]),
        mobile: text(&patient["mobile_phone"]),
        email: text(&patient["email_address"]),
        changes: changes_of(&format!("/v1/patients/{}", patient["id"]), changes),
    }
}

fn in_open_dental(patient: &Value, changes: &[Seen]) -> ThereRecord {
    ThereRecord {
        family: text(&patient["LName"]),
        mobile: text(&patient["WirelessPhone"]),
        email: text(&patient["Email"]),
        changes: changes_of(&format!("/api/v1/patients/{}", patient["PatNum"]), changes),
    }
}

/// The server counts versions by itself, from one.
fn in_fhir(patient: &Value) -> ThereRecord {
    let points = || patient["telecom"].as_array().into_iter().flatten();
    let now = |system: &str| {
        let mut now = points().filter(|it| it["system"] == system && it["use"] != "old");
        now.next().map(|it| text(&it["value"])).unwrap_or_default()
    };
    let version: usize = text(&patient["meta"]["versionId"]).parse().unwrap_or_default();
    ThereRecord {
        family: text(&patient["name"][0]["family"]),
        mobile: now("phone"),
        email: now("email"),
        changes: version.saturating_sub(1),
    }
}
