//! Where a round takes place: a folder with configuration and master key, a database that the practice has filled, portals.

use std::{
    ffi::OsStr,
    fmt::Write as _,
    fs,
    net::{SocketAddr, TcpListener},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use chrono::Timelike as _;
use portal::PortalKeys;
use registration::{
    ids::{PatientId, PracticeId},
    time::Timestamp,
};
use store::{PostgresLogin, Stamp, Store};
use tempfile::TempDir;
use test_support::postgres::{Cluster, OWNER, RUN_TIME};
use tokio::{io::AsyncWriteExt as _, process::Command};
use uuid::Uuid;

use crate::{
    disk::{FOR_A_FILE, FOR_A_SERVER, SmallDisk},
    people::Person,
    portal_process::PortalProcess,
    system::System,
};

pub(crate) const HOST: &str = "register.example";
pub(crate) const PRACTICE: PracticeId =
    PracticeId(Uuid::from_u128(0x018f_3c9e_7b1a_7c44_9d0e_2f6a_5b8c_1d20));

/// A record that concerns nobody who registers.
pub(crate) const NOBODY: PatientId = PatientId(Uuid::from_u128(0xFFFF_FFFF));

const MASTER_KEY: [u8; 32] = [0x5a; 32];
const COLUMNS: &str = "id,given_name,family_name,date_of_birth,home,mobile,work,email\n";

/// What holds the practice's records.
pub(crate) enum Database {
    /// An encrypted file.
    File(PathBuf),
    Server {
        cluster: Arc<Cluster>,
        name: String,
    },
}

pub(crate) struct Place {
    /// Stopped before its disk is unmounted, and that before the folder goes.
    pub(crate) database: Database,
    pub(crate) disk: Option<SmallDisk>,
    folder: TempDir,
    program: PathBuf,
    /// The practice's own software, where that holds the records.
    pub(crate) system: Option<System>,
    time_zone: String,
}

impl Place {
    pub(crate) fn on_a_file(program: &Path, system: Option<System>, now: Timestamp) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let disk = SmallDisk::at(folder.path().join("disk"), FOR_A_FILE)?;
        let on = disk.as_ref().map_or(folder.path(), SmallDisk::path);
        let database = Database::File(on.join("practice.db"));
        let (program, time_zone) = (program.to_owned(), where_it_is_morning(now));
        Self { database, disk, folder, program, system, time_zone }.with_a_key()
    }

    pub(crate) fn on_a_server(program: &Path, system: Option<System>, now: Timestamp) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        // The server runs as a user of its own.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711))?;
        let disk = SmallDisk::at(folder.path().join("disk"), FOR_A_SERVER)?;
        let cluster = match &disk {
            Some(disk) => Cluster::on_a_disk(disk.path()),
            None => Cluster::of_ones_own(),
        };
        let cluster = Arc::new(cluster);
        let name = cluster.new_database(None);
        let database = Database::Server { cluster, name };
        let (program, time_zone) = (program.to_owned(), where_it_is_morning(now));
        Self { database, disk, folder, program, system, time_zone }.with_a_key()
    }

    fn with_a_key(self) -> Result<Self> {
        let key: String = MASTER_KEY.iter().fold(String::new(), |mut key, byte| {
            write!(key, "{byte:02x}").expect("text grows");
            key
        });
        let file = self.folder.path().join("master-key");
        fs::write(&file, key)?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
        Ok(self)
    }

    /// Tables, and the records of those whom the practice knows, unless its own software has them.
    pub(crate) async fn fill(&self, people: &[Person]) -> Result<()> {
        let configuration = self.configuration("commands", any_port()?, any_port()?)?;
        self.run(&configuration, &["migrate"], "").await?;
        let records: String = match self.system {
            None => people.iter().filter_map(Person::line).collect(),
            // A sandbox without any record gets a thousand that the system knows nothing of.
            Some(_) => format!("{},Nobody,Atall,1900-02-02,,,,\n", NOBODY.0),
        };
        self.run(&configuration, &["patients", "import"], &format!("{COLUMNS}{records}")).await?;
        Ok(())
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A portal that always listens at the same addresses.
    pub(crate) fn portal(&self, name: &str) -> Result<PortalProcess> {
        let (at, phone_at) = (any_port()?, any_port()?);
        let configuration = self.configuration(name, at, phone_at)?;
        PortalProcess::new(self.program.clone(), configuration, at, phone_at)
    }

    /// The code with which a machine becomes a kiosk of this name.
    pub(crate) async fn enrolment_code(&self, name: &str) -> Result<String> {
        let configuration = self.folder.path().join("commands.toml");
        let printed = self.run(&configuration, &["kiosk", "enrol", "--name", name], "").await?;
        let code = printed.lines().find_map(|line| line.strip_prefix("Code: "));
        Ok(code.context("a code is printed")?.to_owned())
    }

    /// As an operator asks. An error says that the log is not whole.
    pub(crate) async fn verify_access_log(&self) -> Result<String> {
        let configuration = self.folder.path().join("commands.toml");
        self.run(&configuration, &["access-log", "verify"], "").await
    }

    /// To look at what is there, beside the portals.
    pub(crate) async fn store(&self) -> Result<Store> {
        Ok(match &self.database {
            Database::File(path) => {
                Store::open_sqlite(path, &PortalKeys::database_key(&MASTER_KEY), Stamp::Sandbox).await?
            }
            Database::Server { cluster, name } => {
                let login = PostgresLogin::parse(&cluster.address(RUN_TIME, name), None)?;
                Store::open_postgres(&login, PortalKeys::pepper(&MASTER_KEY), 2, Stamp::Sandbox).await?
            }
        })
    }

    /// Where the database is by now, for a portal and for commands.
    pub(crate) fn readdress(&self, portal: &PortalProcess) -> Result<()> {
        self.configuration("commands", any_port()?, any_port()?)?;
        let name = portal.configuration.file_stem().and_then(OsStr::to_str).context("its file has a name")?;
        self.configuration(name, portal.at, portal.phone_at)?;
        Ok(())
    }

    fn configuration(&self, name: &str, at: SocketAddr, phone_at: SocketAddr) -> Result<PathBuf> {
        let database = match &self.database {
            Database::File(path) => format!("database_file = '{}'", path.display()),
            Database::Server { cluster, name } => {
                format!("database_address = '{}'", cluster.address(RUN_TIME, name))
            }
        };
        let key = self.folder.path().join("master-key");
        let system =
            self.system.as_ref().map(|system| system.configuration(self.folder.path())).transpose()?;
        let mut lines = vec![
            "mode = 'sandbox'".to_owned(),
            format!("practice_id = '{}'", PRACTICE.0),
            "practice_name = 'Willow Lane'".to_owned(),
            "practice_phone = '01632 960 123'".to_owned(),
            format!("public_origin = 'http://{HOST}'"),
            database,
            format!("master_key_file = '{}'", key.display()),
            format!("time_zone = '{}'", self.time_zone),
            format!("listen_address = '{at}'"),
            format!("sandbox_phone_address = '{phone_at}'"),
        ];
        lines.extend(system.into_iter().flatten());
        let file = self.folder.path().join(format!("{name}.toml"));
        fs::write(&file, lines.join("\n"))?;
        Ok(file)
    }

    /// What a command printed; an error where it did not end well.
    async fn run(&self, configuration: &Path, words: &[&str], input: &str) -> Result<String> {
        let mut command = Command::new(&self.program);
        command.env_clear().arg("--config").arg(configuration).args(words).kill_on_drop(true);
        if let (Database::Server { cluster, name }, ["migrate"]) = (&self.database, words) {
            command.env("VESTIBULE_OWNER_ADDRESS", cluster.address(OWNER, name));
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        child.stdin.take().context("its input is ours")?.write_all(input.as_bytes()).await?;
        let Output { status, stdout, stderr } = child.wait_with_output().await?;
        let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        if !status.success() {
            bail!("{words:?}: {status}: {stdout}{stderr}");
        }
        Ok(stdout.into_owned())
    }
}

/// Texts of what was kept go by day only, which is from 8 to 21.
fn where_it_is_morning(now: Timestamp) -> String {
    let ahead = 10 - i64::from(now.instant().hour());
    // The list has zones of up to 12 hours behind and 14 ahead, and writes them the other way round.
    let behind = if ahead < -12 { -ahead - 24 } else { -ahead };
    format!("Etc/GMT{behind:+}")
}

/// Free at this moment; a portal that is killed comes back to it.
fn any_port() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
