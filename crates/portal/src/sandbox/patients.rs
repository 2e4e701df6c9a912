//! A thousand patients who do not exist: the same on every machine, with what real lists have among them. Shared
//! mobiles, twins, a mobile in the home field, apostrophes, single names, several scripts.
//!
//! Numbers are Ofcom's fictional ones (07700 900000 to 900999, 01632 960000 to 960999), emails end in example.org,
//! example.com and example.net (RFC 2606 §3): nothing here can reach anybody.

use chrono::{DateTime, NaiveDate, TimeDelta};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use registration::{
    ids::{PatientId, draw_uuid},
    time::Timestamp,
};

use super::{
    names::{Name, POOLS, Pool, SINGLE_NAMES},
    samples,
};

/// How many there are, the samples' records among them.
pub const PATIENTS: usize = 1000;

/// Mobiles from this one on (07700 900900 to 900999) are left free: for samples, demos and tests.
pub const FIRST_FREE_MOBILE: u32 = 900;

/// Changing it changes every patient.
const SEED: u64 = 0x5EED_0FA0_FF1C_E001;

/// 1 June 2026, 12:00 UTC: ids carry a time, and this one is nobody's.
const MADE_AT_S: i64 = 1_780_315_200;

/// One of them, as a practice would have typed them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxPatient {
    /// The same on every machine.
    pub id: PatientId,
    /// `None` for a single name.
    pub given: Option<String>,
    /// Family name, or the only name.
    pub family: String,
    /// Born.
    pub date_of_birth: NaiveDate,
    /// What stands in the field for the telephone at home.
    pub home: Option<String>,
    /// What stands in the field for the mobile.
    pub mobile: Option<String>,
    /// What stands in the field for the email address.
    pub email: Option<String>,
}

/// All of them, the samples' records first.
#[must_use]
pub fn thousand() -> Vec<SandboxPatient> {
    let mut town =
        Town { rng: ChaCha8Rng::seed_from_u64(SEED), patients: Vec::new(), households: 0, next_mobile: 0 };
    for record in samples::records() {
        let id = town.id();
        town.patients.push(SandboxPatient { id, ..record });
    }
    while town.patients.len() < PATIENTS {
        town.household();
    }
    town.patients.truncate(PATIENTS);
    town.patients
}

struct Town {
    rng: ChaCha8Rng,
    patients: Vec<SandboxPatient>,
    households: u32,
    next_mobile: u32,
}

impl Town {
    /// A kind of household in its turn, so that each kind is there whatever the seed.
    fn household(&mut self) {
        self.households += 1;
        match self.households % 8 {
            0 | 1 => self.couple_with_children(),
            2 => self.twins(),
            3 => self.single_name(),
            4 => self.person_with_mobile_at_home(),
            _ => self.person_alone(),
        }
    }

    /// Parents with a mobile each, children on the first parent's.
    fn couple_with_children(&mut self) {
        let pool = self.pool();
        let family = self.pick(pool.families);
        let (home, shared) = (self.landline(), self.mobile());
        let [first, second] = self.two_givens(pool);
        let (born_first, born_second) = (self.born(28, 52), self.born(28, 52));
        let other = self.mobile();
        self.person(Some(first), family, born_first, [Some(home.clone()), Some(shared.clone())], true);
        self.person(Some(second), family, born_second, [Some(home.clone()), Some(other)], true);
        for _ in 0..self.rng.random_range(1..=2) {
            let (given, born) = (self.pick(pool.givens), self.born(1, 15));
            self.person(Some(given), family, born, [Some(home.clone()), Some(shared.clone())], false);
        }
    }

    /// Same family name, same birthday, one mobile: the machine must not decide alone.
    fn twins(&mut self) {
        let pool = self.pool();
        let family = self.pick(pool.families);
        let (home, shared, born) = (self.landline(), self.mobile(), self.born(17, 40));
        for given in self.two_givens(pool) {
            self.person(Some(given), family, born, [Some(home.clone()), Some(shared.clone())], false);
        }
    }

    fn single_name(&mut self) {
        let (family, born, mobile) = (self.pick(SINGLE_NAMES), self.born(18, 80), self.mobile());
        self.person(None, family, born, [None, Some(mobile)], true);
    }

    /// The desk typed the mobile where the telephone at home belongs.
    fn person_with_mobile_at_home(&mut self) {
        let pool = self.pool();
        let (given, family, born, mobile) =
            (self.pick(pool.givens), self.pick(pool.families), self.born(18, 94), self.mobile());
        self.person(Some(given), family, born, [Some(mobile), None], false);
    }

    fn person_alone(&mut self) {
        let pool = self.pool();
        let (given, family, born) = (self.pick(pool.givens), self.pick(pool.families), self.born(18, 94));
        let home = self.rng.random_bool(0.5).then(|| self.landline());
        let mobile = self.rng.random_bool(0.9).then(|| self.mobile());
        let with_email = self.rng.random_bool(0.7);
        self.person(Some(given), family, born, [home, mobile], with_email);
    }

    fn person(
        &mut self,
        given: Option<Name>,
        family: Name,
        date_of_birth: NaiveDate,
        [home, mobile]: [Option<String>; 2],
        with_email: bool,
    ) {
        let email = with_email.then(|| self.email(given, family));
        let patient = SandboxPatient {
            id: self.id(),
            given: given.map(|(name, _)| name.to_owned()),
            family: family.0.to_owned(),
            date_of_birth,
            home,
            mobile,
            email,
        };
        self.patients.push(patient);
    }

    fn id(&mut self) -> PatientId {
        let made_at = DateTime::from_timestamp(MADE_AT_S, 0).expect("a constant in range");
        PatientId(draw_uuid(Timestamp::new(made_at), &mut self.rng))
    }

    fn pool(&mut self) -> &'static Pool {
        let mut ticket: u32 = self.rng.random_range(0..100);
        POOLS
            .iter()
            .find(|pool| match ticket.checked_sub(pool.share) {
                Some(rest) => {
                    ticket = rest;
                    false
                }
                None => true,
            })
            .expect("the shares add up to 100; a test counts")
    }

    fn pick(&mut self, names: &[Name]) -> Name {
        names[self.rng.random_range(0..names.len())]
    }

    fn two_givens(&mut self, pool: &Pool) -> [Name; 2] {
        let first = self.rng.random_range(0..pool.givens.len());
        let second = (first + self.rng.random_range(1..pool.givens.len())) % pool.givens.len();
        [pool.givens[first], pool.givens[second]]
    }

    /// Somebody of that age on 1 June 2026, whose birthday is none of the samples'.
    fn born(&mut self, youngest: i64, oldest: i64) -> NaiveDate {
        let day = NaiveDate::from_ymd_opt(2026, 6, 1).expect("a constant date");
        loop {
            let days = self.rng.random_range(youngest * 366..=oldest * 365);
            let born = day - TimeDelta::days(days);
            if !samples::birthdays().contains(&born) {
                return born;
            }
        }
    }

    /// The next fictional mobile, in one of the ways people write it.
    fn mobile(&mut self) -> String {
        let number = self.next_mobile;
        assert!(number < FIRST_FREE_MOBILE, "fewer households share these numbers than there are");
        self.next_mobile += 1;
        match self.rng.random_range(0..4) {
            0 => format!("07700900{number:03}"),
            1 => format!("+44 7700 900{number:03}"),
            _ => format!("07700 900{number:03}"),
        }
    }

    fn landline(&mut self) -> String {
        format!("01632 960{:03}", self.rng.random_range(0..1000))
    }

    fn email(&mut self, given: Option<Name>, family: Name) -> String {
        let end = ["example.org", "example.com", "example.net"][self.rng.random_range(0..3)];
        let number = self.patients.len();
        match given {
            Some((_, given)) => format!("{given}.{}{number}@{end}", family.1),
            None => format!("{}{number}@{end}", family.1),
        }
    }
}
