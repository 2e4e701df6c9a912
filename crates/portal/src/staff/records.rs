//! Records of the practice's own database, to register their patients at the desk.

use chrono::Datelike as _;
use kiosk_api::{
    problem::{Field, FieldProblem},
    staff::{
        answer::StaffAnswer,
        records::{RecordObstacle, RecordRow, RecordToRegister},
    },
};
use matching::Mark;
use registration::{
    ids::{PatientId, RegistrationId},
    time::Timestamp,
    values::{
        date_of_birth::{DateOfBirth, DateRefused},
        details::Details,
        email::EmailAddress,
        id_seen::IdSeen,
        mobile::MobileNumber,
        name::{NamePart, PersonName},
    },
};
use store::{AccessEntry, Act, Actor, ContactField, PatientRecord, Purpose, StaffSession, StoreError, Tx};

use super::{letting_in::by, patients::day_typed, refused::StaffRefused};
use crate::Portal;

/// Rows shown at once.
const SHOWN: usize = 20;

/// What staff type of whoever they register.
pub(super) struct ContactsTyped<'a> {
    pub(super) mobile: &'a str,
    pub(super) email: &'a str,
}

impl Portal {
    /// Those with a name that contains what was typed, or of a date of birth; nobody where nothing was typed. The log names each.
    pub(super) async fn find_records(
        &self,
        session: &StaffSession,
        search: &str,
    ) -> Result<StaffAnswer, StaffRefused> {
        let (practice, now) = (self.practice(), self.now());
        let most = u32::try_from(SHOWN + 1).unwrap_or(u32::MAX);
        let search = search.trim();
        let mut found = match day_typed(search) {
            _ if search.is_empty() || self.elsewhere.is_some() => Vec::new(),
            Some(date) => self.store.patients_born(practice, date, most).await?,
            None => self.store.search_patients(practice, search, most).await?,
        };
        let more = found.len() > SHOWN;
        found.truncate(SHOWN);
        let mut tx = self.store.begin(practice).await?;
        if found.is_empty() {
            self.log_record(&mut tx, session, (Act::RecordsSearched, None), now).await?;
        }
        for record in &found {
            self.log_record(&mut tx, session, (Act::RecordsSearched, Some(record.id)), now).await?;
        }
        tx.commit().await?;
        let mut tx = self.store.begin(practice).await?;
        let mut rows = Vec::with_capacity(found.len());
        for record in &found {
            let is_protected = tx.marks_of(practice, record.id).await?.contains(&Mark::Sensitive);
            rows.push(self.row(record, is_protected));
        }
        Ok(StaffAnswer::Records { rows, more })
    }

    /// Of a protected record nothing is listed but the name that was searched for.
    fn row(&self, record: &PatientRecord, is_protected: bool) -> RecordRow {
        let held = |field| contact(record, field).filter(|_| !is_protected);
        let born = record.date_of_birth.filter(|_| !is_protected);
        RecordRow {
            id: record.id.0,
            name: full_name(&record.name),
            date_of_birth: born.map(|born| born.to_string()),
            mobile: held(ContactField::Mobile)
                .and_then(|held| MobileNumber::parse(held, &self.settings.mobile_policy).ok())
                .map(|mobile| mobile.masked()),
            email: held(ContactField::Email)
                .and_then(|held| EmailAddress::parse(held).ok())
                .map(|email| email.masked()),
        }
    }

    /// One record, shown to register its patient.
    pub(super) async fn show_record(
        &self,
        session: &StaffSession,
        id: PatientId,
    ) -> Result<RecordToRegister, StaffRefused> {
        let record = self.store.patient(self.practice(), id).await?.ok_or(StaffRefused::NotFound)?;
        let mut tx = self.store.begin(self.practice()).await?;
        self.log_record(&mut tx, session, (Act::RecordShown, Some(id)), self.now()).await?;
        tx.commit().await?;
        let obstacle = self.who(&record).await?.err();
        // Contacts are for the form, and there is none.
        let held = |field| contact(&record, field).filter(|_| obstacle.is_none()).map(str::to_owned);
        let born = record.date_of_birth.filter(|_| obstacle != Some(RecordObstacle::Marked));
        Ok(RecordToRegister {
            id: id.0,
            version: record.version,
            name: full_name(&record.name),
            date_of_birth: born.map(|born| born.to_string()),
            mobile: held(ContactField::Mobile),
            email: held(ContactField::Email),
            obstacle,
        })
    }

    /// Begins a registration of the record's patient. It ends linked to the record, whatever the contacts that they prove: whose it is, a
    /// named staff member has said who has seen who they are.
    pub(super) async fn register_patient(
        &self,
        session: &StaffSession,
        (id, version): (PatientId, i64),
        typed: ContactsTyped<'_>,
        seen: IdSeen,
    ) -> Result<RegistrationId, StaffRefused> {
        let record = self.store.patient(self.practice(), id).await?.ok_or(StaffRefused::NotFound)?;
        if record.version != version {
            return Err(StaffRefused::ChangedMeanwhile);
        }
        let (name, date_of_birth) = self.who(&record).await?.map_err(|obstacle| match obstacle {
            RecordObstacle::HasAccount => StaffRefused::RecordOfAnotherAccount,
            RecordObstacle::DetailsLacking
            | RecordObstacle::TooYoung
            | RecordObstacle::Marked
            | RecordObstacle::NotSearchedHere => StaffRefused::NotPossibleNow,
        })?;
        let mobile = MobileNumber::parse(typed.mobile, &self.settings.mobile_policy)
            .map_err(|why| FieldProblem { field: Field::Mobile, code: why.into() });
        let email = EmailAddress::parse(typed.email)
            .map_err(|why| FieldProblem { field: Field::Email, code: why.into() });
        let (mobile, email) = match (mobile, email) {
            (Ok(mobile), Ok(email)) => (mobile, email),
            (mobile, email) => {
                return Err(StaffRefused::Fields(email.err().into_iter().chain(mobile.err()).collect()));
            }
        };
        let details = Details { name, date_of_birth, email: Some(email), mobile };
        self.begin_for_record(session, details, (seen, (id, version))).await
    }

    /// Who would register, or why they cannot.
    async fn who(
        &self,
        record: &PatientRecord,
    ) -> Result<Result<(PersonName, DateOfBirth), RecordObstacle>, StoreError> {
        let practice = self.practice();
        if self.elsewhere.is_some() {
            return Ok(Err(RecordObstacle::NotSearchedHere));
        }
        let mut tx = self.store.begin(practice).await?;
        if tx.marks_of(practice, record.id).await?.into_iter().any(Mark::keeps_from_staff) {
            return Ok(Err(RecordObstacle::Marked));
        }
        if tx.account_of_record(practice, record.id).await?.is_some() {
            return Ok(Err(RecordObstacle::HasAccount));
        }
        Ok(match born(record, self.now()) {
            Ok(born) => Ok((record.name.clone(), born)),
            Err(DateRefused::Under16) => Err(RecordObstacle::TooYoung),
            Err(_) => Err(RecordObstacle::DetailsLacking),
        })
    }

    /// That a registration began of a record's patient.
    pub(super) async fn log_begun(
        &self,
        tx: &mut Tx,
        session: &StaffSession,
        registration: RegistrationId,
        patient: PatientId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let entry = self.entry(Actor::Staff(by(session)), Act::RegistrationBegunByStaff, now);
        tx.log(AccessEntry { registration: Some(registration), patient: Some(patient), ..entry }).await
    }

    async fn log_record(
        &self,
        tx: &mut Tx,
        session: &StaffSession,
        (act, patient): (Act, Option<PatientId>),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let entry = self.entry(Actor::Staff(by(session)), act, now);
        tx.log(AccessEntry { patient, purpose: Some(Purpose::RegisterPatient), ..entry }).await
    }
}

/// The same rules as for who types it at a kiosk.
fn born(record: &PatientRecord, now: Timestamp) -> Result<DateOfBirth, DateRefused> {
    let [day, month, year] = match record.date_of_birth {
        Some(date) => [date.day().to_string(), date.month().to_string(), format!("{:04}", date.year())],
        None => [const { String::new() }; 3],
    };
    DateOfBirth::parse(&day, &month, &year, now.day())
}

fn full_name(name: &PersonName) -> String {
    let given = name.given.as_ref().map(NamePart::as_typed);
    given.into_iter().chain([name.family.as_typed()]).collect::<Vec<_>>().join(" ")
}

fn contact(record: &PatientRecord, field: ContactField) -> Option<&str> {
    record.contact(field).map(|contact| contact.value.as_str())
}
