//! Registrations in every state, and what tests of several parts share.

use chrono::{DateTime, TimeDelta};
use matching::Pepper;
use registration::{
    flow::{
        CodeVerdict, Confirmed, CountedTry, LinkVerdict, NewCode, NewLink, Registration,
        figures::LinkLifetime,
    },
    ids::{KioskId, PatientId, PracticeId, RegistrationId},
    secrets::{
        code::{Code, CodeKey, CodeMac, CodePurpose},
        link_token::{LinkToken, LinkTokenHash},
        password::PasswordHash,
        reference::Reference,
    },
    time::Timestamp,
    values::{details::Details, language::Language},
};
use test_support::{people, rng::seeded};
use uuid::Uuid;

use crate::Store;

pub(super) const OURS: PracticeId = PracticeId(Uuid::from_u128(0xA1));
pub(super) const THEIRS: PracticeId = PracticeId(Uuid::from_u128(0xB2));
pub(super) const KIOSK: KioskId = KioskId(Uuid::from_u128(0xC3));
pub(super) const KEY: [u8; 32] = [0x5A; 32];
pub(super) const PEPPER: Pepper = Pepper::new([0x77; 32]);

pub(super) use super::database::{Database, Kind, Kind::Postgres, Kind::Sqlite, file};

pub(super) async fn enrol(
    store: &Store,
    practice: PracticeId,
    kiosk: KioskId,
    name: &str,
    credential: u8,
    now: Timestamp,
) -> KioskId {
    let mut tx = store.begin(practice).await.expect("begun");
    let id = tx.enrol_kiosk(practice, "High Street Dental", kiosk, name, &[credential; 32], now).await;
    tx.commit().await.expect("committed");
    id.expect("enrolled")
}

/// Seconds after the tests' beginning.
pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::new(DateTime::from_timestamp(1_800_000_000 + second, 0).expect("a time in range"))
}

pub(super) fn days(days: i64) -> TimeDelta {
    TimeDelta::days(days)
}

pub(super) fn registration_id(n: u128) -> RegistrationId {
    RegistrationId(Uuid::from_u128(n))
}

pub(super) fn patient_id(n: u128) -> PatientId {
    PatientId(Uuid::from_u128(n))
}

pub(super) fn code(digits: &str) -> Code {
    Code::parse_typed(digits).expect("six digits")
}

/// The MAC of a code for this registration.
pub(super) fn mac(digits: &str, registration: RegistrationId, details: &Details) -> CodeMac {
    CodeKey::new([9; 32]).mac(&code(digits), registration, CodePurpose::Register, &details.mobile)
}

pub(super) fn token(n: u64) -> LinkToken {
    LinkToken::draw(&mut seeded(n))
}

pub(super) fn hash_of(n: u64) -> LinkTokenHash {
    token(n).hash()
}

pub(super) fn new_link(n: u64) -> NewLink {
    NewLink { token_hash: hash_of(n), lifetime: LinkLifetime::default() }
}

pub(super) fn password() -> PasswordHash {
    PasswordHash::from_phc(
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21l$dGhlaGFzaG9mYXBhc3N3b3JkdGhhdGlzbG9uZw",
    )
    .expect("a PHC string")
}

/// A registration of our practice, just confirmed; the code is 123456.
pub(super) fn confirmed(n: u128, details: Details, now: Timestamp) -> Registration {
    confirmed_in(OURS, n, details, now)
}

pub(super) fn confirmed_in(practice: PracticeId, n: u128, details: Details, now: Timestamp) -> Registration {
    let id = registration_id(n);
    let seed = u64::try_from(n).expect("a small number");
    Confirmed {
        id,
        practice,
        reference: Reference::draw(&mut seeded(seed)),
        language: Language::EnGb,
        code: NewCode { mac: mac("123456", id, &details) },
        details,
    }
    .begin(now)
    .registration
}

pub(super) fn jo(n: u128, now: Timestamp) -> Registration {
    confirmed(n, people::jo(), now)
}

/// After the right code.
pub(super) fn proven(registration: &Registration, now: Timestamp) -> Registration {
    let typed = mac("123456", registration.id, &registration.details);
    match registration.clone().check_code(&typed, &CountedTry::committed(1), now) {
        Ok(CodeVerdict::Right(moved)) => moved.registration,
        other => panic!("{other:?}"),
    }
}

/// After the link was sent; without a password where the patient left.
pub(super) fn linked(
    registration: &Registration,
    with: Option<PasswordHash>,
    n: u64,
    now: Timestamp,
) -> Registration {
    let proven = proven(registration, now);
    let link = new_link(n);
    match with {
        Some(password) => proven.set_password(password, link, now),
        None => proven.continue_on_phone(link, now),
    }
    .expect("a move")
    .registration
}

/// After the right password on the link's page.
pub(super) fn opened(linked: &Registration, now: Timestamp) -> Registration {
    match linked.clone().open_link(true, &CountedTry::committed(1), now) {
        Ok(LinkVerdict::Right(moved)) => moved.registration,
        other => panic!("{other:?}"),
    }
}

/// The whole way, each step of it kept.
pub(super) async fn registered(
    database: &Database,
    n: u128,
    details: Details,
    now: Timestamp,
) -> Registration {
    let confirmed = confirmed(n, details, now);
    database.add(&confirmed).await;
    let proven = proven(&confirmed, now);
    database.save(&proven, &confirmed).await;
    let link = new_link(u64::try_from(n).expect("a small number"));
    let linked = proven.clone().set_password(password(), link, now).expect("a move").registration;
    database.save(&linked, &proven).await;
    let opened = opened(&linked, now);
    database.save(&opened, &linked).await;
    let registered = opened.clone().accept_terms(now).expect("a move").0.registration;
    database.save(&registered, &opened).await;
    registered
}
