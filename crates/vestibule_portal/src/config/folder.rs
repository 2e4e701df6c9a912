//! A folder of practices, one file each, beside the main file that speaks of the machine.
//!
//! Either the main file describes the one practice there is, or the folder describes all of them: a key that both could hold would
//! be a default for some practices and a slip for others.

use std::{
    ffi::OsString,
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use kiosk_api::kiosk::Mode;
use portal::guard::authority_of;
use registration::ids::PracticeId;

use super::{
    MAIN_FILE, Problems, Told,
    keys::{DATABASE_FILE, Key, PRACTICE_ID, PRACTICES_FOLDER, PUBLIC_ORIGIN, SANDBOX_PHONE_ADDRESS, Whose},
    problem::Files,
};

/// How a practice's file ends.
const ENDING: &str = ".toml";

/// Bytes of the name of a practice's file; it is typed after `--practice`.
const LONGEST_NAME: usize = 40;

/// As the file itself is called where not a key of it is wrong: it is named before that.
const WHOLE: &str = "";

const NOT_A_NAME: &str =
    "the name of a practice's file is 1 to 40 small letters, digits and hyphens, a hyphen not first";

/// The word of the command line that says which practice is meant.
const PRACTICE: &str = "--practice";

/// A practice that the configuration describes.
pub(crate) struct OnePractice {
    /// Of its file; `None` where the main file describes it.
    pub(crate) name: Option<String>,
    /// What was said of it and of the machine.
    pub(crate) told: Told,
    /// Of its own file. Those that come are named with it.
    pub(crate) problems: Problems,
}

/// Everything that was told.
pub(crate) struct Configuration {
    machine: Told,
    /// Of the machine, and of practices that get into each other's way.
    problems: Problems,
    practices: Vec<OnePractice>,
}

impl Configuration {
    pub(super) fn read(
        main: &Path,
        text: &str,
        environment: impl Iterator<Item = (OsString, OsString)>,
        mut problems: Problems,
    ) -> Self {
        let (mut machine, mut of_file) = (Told::default(), Problems::default());
        let in_file = machine.read_file(MAIN_FILE, text, &mut of_file);
        let in_environment = machine.read_environment(environment, &mut problems);
        let Some(folder) = machine.text(&PRACTICES_FOLDER).map(PathBuf::from) else {
            problems.join(of_file);
            let one = OnePractice { name: None, told: machine.clone(), problems: Problems::default() };
            return Self { machine, problems, practices: vec![one] };
        };
        let main = main.display().to_string();
        let mut all = Problems::in_files(Files { main: main.clone(), practice: None });
        all.join(problems);
        all.join_of(&main, of_file);
        let why = "belongs to one practice, and practices_folder is set: write it into that practice's own file, or take \
                   practices_folder out";
        all.join_of(&main, misplaced(&in_file, Whose::Practice, why));
        for key in in_environment.iter().filter(|key| key.whose == Whose::Practice) {
            let what = format!(
                "belongs to one practice, and practices_folder is set: write {} into that practice's own file",
                key.name
            );
            all.add(&key.variable(), what);
        }
        machine.said.retain(|name, _| Key::named(name).is_some_and(|key| key.whose == Whose::Machine));
        let practices = practices_in(&folder, &machine, &main, &mut all);
        Self { machine, problems: all, practices }.with_what_cannot_be_together()
    }

    /// The machine's keys, for what is done with the whole database, and everything that is wrong so far.
    pub(crate) fn machine(&self) -> (&Told, Problems) {
        (&self.machine, self.problems())
    }

    /// Everything that is wrong so far, in the order of the files.
    pub(crate) fn problems(&self) -> Problems {
        let mut problems = self.problems.clone();
        self.practices.iter().for_each(|practice| problems.join(practice.problems.clone()));
        problems
    }

    /// Each practice, in the order of their names.
    pub(crate) fn practices(&self) -> &[OnePractice] {
        &self.practices
    }

    /// Whose rows the database holds as far as this program knows.
    pub(crate) fn practice_ids(&self) -> Result<Vec<PracticeId>, Problems> {
        let mut problems = Problems::default();
        let ids = self.practices.iter().map(|practice| {
            let mut own = practice.problems.clone();
            let id = own.keep(practice.told.practice());
            problems.join(own);
            id
        });
        let ids: Option<Vec<_>> = ids.collect();
        ids.filter(|ids| !ids.is_empty()).ok_or(problems)
    }

    /// The practice that is meant, and what is wrong with the machine's keys and its own; another's file does not matter.
    pub(crate) fn one(&self, named: Option<&str>) -> Result<(&Told, Problems), Problems> {
        let practice = match (self.practices.as_slice(), named) {
            ([only], None) => only,
            ([OnePractice { name: None, .. }], Some(_)) => {
                return Err(
                    self.choice("there is one practice, which the main file describes: leave this out")
                );
            }
            // What is wrong with the folder is the reason.
            ([], _) => return Err(self.problems.clone()),
            (_, None) => return Err(self.choice(&format!("is missing: say one of {}", self.names()))),
            (many, Some(named)) => many
                .iter()
                .find(|practice| practice.name.as_deref() == Some(named))
                .ok_or_else(|| self.choice(&format!("names no practice: say one of {}", self.names())))?,
        };
        let mut problems = practice.problems.clone();
        problems.join(self.problems.clone());
        Ok((&practice.told, problems))
    }

    /// For what is done with all practices at once.
    pub(crate) fn all(&self, named: Option<&str>) -> Result<(), Problems> {
        match named {
            None => Ok(()),
            Some(_) => Err(self.choice("this is of all practices together: leave it out")),
        }
    }

    /// Beside what else is wrong: it may be the reason.
    fn choice(&self, what: &str) -> Problems {
        let mut problems = self.problems.clone();
        problems.add(PRACTICE, what);
        problems
    }

    fn names(&self) -> String {
        let names: Vec<&str> =
            self.practices.iter().filter_map(|practice| practice.name.as_deref()).collect();
        names.join(", ")
    }

    fn with_what_cannot_be_together(mut self) -> Self {
        if self.practices.len() > 1 && self.machine.is_said(&DATABASE_FILE) {
            let what = "is for one practice, because nothing in such a file keeps two apart: several need a server (database_address)";
            self.problems.add(DATABASE_FILE.name, what);
        }
        self.refuse_twice(&PRACTICE_ID, |told| told.practice().ok());
        self.refuse_twice(&PUBLIC_ORIGIN, |told| {
            told.text(&PUBLIC_ORIGIN).map(|origin| authority_of(origin).to_ascii_lowercase())
        });
        if matches!(self.machine.mode(), Ok(Mode::Sandbox)) {
            // A port that the system chooses is another one each time; a file that cannot be read has not chosen the default.
            let chosen = |address: &SocketAddr| address.port() != 0;
            self.refuse_twice(&SANDBOX_PHONE_ADDRESS, |told| {
                told.practice().ok().and(told.sandbox_phone_address().ok()).filter(chosen)
            });
        }
        self
    }

    /// The later of two in the order of names is told of the earlier; whichever it is that must change.
    fn refuse_twice<T: PartialEq>(&mut self, key: &Key, value: impl Fn(&Told) -> Option<T>) {
        let mut seen: Vec<(T, &str)> = Vec::new();
        for practice in &self.practices {
            let (Some(value), Some(name)) = (value(&practice.told), practice.name.as_deref()) else {
                continue;
            };
            match seen.iter().find(|(other, _)| *other == value) {
                Some((_, other)) => {
                    let mut twice = practice.problems.none_yet();
                    twice.add(key.name, format!("is {other}{ENDING}'s too: each practice has its own"));
                    self.problems.join(twice);
                }
                None => seen.push((value, name)),
            }
        }
    }
}

/// Those of the other kind than this file is for.
fn misplaced(keys: &[Key], whose: Whose, why: &str) -> Problems {
    let mut problems = Problems::default();
    keys.iter().filter(|key| key.whose == whose).for_each(|key| problems.add(key.name, why));
    problems
}

fn practices_in(folder: &Path, machine: &Told, main: &str, all: &mut Problems) -> Vec<OnePractice> {
    let files = match files_in(folder) {
        Ok(files) => files,
        Err(error) => {
            all.add(PRACTICES_FOLDER.name, format!("{} cannot be read: {error}", folder.display()));
            return Vec::new();
        }
    };
    if files.is_empty() {
        all.add(PRACTICES_FOLDER.name, format!("{} holds no file that ends in {ENDING}", folder.display()));
    }
    files.into_iter().map(|(name, path)| one_practice(name, &path, machine, main)).collect()
}

/// In the order of their names. Hidden files are an editor's.
fn files_in(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if let Some(name) = name.strip_suffix(ENDING).filter(|_| !name.starts_with('.')) {
            files.push((name.to_owned(), path));
        }
    }
    files.sort();
    Ok(files)
}

fn one_practice(name: String, path: &Path, machine: &Told, main: &str) -> OnePractice {
    let file = path.display().to_string();
    let mut problems = Problems::in_files(Files { main: main.to_owned(), practice: Some(file.clone()) });
    let mut told = Told { practice: Some(name.clone()), ..Told::default() };
    let mut of_file = Problems::default();
    if !can_be_typed(&name) {
        of_file.add(WHOLE, NOT_A_NAME);
    }
    match std::fs::read_to_string(path) {
        Ok(text) => {
            let keys = told.read_file(WHOLE, &text, &mut of_file);
            let why = format!("is the machine's, which all practices share: write it into {main}");
            of_file.join(misplaced(&keys, Whose::Machine, &why));
        }
        Err(error) => of_file.add(WHOLE, format!("cannot be read: {error}")),
    }
    problems.join_of(&file, of_file);
    told.said.retain(|name, _| Key::named(name).is_some_and(|key| key.whose == Whose::Practice));
    told.said.extend(machine.said.iter().map(|(name, text)| (*name, text.clone())));
    told.credentials.clone_from(&machine.credentials);
    OnePractice { name: Some(name), told, problems }
}

/// As a word of a command line, and in the name of a credential of systemd.
fn can_be_typed(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(plain) && !name.starts_with('-')
}

#[cfg(test)]
mod tests;
