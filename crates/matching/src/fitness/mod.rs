//! What a practice's records are like, counted before anybody registers: how many of its patients can be sent a code, whose
//! contacts would tell nobody apart, and what share would go to staff. Counts only: nothing here says who.

mod estimate;
mod shared;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use registration::{
    ids::PatientId,
    values::{
        email::EmailAddress,
        mobile::{MobileNumber, MobilePolicy, comparable_phone},
        name::{NamePart, PersonName},
    },
};

use crate::{
    normalise::{BirthDate, Mailbox, NameField, Phone, is_placeholder_date},
    person::{Known, Person},
};
pub use estimate::{Estimate, MOST_ASKED};
use estimate::{Typed, estimate};
pub use shared::Shared;
use shared::Tally;

/// A record as the practice wrote it.
#[derive(Clone, Copy)]
pub struct WrittenRecord<'a> {
    /// Which.
    pub patient: PatientId,
    /// Both names.
    pub name: &'a PersonName,
    /// `None` where the practice does not know it.
    pub born: Option<NaiveDate>,
    /// What stands in the field for the telephone at home, whatever it is; `None` where nothing does.
    pub home: Option<&'a str>,
    /// In the field for the mobile.
    pub mobile: Option<&'a str>,
    /// In the field for the telephone at work.
    pub work: Option<&'a str>,
    /// In the field for the email address.
    pub email: Option<&'a str>,
}

impl std::fmt::Debug for WrittenRecord<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WrittenRecord").field("patient", &self.patient).finish_non_exhaustive()
    }
}

/// What was counted. Every field counts records, except where it says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fitness {
    /// All there are.
    pub records: u64,
    /// With a date of birth that is somebody's.
    pub dated: u64,
    /// With a date that software and clerks write for "not known", such as 1 January 1900.
    pub placeholder_dates: u64,
    /// With a number in the mobile field that texts may be sent to.
    pub usable_mobiles: u64,
    /// With such a number in the home or work field only.
    pub mobiles_in_wrong_field: u64,
    /// With something in the mobile field that is no such number: a landline, a foreign number, a remark.
    pub other_in_mobile_field: u64,
    /// Telephone fields, of all records, in which something stands.
    pub telephone_fields: u64,
    /// Those of them that hold no telephone number, or more than one.
    pub telephone_fields_without_number: u64,
    /// With something in the email field.
    pub email_fields: u64,
    /// Those of them where it is no address.
    pub emails_without_address: u64,
    /// Mobiles, in whatever field, that are on more than one record.
    pub shared_mobiles: Shared,
    /// Email addresses that are on more than one record.
    pub shared_emails: Shared,
    /// Groups of records with the same name, spelling aside, and the same date of birth.
    pub alike: Shared,
    /// What would become of their registrations.
    pub estimate: Estimate,
}

/// Counts, one record after the other. Holds all of them until the end, because each is compared with the others.
pub struct FitnessCheck {
    policy: MobilePolicy,
    counted: Fitness,
    mobiles: Tally<String>,
    emails: Tally<String>,
    alike: Tally<(String, String, NaiveDate)>,
    known: Vec<Known>,
    typed: Vec<Typed>,
}

impl FitnessCheck {
    /// Of a practice that sends texts by this policy.
    #[must_use]
    pub fn new(policy: MobilePolicy) -> Self {
        Self {
            policy,
            counted: Fitness::default(),
            mobiles: Tally::default(),
            emails: Tally::default(),
            alike: Tally::default(),
            known: Vec::new(),
            typed: Vec::new(),
        }
    }

    /// Counts this one too.
    pub fn add(&mut self, record: &WrittenRecord<'_>) {
        self.counted.records += 1;
        self.count_date(record);
        let telephones = self.telephones(record);
        let email = self.email(record);
        let mobile = telephones.mobile.as_deref().and_then(Phone::of_e164);
        let phones = telephones.all.iter().filter_map(|number| Phone::of_e164(number)).collect();
        let emails: Vec<Mailbox> = email.into_iter().collect();
        let given = record.name.given.as_ref().map(NamePart::as_typed).unwrap_or_default();
        let person = Person {
            given: NameField::of(given),
            family: NameField::of(record.name.family.as_typed()),
            born: BirthDate::of(record.born),
            phones,
            emails,
            postcode: None,
            place: None,
            identifier: None,
        };
        self.typed.push(Typed { mobile });
        self.known.push(Known { patient: record.patient, version: 0, person, marks: BTreeSet::new() });
    }

    /// What was counted, and what would become of their registrations on this day.
    #[must_use]
    pub fn finish(self, today: NaiveDate) -> Fitness {
        Fitness {
            shared_mobiles: self.mobiles.shared(),
            shared_emails: self.emails.shared(),
            alike: self.alike.shared(),
            estimate: estimate(self.known, &self.typed, today),
            ..self.counted
        }
    }

    fn count_date(&mut self, record: &WrittenRecord<'_>) {
        match record.born {
            Some(date) if is_placeholder_date(date) => self.counted.placeholder_dates += 1,
            Some(date) => {
                self.counted.dated += 1;
                self.alike.add((record.name.folded_given(), record.name.folded_family(), date));
            }
            None => {}
        }
    }

    fn telephones(&mut self, record: &WrittenRecord<'_>) -> Telephones {
        let fields = [record.mobile, record.home, record.work];
        let mut all = BTreeSet::new();
        for value in fields.into_iter().flatten() {
            self.counted.telephone_fields += 1;
            match comparable_phone(value, &self.policy) {
                Some(number) => drop(all.insert(number)),
                None => self.counted.telephone_fields_without_number += 1,
            }
        }
        let [mobile, home, work] = fields.map(|field| self.usable(field));
        if mobile.is_some() {
            self.counted.usable_mobiles += 1;
        } else if home.is_some() || work.is_some() {
            self.counted.mobiles_in_wrong_field += 1;
        }
        if mobile.is_none() && record.mobile.is_some() {
            self.counted.other_in_mobile_field += 1;
        }
        let first = mobile.clone().or(home.clone()).or(work.clone());
        let usable: BTreeSet<String> = [mobile, home, work].into_iter().flatten().collect();
        for number in usable {
            self.mobiles.add(number);
        }
        Telephones { all, mobile: first }
    }

    fn usable(&self, value: Option<&str>) -> Option<String> {
        MobileNumber::parse(value?, &self.policy).ok().map(|number| number.e164().to_owned())
    }

    fn email(&mut self, record: &WrittenRecord<'_>) -> Option<Mailbox> {
        let value = record.email?;
        self.counted.email_fields += 1;
        let mailbox =
            EmailAddress::parse(value).ok().and_then(|address| Mailbox::of_address(address.as_str()));
        match &mailbox {
            Some(mailbox) => self.emails.add(mailbox.as_str().to_owned()),
            None => self.counted.emails_without_address += 1,
        }
        mailbox
    }
}

impl std::fmt::Debug for FitnessCheck {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FitnessCheck").field("records", &self.counted.records).finish_non_exhaustive()
    }
}

struct Telephones {
    /// E.164, of every field.
    all: BTreeSet<String>,
    /// The first that texts may be sent to; the mobile field goes before the others.
    mobile: Option<String>,
}
