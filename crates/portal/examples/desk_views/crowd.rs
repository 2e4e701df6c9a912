//! Everybody who registered in ninety days at a busy practice.

use chrono::TimeDelta;
use rand_chacha::ChaCha20Rng;
use registration::{
    flow::{CodeVerdict, Confirmed, CountedTry, NewCode, NewLink, Registration, figures::LinkLifetime},
    ids::{KioskId, PatientId, RegistrationId, ReviewId, draw_uuid},
    secrets::{
        code::{Code, CodeKey, CodePurpose},
        link_token::LinkToken,
        reference::Reference,
    },
    time::Timestamp,
    values::language::Language,
};
use store::{AccessEntry, Act, Actor, NewContact, NewPatient, ReviewReason, ReviewRow, Tx};
use test_support::{people, rng::seeded};
use uuid::Uuid;

use crate::desk::{Desk, practice};

/// Of whom every fifth waits for staff.
pub(crate) const REGISTRATIONS: u32 = 10_000;
const EVERY_FIFTH: u32 = 5;
const OVER: TimeDelta = TimeDelta::days(90);
const SEED: u64 = 1;
const AT_ONCE: u32 = 500;
/// What the log keeps of each.
const ACTS: [Act; 5] =
    [Act::DetailsConfirmed, Act::CodeSent, Act::CodeRight, Act::LeftForPhone, Act::LinkSent];

/// The practice knows them by another address.
fn record(n: u16) -> NewPatient {
    let details = people::numbered(n);
    NewPatient {
        id: PatientId(Uuid::from_u128(u128::from(n) + 1)),
        name: details.name,
        date_of_birth: Some(details.date_of_birth.date()),
        contacts: vec![NewContact::email(&format!("old{n}@example.org"))],
    }
}

/// Puts them there; says who came last, and which review was opened last.
pub(crate) async fn gather(desk: &Desk, kiosk: KioskId) -> (RegistrationId, ReviewId) {
    let rng = &mut seeded(SEED);
    let records: Vec<_> = (0..1000).map(record).collect();
    desk.store.import_patients(practice(), &records, desk.now()).await.expect("imported");
    let gap = OVER / i32::try_from(REGISTRATIONS).expect("few");
    let mut last = (RegistrationId(Uuid::nil()), ReviewId(Uuid::nil()));
    for lot in 0..REGISTRATIONS / AT_ONCE {
        let mut tx = desk.store.begin(practice()).await.expect("begun");
        for n in lot * AT_ONCE..(lot + 1) * AT_ONCE {
            let at = desk.now() - gap * i32::try_from(REGISTRATIONS - n).expect("few");
            last.0 = one(&mut tx, kiosk, n, at, rng).await;
            if n % EVERY_FIFTH == 0 {
                last.1 = review(&mut tx, last.0, n, at, rng).await;
            }
        }
        tx.commit().await.expect("committed");
    }
    last
}

async fn one(tx: &mut Tx, kiosk: KioskId, n: u32, at: Timestamp, rng: &mut ChaCha20Rng) -> RegistrationId {
    let id = RegistrationId(draw_uuid(at, rng));
    let details = people::numbered(u16::try_from(n % 1000).expect("less"));
    let code = Code::draw(rng);
    let mac = CodeKey::new([9; 32]).mac(&code, id, CodePurpose::Register, &details.mobile);
    let confirmed = Confirmed {
        id,
        practice: practice(),
        reference: Reference::draw(rng),
        language: Language::EnGb,
        code: NewCode { mac: mac.clone() },
        details,
    };
    let confirmed = confirmed.begin(at).registration;
    tx.add_registration(&confirmed, kiosk).await.expect("added");
    let proven = match confirmed.clone().check_code(&mac, &CountedTry::committed(1), at) {
        Ok(CodeVerdict::Right(moved)) => moved.registration,
        other => panic!("{other:?}"),
    };
    save(tx, &proven, &confirmed).await;
    let link = NewLink { token_hash: LinkToken::draw(rng).hash(), lifetime: LinkLifetime::default() };
    let left = proven.clone().continue_on_phone(link, at).expect("a move").registration;
    save(tx, &left, &proven).await;
    for act in ACTS {
        log(tx, id, act, at, rng).await;
    }
    id
}

async fn save(tx: &mut Tx, now: &Registration, before: &Registration) {
    tx.save(now, before.state.name()).await.expect("saved");
}

async fn log(tx: &mut Tx, of: RegistrationId, act: Act, at: Timestamp, rng: &mut ChaCha20Rng) {
    let entry = AccessEntry {
        id: draw_uuid(at, rng),
        practice: practice(),
        at,
        actor: Actor::Patient,
        act,
        registration: Some(of),
        patient: None,
        account: None,
        purpose: None,
        about_staff: None,
    };
    tx.log(entry).await.expect("logged");
}

async fn review(tx: &mut Tx, of: RegistrationId, n: u32, at: Timestamp, rng: &mut ChaCha20Rng) -> ReviewId {
    let id = ReviewId(draw_uuid(at, rng));
    let row = ReviewRow {
        id,
        practice: practice(),
        registration: of,
        reason: ReviewReason::NameAndDateAgreeContactDiffers,
        candidates: vec![PatientId(Uuid::from_u128(u128::from(n % 1000) + 1))],
        at,
    };
    tx.add_review(&row).await.expect("opened");
    id
}
