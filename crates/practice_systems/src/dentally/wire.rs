//! Dentally's bodies. Pure.

use chrono::NaiveDate;
use registration::values::mobile::MobilePolicy;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    by_comparison::values,
    paging::Page,
    record::{Listed, PatientRecord, RecordId, RecordVersion, Standing},
    system::{Contact, NewRecord, Texts},
    telephone::PhoneFormat,
};

/// Fields of a patient that are read; Dentally sends many more.
#[derive(Deserialize)]
struct Patient {
    id: u64,
    /// Absent in no answer seen; a patient without it is one.
    active: Option<bool>,
    first_name: Option<String>,
    last_name: Option<String>,
    date_of_birth: Option<String>,
    mobile_phone: Option<String>,
    home_phone: Option<String>,
    work_phone: Option<String>,
    email_address: Option<String>,
    updated_at: Option<String>,
}

#[derive(Deserialize)]
struct Single {
    patient: Patient,
}

#[derive(Deserialize)]
struct List {
    patients: Vec<Patient>,
    meta: Meta,
}

/// Answers carry one or the other.
#[derive(Deserialize)]
struct Meta {
    total: Option<usize>,
    total_count: Option<usize>,
}

impl Patient {
    fn record(self, policy: &MobilePolicy) -> PatientRecord {
        let [given, family, born, mobile, home, work, email, stamp] = [
            self.first_name,
            self.last_name,
            self.date_of_birth,
            self.mobile_phone,
            self.home_phone,
            self.work_phone,
            self.email_address,
            self.updated_at,
        ]
        .map(Option::unwrap_or_default);
        let values = [&*given, &*family, &*born, &*mobile, &*home, &*work, &*email];
        let version = RecordVersion::of(&stamp, &values);
        PatientRecord {
            id: RecordId::parse(&self.id.to_string()).expect("digits"),
            version,
            date_of_birth: NaiveDate::parse_from_str(&born, "%Y-%m-%d").ok(),
            standing: if self.active == Some(false) { Standing::Closed } else { Standing::Current },
            mobile: Listed::phone(&mobile, policy),
            email: Listed::email(&email),
            other_phones: [home, work].iter().filter_map(|phone| Listed::phone(phone, policy)).collect(),
            other_emails: Vec::new(),
            given,
            family,
        }
    }
}

/// `{"patient": …}`; `None` if it is of another form.
pub(crate) fn single(body: &Value, policy: &MobilePolicy) -> Option<PatientRecord> {
    Some(Single::deserialize(body).ok()?.patient.record(policy))
}

/// `{"patients": […], "meta": …}`; `None` if it is of another form.
pub(crate) fn page(body: &Value, policy: &MobilePolicy) -> Option<Page> {
    let List { patients, meta } = List::deserialize(body).ok()?;
    let rows = patients.len();
    let records = patients.into_iter().map(|patient| patient.record(policy)).collect();
    Some(Page { records, total: meta.total.or(meta.total_count), rows })
}

/// The changed fields and no other.
pub(crate) fn changes(contact: &Contact, format: PhoneFormat, policy: &MobilePolicy) -> Value {
    let [mobile, email] = values(contact, format, policy);
    let mut patient = json!({});
    for (field, value) in [("mobile_phone", mobile), ("email_address", email)] {
        if let Some(value) = value {
            patient[field] = value.into();
        }
    }
    match contact {
        Contact::Proven { texts: Texts::Agreed, .. } => patient["use_sms"] = true.into(),
        Contact::Proven { texts: Texts::NotAsked, .. } | Contact::Restored { .. } => {}
    }
    json!({"patient": patient})
}

/// What is known of somebody new. `metadata` is not shown on any screen: there the registration stands, for whoever
/// looks for the origin of the record.
pub(crate) fn new_patient(new: &NewRecord, format: PhoneFormat, policy: &MobilePolicy) -> Value {
    let mut patient = json!({
        "last_name": new.name.family.as_typed(),
        "first_name": new.name.given.as_ref().map_or("", |given| given.as_typed()),
        "date_of_birth": new.date_of_birth.date().to_string(),
        "mobile_phone": format.write(new.mobile.value(), policy),
        "metadata": {"vestibule_registration": new.registration.to_string()},
    });
    if let Some(email) = &new.email {
        patient["email_address"] = email.value().as_typed().into();
    }
    match new.texts {
        Texts::Agreed => patient["use_sms"] = true.into(),
        Texts::NotAsked => {}
    }
    json!({"patient": patient})
}

/// Whether the scopes that Dentally echoes let a key read and change patients.
pub(crate) fn may_update(scopes: &str) -> bool {
    let mut scopes = scopes.split([' ', ',']).map(str::trim);
    scopes.any(|scope| matches!(scope, "patient" | "patient:update"))
}

#[cfg(test)]
mod tests {
    use test_support::people;

    use super::*;

    #[test]
    fn a_patient_is_read_from_every_field_that_can_hold_a_number() {
        let body = json!({"patient": {
            "id": 41, "uuid": "x", "active": true, "first_name": "Jo", "last_name": "Smith",
            "date_of_birth": "1985-03-07", "mobile_phone": null, "home_phone": "07700 900123",
            "work_phone": "020 7946 0018", "email_address": "", "updated_at": "2026-11-20T09:00:00Z",
        }});
        let record = single(&body, &people::policy()).expect("a patient");
        assert_eq!((record.id.as_str(), record.standing), ("41", Standing::Current));
        assert_eq!((&record.mobile, &record.email), (&None, &None));
        assert_eq!(record.phones().collect::<Vec<_>>(), ["+447700900123"]);
        assert_eq!(record.other_phones.len(), 2);
    }

    #[test]
    fn both_spellings_of_the_total_are_understood() {
        for meta in [json!({"total": 7}), json!({"total_count": 7, "total_pages": 1})] {
            let page = page(&json!({"patients": [], "meta": meta}), &people::policy()).expect("a page");
            assert_eq!(page.total, Some(7));
        }
    }

    #[test]
    fn another_form_is_not_understood() {
        for body in
            [json!([]), json!({}), json!({"patients": {}}), json!({"patient": {"id": "a"}}), Value::Null]
        {
            assert!(single(&body, &people::policy()).is_none());
            assert!(page(&body, &people::policy()).is_none());
        }
    }

    #[test]
    fn the_scopes_say_whether_a_key_may_change_patients() {
        assert!(may_update("patient:read patient:update"));
        assert!(may_update("appointment,patient"));
        assert!(!may_update("patient:read"));
        assert!(!may_update(""));
    }
}
