use std::{
    ffi::OsString,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::{
    Configuration, Problems, Told,
    keys::{KEYS, Key, Kind, Whose},
    parts::Database,
};

const EXAMPLE: &str = include_str!("../../portal.example.toml");
const OPERATIONS: &str = include_str!("../../../../docs/operations.md");

/// Stands for a secret: it may appear in no message.
const SECRET: &str = "correct-horse-battery";

fn told(file: &str, variables: &[(&str, &str)]) -> (Told, String) {
    let variables = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    let configuration = Configuration::read(Path::new("portal.toml"), file, variables, Problems::default());
    let (told, problems) = configuration.one(None).expect("there is one practice");
    (told.clone(), problems.to_string())
}

#[track_caller]
fn refused<T>(read: Result<T, Problems>) -> String {
    let Err(problems) = read else { panic!("it was taken") };
    let text = problems.to_string();
    assert!(!text.contains(SECRET), "{text}");
    text
}

fn secret_file(folder: &TempDir, text: &str, mode: u32) -> PathBuf {
    let path = folder.path().join("secret");
    fs::write(&path, text).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("its mode is set");
    path
}

#[test]
fn the_example_is_understood_whole() {
    let (told, problems) = told(EXAMPLE, &[]);
    assert_eq!(problems, "");
    assert_eq!(told.settings().expect("settings").check(), Ok(()));
    assert!(matches!(told.database(), Ok(Database::Server { connections: 16, .. })));
    assert!(told.listen().is_ok_and(|listen| listen.tls.is_none()));
    assert!(!told.names_owner(), "the owner's login lies elsewhere");
}

#[test]
fn the_documents_have_every_key_with_its_unit_and_default_and_no_other() {
    let row = |key: &Key| {
        let default = key.default.map_or_else(|| "none".to_owned(), |default| format!("`{default}`"));
        let whose = match key.whose {
            Whose::Machine => "machine",
            Whose::Practice => "practice",
        };
        format!("| `{}` | {whose} | {} | {default} | {} |", key.name, key.unit, key.what)
    };
    let expected: Vec<String> = KEYS.iter().map(row).collect();
    let table =
        OPERATIONS.split("| key | of | is | default | what it does |").nth(1).expect("the table is there");
    let found: Vec<&str> = table.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
    assert_eq!(found, expected);
}

#[test]
fn defaults_are_of_their_own_unit() {
    let (told, _) = told(
        "mode = 'sandbox'\npractice_id = '018f3c9e-7b1a-7c44-9d0e-2f6a5b8c1d20'\npractice_name = 'A'\n\
                          practice_phone = '1'\npublic_origin = 'https://a.example'\ndatabase_file = 'a.db'",
        &[],
    );
    assert!(told.settings().is_ok());
    assert!(told.listen().is_ok());
    assert!(told.sandbox_phone_address().is_ok());
}

#[test]
fn an_unknown_key_is_named_wherever_it_stands() {
    let (_, problems) = told("mode = 'sandbox'\nlisten_adress = '127.0.0.1:1'", &[]);
    assert!(problems.starts_with("listen_adress: is no key"), "{problems}");
    let (_, problems) = told("", &[("VESTIBULE_LISTEN_ADRESS", "x"), ("PATH", "y")]);
    assert!(problems.starts_with("VESTIBULE_LISTEN_ADRESS: is no key"), "{problems}");
    assert_eq!(problems.lines().count(), 1, "other programs' variables are theirs");
}

#[test]
fn a_variable_that_would_reach_the_databases_driver_is_refused_and_not_repeated() {
    for variable in ["PGPASSWORD", "PGHOST", "PGSSLMODE"] {
        let (_, problems) = told("", &[(variable, SECRET)]);
        assert!(
            problems.starts_with(&format!("{variable}: ")) && problems.ends_with("unset it"),
            "{problems}"
        );
        assert!(!problems.contains(SECRET), "{problems}");
    }
    assert_eq!(told("", &[("PGDATA", "/var/lib/postgresql")]).1, "", "the server's own");
}

#[test]
fn a_secret_that_stands_in_the_file_or_in_a_variable_is_refused_and_not_repeated() {
    for key in KEYS.into_iter().filter(|key| matches!(key.kind, Kind::SecretFile)) {
        let inline = key.name.strip_suffix("_file").expect("a path is named like one");
        let (_, in_file) = told(&format!("{inline} = '{SECRET}'"), &[]);
        let (_, in_variable) = told("", &[(&format!("VESTIBULE_{}", inline.to_ascii_uppercase()), SECRET)]);
        for problems in [in_file, in_variable] {
            assert!(problems.contains("is a secret and must not stand here"), "{problems}");
            assert!(problems.contains(key.name), "{problems}");
            assert!(!problems.contains(SECRET), "{problems}");
        }
    }
}

#[test]
fn a_password_in_an_address_is_refused_and_not_repeated() {
    for address in [
        format!("postgres://vestibule:{SECRET}@db.example/v?sslmode=verify-full"),
        format!("postgres://vestibule@db.example/v?sslmode=verify-full&password={SECRET}"),
        format!("postgres://vestibule:{SECRET}/?@db.example/v?sslmode=verify-full"),
    ] {
        let (told, _) = told("", &[("VESTIBULE_DATABASE_ADDRESS", &address)]);
        let problem = refused(told.database());
        assert!(problem.starts_with("database_address: holds a password"), "{problem}");
        assert!(problem.contains("database_password_file"), "{problem}");
    }
}

#[test]
fn a_file_that_is_not_toml_is_refused_by_its_line_and_not_quoted() {
    let (_, problems) = told(&format!("mode = 'sandbox'\nmaster_key = {SECRET}!!\n"), &[]);
    assert!(problems.starts_with("--config: line 2 is not TOML"), "{problems}");
    assert!(!problems.contains(SECRET), "{problems}");
}

#[test]
fn a_server_that_need_not_prove_who_it_is_is_refused() {
    let (told, _) = told("database_address = 'postgres://vestibule@db.example/v?sslmode=require'", &[]);
    assert!(refused(told.database()).contains("sslmode=verify-full"));
}

#[test]
fn a_secret_that_others_can_read_is_refused_and_not_repeated() {
    let folder = TempDir::new().expect("a folder");
    for mode in [0o640, 0o604, 0o660, 0o601] {
        let path = secret_file(&folder, SECRET, mode);
        let (told, _) = told("", &[("VESTIBULE_MASTER_KEY_FILE", path.to_str().expect("UTF-8"))]);
        let problem = refused(told.master_key());
        assert!(problem.contains("can be read by others") && problem.contains("chmod 600"), "{problem}");
    }
}

#[test]
fn a_master_key_is_64_hexadecimal_digits_and_nothing_else_is_one() {
    let folder = TempDir::new().expect("a folder");
    let read = |text: &str| {
        let path = secret_file(&folder, text, 0o600);
        told("", &[("VESTIBULE_MASTER_KEY_FILE", path.to_str().expect("UTF-8"))]).0.master_key()
    };
    assert_eq!(*read(&format!("{}\n", "0a".repeat(32))).expect("a key"), [10; 32]);
    for wrong in [SECRET, &"0a".repeat(31), &"0g".repeat(32), &"0a".repeat(33), "\n"] {
        assert!(refused(read(wrong)).starts_with("master_key_file: "));
    }
}

#[test]
fn a_credential_of_systemd_is_found_by_its_name_and_may_show_the_groups_right() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("master_key");
    fs::write(&path, "0b".repeat(32)).expect("written");
    let credentials = folder.path().to_str().expect("UTF-8");
    let read = |mode| {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("its mode is set");
        told("", &[("CREDENTIALS_DIRECTORY", credentials)]).0.master_key()
    };
    assert_eq!(*read(0o440).expect("a key"), [11; 32]);
    assert!(refused(read(0o444)).contains("can be read by others"));
}

#[test]
fn a_variable_counts_more_than_the_file() {
    let (told, _) = told(EXAMPLE, &[("VESTIBULE_PRACTICE_NAME", "Elm Road"), ("VESTIBULE_LINK_HOURS", "1")]);
    let settings = told.settings().expect("settings");
    assert_eq!(settings.name, "Elm Road");
    assert_eq!(settings.link_lifetime.span().num_hours(), 1);
}

#[test]
fn numbers_outside_their_range_and_words_of_no_meaning_are_refused_under_their_key() {
    for (key, value) in [
        ("link_hours", "0"),
        ("link_hours", "73"),
        ("link_hours", "-1"),
        ("access_log_years", "0"),
        ("mode", "'production'"),
        ("practice_id", "'willow'"),
        ("practice_name", "' '"),
        ("time_zone", "'Europe/Lundon'"),
        ("country", "'XX'"),
    ] {
        let line =
            EXAMPLE.lines().find(|line| line.starts_with(&format!("{key} ="))).expect("in the example");
        let (told, _) = told(&EXAMPLE.replace(line, &format!("{key} = {value}")), &[]);
        let problem = refused(told.settings());
        assert!(problem.starts_with(&format!("{key}: is not ")), "{problem}");
        assert_eq!(problem.lines().count(), 1, "{problem}");
    }
    for connections in ["0", "2", "201"] {
        let (told, _) = told(EXAMPLE, &[("VESTIBULE_DATABASE_CONNECTIONS", connections)]);
        assert!(refused(told.database()).starts_with("database_connections: is not "), "{connections}");
    }
    let (told, _) = told(EXAMPLE, &[("VESTIBULE_DATABASE_CONNECTIONS", "3")]);
    assert!(matches!(told.database(), Ok(Database::Server { connections: 3, .. })));
}

#[test]
fn what_is_written_as_another_kind_of_value_is_refused() {
    let (_, problems) = told("link_hours = '72'\nmode = 1\nlisten_address = ['127.0.0.1:1']", &[]);
    assert_eq!(
        problems,
        "link_hours: is a whole number: write it without quotes\nlisten_address: is text: write it between quotes\n\
         mode: is text: write it between quotes"
    );
}

#[test]
fn without_a_certificate_nobody_listens_to_other_machines() {
    let (told, _) = told("listen_address = '0.0.0.0:8780'", &[]);
    assert!(refused(told.listen()).starts_with("listen_address: is reached from other machines"));
}

#[test]
fn the_role_that_runs_the_portal_may_not_own_the_tables() {
    let (told, _) = told(
        EXAMPLE,
        &[("VESTIBULE_OWNER_ADDRESS", "postgres://vestibule@localhost/v?host=/run/postgresql")],
    );
    let Ok(Database::Server { login, .. }) = told.database() else { panic!("a server") };
    assert!(refused(told.owner(&login)).starts_with("owner_address: names the role of database_address"));
}
