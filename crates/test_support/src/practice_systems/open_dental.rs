//! An Open Dental: `ODFHIR` keys, fields in capitals, `Limit` and `Offset`, a search by the beginning of the names.

use serde_json::{Map, Value, json};

use super::{
    seen::Seen,
    server::{Fake, KeyState, Reply, World},
};

/// What this practice has in Open Dental.
#[derive(Debug)]
pub struct FakeOpenDental {
    /// In the order of making.
    pub patients: Vec<Value>,
    /// What the practice's key may do.
    pub key: KeyState,
    /// 100 remotely, 1,000 on the practice's own machine.
    pub page: usize,
    /// Each further page begins with the last row of the one before.
    pub repeats_rows: bool,
    /// `DateTStamp` stays as it is: two changes in one second.
    pub stands_still: bool,
    changes: u32,
}

impl FakeOpenDental {
    /// Of the program.
    pub const DEVELOPER_KEY: &'static str = "developer";
    /// Of the practice.
    pub const CUSTOMER_KEY: &'static str = "customer";

    /// An empty practice.
    pub async fn start() -> Fake<Self> {
        Fake::start(Self {
            patients: Vec::new(),
            key: KeyState::Good,
            page: 100,
            repeats_rows: false,
            stands_still: false,
            changes: 0,
        })
        .await
    }

    /// Adds a patient with these fields and gives the `PatNum`.
    pub fn add(&mut self, fields: &Value) -> u64 {
        let id = 1 + self.patients.len() as u64;
        let mut patient = json!({
            "PatNum": id, "LName": "", "FName": "", "MiddleI": "", "Preferred": "", "PatStatus": "Patient",
            "Birthdate": "0001-01-01", "HmPhone": "", "WkPhone": "", "WirelessPhone": "", "Guarantor": id, "Email": "",
            "PreferContactMethod": "None", "Language": "", "TxtMsgOk": "Unknown", "ClinicNum": 0,
            "DateTStamp": "2026-11-20 09:00:00",
        });
        merge(&mut patient, fields);
        self.patients.push(patient);
        id
    }

    /// Reception changes these fields.
    pub fn change(&mut self, id: u64, fields: &Value) {
        self.changes += u32::from(!self.stands_still);
        let stamp = format!("2026-11-20 09:{:02}:{:02}", self.changes / 60, self.changes % 60);
        if let Some(patient) = self.patients.iter_mut().find(|patient| patient["PatNum"] == id) {
            merge(patient, fields);
            patient["DateTStamp"] = stamp.into();
        }
    }

    /// A patient as it stands.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn patient(&self, id: u64) -> Value {
        self.patients.iter().find(|patient| patient["PatNum"] == id).expect("a patient").clone()
    }

    fn list(&self, seen: &Seen) -> Reply {
        let (limit, offset) = (seen.number("Limit", self.page).min(self.page), seen.number("Offset", 0));
        let begins = |patient: &Value, field: &str| {
            let wanted = seen.parameter(field).unwrap_or_default().to_lowercase();
            patient[field].as_str().unwrap_or_default().to_lowercase().starts_with(&wanted)
        };
        let found =
            self.patients.iter().filter(|patient| begins(patient, "LName") && begins(patient, "FName"));
        let skip = offset - usize::from(self.repeats_rows && offset > 0);
        let rows: Vec<Value> = found.skip(skip).take(limit).cloned().collect();
        Reply::json(200, &Value::Array(rows))
    }

    fn write(&mut self, id: Option<u64>, fields: &Value) -> Reply {
        if self.key == KeyState::ReadOnly {
            return Reply::json(401, &json!("This customer key does not have permission for this."));
        }
        let Some(id) = id else {
            let is_named = ["LName", "FName"].iter().all(|name| fields[*name].is_string());
            if !is_named {
                return Reply::json(400, &json!("LName and FName are required."));
            }
            let id = self.add(fields);
            return Reply::json(201, &self.patient(id));
        };
        if self.patient(id)["PatStatus"] == "Deleted" {
            return Reply::json(400, &json!("Patient is deleted."));
        }
        self.change(id, fields);
        Reply::json(200, &self.patient(id))
    }
}

fn merge(patient: &mut Value, fields: &Value) {
    let into = patient.as_object_mut().expect("an object");
    into.extend(fields.as_object().cloned().unwrap_or_else(Map::new));
}

impl World for FakeOpenDental {
    const CONTENT_TYPE: &'static str = "application/json";

    fn answer(&mut self, seen: &Seen) -> Reply {
        let key = format!("ODFHIR {}/{}", Self::DEVELOPER_KEY, Self::CUSTOMER_KEY);
        if self.key == KeyState::Expired || seen.header("authorization") != key {
            return Reply::json(401, &json!("Invalid keys."));
        }
        let id = seen.path.strip_prefix("/api/v1/patients/").and_then(|id| id.parse().ok());
        let is_known = id.is_some_and(|id: u64| self.patients.iter().any(|patient| patient["PatNum"] == id));
        match (seen.method.as_str(), seen.path.as_str()) {
            ("GET", "/api/v1/patients" | "/api/v1/patients/Simple") => self.list(seen),
            ("POST", "/api/v1/patients") => self.write(None, &seen.body),
            ("GET", _) if is_known => Reply::json(200, &self.patient(id.unwrap_or_default())),
            ("PUT", _) if is_known => self.write(id, &seen.body),
            _ => Reply::status(404),
        }
    }
}
