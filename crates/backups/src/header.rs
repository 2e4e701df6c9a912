//! What stands at the beginning of a back-up, before the database: text, so that who opens one by hand can read it.

use std::io::{BufRead, Read};

use registration::{ids::PracticeId, time::Timestamp};
use store::Stamp;
use zeroize::Zeroizing;

use crate::{
    failure::BackupFailure,
    master_key::{MasterKey, as_digits, of_digits},
    sealed::read_failed,
};

/// The first line. A program that finds another number leaves the back-up alone.
const FORMAT: &str = "vestibule-backup 1";

/// What every format begins with.
const ANY_FORMAT: &str = "vestibule-backup ";

/// Bytes; the lines there are have some 300, and 37 for each practice after the first.
const LONGEST: u64 = 64 * 1024;

/// Which database follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An encrypted SQLite file, as it is.
    File,
    /// A dump of a PostgreSQL database, in `pg_dump`'s custom format.
    Server,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::File => "sqlite",
            Self::Server => "postgresql",
        }
    }

    /// As an operator knows it.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::File => "an encrypted file (database_file)",
            Self::Server => "a PostgreSQL database (database_address)",
        }
    }
}

/// Everything but the database. `Debug` is silent about the key.
pub struct Header {
    /// What the database may hold.
    pub stamp: Stamp,
    /// The practices of whoever took it; a server's database may hold others too.
    pub practices: Vec<PracticeId>,
    /// The newest migration of the database.
    pub version: i64,
    /// What follows.
    pub kind: Kind,
    /// UTC.
    pub taken_at: String,
    /// Of which every key of the portal is drawn, that of an encrypted file too.
    pub master: MasterKey,
}

impl std::fmt::Debug for Header {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Header of {}, version {}, taken {}", self.stamp.as_str(), self.version, self.taken_at)
    }
}

impl Header {
    /// As of now.
    #[must_use]
    pub fn new(
        stamp: Stamp,
        practices: Vec<PracticeId>,
        version: i64,
        kind: Kind,
        now: Timestamp,
        master: MasterKey,
    ) -> Self {
        let taken_at = now.instant().format("%Y-%m-%dT%H:%M:%SZ").to_string();
        Self { stamp, practices, version, kind, taken_at, master }
    }

    /// Ends with an empty line.
    pub(crate) fn written(&self) -> Zeroizing<String> {
        let master = as_digits(&self.master);
        let practices: Vec<String> = self.practices.iter().map(|practice| practice.0.to_string()).collect();
        Zeroizing::new(format!(
            "{FORMAT}\nmode {}\npractice {}\nversion {}\ndatabase {}\ntaken {}\nmaster-key {}\n\n",
            self.stamp.as_str(),
            practices.join(" "),
            self.version,
            self.kind.as_str(),
            self.taken_at,
            *master
        ))
    }

    /// Reads it, and leaves the reader at the database.
    pub(crate) fn read(input: &mut impl BufRead) -> Result<Self, BackupFailure> {
        let mut input = Read::take(&mut *input, LONGEST);
        match line(&mut input)?.as_str() {
            FORMAT => {}
            other if other.starts_with(ANY_FORMAT) => return Err(BackupFailure::TooNew),
            _ => return Err(BackupFailure::NotABackup),
        }
        let mut value_of = |name: &str| {
            let line = line(&mut input)?;
            let value = line.strip_prefix(name).and_then(|rest| rest.strip_prefix(' '));
            value.map(|value| Zeroizing::new(value.to_owned())).ok_or(BackupFailure::NotABackup)
        };
        let header = Self {
            stamp: Stamp::parse(&value_of("mode")?).ok_or(BackupFailure::NotABackup)?,
            practices: practices(&value_of("practice")?).ok_or(BackupFailure::NotABackup)?,
            version: value_of("version")?.parse().map_err(|_| BackupFailure::NotABackup)?,
            kind: match value_of("database")?.as_str() {
                "sqlite" => Kind::File,
                "postgresql" => Kind::Server,
                _ => return Err(BackupFailure::TooNew),
            },
            taken_at: value_of("taken")?.to_string(),
            master: of_digits(value_of("master-key")?.as_bytes()).ok_or(BackupFailure::NotABackup)?,
        };
        if line(&mut input)?.is_empty() { Ok(header) } else { Err(BackupFailure::NotABackup) }
    }
}

/// One at least.
fn practices(written: &str) -> Option<Vec<PracticeId>> {
    written.split(' ').map(|id| id.parse().ok().map(PracticeId)).collect()
}

fn line(input: &mut impl BufRead) -> Result<Zeroizing<String>, BackupFailure> {
    let mut line = Zeroizing::new(String::with_capacity(128));
    input.read_line(&mut line).map_err(read_failed)?;
    match line.strip_suffix('\n') {
        Some(whole) => Ok(Zeroizing::new(whole.to_owned())),
        None => Err(BackupFailure::NotABackup),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn header() -> Header {
        Header {
            stamp: Stamp::Live,
            practices: vec![PracticeId(Uuid::from_u128(7)), PracticeId(Uuid::from_u128(8))],
            version: 10,
            kind: Kind::Server,
            taken_at: "2026-11-29T07:00:00Z".to_owned(),
            master: Zeroizing::new([0xA5; 32]),
        }
    }

    #[test]
    fn a_header_is_read_as_it_was_written_and_the_database_follows() {
        let text = format!("{}PGDMP", *header().written());
        let mut input = text.as_bytes();
        let read = Header::read(&mut input).expect("a header");
        assert_eq!(read.written(), header().written());
        assert_eq!((read.kind, input), (Kind::Server, b"PGDMP".as_slice()));
    }

    #[test]
    fn what_is_no_header_or_a_newer_one_is_told_apart() {
        let written = header().written();
        let newer = written.replacen("backup 1", "backup 2", 1);
        assert!(matches!(Header::read(&mut newer.as_bytes()), Err(BackupFailure::TooNew)));
        for text in
            ["", "hello\n", &written.replace("mode live", "mode other"), &written.replace("a5a5", "a5")]
        {
            assert!(matches!(Header::read(&mut text.as_bytes()), Err(BackupFailure::NotABackup)), "{text}");
        }
        let endless = format!("{FORMAT}\nmode {}", "x".repeat(100_000));
        assert!(matches!(Header::read(&mut endless.as_bytes()), Err(BackupFailure::NotABackup)));
    }
}
