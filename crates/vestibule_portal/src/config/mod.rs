//! What this program was told: the one place that reads the environment and the machine's files.
//!
//! [`Told`] holds what was written under which key, and whether the keys exist. Each command then reads the parts it needs
//! ([`parts`]), so that the program that serves never opens the owner's password. Nothing here ever repeats a value: it may
//! be a secret in the wrong place.

mod certificate;
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

use keys::{KEYS, Key, Kind};
pub(crate) use problem::{Problem, Problems};
pub(crate) use secret::secret_file;

/// Read where no file is named; nobody needs it who says everything in the environment.
pub(crate) const DEFAULT_FILE: &str = "/etc/vestibule/portal.toml";

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

/// What was said under each key, wherever it was said.
pub(crate) struct Told {
    said: BTreeMap<&'static str, String>,
    credentials: Option<PathBuf>,
}

impl Told {
    /// Reads the file, then the environment over it. The problems are those of keys; values are looked at by whoever needs
    /// them.
    pub(crate) fn gather(file: Option<&Path>) -> (Self, Problems) {
        let mut problems = Problems::default();
        let text = match std::fs::read_to_string(file.unwrap_or(Path::new(DEFAULT_FILE))) {
            Ok(text) => text,
            Err(error) if file.is_none() && error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => {
                let named = file.unwrap_or(Path::new(DEFAULT_FILE));
                problems.add("--config", format!("{} cannot be read: {error}", named.display()));
                String::new()
            }
        };
        let told = Self::from(&text, std::env::vars_os(), &mut problems);
        (told, problems)
    }

    fn from(
        file: &str,
        environment: impl Iterator<Item = (OsString, OsString)>,
        problems: &mut Problems,
    ) -> Self {
        let mut told = Self { said: BTreeMap::new(), credentials: None };
        told.read_file(file, problems);
        for (variable, value) in environment {
            let Some(variable) = variable.to_str() else { continue };
            if variable == CREDENTIALS {
                told.credentials = Some(PathBuf::from(value));
            } else if OF_THE_DRIVER.contains(&variable) {
                problems.add(variable, "would change where and as whom the portal connects: unset it");
            } else if let Some(name) = variable.strip_prefix(PREFIX) {
                told.read_variable(variable, &name.to_ascii_lowercase(), value, problems);
            }
        }
        told
    }

    fn read_file(&mut self, file: &str, problems: &mut Problems) {
        let table: toml::Table = match file.parse() {
            Ok(table) => table,
            Err(error) => {
                problems.push(not_toml(file, &error));
                return;
            }
        };
        for (name, value) in table {
            let Some(key) = KEYS.into_iter().find(|key| key.name == name) else {
                problems.push(unknown(&name, &name));
                continue;
            };
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
    }

    fn read_variable(&mut self, variable: &str, name: &str, value: OsString, problems: &mut Problems) {
        match (KEYS.into_iter().find(|key| key.name == name), value.into_string()) {
            (None, _) => problems.push(unknown(variable, name)),
            (Some(_), Err(_)) => problems.add(variable, "is not UTF-8"),
            (Some(key), Ok(text)) => {
                self.said.insert(key.name, text);
            }
        }
    }

    /// What was said, or the default.
    fn text(&self, key: &Key) -> Option<&str> {
        self.said.get(key.name).map(String::as_str).or(key.default)
    }

    fn is_said(&self, key: &Key) -> bool {
        self.said.contains_key(key.name)
    }

    fn required(&self, key: &Key) -> Result<&str, Problems> {
        self.text(key).ok_or_else(|| missing(key))
    }

    fn parsed<'s, T>(&'s self, key: &Key, parse: impl FnOnce(&'s str) -> Option<T>) -> Result<T, Problems> {
        parse(self.required(key)?).ok_or_else(|| not_its_unit(key))
    }
}

fn missing(key: &Key) -> Problems {
    Problems::one(
        key.name,
        format!("is not set: write {} into {DEFAULT_FILE}, or set {}", key.unit, key.variable()),
    )
}

fn not_its_unit(key: &Key) -> Problems {
    Problems::one(key.name, format!("is not {}", key.unit))
}

/// A secret that was written where only paths to secrets belong is the likeliest slip with an unknown key.
fn unknown(shown: &str, name: &str) -> Problem {
    let file = format!("{name}_file");
    match KEYS.into_iter().find(|key| key.name == file && matches!(key.kind, Kind::SecretFile)) {
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
fn not_toml(file: &str, error: &toml::de::Error) -> Problem {
    let line = error
        .span()
        .and_then(|span| file.get(..span.start))
        .map_or(1, |before| before.lines().count().max(1));
    Problem::new(
        "--config",
        format!("line {line} is not TOML: each line is key = \"text\" or key = number, once"),
    )
}
