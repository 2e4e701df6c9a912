//! The parts of the configuration, each read by the commands that need it.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

/// Of which every key is drawn.
pub(crate) use backups::MasterKey;
use backups::of_digits;
use kiosk_api::kiosk::Mode;
use portal::{AccessLogKept, HashCost, PracticeSettings, is_origin};
use registration::{
    flow::figures::LinkLifetime,
    ids::PracticeId,
    values::mobile::{Fictional, MobilePolicy},
};
use store::{OpenError, Policy, PostgresLogin, Stamp};
use tokio_rustls::rustls::ServerConfig;
use zeroize::Zeroizing;

use super::{
    Problems, Told,
    keys::{
        ACCESS_LOG_YEARS, BACKUP_ADDRESS, BACKUP_PASSWORD_FILE, COUNTRY, DATABASE_ADDRESS,
        DATABASE_CONNECTIONS, DATABASE_FILE, DATABASE_PASSWORD_FILE, Key, LINK_HOURS, LISTEN_ADDRESS,
        MASTER_KEY_FILE, MATCH_POLICY, MODE, OWNER_ADDRESS, OWNER_PASSWORD_FILE, PRACTICE_ID, PRACTICE_NAME,
        PRACTICE_PHONE, PUBLIC_ORIGIN, SANDBOX_PHONE_ADDRESS, TIME_ZONE,
    },
    not_its_unit,
};

/// Where the rows are.
#[derive(Debug)]
pub(crate) enum Database {
    /// An encrypted file.
    File(PathBuf),
    /// PostgreSQL, as the run-time role.
    Server { login: Box<PostgresLogin>, connections: u32 },
}

/// A login for PostgreSQL's own programs too, which read the same address.
pub(crate) struct ToolLogin {
    pub(crate) login: Box<PostgresLogin>,
    pub(crate) address: String,
    pub(crate) password: Option<Zeroizing<String>>,
}

/// Where the portal is reached.
pub(crate) struct Listen {
    pub(crate) address: SocketAddr,
    /// Without it, whoever stands in front speaks TLS.
    pub(crate) tls: Option<Arc<ServerConfig>>,
}

impl Told {
    pub(crate) fn mode(&self) -> Result<Mode, Problems> {
        self.parsed(&MODE, |text| match text {
            "sandbox" => Some(Mode::Sandbox),
            "trial" => Some(Mode::Trial),
            "live" => Some(Mode::Live),
            _ => None,
        })
    }

    pub(crate) fn stamp(&self) -> Result<Stamp, Problems> {
        self.mode().map(|mode| match mode {
            Mode::Sandbox => Stamp::Sandbox,
            Mode::Trial => Stamp::Trial,
            Mode::Live => Stamp::Live,
        })
    }

    pub(crate) fn practice(&self) -> Result<PracticeId, Problems> {
        self.parsed(&PRACTICE_ID, |text| text.parse().ok().map(PracticeId))
    }

    /// What the practice decides.
    pub(crate) fn settings(&self) -> Result<PracticeSettings, Problems> {
        let mut problems = Problems::default();
        let mode = problems.keep(self.mode());
        let practice = problems.keep(self.practice());
        let name = problems.keep(self.parsed(&PRACTICE_NAME, |text| written(text, 80)));
        let phone = problems.keep(self.parsed(&PRACTICE_PHONE, |text| written(text, 30)));
        let public_origin =
            problems.keep(self.parsed(&PUBLIC_ORIGIN, |text| is_origin(text).then_some(text)));
        let time_zone = problems.keep(self.parsed(&TIME_ZONE, |text| text.parse().ok()));
        let match_policy = problems.keep(self.parsed(&MATCH_POLICY, Policy::parse));
        let link_hours = problems.keep(self.number(&LINK_HOURS, 1, 72));
        let years = problems.keep(self.number(&ACCESS_LOG_YEARS, 1, 30));
        let mobile_policy = problems.keep(self.mobile_policy());
        let (Some(mode), Some(practice), Some(name), Some(phone)) = (mode, practice, name, phone) else {
            return Err(problems);
        };
        let (Some(time_zone), Some(match_policy)) = (time_zone, match_policy) else {
            return Err(problems);
        };
        let (Some(public_origin), Some(link_hours), Some(years), Some(mobile_policy)) =
            (public_origin, link_hours, years, mobile_policy)
        else {
            return Err(problems);
        };
        Ok(PracticeSettings {
            practice,
            name,
            phone,
            public_origin: public_origin.to_owned(),
            mode,
            access_log_kept: AccessLogKept::years(u8::try_from(years).unwrap_or(u8::MAX)),
            mobile_policy,
            match_policy,
            time_zone,
            link_lifetime: LinkLifetime::hours(link_hours),
            hash_cost: HashCost::standard(),
        })
    }

    /// Numbers set aside for drama reach nobody: a sandbox has no others, and a practice has none of them.
    pub(crate) fn mobile_policy(&self) -> Result<MobilePolicy, Problems> {
        let fictional = match self.mode()? {
            Mode::Sandbox => Fictional::Accepted,
            Mode::Trial | Mode::Live => Fictional::Refused,
        };
        self.parsed(&COUNTRY, |text| {
            let policy = MobilePolicy::for_region(text, fictional);
            (!policy.own_calling_codes.is_empty()).then_some(policy)
        })
    }

    /// Exactly one of the two there are.
    pub(crate) fn database(&self) -> Result<Database, Problems> {
        match (self.text(&DATABASE_FILE), self.text(&DATABASE_ADDRESS)) {
            (Some(_), Some(_)) => {
                Err(Problems::one(DATABASE_FILE.name, "and database_address are both set: keep one"))
            }
            (None, None) => {
                Err(Problems::one(DATABASE_ADDRESS.name, "is not set, and neither is database_file: set one"))
            }
            (Some(path), None) => Ok(Database::File(PathBuf::from(path))),
            (None, Some(_)) => {
                let mut problems = Problems::default();
                let login = problems.keep(self.login(&DATABASE_ADDRESS, &DATABASE_PASSWORD_FILE));
                let connections = problems.keep(self.number(&DATABASE_CONNECTIONS, 3, 200));
                match (login, connections) {
                    (Some(login), Some(connections)) => {
                        Ok(Database::Server { login: Box::new(login), connections })
                    }
                    (None, _) | (_, None) => Err(problems),
                }
            }
        }
    }

    /// The role that owns the tables, and is not the one that runs the portal.
    pub(crate) fn owner(&self, run_time: &PostgresLogin) -> Result<ToolLogin, Problems> {
        let owner = self.tool_login(&OWNER_ADDRESS, &OWNER_PASSWORD_FILE)?;
        if owner.login.role() == run_time.role() {
            let what =
                "names the role of database_address: the role that runs the portal must not own the tables";
            return Err(Problems::one(OWNER_ADDRESS.name, what));
        }
        Ok(owner)
    }

    /// The role that reads past the wall between practices, which the portal's own must never do.
    pub(crate) fn back_up_reader(&self, run_time: &PostgresLogin) -> Result<ToolLogin, Problems> {
        let reader = self.tool_login(&BACKUP_ADDRESS, &BACKUP_PASSWORD_FILE)?;
        if reader.login.role() == run_time.role() {
            let what = "names the role of database_address, which sees one practice at a time: a back-up needs a role of its own";
            return Err(Problems::one(BACKUP_ADDRESS.name, what));
        }
        Ok(reader)
    }

    /// Whether this configuration says anything of that role.
    pub(crate) fn names_back_up_reader(&self) -> bool {
        self.is_said(&BACKUP_ADDRESS) || self.is_said(&BACKUP_PASSWORD_FILE)
    }

    /// Whether this configuration says anything of the owner.
    pub(crate) fn names_owner(&self) -> bool {
        self.is_said(&OWNER_ADDRESS) || self.is_said(&OWNER_PASSWORD_FILE)
    }

    pub(crate) fn master_key(&self) -> Result<MasterKey, Problems> {
        let digits = self.required_secret(&MASTER_KEY_FILE)?;
        of_digits(&digits).ok_or_else(|| {
            let what =
                "the file holds something else than 64 hexadecimal digits: openssl rand -hex 32 makes them";
            Problems::one(MASTER_KEY_FILE.name, what)
        })
    }

    /// Where the master key's file is, or is to be.
    pub(crate) fn master_key_place(&self) -> Result<PathBuf, Problems> {
        self.required(&MASTER_KEY_FILE).map(PathBuf::from)
    }

    pub(crate) fn listen(&self) -> Result<Listen, Problems> {
        let mut problems = Problems::default();
        let address = problems.keep(self.parsed(&LISTEN_ADDRESS, |text| text.parse::<SocketAddr>().ok()));
        let tls = problems.keep(self.tls());
        let (Some(address), Some(tls)) = (address, tls) else { return Err(problems) };
        if tls.is_none() && !address.ip().is_loopback() {
            let what = "is reached from other machines, and without certificate_file nothing would be encrypted: set one, or \
                        listen on 127.0.0.1 behind a reverse proxy on this machine";
            return Err(Problems::one(LISTEN_ADDRESS.name, what));
        }
        Ok(Listen { address, tls })
    }

    pub(crate) fn sandbox_phone_address(&self) -> Result<SocketAddr, Problems> {
        self.parsed(&SANDBOX_PHONE_ADDRESS, |text| {
            text.parse().ok().filter(|address: &SocketAddr| address.ip().is_loopback())
        })
    }

    pub(super) fn number(&self, key: &Key, least: u32, most: u32) -> Result<u32, Problems> {
        self.parsed(key, |text| text.parse().ok().filter(|number| (least..=most).contains(number)))
    }

    fn login(&self, address_key: &Key, password_key: &Key) -> Result<PostgresLogin, Problems> {
        self.tool_login(address_key, password_key).map(|tool| *tool.login)
    }

    fn tool_login(&self, address_key: &Key, password_key: &Key) -> Result<ToolLogin, Problems> {
        let address = self.required(address_key)?;
        if holds_password(address) {
            let what = format!(
                "holds a password, and addresses are shown in many places: take it out, and put it into a file named under {}",
                password_key.name
            );
            return Err(Problems::one(address_key.name, what));
        }
        let password = self.secret(password_key)?;
        let password = password.as_ref().map(|bytes| std::str::from_utf8(bytes)).transpose();
        let password = password.map_err(|_| Problems::one(password_key.name, "the file is not UTF-8"))?;
        let login = PostgresLogin::parse(address, password).map_err(|error| match error {
            OpenError::NotVerified => Problems::one(
                address_key.name,
                "must say sslmode=verify-full (and sslrootcert=/path for an authority of your own), or host=/folder of a socket",
            ),
            OpenError::Unavailable(_)
            | OpenError::Unreadable(_)
            | OpenError::TooNew { .. }
            | OpenError::TooOld { .. }
            | OpenError::RoleTooPowerful
            | OpenError::OtherMode { .. } => not_its_unit(address_key),
        })?;
        let password = password.map(|password| Zeroizing::new(password.to_owned()));
        Ok(ToolLogin { login: Box::new(login), address: address.to_owned(), password })
    }
}

/// Text that a patient can read.
fn written(text: &str, longest: usize) -> Option<String> {
    let text = text.trim();
    let fits = (1..=longest).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

/// In the authority, or among the parameters, which the driver takes too.
fn holds_password(address: &str) -> bool {
    let Some((_, rest)) = address.split_once("://") else { return false };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let in_authority = authority.rsplit_once('@').is_some_and(|(login, _)| login.contains(':'));
    // A password with a slash or question mark in it ends the authority early, and then the address has no role.
    let after_slash = rest.rsplit_once('@').is_some_and(|(login, _)| login.contains(':'));
    in_authority || after_slash || rest.to_ascii_lowercase().contains("password=")
}
