//! FHIR's Patient (hl7.org/fhir/R4/patient.html): reading one, and changing its contact points and nothing else. Pure.

use chrono::{NaiveDate, SecondsFormat};
use registration::{ids::RegistrationId, time::Timestamp, values::mobile::MobilePolicy};
use serde_json::{Value, json};

use crate::{
    by_comparison::holds,
    record::{Listed, PatientRecord, RecordId, RecordVersion, Standing},
    system::{Contact, ContactUpdate, Former, NewRecord},
};

/// FHIR's JSON.
pub(crate) const MEDIA_TYPE: &str = "application/fhir+json";

/// On a contact point: that it was proven, when, and in which registration. FHIR has no such element of its own.
pub const VERIFIED: &str = "urn:vestibule:contact-point-verified";

/// Of an identifier whose value is the registration that a record was made for: the key that `If-None-Exist` names.
pub const REGISTRATION: &str = "urn:vestibule:registration";

/// A patient as read, and the whole resource: what is written back is all of it.
pub(crate) struct Kept {
    pub(crate) record: PatientRecord,
    pub(crate) resource: Value,
    /// For `If-Match`.
    pub(crate) etag: Option<String>,
}

/// `None` if it is no Patient.
pub(crate) fn read_patient(resource: &Value, etag: Option<&str>, policy: &MobilePolicy) -> Option<Kept> {
    if resource["resourceType"] != "Patient" {
        return None;
    }
    let id = RecordId::parse(resource["id"].as_str()?)?;
    let version_id = resource["meta"]["versionId"].as_str();
    let etag = etag.map(str::to_owned).or_else(|| version_id.map(|version| format!("W/\"{version}\"")));
    let version = etag.as_deref().map_or_else(
        || {
            RecordVersion::of(
                resource["meta"]["lastUpdated"].as_str().unwrap_or_default(),
                &[&resource.to_string()],
            )
        },
        RecordVersion::from_kept,
    );
    let name = best_name(resource);
    let given = list(&name["given"]).filter_map(Value::as_str).collect::<Vec<_>>().join(" ");
    let telecom: Vec<&Value> = list(&resource["telecom"]).collect();
    let (mobile, email) = (position(&telecom, Field::Mobile), position(&telecom, Field::Email));
    let value =
        |index: usize| telecom.get(index).and_then(|point| point["value"].as_str()).unwrap_or_default();
    let others = |is: fn(&Value) -> bool, but: Option<usize>| {
        let telecom = telecom.iter().enumerate();
        telecom
            .filter(move |(index, point)| is(point) && is_current(point) && Some(*index) != but)
            .map(|(index, _)| index)
    };
    let record = PatientRecord {
        id,
        version,
        family: name["family"].as_str().unwrap_or_default().to_owned(),
        given,
        date_of_birth: resource["birthDate"]
            .as_str()
            .and_then(|date| NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()),
        standing: standing(resource),
        mobile: mobile.and_then(|index| Listed::phone(value(index), policy)),
        email: email.and_then(|index| Listed::email(value(index))),
        other_phones: others(is_phone, mobile)
            .filter_map(|index| Listed::phone(value(index), policy))
            .collect(),
        other_emails: others(is_email, email).filter_map(|index| Listed::email(value(index))).collect(),
    };
    Some(Kept { record, resource: resource.clone(), etag })
}

/// A page of a search.
pub(crate) struct Found {
    pub(crate) records: Vec<PatientRecord>,
    pub(crate) total: Option<usize>,
    /// An address, as the server gives it.
    pub(crate) next: Option<String>,
}

/// `None` if it is no searchset, or has a match that is no Patient.
pub(crate) fn read_search(body: &Value, policy: &MobilePolicy) -> Option<Found> {
    if body["resourceType"] != "Bundle" || body["type"] != "searchset" {
        return None;
    }
    let matches =
        list(&body["entry"]).filter(|entry| matches!(entry["search"]["mode"].as_str(), None | Some("match")));
    let records = matches.map(|entry| Some(read_patient(&entry["resource"], None, policy)?.record));
    let next = list(&body["link"]).find(|link| link["relation"] == "next");
    Some(Found {
        records: records.collect::<Option<_>>()?,
        total: body["total"].as_u64().and_then(|total| usize::try_from(total).ok()),
        next: next.and_then(|link| link["url"].as_str()).map(str::to_owned),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Mobile,
    Email,
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The official name, or the first that is not an old one.
fn best_name(resource: &Value) -> &Value {
    let current =
        || list(&resource["name"]).filter(|name| name["use"] != "old" && name["period"]["end"].is_null());
    let official = current().find(|name| name["use"] == "official");
    official.or_else(|| current().next()).unwrap_or(&Value::Null)
}

/// Inactive, dead, or replaced by another record.
fn standing(resource: &Value) -> Standing {
    let is_dead = resource["deceasedBoolean"] == true || resource["deceasedDateTime"].is_string();
    let is_replaced = list(&resource["link"]).any(|link| link["type"] == "replaced-by");
    if resource["active"] == false || is_dead || is_replaced { Standing::Closed } else { Standing::Current }
}

fn is_current(point: &Value) -> bool {
    point["use"] != "old" && point["period"]["end"].is_null()
}

fn is_phone(point: &Value) -> bool {
    point["system"] == "phone" || point["system"] == "sms"
}

fn is_email(point: &Value) -> bool {
    point["system"] == "email"
}

/// Where the contact point stands that an update writes: the first mobile, the first address.
fn position(telecom: &[&Value], field: Field) -> Option<usize> {
    telecom.iter().position(|point| {
        is_current(point)
            && match field {
                Field::Mobile => is_phone(point) && point["use"] == "mobile",
                Field::Email => is_email(point),
            }
    })
}

fn instant(at: Timestamp) -> String {
    at.instant().to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn mark(at: Timestamp, registration: RegistrationId) -> Value {
    json!({"url": VERIFIED, "extension": [
        {"url": "at", "valueDateTime": instant(at)},
        {"url": "registration", "valueString": registration.to_string()},
    ]})
}

fn is_marked_by(point: &Value, registration: RegistrationId) -> bool {
    let marks = list(&point["extension"]).filter(|extension| extension["url"] == VERIFIED);
    let registration = registration.to_string();
    marks.flat_map(|mark| list(&mark["extension"])).any(|part| part["valueString"] == registration.as_str())
}

/// Whether the record holds the values and, where they were proven, says so of this registration.
pub(crate) fn holds_with_mark(resource: &Value, record: &PatientRecord, update: &ContactUpdate) -> bool {
    let telecom: Vec<&Value> = list(&resource["telecom"]).collect();
    let is_marked = |field| {
        position(&telecom, field).is_some_and(|index| is_marked_by(telecom[index], update.registration))
    };
    let says_so = match &update.contact {
        Contact::Proven { email, .. } => {
            is_marked(Field::Mobile) && (email.is_none() || is_marked(Field::Email))
        }
        Contact::Restored { .. } => true,
    };
    says_so && holds(record, &update.contact)
}

/// The same resource with other contact points. What is replaced stays as an old one.
pub(crate) fn with_contact(
    mut resource: Value,
    update: &ContactUpdate,
    now: Timestamp,
    policy: &MobilePolicy,
) -> Value {
    let mut telecom: Vec<Value> = list(&resource["telecom"]).cloned().collect();
    match &update.contact {
        Contact::Proven { mobile, email, .. } => {
            let is_same =
                |value: &str| Listed::phone(value, policy).is_some_and(|it| it.is(mobile.value().e164()));
            let mobile_mark = mark(mobile.at(), update.registration);
            let point = json!({"system": "phone", "use": "mobile", "value": mobile.value().e164()});
            put(&mut telecom, Field::Mobile, point, mobile_mark, now, is_same);
            if let Some(email) = email {
                let is_same =
                    |value: &str| Listed::email(value).is_some_and(|it| it.is(email.value().as_str()));
                let point = json!({"system": "email", "value": email.value().as_typed()});
                put(&mut telecom, Field::Email, point, mark(email.at(), update.registration), now, is_same);
            }
        }
        Contact::Restored { mobile, email } => {
            for (field, former) in [(Field::Mobile, mobile), (Field::Email, email)] {
                match former {
                    Former::Value(value) => restore(&mut telecom, field, Some(value)),
                    Former::Nothing => restore(&mut telecom, field, None),
                    Former::Untouched => {}
                }
            }
        }
    }
    // An empty list is no FHIR.
    if let Some(object) = resource.as_object_mut() {
        if telecom.is_empty() {
            object.remove("telecom");
        } else {
            object.insert("telecom".into(), telecom.into());
        }
    }
    resource
}

fn index_of(telecom: &[Value], field: Field) -> Option<usize> {
    position(&telecom.iter().collect::<Vec<_>>(), field)
}

/// Puts a proven contact point in the place of the one that stands there. The same one is only marked.
fn put(
    telecom: &mut Vec<Value>,
    field: Field,
    mut point: Value,
    mark: Value,
    now: Timestamp,
    is_same: impl Fn(&str) -> bool,
) {
    let Some(index) = index_of(telecom, field) else {
        point["extension"] = json!([mark]);
        telecom.push(point);
        return;
    };
    let before = &mut telecom[index];
    if before["value"].as_str().is_some_and(is_same) {
        before["value"] = point["value"].take();
        unmark(before);
        let mut extensions: Vec<Value> = list(&before["extension"]).cloned().collect();
        extensions.push(mark);
        before["extension"] = extensions.into();
        return;
    }
    // The new one takes over what the old one was for, so that an undo can give it back.
    if before["use"].is_string() {
        point["use"] = before["use"].clone();
    }
    before["use"] = "old".into();
    before["period"]["end"] = instant(now).into();
    unmark(before);
    point["extension"] = json!([mark]);
    telecom.insert(index, point);
}

/// Brings back what stood there: from the old ones if it is among them.
fn restore(telecom: &mut Vec<Value>, field: Field, value: Option<&str>) {
    let index = index_of(telecom, field);
    let Some(value) = value else {
        if let Some(index) = index {
            telecom.remove(index);
        }
        return;
    };
    let is_kind = match field {
        Field::Mobile => is_phone,
        Field::Email => is_email,
    };
    let kept =
        telecom.iter().position(|point| is_kind(point) && point["use"] == "old" && point["value"] == value);
    match (index, kept) {
        (_, Some(kept)) => {
            let used_for = index.map(|index| telecom[index]["use"].clone()).filter(Value::is_string);
            let point = &mut telecom[kept];
            let otherwise = (field == Field::Mobile).then(|| "mobile".into());
            reopen(point, used_for.or(otherwise));
            if let Some(index) = index {
                telecom.remove(index);
            }
        }
        (Some(index), None) => {
            telecom[index]["value"] = value.into();
            unmark(&mut telecom[index]);
        }
        (None, None) => telecom.push(match field {
            Field::Mobile => json!({"system": "phone", "use": "mobile", "value": value}),
            Field::Email => json!({"system": "email", "value": value}),
        }),
    }
}

fn reopen(point: &mut Value, used_for: Option<Value>) {
    let Some(object) = point.as_object_mut() else { return };
    match used_for {
        Some(used_for) => object.insert("use".into(), used_for),
        None => object.remove("use"),
    };
    let is_empty = object.get_mut("period").and_then(Value::as_object_mut).is_some_and(|period| {
        period.remove("end");
        period.is_empty()
    });
    if is_empty {
        object.remove("period");
    }
}

/// Takes our mark away, and with the last one the list: an empty list is no FHIR.
fn unmark(point: &mut Value) {
    let Some(object) = point.as_object_mut() else { return };
    let Some(extensions) = object.get_mut("extension").and_then(Value::as_array_mut) else { return };
    extensions.retain(|extension| extension["url"] != VERIFIED);
    if extensions.is_empty() {
        object.remove("extension");
    }
}

/// Somebody new. Agreement to texts has no place in a Patient.
pub(crate) fn new_patient(new: &NewRecord) -> Value {
    let mut name = json!({"use": "official", "family": new.name.family.as_typed()});
    if let Some(given) = &new.name.given {
        name["given"] = json!([given.as_typed()]);
    }
    let mut telecom = vec![json!({"system": "phone", "use": "mobile", "value": new.mobile.value().e164(),
        "extension": [mark(new.mobile.at(), new.registration)]})];
    telecom.extend(new.email.as_ref().map(|email| {
        json!({"system": "email", "value": email.value().as_typed(),
            "extension": [mark(email.at(), new.registration)]})
    }));
    json!({
        "resourceType": "Patient",
        "active": true,
        "identifier": [{"system": REGISTRATION, "value": new.registration.to_string()}],
        "name": [name],
        "birthDate": new.date_of_birth.date().to_string(),
        "telecom": telecom,
    })
}

/// The value of a search by identifier.
pub(crate) fn identifier(registration: RegistrationId) -> String {
    format!("{REGISTRATION}|{registration}")
}

/// The query of `If-None-Exist`.
pub(crate) fn condition(registration: RegistrationId) -> String {
    format!("identifier={REGISTRATION}%7C{registration}")
}

#[cfg(test)]
mod tests;
