//! Every key there is. `docs/operations.md` has the same table; a test compares them.

/// A key of the file; `VESTIBULE_` and the same name in capitals is its variable.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) whose: Whose,
    /// Completes "is not …".
    pub(crate) unit: &'static str,
    pub(crate) default: Option<&'static str>,
    /// For the table in the documents.
    #[cfg(test)]
    pub(crate) what: &'static str,
}

/// How a key is written in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Text,
    Number,
    /// A path to a file that holds the secret; without it, the credential of systemd that is named like the key without
    /// `_file`.
    SecretFile,
}

/// What a key is said of, and so in which file it stands where there is a folder of practices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The machine and its database, which all practices share.
    Machine,
    Practice,
}

impl Key {
    pub(super) fn named(name: &str) -> Option<Self> {
        KEYS.into_iter().find(|key| key.name == name)
    }

    pub(crate) fn variable(&self) -> String {
        format!("{}{}", super::PREFIX, self.name.to_ascii_uppercase())
    }

    /// The name of the credential of systemd. A practice of a folder has its own, by the name of its file, or one practice's secret
    /// would be another's.
    pub(super) fn credential(&self, practice: Option<&str>) -> String {
        let name = self.name.strip_suffix("_file").unwrap_or(self.name);
        match (self.whose, practice) {
            (Whose::Practice, Some(practice)) => format!("{practice}.{name}"),
            (Whose::Practice, None) | (Whose::Machine, _) => name.to_owned(),
        }
    }
}

macro_rules! keys {
    ($($name:ident: $key:literal, $whose:ident, $kind:ident, $unit:literal, $default:expr, $what:literal;)*) => {
        $(pub(super) const $name: Key = Key {
            name: $key,
            kind: Kind::$kind,
            whose: Whose::$whose,
            unit: $unit,
            default: $default,
            #[cfg(test)]
            what: $what,
        };)*

        /// In the order of the documents.
        pub(crate) const KEYS: [Key; [$($key),*].len()] = [$($name),*];
    };
}

keys! {
    MODE: "mode", Machine, Text, "sandbox, trial or live", None,
        "How people's data is treated. A database is stamped with it when it is made, for ever; `serve` runs sandbox only so far";
    PRACTICES_FOLDER: "practices_folder", Machine, Text, "a path", None,
        "A folder with a file for each practice, where the portal serves several: [below](#several-practices)";
    PRACTICE_ID: "practice_id", Practice, Text, "a UUID", None,
        "Which practice; never changes, because every row of the database carries it";
    PRACTICE_NAME: "practice_name", Practice, Text, "a name of 1 to 80 characters", None,
        "The practice as patients know it";
    PRACTICE_PHONE: "practice_phone", Practice, Text, "a telephone number of 1 to 30 characters", None,
        "Telephone of the desk, as the practice writes it; on every page that leads nowhere else";
    PUBLIC_ORIGIN: "public_origin", Practice, Text, "an origin such as https://register.example.org: no path, no capitals, no :443", None,
        "Where patients' phones and kiosks reach this portal. Requests for another host are refused";
    TIME_ZONE: "time_zone", Practice, Text, "a time zone of the IANA list", Some("Europe/London"),
        "In which times are written to patients, and quiet hours kept";
    COUNTRY: "country", Practice, Text, "a country of two capital letters (ISO 3166)", Some("GB"),
        "Mobiles typed without a country belong to it, and only its calling code gets texts";
    MATCH_POLICY: "match_policy", Practice, Text, "strict or balanced", Some("strict"),
        "How alike names must be before a record is linked without staff: [matching.md](matching.md#what-is-decided)";
    PRACTICE_SYSTEM: "practice_system", Practice, Text, "own, by_hand, dentally, open_dental or fhir", Some("own"),
        "Where the practice keeps its patients: here, in software that staff enter changes into, or in a system that is read and written: [practice-systems.md](practice-systems.md)";
    PRACTICE_SYSTEM_ADDRESS: "practice_system_address", Practice, Text, "an https address (or http on this very machine) without a query", None,
        "Where that system answers. In sandbox mode this machine only, because invented people must not get into real records";
    PRACTICE_SYSTEM_KEY_FILE: "practice_system_key_file", Practice, SecretFile, "a path", None,
        "Dentally's key, Open Dental's key of the practice, or the FHIR server's bearer token (which may be left out)";
    PRACTICE_SYSTEM_DEVELOPER_KEY_FILE: "practice_system_developer_key_file", Practice, SecretFile, "a path", None,
        "Open Dental's key of the developer";
    PRACTICE_SYSTEM_CONTACT: "practice_system_contact", Practice, Text, "an email address", None,
        "Where Dentally reaches whoever looks after this portal; it answers nobody who leaves this out";
    PRACTICE_SYSTEM_REQUESTS_PER_MINUTE: "practice_system_requests_per_minute", Practice, Number,
        "a whole number of requests from 1 to 6000", Some("600"),
        "How often a FHIR server is asked at most; Dentally and Open Dental have their own limits";
    LINK_HOURS: "link_hours", Practice, Number, "a whole number of hours from 1 to 72", Some("72"),
        "How long an emailed link lives";
    ACCESS_LOG_YEARS: "access_log_years", Practice, Number, "a whole number of years from 1 to 30", Some("8"),
        "How long it is kept who did or saw what";
    DATABASE_ADDRESS: "database_address", Machine, Text,
        "postgres://role@host/database?sslmode=verify-full&sslrootcert=/path, or with host=/folder of a socket", None,
        "The PostgreSQL server, as the run-time role; without a password. This or `database_file`";
    DATABASE_PASSWORD_FILE: "database_password_file", Machine, SecretFile, "a path", None,
        "The run-time role's password; without it, the server must know the role otherwise";
    DATABASE_CONNECTIONS: "database_connections", Machine, Number, "a whole number of connections from 3 to 200", Some("16"),
        "Connections to PostgreSQL at most. Making match keys takes three at once";
    DATABASE_FILE: "database_file", Machine, Text, "a path", None,
        "An encrypted SQLite file instead of a server, for one machine";
    OWNER_ADDRESS: "owner_address", Machine, Text,
        "postgres://role@host/database?sslmode=verify-full&sslrootcert=/path, or with host=/folder of a socket", None,
        "The same database as the role that owns the tables; for `migrate`, `restore` and `recovery-key new` alone";
    OWNER_PASSWORD_FILE: "owner_password_file", Machine, SecretFile, "a path", None,
        "The owner's password, likewise";
    BACKUP_ADDRESS: "backup_address", Machine, Text,
        "postgres://role@host/database?sslmode=verify-full&sslrootcert=/path, or with host=/folder of a socket", None,
        "The same database as a role that reads everything and writes nothing; for `backup` alone";
    BACKUP_PASSWORD_FILE: "backup_password_file", Machine, SecretFile, "a path", None,
        "That role's password; for `backup` alone";
    MASTER_KEY_FILE: "master_key_file", Machine, SecretFile, "a path", None,
        "64 hexadecimal digits, of which every key of the portal is drawn. Lost, everything sealed under it is lost";
    LISTEN_ADDRESS: "listen_address", Machine, Text, "an address and port such as 127.0.0.1:8780", Some("127.0.0.1:8780"),
        "Where the portal listens. Without a certificate, loopback addresses only: a reverse proxy on the same machine speaks TLS";
    CERTIFICATE_FILE: "certificate_file", Machine, Text, "a path", None,
        "PEM file with the certificate and its intermediates; with it, the portal itself speaks TLS 1.2 and 1.3";
    CERTIFICATE_KEY_FILE: "certificate_key_file", Machine, SecretFile, "a path", None,
        "PEM file with the certificate's private key";
    SANDBOX_PHONE_ADDRESS: "sandbox_phone_address", Practice, Text, "a loopback address and port such as 127.0.0.1:8781",
        Some("127.0.0.1:8781"),
        "Where \"the patient's phone\" shows what a sandbox sent; other modes have none";
}
