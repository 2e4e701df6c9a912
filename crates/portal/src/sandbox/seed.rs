//! Filling an empty sandbox.

use registration::{
    ids::PracticeId,
    time::Timestamp,
    values::{
        mobile::{Fictional, MobilePolicy},
        name::{NamePart, PersonName},
    },
};
use store::{ContactField, NewContact, NewPatient, Stamp, Store, StoreError};

use super::patients::{SandboxPatient, thousand};

/// Adds the thousand patients if the practice has none; says whether it did. Does nothing outside a sandbox.
pub async fn seed_if_empty(store: &Store, practice: PracticeId, now: Timestamp) -> Result<bool, StoreError> {
    if store.stamp() != Stamp::Sandbox || store.patient_count(practice).await? > 0 {
        return Ok(false);
    }
    let policy = MobilePolicy::for_region("GB", Fictional::Accepted);
    let patients: Vec<_> = thousand().iter().map(|patient| record(patient, &policy)).collect();
    // Asked again inside: another portal may start at this moment.
    store.import_first_patients(practice, &patients, now).await
}

fn record(patient: &SandboxPatient, policy: &MobilePolicy) -> NewPatient {
    let name =
        |typed: &str| NamePart::parse(typed).expect("every name of the tables is one; a test reads them");
    let phone =
        |field, value: &Option<String>| value.as_ref().map(|value| NewContact::phone(field, value, policy));
    let contacts = [
        phone(ContactField::Home, &patient.home),
        phone(ContactField::Mobile, &patient.mobile),
        patient.email.as_deref().map(NewContact::email),
    ];
    NewPatient {
        id: patient.id,
        name: PersonName { given: patient.given.as_deref().map(name), family: name(&patient.family) },
        date_of_birth: Some(patient.date_of_birth),
        contacts: contacts.into_iter().flatten().collect(),
    }
}
