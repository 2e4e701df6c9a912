//! What is wrong with the configuration, before anything depends on it.

use std::{path::Path, process::ExitCode, sync::Arc};

use backups::Chain;
use kiosk_api::kiosk::Mode;
use machine::SystemClock;
use portal::{PortalKeys, PracticeSettings, StartRefused};
use store::{BareDatabase, OpenError, Store, StoreError, newest_version};

use crate::{
    config::{
        Configuration, OnePractice, Problems, Told,
        parts::{Database, MasterKey},
        practice_system::RecordsIn,
    },
    failure::OTHER_MASTER_KEY,
    say,
    test_link::found,
};

pub(crate) async fn check(configuration: &Configuration, connect: bool) -> ExitCode {
    let (told, mut problems) = configuration.machine();
    let database = problems.keep(told.database());
    let master = problems.keep(told.master_key());
    problems.keep(told.listen());
    if let (Some(Database::Server { login, .. }), true) = (&database, told.names_owner()) {
        problems.keep(told.owner(login));
    }
    if let (Some(Database::Server { login, .. }), true) = (&database, told.names_back_up_reader()) {
        problems.keep(told.back_up_reader(login));
    }
    let store = match (&database, connect) {
        (Some(database), true) => look_at(database, master.as_ref(), told, &mut problems).await,
        (_, false) | (None, true) => None,
    };
    for practice in configuration.practices() {
        let mut own = practice.problems.clone();
        let settings = of_practice(practice, connect, &mut own).await;
        if let (Some(settings), Some(store)) = (&settings, &store) {
            look_for_test_link(store, settings, practice, &mut own).await;
            if master.is_some() {
                compare_master_key(store, settings, &mut own).await;
            }
        }
        problems.join(own);
    }
    if let Some(store) = store {
        store.close().await;
    }
    if problems.is_empty() {
        say("The configuration is complete.");
        return ExitCode::SUCCESS;
    }
    say(&problems.to_string());
    ExitCode::FAILURE
}

/// What the practice's own keys say.
async fn of_practice(
    practice: &OnePractice,
    connect: bool,
    problems: &mut Problems,
) -> Option<PracticeSettings> {
    let told = &practice.told;
    let settings = problems.keep(told.settings());
    if let Some(Err(refused)) = settings.as_ref().map(PracticeSettings::check) {
        problems.add(key_of(refused), refused.to_string());
    }
    let records_in = problems.keep(told.records_in());
    problems.keep(told.sandbox_phone_address());
    if let (Some(records_in), true) = (&records_in, connect) {
        ask(records_in, practice, problems).await;
    }
    settings
}

/// Says whose it is, where there are several.
fn say_of(practice: &OnePractice, line: &str) {
    match &practice.name {
        Some(name) => say(&format!("{name}: {line}")),
        None => say(line),
    }
}

/// A refusal names no key of ours.
const fn key_of(refused: StartRefused) -> &'static str {
    match refused {
        StartRefused::OriginMalformed | StartRefused::OriginNotHttps | StartRefused::TextTooLong => {
            "public_origin"
        }
        StartRefused::SenderReachesNobody
        | StartRefused::SenderReachesPeople
        | StartRefused::StampOfAnotherMode
        | StartRefused::DocumentsAreDrafts
        | StartRefused::ModeNotBuilt => "mode",
    }
}

/// Asks the practice system something harmless, and says what follows for IT.
async fn ask(records_in: &RecordsIn, practice: &OnePractice, problems: &mut Problems) {
    const KEY: &str = "practice_system";
    let checked = match records_in.system(Arc::new(SystemClock::start())) {
        Ok(None) => return,
        Ok(Some(system)) => system.check().await,
        Err(situation) => Err(situation),
    };
    match checked {
        Ok(checked) => {
            say_of(practice, &format!("{KEY}: the system answers, and the key is taken"));
            for remark in checked.remarks {
                say_of(practice, &format!("{KEY}: {}", remark.text()));
            }
        }
        Err(situation) => problems.add(KEY, format!("{situation}. {}", situation.advice())),
    }
}

/// Opens a server as the run-time role, for more to be asked of it. A file is only read: opening one for work brings it up to this
/// program, which is for `migrate` and `serve`.
async fn look_at(
    database: &Database,
    master: Option<&MasterKey>,
    told: &Told,
    problems: &mut Problems,
) -> Option<Store> {
    match (database, told.stamp()) {
        (_, Err(_)) => None,
        (Database::File(path), Ok(_)) => {
            let found = if path.exists() { "is there" } else { "is not there yet: serve makes it" };
            say(&format!("database_file: {found}"));
            if let (true, Some(master)) = (path.exists(), master)
                && let Err(error) = read_with(path, master).await
            {
                let key = if matches!(error, OpenError::Unreadable(_)) {
                    "master_key_file"
                } else {
                    "database_file"
                };
                problems.add(key, Chain(&error).to_string());
            }
            None
        }
        (Database::Server { login, .. }, Ok(stamp)) => {
            // Without the key the rest can be looked at all the same.
            let pepper = PortalKeys::pepper(master.map_or(&[0; 32], |master| master));
            match Store::open_postgres(login, pepper, 1, stamp).await {
                Ok(store) => {
                    say(&format!(
                        "database_address: the server answers {}; the database is of version {}, stamped {}",
                        login.role(),
                        newest_version(),
                        store.stamp().as_str()
                    ));
                    Some(store)
                }
                Err(error) => {
                    problems.add("database_address", Chain(&error).to_string());
                    None
                }
            }
        }
    }
}

async fn read_with(path: &Path, master: &MasterKey) -> Result<(), OpenError> {
    BareDatabase::open_sqlite(path, &PortalKeys::database_key(master)).await?.version().await.map(drop)
}

/// A practice without records has nothing to compare it with.
async fn compare_master_key(store: &Store, settings: &PracticeSettings, problems: &mut Problems) {
    match store.check_secret(settings.practice).await {
        Ok(()) => {}
        Err(StoreError::OtherSecret) => problems.add("master_key_file", OTHER_MASTER_KEY.to_owned()),
        Err(error) => problems.add("database_address", Chain(&error).to_string()),
    }
}

/// Live mode needs it; in the others it is good to know.
async fn look_for_test_link(
    store: &Store,
    settings: &PracticeSettings,
    practice: &OnePractice,
    problems: &mut Problems,
) {
    match store.test_link_opened_at(settings.practice, &settings.public_origin).await {
        Ok(None) if settings.mode == Mode::Live => {
            problems.add("public_origin", found(None, settings.time_zone));
        }
        Ok(opened_at) => {
            say_of(practice, &format!("public_origin: {}", found(opened_at, settings.time_zone)));
        }
        Err(error) => problems.add("database_address", Chain(&error).to_string()),
    }
}
