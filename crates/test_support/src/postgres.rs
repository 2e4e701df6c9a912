//! A private PostgreSQL: the real one, in a temporary folder, on a socket, gone with the program that started it.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::OnceLock,
};

/// Starts a cluster, says where, and waits: when its standard input ends, because the program that holds the other end did,
/// however that came, the cluster is stopped and its folder goes. PostgreSQL refuses to run as root.
const KEEPER: &str = r#"
set -eu
folder=$(mktemp -d /tmp/vestibule-postgres-XXXXXX)
as=""
if [ "$(id -u)" = 0 ]; then
    chown postgres "$folder"
    as="setpriv --reuid=postgres --regid=postgres --init-groups"
fi
cd "$folder"
$as "$1/initdb" --no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C.UTF-8 --pgdata="$folder/cluster" >&2
$as "$1/pg_ctl" start --silent --wait --pgdata="$folder/cluster" --log="$folder/log" \
    --options="-c listen_addresses='' -c unix_socket_directories='$folder' -c max_connections=300 $2" >&2
echo "$folder"
cat >/dev/null || true
$as "$1/pg_ctl" stop --silent --mode=immediate --pgdata="$folder/cluster" >&2 || true
rm -rf "$folder"
"#;

/// A running cluster.
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    // Dropped first: it tells the keeper to stop.
    stop: Option<ChildStdin>,
    keeper: Child,
}

impl Cluster {
    /// One that forgets nothing it acknowledged, for tests that kill it.
    #[must_use]
    pub fn durable() -> Self {
        Self::start("")
    }

    /// The one that all tests of a program share, each with databases of its own. It writes nothing through to the disk.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| Self::start("-c fsync=off -c synchronous_commit=off -c full_page_writes=off"))
    }

    fn start(options: &str) -> Self {
        let programs = programs();
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(&programs).arg(options);
        let mut keeper = keeper
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell starts");
        let stop = keeper.stdin.take();
        let mut folder = String::new();
        let said = keeper.stdout.take().expect("its output is ours");
        BufReader::new(said).read_line(&mut folder).expect("the keeper says where");
        let folder = PathBuf::from(folder.trim_end());
        assert!(folder.is_absolute(), "PostgreSQL did not start; is Debian's `postgresql` whole?");
        Self { programs, folder, stop, keeper }
    }

    /// The folder of its socket.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.folder
    }

    /// Where `role` finds `database`.
    #[must_use]
    pub fn address(&self, role: &str, database: &str) -> String {
        format!("postgres://{role}@localhost/{database}?host={}", self.folder.display())
    }

    /// Makes a role that may log in, and nothing more.
    pub fn add_role(&self, name: &str) {
        self.run("createuser", &["--no-superuser", "--no-createdb", "--no-createrole", name]);
    }

    /// Makes a database, as a copy of `template`.
    pub fn add_database(&self, name: &str, owner: &str, template: &str) {
        self.run("createdb", &["--owner", owner, "--template", template, name]);
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(self.programs.join(program));
        command.arg("--host").arg(&self.folder).args(["--username", "postgres"]).args(arguments);
        let output = command.output().expect("a PostgreSQL program starts");
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.stop.take());
        // Nothing can be done about a keeper that does not end.
        let _ = self.keeper.wait();
    }
}

/// The newest that is installed, where Debian puts it.
fn programs() -> PathBuf {
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = installed
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .max()
        .expect("PostgreSQL is installed: Debian's package `postgresql`");
    PathBuf::from(format!("/usr/lib/postgresql/{newest}/bin"))
}
