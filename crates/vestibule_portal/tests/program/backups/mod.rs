//! Back-ups, taken and restored as an operator does it, of a file and of a server.

mod restoring;
mod several;
mod taking;

use std::{
    fmt::Write as _,
    fs::{self, File},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use kiosk_api::kiosk::Mode;
use machine::{SystemClock, system_rng};
use portal::{
    AccessLogKept, HashCost, Parts, Portal, PortalKeys, PracticeSettings, SharedRng,
    sandbox::{SandboxEmail, SandboxSms},
};
use registration::{
    flow::figures::LinkLifetime,
    ids::PracticeId,
    values::mobile::{Fictional, MobilePolicy},
};
use store::{PostgresLogin, Stamp, Store};

use crate::place::{Ended, HOST, PRACTICE, Place, ended};

const MASTER: [u8; 32] = [0x5A; 32];

/// A file and a server.
pub(super) fn both() -> [(Place, bool); 2] {
    [(Place::of_a_file(), true), (Place::new(), false)]
}

/// Another machine, where nothing is yet, not even a master key.
pub(super) fn fresh(is_file: bool) -> Place {
    let place = if is_file { Place::of_a_file() } else { Place::new() };
    fs::remove_file(place.folder.path().join("master-key")).expect("removed");
    place
}

fn people(from: usize, count: usize) -> String {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).expect("a letter"));
    (from..from + count).fold("id,given_name,family_name,date_of_birth,mobile\n".to_owned(), |mut file, n| {
        let name: String = [n / 676, n / 26, n].map(letter).iter().collect();
        writeln!(file, "{n},Sam,Family{name},1960-02-{:02},07700900{:03}", 1 + n % 28, n % 1000)
            .expect("text grows");
        file
    })
}

pub(super) fn with_people(place: &Place, from: usize, count: usize) {
    let ended = place.run_with(&["patients", "import"], people(from, count).as_bytes());
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

pub(super) fn export(place: &Place) -> String {
    let ended = place.run(&["patients", "export"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    ended.stdout
}

pub(super) fn backed_up(place: &Place, name: &str) -> PathBuf {
    let path = place.folder.path().join(name);
    let ended = place.run(&["backup", "--to", path.to_str().expect("UTF-8")]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stderr.contains("The back-up is whole: "), "{ended:?}");
    path
}

pub(super) fn restore(place: &Place, back_up: &Path, key: &str) -> Ended {
    ended(&mut restoring_of(place, back_up, key))
}

pub(super) fn restoring_of(place: &Place, back_up: &Path, key: &str) -> Command {
    let key = place.write("recovery-key", &format!("{key}\n"), 0o600);
    let mut command = place.command(&["restore", "--recovery-key-file", key.to_str().expect("UTF-8")]);
    command.stdin(Stdio::from(File::open(back_up).expect("the back-up")));
    command
}

/// Some acts in the log, sealed: a portal that stops has sealed them.
pub(super) fn with_a_sealed_log(place: &Place) {
    for batch in 0..3 {
        with_people(place, batch * 10, 10);
    }
    let serving = place.serve();
    serving.tell("-TERM");
    assert_eq!(serving.stopped().0, Some(0));
}

/// What is in its folder besides what the test puts there.
pub(super) fn files(place: &Place) -> Vec<String> {
    let names = fs::read_dir(place.folder.path()).expect("the folder");
    let names = names.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"));
    let mut names: Vec<_> =
        names.filter(|name| !["portal.toml", "recovery-key", "back-up"].contains(&name.as_str())).collect();
    names.sort();
    names
}

/// A portal in this program that promises and never sends, because nobody works; and where it listens.
pub(super) async fn portal_that_only_promises(place: &Place, is_file: bool) -> (Store, SocketAddr) {
    let store = if is_file {
        Store::open_sqlite(&place.file(), &PortalKeys::database_key(&MASTER), Stamp::Sandbox).await
    } else {
        let login = PostgresLogin::parse(&place.run_time_address(), None).expect("an address");
        Store::open_postgres(&login, PortalKeys::pepper(&MASTER), 4, Stamp::Sandbox).await
    };
    let store = store.expect("opened");
    let (practice, clock) = (PracticeId(PRACTICE.parse().expect("a UUID")), Arc::new(SystemClock::start()));
    let portal = Portal::new(Parts {
        records: portal::Records::Own,
        sms: Arc::new(SandboxSms::new(store.clone(), practice, clock.clone()).expect("a sandbox")),
        email: Arc::new(SandboxEmail::new(store.clone(), practice, clock.clone()).expect("a sandbox")),
        store: store.clone(),
        clock,
        rng: SharedRng::new(system_rng()),
        keys: PortalKeys::derive(&MASTER),
        settings: PracticeSettings {
            practice,
            name: "Willow Lane".to_owned(),
            phone: "01632 960 123".to_owned(),
            public_origin: format!("http://{HOST}"),
            mode: Mode::Sandbox,
            access_log_kept: AccessLogKept::default(),
            match_policy: store::Policy::Strict,
            mobile_policy: MobilePolicy::for_region("GB", Fictional::Accepted),
            time_zone: chrono_tz::Europe::London,
            link_lifetime: LinkLifetime::default(),
            hash_cost: HashCost::standard(),
        },
    });
    let router = portal.expect("a portal").router();
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let at = listener.local_addr().expect("a port");
    tokio::spawn(async move { axum::serve(listener, router).await });
    (store, at)
}

pub(super) fn ended_with(place: &Place, words: &[&str], variable: &str, value: &str) -> Ended {
    ended(place.command(words).env(variable, value))
}
