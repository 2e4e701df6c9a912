//! A Dentally: bearer key, mandatory `User-Agent`, envelopes, pages, a search by `query`, no versions.

use serde_json::{Map, Value, json};

use super::{
    seen::Seen,
    server::{Fake, KeyState, Reply, World},
};

/// What this practice has in Dentally.
#[derive(Debug)]
pub struct FakeDentally {
    /// By id, in the order of making.
    pub patients: Vec<Value>,
    /// What the practice's key may do.
    pub key: KeyState,
    /// Sent back in `X-OAuth-Scopes`.
    pub scopes: Option<&'static str>,
    /// Requests that are left to all programs, if it says so.
    pub left: Option<u32>,
    /// How many times a list of several pages repeats the last row of a page on the next and so loses its own last row.
    pub unsteady_lists: u32,
    /// The practice's rule that numbers are in another field: `mobile_phone` is never kept.
    pub drops_mobiles: bool,
    changes: u32,
}

impl FakeDentally {
    /// The key that it takes.
    pub const KEY: &'static str = "dentally-key";

    /// An empty practice.
    pub async fn start() -> Fake<Self> {
        Fake::start(Self {
            patients: Vec::new(),
            key: KeyState::Good,
            scopes: Some("patient:read patient:update"),
            left: None,
            unsteady_lists: 0,
            drops_mobiles: false,
            changes: 0,
        })
        .await
    }

    /// Adds a patient with these fields and gives the id.
    pub fn add(&mut self, fields: &Value) -> u64 {
        let id = 100 + self.patients.len() as u64;
        let mut patient = json!({
            "id": id, "active": true, "title": null, "first_name": "", "last_name": "", "date_of_birth": null,
            "mobile_phone": "", "home_phone": "", "work_phone": "", "email_address": "", "use_sms": false,
            "recall_method": "email", "family_id": null, "metadata": {},
        });
        merge(&mut patient, fields);
        self.patients.push(patient);
        self.touch(id);
        id
    }

    /// Reception changes these fields.
    pub fn change(&mut self, id: u64, fields: &Value) {
        if let Some(patient) = self.patients.iter_mut().find(|patient| patient["id"] == id) {
            merge(patient, fields);
        }
        self.touch(id);
    }

    /// A patient as it stands.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn patient(&self, id: u64) -> Value {
        self.patients.iter().find(|patient| patient["id"] == id).expect("a patient").clone()
    }

    fn touch(&mut self, id: u64) {
        self.changes += 1;
        let stamp = format!("2026-11-20T09:{:02}:{:02}.000Z", self.changes / 60, self.changes % 60);
        if let Some(patient) = self.patients.iter_mut().find(|patient| patient["id"] == id) {
            patient["updated_at"] = stamp.into();
        }
    }

    fn list(&mut self, seen: &Seen) -> Reply {
        let (page, per_page) = (seen.number("page", 1).max(1), seen.number("per_page", 25).clamp(1, 100));
        let found: Vec<&Value> =
            self.patients.iter().filter(|patient| is_found(patient, seen.parameter("query"))).collect();
        let total = found.len();
        let is_unsteady = self.unsteady_lists > 0 && total > per_page;
        let skip = ((page - 1) * per_page).saturating_sub(usize::from(is_unsteady && page > 1));
        let last = total - usize::from(is_unsteady);
        let take = last.saturating_sub(skip).min(per_page);
        let rows: Vec<Value> = found.into_iter().skip(skip).take(take).cloned().collect();
        if is_unsteady && rows.len() < per_page {
            self.unsteady_lists -= 1;
        }
        let meta = json!({"total": total, "total_pages": total.div_ceil(per_page), "page": page});
        Reply::json(200, &json!({"patients": rows, "meta": meta}))
    }

    fn write(&mut self, id: Option<u64>, body: &Value) -> Reply {
        if self.key == KeyState::ReadOnly {
            return Reply::status(403);
        }
        let mut fields = body["patient"].as_object().cloned().unwrap_or_default();
        if fields.is_empty() {
            return Reply::json(422, &json!({"errors": {"base": ["nothing to save"]}}));
        }
        if self.drops_mobiles {
            fields.remove("mobile_phone");
        }
        let fields = Value::Object(fields);
        let (status, id) = match id {
            Some(id) => (200, id),
            None => (201, self.add(&fields)),
        };
        self.change(id, &fields);
        Reply::json(status, &json!({"patient": self.patient(id)}))
    }
}

fn merge(patient: &mut Value, fields: &Value) {
    let into = patient.as_object_mut().expect("an object");
    into.extend(fields.as_object().cloned().unwrap_or_else(Map::new));
}

/// Names, addresses and numbers that hold the text; spaces in numbers do not count.
fn is_found(patient: &Value, query: Option<&str>) -> bool {
    let Some(query) = query.map(str::to_lowercase) else { return true };
    let text = |field: &str| patient[field].as_str().unwrap_or_default().to_lowercase();
    let name = format!("{} {}", text("first_name"), text("last_name"));
    let numbers = ["mobile_phone", "home_phone", "work_phone"].map(|field| text(field).replace(' ', ""));
    name.contains(&query)
        || text("email_address").contains(&query)
        || numbers.iter().any(|number| number.contains(&query.replace(' ', "")))
}

impl World for FakeDentally {
    const CONTENT_TYPE: &'static str = "application/json; charset=utf-8";

    fn answer(&mut self, seen: &Seen) -> Reply {
        if seen.header("user-agent").is_empty() {
            return Reply::status(403);
        }
        let key = format!("Bearer {}", Self::KEY);
        if self.key == KeyState::Expired || seen.header("authorization") != key {
            return Reply::json(401, &json!({"error": "invalid_token"}));
        }
        let id = seen.path.strip_prefix("/v1/patients/").and_then(|id| id.parse().ok());
        let is_known = id.is_some_and(|id: u64| self.patients.iter().any(|patient| patient["id"] == id));
        let mut reply = match (seen.method.as_str(), seen.path.as_str()) {
            ("GET", "/v1/patients") => self.list(seen),
            ("POST", "/v1/patients") => self.write(None, &seen.body),
            ("GET", _) if is_known => {
                Reply::json(200, &json!({"patient": self.patient(id.unwrap_or_default())}))
            }
            ("PUT", _) if is_known => self.write(id, &seen.body),
            _ => Reply::status(404),
        };
        reply.headers.extend(self.scopes.map(|scopes| ("x-oauth-scopes", scopes.to_owned())));
        reply.headers.extend(self.left.map(|left| ("ratelimit-remaining", left.to_string())));
        reply.headers.extend(self.left.map(|_| ("ratelimit-reset-after", "600".to_owned())));
        reply
    }
}
