//! A small FHIR R4 server: versions, `If-Match`, `If-None-Exist`, searches in pages, transactions; each can be left out.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    seen::{Seen, pairs},
    server::{Fake, KeyState, Reply, World},
};

/// What the capability statement says.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Versions are compared.
    pub versioned_update: bool,
    /// `If-None-Exist` is looked at.
    pub conditional_create: bool,
    /// Several changes at once, or none.
    pub transaction: bool,
    /// Parameters of a search; others are ignored, as servers do.
    pub search: Vec<&'static str>,
    /// Interactions with Patient.
    pub patient: Vec<&'static str>,
    /// Of the standard.
    pub version: &'static str,
}

/// What this practice has on its server.
#[derive(Debug)]
pub struct FakeFhir {
    /// By id.
    pub patients: BTreeMap<String, Value>,
    /// As they were made.
    pub provenances: Vec<Value>,
    /// What the practice's token may do.
    pub key: KeyState,
    /// What it can.
    pub offer: Offer,
    /// Rows of a page.
    pub page: usize,
    /// How many searches of several pages repeat the last row of a page on the next and so lose their own last row.
    pub unsteady_lists: u32,
    /// Leads from the last page to the first again.
    pub circles: bool,
    /// Says how many it found.
    pub tells_total: bool,
    origin: String,
    made: u32,
}

impl FakeFhir {
    /// The token that it takes.
    pub const TOKEN: &'static str = "fhir-token";

    /// An empty practice with a server that can do everything.
    pub async fn start() -> Fake<Self> {
        let offer = Offer {
            versioned_update: true,
            conditional_create: true,
            transaction: true,
            search: vec!["birthdate", "phone", "email", "identifier"],
            patient: vec!["read", "search-type", "create", "update"],
            version: "4.0.1",
        };
        let fake = Fake::start(Self {
            patients: BTreeMap::new(),
            provenances: Vec::new(),
            key: KeyState::Good,
            offer,
            page: 50,
            unsteady_lists: 0,
            circles: false,
            tells_total: true,
            origin: String::new(),
            made: 0,
        })
        .await;
        let origin = fake.origin();
        fake.with(|server| server.origin = origin);
        fake
    }

    /// Adds a Patient and gives its id.
    pub fn add(&mut self, patient: &Value) -> String {
        self.made += 1;
        let id = format!("p{:05}", self.made);
        self.keep(&id, patient.clone(), 1);
        id
    }

    /// Somebody changes a Patient.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn change(&mut self, id: &str, change: impl FnOnce(&mut Value)) {
        let mut patient = self.patients.get(id).expect("a patient").clone();
        change(&mut patient);
        let version = self.version(id) + 1;
        self.keep(id, patient, version);
    }

    fn keep(&mut self, id: &str, mut patient: Value, version: u64) {
        patient["resourceType"] = "Patient".into();
        patient["id"] = id.into();
        patient["meta"] = json!({"versionId": version.to_string(), "lastUpdated": "2026-11-20T09:00:00Z"});
        self.patients.insert(id.to_owned(), patient);
    }

    fn version(&self, id: &str) -> u64 {
        let version = self.patients.get(id).and_then(|patient| patient["meta"]["versionId"].as_str());
        version.and_then(|version| version.parse().ok()).unwrap_or_default()
    }

    fn statement(&self) -> Reply {
        let codes = |codes: &[&str]| codes.iter().map(|code| json!({"code": code})).collect::<Vec<_>>();
        let search: Vec<_> =
            self.offer.search.iter().map(|name| json!({"name": name, "type": "token"})).collect();
        let versioning = if self.offer.versioned_update { "versioned-update" } else { "versioned" };
        let system =
            if self.offer.transaction { codes(&["transaction", "batch"]) } else { codes(&["batch"]) };
        Reply::json(
            200,
            &json!({"resourceType": "CapabilityStatement", "status": "active", "kind": "instance",
                "fhirVersion": self.offer.version, "format": ["json"], "rest": [{"mode": "server",
                "resource": [
                    {"type": "Patient", "interaction": codes(&self.offer.patient), "versioning": versioning,
                     "conditionalCreate": self.offer.conditional_create, "searchParam": search},
                    {"type": "Provenance", "interaction": codes(&["create"])},
                ], "interaction": system}]}),
        )
    }

    fn search(&mut self, criteria: &[(String, String)], from: usize) -> Reply {
        let found: Vec<Value> =
            self.patients.values().filter(|patient| self.is_found(patient, criteria)).cloned().collect();
        let total = found.len();
        if criteria.iter().any(|(name, value)| name == "_summary" && value == "count") {
            return Reply::json(200, &json!({"resourceType": "Bundle", "type": "searchset", "total": total}));
        }
        let is_unsteady = self.unsteady_lists > 0 && total > self.page;
        let skip = from - usize::from(is_unsteady && from > 0);
        let end = (from + self.page).min(total) - usize::from(is_unsteady && from + self.page >= total);
        let rows: Vec<Value> = found
            .into_iter()
            .take(end)
            .skip(skip)
            .take(self.page)
            .map(|patient| json!({"resource": patient, "search": {"mode": "match"}}))
            .collect();
        let mut bundle =
            json!({"resourceType": "Bundle", "type": "searchset", "total": total, "entry": rows});
        if !self.tells_total
            && let Some(bundle) = bundle.as_object_mut()
        {
            bundle.remove("total");
        }
        let is_last = from + self.page >= total;
        if is_unsteady && is_last {
            self.unsteady_lists -= 1;
        }
        if !is_last || (self.circles && total > self.page) {
            let next = if is_last { 0 } else { from + self.page };
            let criteria: Vec<_> = criteria
                .iter()
                .filter(|(name, _)| name != "_from")
                .map(|(name, value)| format!("{name}={}", encoded(value)))
                .collect();
            let url = format!("{}/fhir/Patient?{}&_from={next}", self.origin, criteria.join("&"));
            bundle["link"] = json!([{"relation": "next", "url": url}]);
        }
        Reply::json(200, &bundle)
    }

    /// Every criterion that it knows must hold; a comma is "or".
    fn is_found(&self, patient: &Value, criteria: &[(String, String)]) -> bool {
        let known = criteria.iter().filter(|(name, _)| self.offer.search.contains(&name.as_str()));
        let telecom = |system: Option<&str>, value: &str| {
            let points = patient["telecom"].as_array().into_iter().flatten();
            let mut points = points.filter(|point| system.is_none_or(|system| point["system"] == system));
            points.any(|point| point["value"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(value)))
        };
        known.into_iter().all(|(name, values)| {
            values.split(',').any(|value| match name.as_str() {
                "birthdate" => patient["birthDate"] == value,
                "phone" => telecom(Some("phone"), value),
                "email" => telecom(Some("email"), value),
                "telecom" => telecom(None, value),
                "identifier" => {
                    let mut identifiers = patient["identifier"].as_array().into_iter().flatten();
                    let (system, value) = value.split_once('|').unwrap_or_default();
                    identifiers.any(|it| it["system"] == system && it["value"] == value)
                }
                _ => false,
            })
        })
    }

    fn put(&mut self, id: &str, patient: &Value, if_match: &str) -> Reply {
        if !self.patients.contains_key(id) {
            return Reply::status(404);
        }
        let current = format!("W/\"{}\"", self.version(id));
        if self.offer.versioned_update && !if_match.is_empty() && if_match != current {
            return Reply::status(412);
        }
        self.change(id, |kept| *kept = patient.clone());
        self.one(200, id)
    }

    fn post(&mut self, patient: &Value, if_none_exist: &str) -> Reply {
        if self.offer.conditional_create && !if_none_exist.is_empty() {
            let criteria = pairs(if_none_exist);
            let found: Vec<String> = self
                .patients
                .iter()
                .filter(|(_, patient)| self.is_found(patient, &criteria))
                .map(|(id, _)| id.clone())
                .collect();
            match found.as_slice() {
                [] => {}
                [id] => return self.one(200, id),
                [_, ..] => return Reply::status(412),
            }
        }
        let id = self.add(patient);
        self.one(201, &id)
    }

    fn one(&self, status: u16, id: &str) -> Reply {
        let mut reply = Reply::json(status, &self.patients[id]);
        reply.headers.push(("etag", format!("W/\"{}\"", self.version(id))));
        reply
    }

    /// Both entries or neither: the Patient first, and the Provenance only if that went well.
    fn transact(&mut self, bundle: &Value) -> Reply {
        let [entry, provenance] = [&bundle["entry"][0], &bundle["entry"][1]["resource"]];
        let request = &entry["request"];
        let text = |field: &str| request[field].as_str().unwrap_or_default().to_owned();
        let reply = match text("url").strip_prefix("Patient/") {
            Some(id) => self.put(id, &entry["resource"], &text("ifMatch")),
            None => self.post(&entry["resource"], &text("ifNoneExist")),
        };
        if !(200..300).contains(&reply.status) {
            return Reply::status(reply.status);
        }
        let written: Value = serde_json::from_str(&reply.body).expect("our own JSON");
        let id = written["id"].as_str().unwrap_or_default();
        let mut provenance = provenance.clone();
        provenance["target"] = json!([{"reference": format!("Patient/{id}")}]);
        self.provenances.push(provenance);
        let location = format!("Patient/{id}/_history/{}", self.version(id));
        Reply::json(
            200,
            &json!({"resourceType": "Bundle", "type": "transaction-response", "entry": [
                {"response": {"status": reply.status.to_string(), "location": location}},
                {"response": {"status": "201", "location": "Provenance/1/_history/1"}},
            ]}),
        )
    }
}

/// What would end a query or be read as a space.
fn encoded(value: &str) -> String {
    value.replace('+', "%2B").replace(' ', "%20").replace('&', "%26")
}

impl World for FakeFhir {
    const CONTENT_TYPE: &'static str = "application/fhir+json;charset=utf-8";

    fn answer(&mut self, seen: &Seen) -> Reply {
        let path = seen.path.trim_end_matches('/');
        if seen.method == "GET" && path == "/fhir/metadata" {
            return self.statement();
        }
        if self.key == KeyState::Expired || seen.header("authorization") != format!("Bearer {}", Self::TOKEN)
        {
            return Reply::status(401);
        }
        if self.key == KeyState::ReadOnly && seen.is_write() {
            return Reply::status(403);
        }
        let id = path.strip_prefix("/fhir/Patient/").unwrap_or_default();
        match (seen.method.as_str(), path) {
            ("POST", "/fhir/Patient/_search") => self.search(&seen.query, 0),
            ("GET", "/fhir/Patient") => self.search(&seen.query, seen.number("_from", 0)),
            ("POST", "/fhir") if self.offer.transaction => self.transact(&seen.body),
            ("POST", "/fhir/Patient") => self.post(&seen.body, seen.header("if-none-exist")),
            ("PUT", _) => self.put(id, &seen.body, seen.header("if-match")),
            ("GET", _) if self.patients.contains_key(id) => self.one(200, id),
            _ => Reply::status(404),
        }
    }
}
