use std::fs;

use tempfile::TempDir;

use super::*;

const WILLOW: &str = "practice_id = '018f3c9e-7b1a-7c44-9d0e-2f6a5b8c1d20'\npractice_name = 'Willow Lane'\n\
                      practice_phone = '01632 960 123'\npublic_origin = 'https://willow.example'\n\
                      sandbox_phone_address = '127.0.0.1:8781'\n";
const ELM: &str = "practice_id = '018f3c9e-7b1a-7c44-9d0e-2f6a5b8c1d21'\npractice_name = 'Elm Road'\n\
                   practice_phone = '01632 960 456'\npublic_origin = 'https://elm.example'\n\
                   sandbox_phone_address = '127.0.0.1:8782'\n";
const MACHINE: &str =
    "mode = 'sandbox'\ndatabase_address = 'postgres://vestibule@localhost/v?host=/run/postgresql'\n";

/// A folder of practices beside a main file.
struct Place {
    folder: TempDir,
    main: String,
    variables: Vec<(&'static str, String)>,
}

impl Place {
    fn of(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a folder");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("written");
        }
        Self { folder, main: MACHINE.to_owned(), variables: Vec::new() }
    }

    fn and(mut self, line: &str) -> Self {
        self.main.push_str(line);
        self.main.push('\n');
        self
    }

    fn with(mut self, variable: &'static str, value: &str) -> Self {
        self.variables.push((variable, value.to_owned()));
        self
    }

    fn read(&self) -> Configuration {
        let main = format!("practices_folder = '{}'\n{}", self.folder.path().display(), self.main);
        let variables =
            self.variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        Configuration::read(Path::new("portal.toml"), &main, variables, Problems::default())
    }

    /// What is wrong, with the folder left out of each line.
    fn problems(&self) -> Vec<String> {
        let folder = format!("{}/", self.folder.path().display());
        let problems = self.read().problems().to_string().replace(&folder, "");
        problems.lines().map(str::to_owned).collect()
    }
}

fn both() -> Place {
    Place::of(&[("willow.toml", WILLOW), ("elm.toml", ELM)])
}

#[test]
fn each_file_is_a_practice_with_what_the_machine_was_told() {
    let place = Place::of(&[
        ("willow.toml", WILLOW),
        ("elm.toml", &format!("{ELM}link_hours = 24")),
        ("README", "x"),
        (".elm.toml.swp", "x"),
        (".hidden.toml", "x"),
        ("elm.toml.bak", "x"),
    ]);
    let configuration = place.read();
    assert_eq!(configuration.problems().to_string(), "");
    let names: Vec<_> = configuration.practices().iter().map(|practice| practice.name.as_deref()).collect();
    assert_eq!(names, [Some("elm"), Some("willow")]);
    let settings: Vec<_> = configuration
        .practices()
        .iter()
        .map(|practice| practice.told.settings().expect("settings"))
        .collect();
    assert_eq!(settings[0].name, "Elm Road");
    assert_eq!(settings[0].link_lifetime.span().num_hours(), 24);
    assert_eq!(settings[1].name, "Willow Lane");
    assert_eq!(settings[1].link_lifetime.span().num_hours(), 72, "what one says is not another's");
    assert_eq!(configuration.practice_ids().expect("both").len(), 2);
}

#[test]
fn a_practice_is_described_in_one_place_or_the_other_and_never_in_both() {
    let place = both()
        .and("practice_name = 'Oak'")
        .with("VESTIBULE_LINK_HOURS", "3")
        .with("VESTIBULE_MODE", "sandbox");
    assert_eq!(
        place.problems(),
        [
            "portal.toml: practice_name: belongs to one practice, and practices_folder is set: write it into that practice's own \
             file, or take practices_folder out",
            "VESTIBULE_LINK_HOURS: belongs to one practice, and practices_folder is set: write link_hours into that practice's \
             own file",
        ]
    );
    let settings = place.read().practices()[0].told.settings().expect("settings");
    assert_eq!((settings.name.as_str(), settings.link_lifetime.span().num_hours()), ("Elm Road", 72));
}

#[test]
fn a_practices_file_holds_no_key_of_the_machine_and_every_line_names_its_file() {
    let place = Place::of(&[
        ("willow.toml", &format!("{WILLOW}database_file = 'x.db'\nlisn = 1\npractice_system_key = 'secret'")),
        ("elm.toml", &format!("{ELM}link_hours = '24'")),
        ("oak.toml", "practice_name = \nsecret"),
        ("Ash.toml", &WILLOW.replace("8781", "8783")),
    ]);
    let mut problems = place.problems();
    problems.sort();
    assert_eq!(problems.len(), 8, "{problems:?}");
    for (line, begin) in problems.iter().zip([
        "Ash.toml: the name of a practice's file is 1 to 40 small letters",
        "elm.toml: link_hours: is a whole number: write it without quotes",
        "oak.toml: line 2 is not TOML",
        "willow.toml: database_file: is the machine's, which all practices share: write it into portal.toml",
        "willow.toml: lisn: is no key of this program",
        "willow.toml: practice_id: is Ash.toml's too",
        "willow.toml: practice_system_key: is a secret and must not stand here",
        "willow.toml: public_origin: is Ash.toml's too",
    ]) {
        assert!(line.starts_with(begin), "{line} / {begin}");
        assert!(!line.contains("'secret'"), "{line}");
    }
}

#[test]
fn values_are_told_under_the_file_in_which_they_stand() {
    let place =
        Place::of(&[("willow.toml", WILLOW), ("elm.toml", "practice_name = 'Elm Road'\nlink_hours = 99")])
            .and("listen_address = 1");
    let configuration = place.read();
    let (told, mut problems) = configuration.one(Some("elm")).expect("there is elm");
    problems.keep(told.settings());
    problems.keep(told.master_key());
    let elm = place.folder.path().join("elm.toml").display().to_string();
    let said = problems.to_string();
    assert!(said.contains(&format!("{elm}: link_hours: is not a whole number of hours")), "{said}");
    assert!(said.contains(&format!("{elm}: practice_id: is not set: write a UUID into this file")), "{said}");
    assert!(
        said.contains("portal.toml: listen_address: is text")
            && said.contains("portal.toml: master_key_file: is not set"),
        "{said}"
    );
    assert!(!said.contains("willow"), "another's file does not matter: {said}");
}

#[test]
fn no_two_practices_have_the_same_id_host_or_page_of_a_sandbox() {
    let twice = |line: &str, as_in: &str| {
        let key = line.split(' ').next().expect("a key");
        let usual = ELM.lines().find(|usual| usual.starts_with(&format!("{key} "))).expect("it has one");
        let elm = ELM.replace(usual, as_in);
        assert_ne!(elm, ELM, "{line}");
        Place::of(&[("willow.toml", WILLOW), ("elm.toml", &elm)])
    };
    for (key, as_in_willow) in [
        ("practice_id", "practice_id = '018F3C9E-7B1A-7C44-9D0E-2F6A5B8C1D20'"),
        ("public_origin", "public_origin = 'https://Willow.example'"),
        ("public_origin", "public_origin = 'http://willow.example'"),
        ("sandbox_phone_address", "sandbox_phone_address = '127.0.0.1:8781'"),
        ("sandbox_phone_address", ""),
    ] {
        let place = twice(key, as_in_willow);
        let expected = format!("willow.toml: {key}: is elm.toml's too: each practice has its own");
        assert_eq!(place.problems(), [expected], "{as_in_willow}");
        // Whoever works in either would work in the wrong one.
        for name in ["elm", "willow"] {
            assert!(!place.read().one(Some(name)).expect("there is one").1.is_empty(), "{name}");
        }
    }
    for (key, another) in [
        ("public_origin", "public_origin = 'https://willow.example:8443'"),
        ("sandbox_phone_address", "sandbox_phone_address = '127.0.0.1:0'"),
    ] {
        assert_eq!(twice(key, another).problems(), [""; 0], "{another}");
    }
    let chosen = [WILLOW, ELM].map(|text| text.replace(":8781", ":0").replace(":8782", ":0"));
    let place = Place::of(&[("willow.toml", &chosen[0]), ("elm.toml", &chosen[1])]);
    assert_eq!(place.problems(), [""; 0], "the system chooses a port for each");
}

#[test]
fn a_file_for_a_database_is_of_one_practice() {
    let in_a_file = |place: Place| Place {
        main: "mode = 'sandbox'\ndatabase_file = 'practice.db'\n".to_owned(),
        ..place
    };
    let problems = in_a_file(both()).problems();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("portal.toml: database_file: is for one practice"), "{problems:?}");
    assert_eq!(in_a_file(Place::of(&[("elm.toml", ELM)])).problems(), [""; 0], "one may be in a folder");
}

#[test]
fn a_folder_that_is_empty_or_not_there_is_an_error_of_its_key() {
    let empty = Place::of(&[("README", "x")]);
    let problems = empty.problems();
    assert!(
        problems[0].starts_with("portal.toml: practices_folder: ")
            && problems[0].ends_with("holds no file that ends in .toml")
    );
    assert!(
        empty.read().one(None).is_err()
            && empty.read().one(Some("elm")).is_err()
            && empty.read().practice_ids().is_err()
    );
    fs::remove_dir_all(empty.folder.path()).expect("removed");
    let problems = empty.problems();
    assert!(
        problems[0].starts_with("portal.toml: practices_folder: ") && problems[0].contains("cannot be read"),
        "{problems:?}"
    );
}

#[test]
fn a_command_of_one_practice_says_which_where_there_are_several() {
    let refused = |configuration: &Configuration, named: Option<&str>| match configuration.one(named) {
        Ok(_) => panic!("it was taken"),
        Err(problems) => problems.to_string(),
    };
    let several = both().read();
    let missing = "--practice: is missing: say one of elm, willow";
    assert_eq!(refused(&several, None), missing);
    let unknown = "--practice: names no practice: say one of elm, willow";
    assert_eq!(refused(&several, Some("oak")), unknown);
    let (told, problems) = several.one(Some("willow")).expect("there is willow");
    assert_eq!(
        (told.settings().expect("settings").name.as_str(), problems.is_empty()),
        ("Willow Lane", true)
    );

    let one = Place::of(&[("elm.toml", ELM)]).read();
    assert!(one.one(None).is_ok() && one.one(Some("elm")).is_ok());
    let main = Configuration::read(Path::new("portal.toml"), ELM, std::iter::empty(), Problems::default());
    assert!(main.one(None).is_ok());
    assert!(
        refused(&main, Some("elm")).starts_with("--practice: there is one practice, which the main file")
    );
    assert!(several.all(None).is_ok());
    let of_all = several.all(Some("elm")).expect_err("it is of all");
    assert!(of_all.to_string().starts_with("--practice: this is of all practices together"));
}

#[test]
fn a_secret_of_a_practice_has_a_credential_of_its_own() {
    let credentials = TempDir::new().expect("a folder");
    for (name, text) in [
        ("elm.practice_system_key", "of-elm"),
        ("practice_system_key", "of-nobody"),
        ("master_key", &"0b".repeat(32)),
    ] {
        fs::write(credentials.path().join(name), text).expect("written");
        let path = credentials.path().join(name);
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o440))
            .expect("its mode is set");
    }
    let folder = credentials.path().display().to_string();
    let configuration = both().with("CREDENTIALS_DIRECTORY", &folder).read();
    let secret = |name: &str| {
        let (told, _) = configuration.one(Some(name)).expect("there is one");
        assert!(told.master_key().is_ok(), "the machine's is everybody's");
        told.required_secret(&crate::config::keys::PRACTICE_SYSTEM_KEY_FILE)
    };
    assert_eq!(secret("elm").expect("a secret").as_slice(), b"of-elm");
    let missing = secret("willow").expect_err("it has none").to_string();
    assert!(missing.contains("LoadCredential=willow.practice_system_key"), "{missing}");
}
