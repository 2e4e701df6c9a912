//! What a server says that it can do (hl7.org/fhir/R4/capabilitystatement.html). Pure.

use std::collections::BTreeSet;

use registration::values::mobile::MobilePolicy;
use serde_json::Value;

use crate::{
    system::{Capabilities, Coverage, Guard, Sought, Trace, Writes},
    telephone::PhoneFormat,
};

/// One thing that a server can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Can {
    Read,
    Update,
    Search,
    Create,
    ConditionalCreate,
    VersionedUpdate,
    FindByBirthdate,
    FindByPhone,
    FindByTelecom,
    FindByEmail,
    FindByIdentifier,
    Transaction,
    CreateProvenance,
}

/// What is read from a capability statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offered(BTreeSet<Can>);

impl Offered {
    /// `None` if it is no capability statement of an R4 server.
    pub(crate) fn read(body: &Value) -> Option<Self> {
        let is_r4 = body["fhirVersion"].as_str().is_some_and(|version| version.starts_with("4.0"));
        if body["resourceType"] != "CapabilityStatement" || !is_r4 {
            return None;
        }
        let rest = list(&body["rest"]).find(|rest| rest["mode"] == "server")?;
        let of_type = |name: &str| list(&rest["resource"]).find(|resource| resource["type"] == name);
        let patient = of_type("Patient")?;
        let does = |resource: &Value, code: &str| list(&resource["interaction"]).any(|it| it["code"] == code);
        let finds = |name: &str| list(&patient["searchParam"]).any(|parameter| parameter["name"] == name);
        let provenance = of_type("Provenance").is_some_and(|provenance| does(provenance, "create"));
        let said = [
            (Can::Read, does(patient, "read")),
            (Can::Update, does(patient, "update")),
            (Can::Search, does(patient, "search-type")),
            (Can::Create, does(patient, "create")),
            (Can::ConditionalCreate, patient["conditionalCreate"] == true),
            (Can::VersionedUpdate, patient["versioning"] == "versioned-update"),
            (Can::FindByBirthdate, finds("birthdate")),
            (Can::FindByPhone, finds("phone")),
            (Can::FindByTelecom, finds("telecom")),
            (Can::FindByEmail, finds("email")),
            (Can::FindByIdentifier, finds("identifier")),
            (Can::Transaction, does(rest, "transaction")),
            (Can::CreateProvenance, provenance),
        ];
        Some(Self(said.into_iter().filter_map(|(can, is_said)| is_said.then_some(can)).collect()))
    }

    pub(crate) fn can(&self, it: Can) -> bool {
        self.0.contains(&it)
    }

    /// Without these there is nothing that this program could do.
    pub(crate) fn suffices(&self) -> bool {
        [Can::Read, Can::Update, Can::Search].into_iter().all(|it| self.can(it))
    }

    pub(crate) fn coverage(&self) -> Coverage {
        let by_telecom = self.can(Can::FindByTelecom);
        Coverage {
            date_of_birth: self.can(Can::FindByBirthdate),
            mobile: self.can(Can::FindByPhone) || by_telecom,
            email: self.can(Can::FindByEmail) || by_telecom,
        }
    }

    pub(crate) fn trace(&self) -> Trace {
        let both = self.can(Can::Transaction) && self.can(Can::CreateProvenance);
        if both { Trace::OnContactAndProvenance } else { Trace::OnContact }
    }

    pub(crate) fn capabilities(&self) -> Capabilities {
        Capabilities {
            writes: Writes::ByMachine,
            coverage: self.coverage(),
            guard: if self.can(Can::VersionedUpdate) { Guard::BySystem } else { Guard::ByComparison },
            trace: self.trace(),
            keep_alive: None,
        }
    }

    /// One search for each detail that the server can be searched by. Numbers are compared letter by letter there, so that
    /// the usual spellings are sought at once; a comma is FHIR's "or".
    pub(crate) fn searches(&self, sought: &Sought, policy: &MobilePolicy) -> Vec<(&'static str, String)> {
        let spellings = [PhoneFormat::E164, PhoneFormat::NationalDigits, PhoneFormat::National];
        let mut numbers = spellings.map(|format| format.write(&sought.mobile, policy)).to_vec();
        numbers.dedup();
        let number = numbers.join(",");
        let mut searches = Vec::new();
        if self.can(Can::FindByBirthdate) {
            searches.push(("birthdate", sought.date_of_birth.date().to_string()));
        }
        if self.can(Can::FindByPhone) {
            searches.push(("phone", number));
        } else if self.can(Can::FindByTelecom) {
            searches.push(("telecom", number));
        }
        if let Some(email) = &sought.email {
            if self.can(Can::FindByEmail) {
                searches.push(("email", email.as_str().to_owned()));
            } else if self.can(Can::FindByTelecom) {
                searches.push(("telecom", email.as_str().to_owned()));
            }
        }
        searches
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use test_support::people;

    use super::*;

    fn statement(patient: &Value, interactions: &Value) -> Value {
        json!({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": [
            {"mode": "client"},
            {"mode": "server", "resource": [patient, {"type": "Provenance", "interaction": [{"code": "create"}]}],
             "interaction": interactions},
        ]})
    }

    fn patient(interactions: &[&str]) -> Value {
        let interactions: Vec<_> = interactions.iter().map(|code| json!({"code": code})).collect();
        json!({"type": "Patient", "interaction": interactions, "versioning": "versioned-update",
            "searchParam": [{"name": "telecom", "type": "token"}]})
    }

    #[test]
    fn a_server_that_cannot_search_read_and_update_does_not_suffice() {
        let all = ["read", "search-type", "update"];
        let offered =
            |codes: &[&str]| Offered::read(&statement(&patient(codes), &json!([]))).expect("a statement");
        assert!(offered(&all).suffices());
        for left_out in all {
            let rest: Vec<_> = all.into_iter().filter(|code| *code != left_out).collect();
            assert!(!offered(&rest).suffices(), "without {left_out}");
        }
    }

    #[test]
    fn a_provenance_needs_a_transaction() {
        let trace = |interactions: &Value| {
            Offered::read(&statement(&patient(&["read"]), interactions)).expect("a statement").trace()
        };
        assert_eq!(trace(&json!([])), Trace::OnContact);
        assert_eq!(trace(&json!([{"code": "batch"}])), Trace::OnContact);
        assert_eq!(trace(&json!([{"code": "transaction"}])), Trace::OnContactAndProvenance);
    }

    #[test]
    fn where_only_telecom_is_searchable_it_serves_for_both() {
        let offered = Offered::read(&statement(&patient(&["read"]), &json!([]))).expect("a statement");
        let coverage = Coverage { date_of_birth: false, mobile: true, email: true };
        assert_eq!(offered.coverage(), coverage);
        let jo = people::jo();
        let sought = Sought {
            name: jo.name.clone(),
            date_of_birth: jo.date_of_birth,
            mobile: jo.mobile.clone(),
            email: jo.email.clone(),
        };
        let number = "+447700900123,07700900123,07700 900123".to_owned();
        assert_eq!(
            offered.searches(&sought, &people::policy()),
            [("telecom", number), ("telecom", "jo.obrien@example.com".to_owned())]
        );
    }

    #[test]
    fn another_version_and_another_thing_are_no_statement() {
        let mut other = statement(&patient(&["read"]), &json!([]));
        other["fhirVersion"] = "5.0.0".into();
        assert_eq!(Offered::read(&other), None);
        assert_eq!(Offered::read(&json!({"resourceType": "OperationOutcome"})), None);
        assert_eq!(Offered::read(&Value::Null), None);
    }
}
