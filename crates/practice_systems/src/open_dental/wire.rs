//! Open Dental's bodies. Pure.

use chrono::NaiveDate;
use registration::values::mobile::MobilePolicy;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    by_comparison::values,
    record::{Listed, PatientRecord, RecordId, RecordVersion, Standing},
    system::{Contact, NewRecord, Texts},
    telephone::PhoneFormat,
};

/// Open Dental writes no date so.
const NO_DATE: &str = "0001-01-01";

/// Fields of a patient that are read.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Patient {
    pat_num: u64,
    #[serde(rename = "LName")]
    family: String,
    #[serde(rename = "FName", default)]
    given: String,
    #[serde(default)]
    pat_status: String,
    #[serde(default)]
    birthdate: String,
    #[serde(default)]
    hm_phone: String,
    #[serde(default)]
    wk_phone: String,
    #[serde(default)]
    wireless_phone: String,
    #[serde(default)]
    email: String,
    /// Not in every list.
    #[serde(rename = "DateTStamp", default)]
    stamp: String,
}

impl Patient {
    fn record(self, policy: &MobilePolicy) -> PatientRecord {
        let values = [
            &*self.given,
            &*self.family,
            &*self.birthdate,
            &*self.wireless_phone,
            &*self.hm_phone,
            &*self.wk_phone,
            &*self.email,
            &*self.pat_status,
        ];
        let version = RecordVersion::of(&self.stamp, &values);
        let born = Some(self.birthdate.as_str()).filter(|date| *date != NO_DATE);
        // "Patient", "Inactive" and "Prospective" may come again; "Deleted", "Deceased", "Archived" and "NonPatient" not.
        let is_closed = matches!(&*self.pat_status, "Deleted" | "Deceased" | "Archived" | "NonPatient");
        // One field can hold several addresses.
        let mut emails = self.email.split([',', ';']).filter_map(Listed::email);
        let email = emails.next();
        let other_emails = emails.collect();
        PatientRecord {
            id: RecordId::parse(&self.pat_num.to_string()).expect("digits"),
            version,
            date_of_birth: born.and_then(|date| NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()),
            standing: if is_closed { Standing::Closed } else { Standing::Current },
            mobile: Listed::phone(&self.wireless_phone, policy),
            email,
            other_phones: [&self.hm_phone, &self.wk_phone]
                .into_iter()
                .filter_map(|phone| Listed::phone(phone, policy))
                .collect(),
            other_emails,
            given: self.given,
            family: self.family,
        }
    }
}

/// One patient; `None` if it is of another form.
pub(crate) fn single(body: &Value, policy: &MobilePolicy) -> Option<PatientRecord> {
    Some(Patient::deserialize(body).ok()?.record(policy))
}

/// A list of patients; `None` if it is of another form.
pub(crate) fn list(body: &Value, policy: &MobilePolicy) -> Option<Vec<PatientRecord>> {
    body.as_array()?.iter().map(|patient| single(patient, policy)).collect()
}

/// The changed fields and no other.
pub(crate) fn changes(contact: &Contact, format: PhoneFormat, policy: &MobilePolicy) -> Value {
    let [mobile, email] = values(contact, format, policy);
    let mut patient = json!({});
    for (field, value) in [("WirelessPhone", mobile), ("Email", email)] {
        if let Some(value) = value {
            patient[field] = value.into();
        }
    }
    match contact {
        Contact::Proven { texts: Texts::Agreed, .. } => patient["TxtMsgOk"] = "Yes".into(),
        Contact::Proven { texts: Texts::NotAsked, .. } | Contact::Restored { .. } => {}
    }
    patient
}

/// What is known of somebody new.
pub(crate) fn new_patient(new: &NewRecord, format: PhoneFormat, policy: &MobilePolicy) -> Value {
    let mut patient = json!({
        "LName": new.name.family.as_typed(),
        "FName": new.name.given.as_ref().map_or("", |given| given.as_typed()),
        "Birthdate": new.date_of_birth.date().to_string(),
        "WirelessPhone": format.write(new.mobile.value(), policy),
    });
    if let Some(email) = &new.email {
        patient["Email"] = email.value().as_typed().into();
    }
    match new.texts {
        Texts::Agreed => patient["TxtMsgOk"] = "Yes".into(),
        Texts::NotAsked => {}
    }
    patient
}

#[cfg(test)]
mod tests {
    use registration::values::mobile::Fictional;
    use test_support::people;

    use super::*;

    #[test]
    fn a_patient_is_read_as_the_page_shows_one() {
        let us = MobilePolicy::for_region("US", Fictional::Refused);
        let body = json!({
            "PatNum": 48, "LName": "Smith", "FName": "Jane", "PatStatus": "Patient", "Birthdate": "1976-05-24",
            "HmPhone": "(201)555-0123", "WkPhone": "", "WirelessPhone": "(201) 555-0124",
            "Email": "smithfam@example.com; jane@example.com", "DateTStamp": "2021-12-08 15:34:34", "Position": "Single",
        });
        let record = single(&body, &us).expect("a patient");
        assert_eq!((record.id.as_str(), record.standing), ("48", Standing::Current));
        assert_eq!(record.emails().collect::<Vec<_>>(), ["smithfam@example.com", "jane@example.com"]);
        assert_eq!(record.mobile.map(|mobile| mobile.value), Some("(201) 555-0124".into()));
    }

    #[test]
    fn the_first_of_january_of_the_year_one_is_no_birthday() {
        let body = json!({"PatNum": 48, "LName": "Smith", "Birthdate": NO_DATE});
        assert_eq!(single(&body, &people::policy()).expect("a patient").date_of_birth, None);
    }

    #[test]
    fn records_that_are_done_with_are_closed() {
        for (status, standing) in [
            ("Patient", Standing::Current),
            ("Inactive", Standing::Current),
            ("Prospective", Standing::Current),
            ("Deleted", Standing::Closed),
            ("Deceased", Standing::Closed),
            ("Archived", Standing::Closed),
            ("NonPatient", Standing::Closed),
        ] {
            let body = json!({"PatNum": 48, "LName": "Smith", "PatStatus": status});
            assert_eq!(single(&body, &people::policy()).expect("a patient").standing, standing, "{status}");
        }
    }

    #[test]
    fn another_form_is_not_understood() {
        for body in [json!({}), json!([{"PatNum": "x"}]), Value::Null] {
            assert!(single(&body, &people::policy()).is_none());
            assert!(list(&body, &people::policy()).is_none());
        }
    }
}
