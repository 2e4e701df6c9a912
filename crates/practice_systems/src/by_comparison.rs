//! Writing into systems that have neither versions nor idempotency keys: read, compare, write, read again.

use async_trait::async_trait;
use registration::{
    time::Timestamp,
    values::{email::EmailAddress, mobile::MobilePolicy},
};

use crate::{
    record::{PatientRecord, RecordId, Standing},
    reply::PAUSE,
    situation::{Situation, StaffReason},
    system::{Contact, ContactUpdate, Created, Former, NewRecord, Sought, Updated},
    telephone::PhoneFormat,
};

/// What such a system is asked for.
#[async_trait]
pub(crate) trait Plain: Sync {
    fn now(&self) -> Timestamp;
    async fn read_now(&self, record: &RecordId) -> Result<Option<PatientRecord>, Situation>;
    async fn look_for(&self, sought: &Sought) -> Result<Vec<PatientRecord>, Situation>;
    async fn put(&self, record: &RecordId, contact: &Contact) -> Result<(), Situation>;
    async fn post(&self, new: &NewRecord) -> Result<RecordId, Situation>;
}

/// The record, if a machine may change it.
pub(crate) fn changeable(record: Option<PatientRecord>) -> Result<PatientRecord, Situation> {
    let record = record.ok_or(Situation::NeedsStaff(StaffReason::RecordGone))?;
    match record.standing {
        Standing::Current => Ok(record),
        Standing::Closed => Err(Situation::NeedsStaff(StaffReason::RecordClosed)),
    }
}

/// Whether both fields hold what the update would write, however it is spelt.
pub(crate) fn holds(record: &PatientRecord, contact: &Contact) -> bool {
    match contact {
        Contact::Proven { mobile, email, .. } => {
            record.mobile.as_ref().is_some_and(|listed| listed.is(mobile.value().e164()))
                && email.as_ref().is_none_or(|proven| {
                    record.email.as_ref().is_some_and(|listed| listed.is(proven.value().as_str()))
                })
        }
        Contact::Restored { mobile, email } => {
            mobile.is_held_in(record.mobile.as_ref()) && email.is_held_in(record.email.as_ref())
        }
    }
}

/// The two values as they are written; an empty one empties the field, and where there is none the field stays as it is.
pub(crate) fn values(contact: &Contact, format: PhoneFormat, policy: &MobilePolicy) -> [Option<String>; 2] {
    match contact {
        Contact::Proven { mobile, email, .. } => {
            let email = email.as_ref().map(|email| EmailAddress::as_typed(email.value()).to_owned());
            [Some(format.write(mobile.value(), policy)), email]
        }
        Contact::Restored { mobile, email } => [mobile, email].map(|former| match former {
            Former::Value(value) => Some(value.clone()),
            Former::Nothing => Some(String::new()),
            Former::Untouched => None,
        }),
    }
}

pub(crate) async fn update(system: &impl Plain, update: &ContactUpdate) -> Result<Updated, Situation> {
    let before = changeable(system.read_now(&update.record).await?)?;
    if holds(&before, &update.contact) {
        return Ok(Updated::AlreadyHeld { now: Box::new(before) });
    }
    if before.version != update.read {
        return Ok(Updated::Changed { now: Box::new(before) });
    }
    system.put(&update.record, &update.contact).await?;
    confirmed(system.read_now(&update.record).await, before, &update.contact, system.now())
}

/// What the second look says about a write that was taken. That it could not be had changes nothing about the write.
pub(crate) fn confirmed(
    read: Result<Option<PatientRecord>, Situation>,
    before: PatientRecord,
    contact: &Contact,
    now: Timestamp,
) -> Result<Updated, Situation> {
    let before = Box::new(before);
    match read {
        Ok(Some(now)) if holds(&now, contact) => Ok(Updated::Confirmed { before, now: Box::new(now) }),
        Ok(Some(now)) => Ok(Updated::NotKept { before, now: Box::new(now) }),
        Ok(None) => Err(Situation::NeedsStaff(StaffReason::RecordGone)),
        Err(situation) => {
            Ok(Updated::Sent { before, confirm_at: situation.retry_at().unwrap_or(now + PAUSE) })
        }
    }
}

pub(crate) async fn create(system: &impl Plain, new: &NewRecord) -> Result<Created, Situation> {
    let sought = new.sought();
    if let Some(met) = met(system.look_for(&sought).await?, &sought, &new.other_people) {
        return Ok(met);
    }
    let record = system.post(new).await?;
    Ok(made(system.read_now(&record).await, record, &sought, system.now()))
}

/// Whether somebody like this is there already; exactly this is what a lost answer leaves behind.
pub(crate) fn met(found: Vec<PatientRecord>, sought: &Sought, other_people: &[RecordId]) -> Option<Created> {
    let mut like: Vec<_> = found
        .into_iter()
        .filter(|record| !other_people.contains(&record.id))
        .filter(|record| sought.shares_contact(record) || sought.is_of_this_person(record))
        .collect();
    match like.as_slice() {
        [] => None,
        [only] if sought.agrees_entirely(only) && only.standing == Standing::Current => {
            like.pop().map(|record| Created::AlreadyThere { record: Box::new(record) })
        }
        [_, ..] => Some(Created::Met { records: like }),
    }
}

/// What the second look says about a record that was made.
pub(crate) fn made(
    read: Result<Option<PatientRecord>, Situation>,
    record: RecordId,
    sought: &Sought,
    now: Timestamp,
) -> Created {
    match read {
        Ok(Some(read)) if sought.agrees_entirely(&read) => Created::Confirmed { record: Box::new(read) },
        Ok(_) => Created::Sent { record, confirm_at: now + PAUSE },
        Err(situation) => Created::Sent { record, confirm_at: situation.retry_at().unwrap_or(now + PAUSE) },
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use registration::{time::Clock as _, values::verified::Verified};
    use test_support::{MockClock, people};

    use super::*;
    use crate::{
        record::{Listed, RecordVersion},
        system::Texts,
    };

    /// Jo O’Brien-Smith with an old mobile.
    pub(crate) fn record() -> PatientRecord {
        PatientRecord {
            id: RecordId::parse("7").expect("an id"),
            version: RecordVersion::from_kept("1"),
            given: "Jo".into(),
            family: "O’Brien-Smith".into(),
            date_of_birth: chrono::NaiveDate::from_ymd_opt(1985, 3, 7),
            standing: Standing::Current,
            mobile: Listed::phone("07700 900999", &people::policy()),
            email: Listed::email("jo.obrien@example.com"),
            other_phones: Vec::new(),
            other_emails: Vec::new(),
        }
    }

    fn proven() -> Contact {
        let (jo, now) = (people::jo(), MockClock::default().now());
        Contact::Proven {
            mobile: Verified::read_back(jo.mobile.clone(), now),
            email: jo.email.clone().map(|email| Verified::read_back(email, now)),
            texts: Texts::NotAsked,
        }
    }

    fn sought() -> Sought {
        let jo = people::jo();
        Sought {
            name: jo.name.clone(),
            date_of_birth: jo.date_of_birth,
            mobile: jo.mobile.clone(),
            email: jo.email.clone(),
        }
    }

    #[test]
    fn a_record_holds_a_contact_point_however_it_is_spelt() {
        let mut record = record();
        assert!(!holds(&record, &proven()));
        record.mobile = Listed::phone("+44 (0)7700 900123", &people::policy());
        record.email = Listed::email("JO.OBRIEN@example.com");
        assert!(holds(&record, &proven()));
        record.mobile = None;
        record.other_phones.extend(Listed::phone("07700 900123", &people::policy()));
        assert!(!holds(&record, &proven()), "another field is not the mobile field");
    }

    #[test]
    fn what_is_restored_is_restored_to_the_letter() {
        let restored = |mobile: Option<&str>| Contact::Restored {
            mobile: Former::of(mobile.map(str::to_owned)),
            email: Former::Value("jo.obrien@example.com".into()),
        };
        assert!(holds(&record(), &restored(Some("07700 900999"))));
        assert!(!holds(&record(), &restored(Some("07700900999"))));
        assert!(!holds(&record(), &restored(None)));
        let emptied = PatientRecord { mobile: None, ..record() };
        assert!(holds(&emptied, &restored(None)));
        let other = PatientRecord { email: Listed::email("new@example.com"), ..record() };
        let mobile = Former::Value("07700 900999".into());
        assert!(!holds(&other, &restored(Some("07700 900999"))));
        assert!(holds(&other, &Contact::Restored { mobile, email: Former::Untouched }));
    }

    #[test]
    fn nobody_is_made_twice() {
        let exactly = PatientRecord { mobile: Listed::phone("07700 900123", &people::policy()), ..record() };
        let same = met(vec![exactly.clone()], &sought(), &[]);
        assert_eq!(same, Some(Created::AlreadyThere { record: Box::new(exactly.clone()) }));
        let two = vec![
            exactly.clone(),
            PatientRecord { id: RecordId::parse("8").expect("an id"), ..exactly.clone() },
        ];
        assert_eq!(met(two.clone(), &sought(), &[]), Some(Created::Met { records: two }));
        let closed = PatientRecord { standing: Standing::Closed, ..exactly };
        assert_eq!(met(vec![closed.clone()], &sought(), &[]), Some(Created::Met { records: vec![closed] }));
    }

    #[test]
    fn somebody_alike_is_judged_and_somebody_born_the_same_day_is_not() {
        assert_eq!(met(vec![record()], &sought(), &[]), Some(Created::Met { records: vec![record()] }));
        let stranger = PatientRecord { given: "Al".into(), email: None, ..record() };
        assert_eq!(met(vec![stranger], &sought(), &[]), None);
    }

    #[test]
    fn whom_staff_have_said_is_another_person_is_not_met() {
        let twin = record();
        assert_eq!(met(vec![twin.clone()], &sought(), std::slice::from_ref(&twin.id)), None);
        let other = PatientRecord { id: RecordId::parse("8").expect("an id"), ..record() };
        let met = met(vec![twin.clone(), other.clone()], &sought(), &[twin.id]);
        assert_eq!(met, Some(Created::Met { records: vec![other] }));
    }

    #[test]
    fn a_closed_record_and_a_missing_one_are_for_staff() {
        let closed = PatientRecord { standing: Standing::Closed, ..record() };
        let refused = |record| changeable(record).expect_err("for staff");
        assert_eq!(refused(Some(closed)), Situation::NeedsStaff(StaffReason::RecordClosed));
        assert_eq!(refused(None), Situation::NeedsStaff(StaffReason::RecordGone));
    }
}
