//! What the flow tests share: people, secrets and a clock that goes where a test puts it.

use chrono::{DateTime, NaiveDate, TimeDelta};
use proptest::test_runner::{Config as ProptestConfig, RngSeed};
use registration::{
    flow::{
        Confirmed, FreshCode, NewCode, NewLink, Registration,
        figures::{FRESH_CODE_LIFETIME, LinkLifetime},
    },
    ids::{PracticeId, RegistrationId},
    secrets::{
        code::{Code, CodeKey, CodeMac, CodePurpose},
        link_token::LinkTokenHash,
        password::PasswordHash,
        reference::Reference,
    },
    time::Timestamp,
    values::{
        details::{Details, TypedDetails},
        email::EmailAddress,
        language::Language,
        mobile::{Fictional, MobileNumber, MobilePolicy},
    },
};
use uuid::Uuid;

/// Seconds after the start of every test.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::new(DateTime::from_timestamp(1_800_000_000, 0).expect("in range")) + TimeDelta::seconds(second)
}

pub(crate) fn registration_id(number: u128) -> RegistrationId {
    RegistrationId(Uuid::from_u128(number))
}

/// One of the numbers kept for fiction.
pub(crate) fn mobile(number: usize) -> MobileNumber {
    MobileNumber::from_row(&format!("+4477009000{number:02}"), &format!("07700 9000{number:02}"))
        .expect("a mobile")
}

pub(crate) fn details(number: usize, email: Option<&str>) -> Details {
    let mobile = mobile(number);
    let typed = TypedDetails {
        given: Some("Jo"),
        family: "Smith",
        day: "7",
        month: "3",
        year: "1985",
        email,
        mobile: mobile.as_typed(),
    };
    let today = NaiveDate::from_ymd_opt(2027, 1, 15).expect("a date");
    Details::parse(&typed, &MobilePolicy::for_region("GB", Fictional::Accepted), today).expect("details")
}

pub(crate) fn password() -> PasswordHash {
    PasswordHash::from_phc("$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo")
        .expect("a hash")
}

/// The MAC of `code` for this registration.
pub(crate) fn mac(id: RegistrationId, number: usize, code: u32) -> CodeMac {
    let code = Code::parse_typed(&format!("{code:06}")).expect("a code");
    CodeKey::new([7; 32]).mac(&code, id, CodePurpose::Register, &mobile(number))
}

/// A registration just begun, with `code` sent to the number.
pub(crate) fn begun(
    id: RegistrationId,
    number: usize,
    email: Option<&str>,
    code: u32,
    now: Timestamp,
) -> Registration {
    Confirmed {
        id,
        practice: PracticeId(Uuid::from_u128(1)),
        reference: Reference::parse("KT4-9QF").expect("a reference"),
        language: Language::EnGb,
        details: details(number, email),
        code: NewCode { mac: mac(id, number, code) },
    }
    .begin(now)
    .registration
}

pub(crate) fn new_link() -> NewLink {
    NewLink {
        token_hash: LinkTokenHash::from_row(&[9; 32]).expect("a hash"),
        lifetime: LinkLifetime::default(),
    }
}

/// A proof of the holder of this registration's number, `age` old.
pub(crate) fn fresh_code(id: RegistrationId, number: usize, now: Timestamp, age: TimeDelta) -> FreshCode {
    FreshCode::checked(id, mobile(number), now - age)
}

/// Older than any proof may be.
pub(crate) fn stale() -> TimeDelta {
    FRESH_CODE_LIFETIME
}

pub(crate) fn email(address: &str) -> EmailAddress {
    EmailAddress::parse(address).expect("an address")
}

/// The same cases on every run, and no files left behind.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}
