//! Registrations as staff look for them.

use chrono::NaiveDate;
use registration::{
    flow::StateName,
    ids::{KioskId, PracticeId, RegistrationId},
    secrets::reference::Reference,
    time::Timestamp,
    values::{email::EmailAddress, mobile::MobileNumber},
};

use crate::{
    error::StoreError,
    fields::Fields,
    open::Store,
    sql::{Row, query},
};

/// A registration in a list.
#[derive(Clone, Debug)]
pub struct RegistrationListed {
    /// Which.
    pub id: RegistrationId,
    /// For the desk.
    pub reference: Reference,
    /// As typed.
    pub given_name: Option<String>,
    /// As typed, or the only name.
    pub family_name: String,
    /// Date of birth.
    pub date_of_birth: NaiveDate,
    /// As typed.
    pub email: Option<EmailAddress>,
    /// As typed.
    pub mobile: MobileNumber,
    /// Where it stands.
    pub state: StateName,
    /// As staff call the kiosk where it began.
    pub kiosk_name: String,
    /// When it began.
    pub confirmed_at: Timestamp,
}

/// Which registrations staff look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistrationsSought {
    /// All.
    All,
    /// The one of this id.
    Id(RegistrationId),
    /// Those of this reference.
    Reference(Reference),
    /// Those of this date of birth.
    DateOfBirth(NaiveDate),
    /// Those with a name that begins so, folded.
    Name(String),
}

macro_rules! list_registrations {
    ($and:literal) => {
        concat!(
            "SELECT r.id, r.reference, r.given_name, r.family_name, r.date_of_birth, r.email_typed, r.mobile, ",
            "r.mobile_typed, r.state, r.confirmed_at, k.name FROM registrations r ",
            "JOIN kiosks k ON k.practice_id = r.practice_id AND k.id = r.kiosk_id ",
            "WHERE r.practice_id = $1 ",
            $and,
            " ORDER BY r.confirmed_at DESC, r.id DESC LIMIT $2"
        )
    };
}

const ALL: &str = list_registrations!("");
const BY_ID: &str = list_registrations!("AND r.id = $3");
const BY_REFERENCE: &str = list_registrations!("AND r.reference = $3");
const BY_DATE_OF_BIRTH: &str = list_registrations!("AND r.date_of_birth = $3");
/// A folded name holds none of the characters that mean something here.
const BY_NAME: &str = list_registrations!(
    "AND (r.family_folded LIKE $3 OR r.given_folded LIKE $3 OR r.family_folded || r.given_folded LIKE $3
          OR r.given_folded || r.family_folded LIKE $3)"
);

impl Store {
    /// Those sought, newest first, at most `most`.
    pub async fn registrations_listed(
        &self,
        practice: PracticeId,
        sought: &RegistrationsSought,
        most: u32,
    ) -> Result<Vec<RegistrationListed>, StoreError> {
        let text = match sought {
            RegistrationsSought::All => ALL,
            RegistrationsSought::Id(_) => BY_ID,
            RegistrationsSought::Reference(_) => BY_REFERENCE,
            RegistrationsSought::DateOfBirth(_) => BY_DATE_OF_BIRTH,
            RegistrationsSought::Name(_) => BY_NAME,
        };
        let list = query(text).bind(practice.0).bind(i64::from(most));
        let list = match sought {
            RegistrationsSought::All => list,
            RegistrationsSought::Id(id) => list.bind(id.0),
            RegistrationsSought::Reference(reference) => list.bind(reference.as_str()),
            RegistrationsSought::DateOfBirth(date) => list.bind(*date),
            RegistrationsSought::Name(folded) => list.bind(format!("{folded}%")),
        };
        let rows = list.fetch_all(self.reading(practice)).await?;
        rows.iter().map(read_listed).collect()
    }
}

impl Store {
    /// At which kiosk a registration began.
    pub async fn kiosk_of(
        &self,
        practice: PracticeId,
        id: RegistrationId,
    ) -> Result<Option<KioskId>, StoreError> {
        let row = query("SELECT id, kiosk_id FROM registrations WHERE practice_id = $1 AND id = $2")
            .bind(practice.0)
            .bind(id.0)
            .fetch_optional(self.reading(practice))
            .await?;
        let kiosk = |row: &Row| Fields::of(row, "registrations", "id").get("kiosk_id").map(KioskId);
        row.as_ref().map(kiosk).transpose()
    }
}

fn read_listed(row: &Row) -> Result<RegistrationListed, StoreError> {
    let fields = Fields::of(row, "registrations", "id");
    let mobile_typed: String = fields.get("mobile_typed")?;
    Ok(RegistrationListed {
        id: RegistrationId(fields.get("id")?),
        reference: fields.read("reference", Reference::parse)?,
        given_name: fields.opt("given_name")?,
        family_name: fields.get("family_name")?,
        date_of_birth: fields.get("date_of_birth")?,
        email: fields.read_opt("email_typed", |typed: &str| EmailAddress::parse(typed).ok())?,
        mobile: fields.read("mobile", |e164: &str| MobileNumber::from_row(e164, &mobile_typed).ok())?,
        state: fields.read("state", StateName::parse)?,
        kiosk_name: fields.get("name")?,
        confirmed_at: fields.at("confirmed_at")?,
    })
}
