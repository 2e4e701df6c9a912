//! One change of a Patient, alone or with the Provenance that says who made it and why, in one transaction
//! (hl7.org/fhir/R4/http.html#transaction, hl7.org/fhir/R4/provenance.html). Pure.

use chrono::SecondsFormat;
use registration::{ids::RegistrationId, time::Timestamp};
use serde_json::{Value, json};

use crate::{
    fhir::patient::{REGISTRATION, condition},
    record::RecordId,
};

/// What becomes of the Patient.
pub(crate) enum Change {
    /// It is made, unless one of this registration is there.
    Make { registration: RegistrationId },
    /// It takes the place of the one that was read.
    Replace { record: RecordId, if_match: Option<String>, registration: RegistrationId },
}

/// A change and the whole resource.
pub(crate) struct Entry {
    pub(crate) patient: Value,
    pub(crate) change: Change,
}

impl Entry {
    /// The Bundle that does both or neither.
    pub(crate) fn with_provenance(self, agent: &str, now: Timestamp) -> Value {
        let (full_url, request, target, registration, code) = match self.change {
            Change::Make { registration } => {
                let own = format!("urn:uuid:{registration}");
                let request =
                    json!({"method": "POST", "url": "Patient", "ifNoneExist": condition(registration)});
                (Some(own.clone()), request, own, registration, "CREATE")
            }
            Change::Replace { record, if_match, registration } => {
                let url = format!("Patient/{}", record.as_str());
                let mut request = json!({"method": "PUT", "url": url});
                if let Some(version) = if_match {
                    request["ifMatch"] = version.into();
                }
                (None, request, url, registration, "UPDATE")
            }
        };
        let mut entry = json!({"resource": self.patient, "request": request});
        if let Some(full_url) = full_url {
            entry["fullUrl"] = full_url.into();
        }
        let provenance = provenance(&target, agent, registration, code, now);
        json!({"resourceType": "Bundle", "type": "transaction", "entry": [
            entry,
            {"resource": provenance, "request": {"method": "POST", "url": "Provenance"}},
        ]})
    }
}

fn provenance(target: &str, agent: &str, registration: RegistrationId, code: &str, now: Timestamp) -> Value {
    json!({
        "resourceType": "Provenance",
        "target": [{"reference": target}],
        "recorded": now.instant().to_rfc3339_opts(SecondsFormat::Secs, true),
        "activity": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-DataOperation", "code": code}]},
        "agent": [{"who": {"display": agent}}],
        "entity": [{
            "role": "source",
            "what": {"identifier": {"system": REGISTRATION, "value": registration.to_string()}},
        }],
    })
}

/// What the server says that it did.
pub(crate) struct Outcome {
    /// Which record.
    pub(crate) record: Option<RecordId>,
    /// A conditional create found one of this registration and made none.
    pub(crate) existed: bool,
}

impl Outcome {
    /// Of a Patient that was written alone.
    pub(crate) fn of_resource(status: u16, body: &Value) -> Self {
        Self { record: body["id"].as_str().and_then(RecordId::parse), existed: status == 200 }
    }

    /// Of a transaction; `None` if the answer is not one of a transaction that was done.
    pub(crate) fn of_transaction(body: &Value) -> Option<Self> {
        if body["resourceType"] != "Bundle" || body["type"] != "transaction-response" {
            return None;
        }
        let response = &body["entry"][0]["response"];
        let status = response["status"].as_str().filter(|status| status.starts_with('2'))?;
        let mut segments = response["location"].as_str().unwrap_or_default().split('/');
        let id = segments.find(|segment| *segment == "Patient").and_then(|_| segments.next());
        Some(Self { record: id.and_then(RecordId::parse), existed: status.starts_with("200") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(entry: &Value) -> Value {
        json!({"resourceType": "Bundle", "type": "transaction-response", "entry": [{"response": entry}]})
    }

    #[test]
    fn a_transaction_says_which_record_it_made_or_found() {
        for location in ["Patient/7/_history/1", "https://example.com/fhir/Patient/7"] {
            let body = response(&json!({"status": "201 Created", "location": location}));
            let outcome = Outcome::of_transaction(&body).expect("done");
            assert_eq!((outcome.record, outcome.existed), (RecordId::parse("7"), false));
        }
        let found = response(&json!({"status": "200", "location": "Patient/7/_history/3"}));
        assert!(Outcome::of_transaction(&found).expect("done").existed);
    }

    #[test]
    fn what_was_not_done_is_no_outcome() {
        assert!(Outcome::of_transaction(&response(&json!({"status": "412 Precondition Failed"}))).is_none());
        assert!(Outcome::of_transaction(&json!({"resourceType": "OperationOutcome"})).is_none());
    }
}
