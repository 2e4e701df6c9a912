//! The store itself, on an encrypted file or a private server: what a portal looks people up in.

use anyhow::{Context as _, Result};
use chrono::DateTime;
use matching::{Frequencies, Known, Mailbox, Pepper, Person, Phone};
use registration::{
    ids::PracticeId,
    time::Timestamp,
    values::name::{NamePart, PersonName},
};
use store::{
    CONNECTIONS, ContactField, DatabaseKey, NewContact, NewPatient, PostgresLogin, Stamp, Store,
    migrate_postgres,
};
use tempfile::TempDir;
use test_support::postgres::{Cluster, OWNER, RUN_TIME};
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::{
    database::{Built, Database},
    stopwatch::timed,
};

const PRACTICE: PracticeId = PracticeId(Uuid::from_u128(1));

/// Records in one transaction.
const AT_ONCE: usize = 5_000;

const PEPPER: Pepper = Pepper::new([7; 32]);

/// Records and keys in a database.
pub(crate) struct Stored {
    runtime: Runtime,
    store: Store,
    built: Built,
    _folder: Option<TempDir>,
}

impl Stored {
    pub(crate) fn in_a_file(people: &[(Known, [String; 2])]) -> Result<Self> {
        let folder = TempDir::new()?;
        let path = folder.path().join("store.db");
        let runtime = runtime()?;
        let open = || {
            runtime.block_on(Store::open_sqlite(&path, &DatabaseKey::new([3; 32], PEPPER), Stamp::Sandbox))
        };
        let store = open()?;
        fill(&runtime, &store, people)?;
        // Closed, so that the file holds all of it.
        runtime.block_on(store.close());
        let before = std::fs::metadata(&path)?.len();
        let store = open()?;
        let (made, time) = timed(|| runtime.block_on(store.make_match_keys(PRACTICE, now())));
        made?;
        runtime.block_on(store.close());
        let bytes = std::fs::metadata(&path)?.len() - before;
        let store = open()?;
        let built = Built { place: "SQLite", time, bytes, keys: None };
        Ok(Self { runtime, store, built, _folder: Some(folder) })
    }

    pub(crate) fn on_a_server(people: &[(Known, [String; 2])]) -> Result<Self> {
        let cluster = Cluster::shared();
        let name = cluster.new_database(None);
        let login = |role| PostgresLogin::parse(&cluster.address(role, &name), None);
        let portal = login(RUN_TIME)?;
        let runtime = runtime()?;
        runtime.block_on(migrate_postgres(&login(OWNER)?, RUN_TIME, Stamp::Sandbox))?;
        let opened = Store::open_postgres(&portal, PEPPER, CONNECTIONS, Stamp::Sandbox);
        let store = runtime.block_on(opened)?;
        fill(&runtime, &store, people)?;
        let (made, time) = timed(|| runtime.block_on(store.make_match_keys(PRACTICE, now())));
        made?;
        let bytes = ["match_keys", "match_records", "match_counts"]
            .map(|table| cluster.bytes_of(&name, table))
            .iter()
            .sum();
        let built = Built { place: "PostgreSQL", time, bytes, keys: None };
        Ok(Self { runtime, store, built, _folder: None })
    }
}

impl Database for Stored {
    fn look_up(&self, registrant: &Person) -> Result<(Vec<Known>, Frequencies)> {
        self.runtime.block_on(async {
            let mut tx = self.store.begin(PRACTICE).await?;
            let found = tx.look_up(PRACTICE, registrant).await?;
            Ok((found.records, found.frequencies))
        })
    }

    fn built(&self) -> Built {
        self.built
    }
}

fn runtime() -> Result<Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?)
}

/// The generator's own date.
fn now() -> Timestamp {
    Timestamp::new(DateTime::from_timestamp(1_767_225_600, 0).unwrap_or_default())
}

/// The first record's keys are taken away, so that the import makes none for the others, and the making of all is timed alone.
fn fill(runtime: &Runtime, store: &Store, people: &[(Known, [String; 2])]) -> Result<()> {
    let first = people.first().context("there is no record")?;
    runtime.block_on(store.import_patients(PRACTICE, &[patient(first)], now()))?;
    runtime.block_on(store.remove_all_match_keys(PRACTICE))?;
    for some in people.get(1..).unwrap_or_default().chunks(AT_ONCE) {
        let patients: Vec<NewPatient> = some.iter().map(patient).collect();
        runtime.block_on(store.import_patients(PRACTICE, &patients, now()))?;
    }
    Ok(())
}

fn patient((known, [given, family]): &(Known, [String; 2])) -> NewPatient {
    let Person { born, phones, emails, .. } = &known.person;
    let phone = |phone: &Phone| NewContact::comparable(ContactField::Mobile, phone.as_str());
    let email = |email: &Mailbox| NewContact::comparable(ContactField::Email, email.as_str());
    NewPatient {
        id: known.patient,
        // "Unknown" is no name, to whoever compares.
        name: PersonName {
            given: NamePart::parse(given).ok(),
            family: NamePart::parse(family).unwrap_or_else(|_| unknown()),
        },
        date_of_birth: born.known(),
        contacts: phones.iter().map(phone).chain(emails.iter().map(email)).collect(),
    }
}

fn unknown() -> NamePart {
    NamePart::parse("Unknown").expect("letters are a name")
}
