//! What this program was told: the one place that reads the environment and the machine's files.
//!
//! [`Told`] holds what was written under which key of one practice, and [`Configuration`] all practices. Each command then reads the
//! parts it needs ([`parts`]), so that the program that serves never opens the owner's password. Nothing here ever repeats a value: it may
//! be a secret in the wrong place.

mod certificate;
mod folder;
pub(crate) mod keys;
pub(crate) mod parts;
pub(crate) mod practice_system;
mod problem;
mod secret;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
};

pub(crate) use folder::{Configuration, OnePractice};
use keys::{Key, Kind, Whose};
pub(crate) use problem::{Problem, Problems};
pub(crate) use secret::secret_file;

/// Read where no file is named; nobody needs it who says everything in the environment.
pub(crate) const DEFAULT_FILE: &str = "/etc/vestibule/portal.toml";

/// As it is called where something is wrong with it as a whole.
const MAIN_FILE: &str = "--config";

/// Where systemd puts what `LoadCredential=` names.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// Beginning of every variable of ours.
const PREFIX: &str = "VESTIBULE_";

/// What the database's driver takes from the environment where an address leaves it out, a password among it: the portal
/// would then connect otherwise than its configuration says.
const OF_THE_DRIVER: [&str; 13] = [
    "PGAPPNAME",
    "PGDATABASE",
    "PGHOST",
    "PGHOSTADDR",
    "PGOPTIONS",
    "PGPASSFILE",
    "PGPASSWORD",
    "PGPORT",
    "PGSSLCERT",
    "PGSSLKEY",
    "PGSSLMODE",
    "PGSSLROOTCERT",
    "PGUSER",
];

/// What was said under each key, wherever it was said: of the machine, and of one practice.
#[derive(Clone, Default)]
pub(crate) struct Told {
    said: BTreeMap<&'static str, String>,
    credentials: Option<PathBuf>,
    /// The name of the practice's file, where there is a folder of them.
    practice: Option<String>,
}

/// Reads the main file, then the environment over it, then the practices' files if there are any. The problems are those of keys
/// and of practices that get into each other's way; values are looked at by whoever needs them.
pub(crate) fn gather(file: Option<&Path>) -> Configuration {
    let main = file.unwrap_or(Path::new(DEFAULT_FILE));
    let mut problems = Problems::default();
    let text = match std::fs::read_to_string(main) {
        Ok(text) => text,
        Err(error) if file.is_none() && error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            problems.add(MAIN_FILE, format!("{} cannot be read: {error}", main.display()));
            String::new()
        }
    };
    Configuration::read(main, &text, std::env::vars_os(), problems)
}

impl Told {
    /// Says which keys there were. `whole` is what the file itself is called, where not a key of it is wrong.
    fn read_file(&mut self, whole: &str, file: &str, problems: &mut Problems) -> Vec<Key> {
        let table: toml::Table = match file.parse() {
            Ok(table) => table,
            Err(error) => {
                problems.push(not_toml(whole, file, &error));
                return Vec::new();
            }
        };
        let mut keys = Vec::new();
        for (name, value) in table {
            let Some(key) = Key::named(&name) else {
                problems.push(unknown(&name, &name));
                continue;
            };
            keys.push(key);
            match (key.kind, value) {
                (Kind::Text | Kind::SecretFile, toml::Value::String(text)) => {
                    self.said.insert(key.name, text);
                }
                (Kind::Number, toml::Value::Integer(number)) => {
                    self.said.insert(key.name, number.to_string());
                }
                (Kind::Text | Kind::SecretFile, _) => {
                    problems.add(key.name, "is text: write it between quotes");
                }
                (Kind::Number, _) => problems.add(key.name, "is a whole number: write it without quotes"),
            }
        }
        keys
    }

    /// Says which keys had a variable.
    fn read_environment(
        &mut self,
        environment: impl Iterator<Item = (OsString, OsString)>,
        problems: &mut Problems,
    ) -> Vec<Key> {
        let mut keys = Vec::new();
        for (variable, value) in environment {
            let Some(variable) = variable.to_str() else { continue };
            if variable == CREDENTIALS {
                self.credentials = Some(PathBuf::from(value));
            } else if OF_THE_DRIVER.contains(&variable) {
                problems.add(variable, "would change where and as whom the portal connects: unset it");
            } else if let Some(name) = variable.strip_prefix(PREFIX) {
                keys.extend(self.read_variable(variable, &name.to_ascii_lowercase(), value, problems));
            }
        }
        keys
    }

    fn read_variable(
        &mut self,
        variable: &str,
        name: &str,
        value: OsString,
        problems: &mut Problems,
    ) -> Option<Key> {
        let key = Key::named(name);
        match (key, value.into_string()) {
            (None, _) => problems.push(unknown(variable, name)),
            (Some(_), Err(_)) => problems.add(variable, "is not UTF-8"),
            (Some(key), Ok(text)) => {
                self.said.insert(key.name, text);
            }
        }
        key
    }

    /// What was said, or the default.
    fn text(&self, key: &Key) -> Option<&str> {
        self.said.get(key.name).map(String::as_str).or(key.default)
    }

    fn is_said(&self, key: &Key) -> bool {
        self.said.contains_key(key.name)
    }

    fn required(&self, key: &Key) -> Result<&str, Problems> {
        self.text(key).ok_or_else(|| self.missing(key))
    }

    fn parsed<'s, T>(&'s self, key: &Key, parse: impl FnOnce(&'s str) -> Option<T>) -> Result<T, Problems> {
        parse(self.required(key)?).ok_or_else(|| not_its_unit(key))
    }

    fn missing(&self, key: &Key) -> Problems {
        let what = match (key.whose, &self.practice) {
            (Whose::Practice, Some(_)) => format!("is not set: write {} into this file", key.unit),
            (Whose::Practice, None) | (Whose::Machine, _) => {
                format!("is not set: write {} into {DEFAULT_FILE}, or set {}", key.unit, key.variable())
            }
        };
        Problems::one(key.name, what)
    }
}

fn not_its_unit(key: &Key) -> Problems {
    Problems::one(key.name, format!("is not {}", key.unit))
}

/// A secret that was written where only paths to secrets belong is the likeliest slip with an unknown key.
fn unknown(shown: &str, name: &str) -> Problem {
    match Key::named(&format!("{name}_file")).filter(|key| matches!(key.kind, Kind::SecretFile)) {
        Some(key) => Problem::new(
            shown,
            format!(
                "is a secret and must not stand here: put it into a file that only this program's user can read, and write \
                 that file's path under {}",
                key.name
            ),
        ),
        None => Problem::new(shown, "is no key of this program: docs/operations.md lists them all"),
    }
}

/// The parser's own words quote the line, and the line may hold a secret.
fn not_toml(whole: &str, file: &str, error: &toml::de::Error) -> Problem {
    let line = error
        .span()
        .and_then(|span| file.get(..span.start))
        .map_or(1, |before| before.lines().count().max(1));
    Problem::new(whole, format!("line {line} is not TOML: each line is key = \"text\" or key = number, once"))
}
