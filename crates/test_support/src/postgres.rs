//! A private PostgreSQL: the real one, in a temporary folder, on a socket, gone with the program that started it.

mod crash;
mod full_disk;
mod standby;

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
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
if [ -n "${4:-}" ]; then
    [ -z "$as" ] || chown postgres "$4"
    ln -s "$4" "$folder/cluster"
fi
if [ -n "$3" ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test-ca \
        -addext keyUsage=critical,keyCertSign -keyout ca.key -out ca.pem >&2
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server -keyout server.key -out server.csr >&2
    echo "subjectAltName=DNS:localhost" > server.ext
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile server.ext \
        -out server.pem >&2
    chmod 600 server.key
    [ -z "$as" ] || chown postgres server.key
fi
$as "$1/initdb" --no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C.UTF-8 ${5:+"$5"} \
    --pgdata="$folder/cluster" >&2
$as "$1/pg_ctl" start --silent --wait --pgdata="$folder/cluster" --log="$folder/log" \
    --options="-c listen_addresses='$3' -c unix_socket_directories='$folder' -c max_connections=300 $2" >&2
echo "$folder"
cat >/dev/null || true
for running in "$folder"/*/postmaster.pid; do
    $as "$1/pg_ctl" stop --silent --mode=immediate --pgdata="$(dirname "$running")" >&2 || true
done
rm -rf "$folder"
"#;

const RIGHTS: &str = "
SELECT relname, relacl, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) FROM pg_class
WHERE relnamespace = 'public'::regnamespace;
SELECT attrelid::regclass::text, attname, attacl FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid > 16384;
SELECT proname, proacl, prosecdef, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace;
SELECT tablename, policyname, qual, with_check FROM pg_policies;
SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal";

/// Locks of relations of the database that asks.
const LOCKS: &str =
    "pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// The role that owns every table.
pub const OWNER: &str = "vestibule_owner";

/// The role of the portal.
pub const RUN_TIME: &str = "vestibule";

/// The role that reads everything for back-ups.
pub const BACK_UP: &str = "vestibule_backup";

/// A running cluster with these roles.
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    /// Dropped first: it tells the keeper to stop.
    stop: Option<ChildStdin>,
    keeper: Child,
    /// Of the first server; its standby has the next.
    port: u16,
    /// Whether the standby has taken the first one's place.
    promoted: AtomicBool,
    databases: AtomicU32,
}

impl Cluster {
    /// One that is reached over TLS as `localhost`, by a certificate of its own authority.
    ///
    /// # Panics
    /// Where PostgreSQL cannot be started.
    #[must_use]
    pub fn over_tls() -> Self {
        let port =
            TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr()).expect("a port").port();
        let files = "-c ssl=on -c ssl_cert_file=../server.pem -c ssl_key_file=../server.key";
        Self::start(&format!("{files} -c port={port}"), "127.0.0.1", port, None)
    }

    /// The one that all tests of a program share, each with databases of its own. It writes nothing through to the disk.
    ///
    /// # Panics
    /// Where PostgreSQL cannot be started.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| {
            Self::start("-c fsync=off -c synchronous_commit=off -c full_page_writes=off", "", 5432, None)
        })
    }

    /// One that all of a program share and that keeps what it acknowledged, as a practice's does: for measuring.
    ///
    /// # Panics
    /// Where PostgreSQL cannot be started.
    pub fn durable() -> &'static Self {
        static DURABLE: OnceLock<Cluster> = OnceLock::new();
        DURABLE.get_or_init(Self::of_ones_own)
    }

    /// One that keeps what it acknowledged and is nobody else's, so that it may be crashed.
    ///
    /// # Panics
    /// Where PostgreSQL cannot be started.
    #[must_use]
    pub fn of_ones_own() -> Self {
        Self::start("", "", 5432, None)
    }

    /// `disk`: an empty folder for everything that the server writes, and an option for how it is laid out.
    fn start(options: &str, listen: &str, port: u16, disk: Option<(&Path, &str)>) -> Self {
        let programs = programs();
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(&programs).args([options, listen]);
        if let Some((folder, layout)) = disk {
            keeper.arg(folder).arg(layout);
        }
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
        let (promoted, databases) = (AtomicBool::new(false), AtomicU32::new(0));
        let cluster = Self { programs, folder, stop, keeper, port, promoted, databases };
        for role in [OWNER, RUN_TIME] {
            cluster.run("createuser", &["--no-superuser", "--no-createdb", "--no-createrole", role]);
        }
        let back_up = format!("CREATE ROLE {BACK_UP} LOGIN BYPASSRLS IN ROLE pg_read_all_data");
        cluster.run("psql", &["--quiet", "--set=ON_ERROR_STOP=1", "--command", &back_up, "postgres"]);
        cluster
    }

    /// Where `role` finds `database`.
    #[must_use]
    pub fn address(&self, role: &str, database: &str) -> String {
        format!("postgres://{role}@localhost:{}/{database}?host={}", self.port(), self.folder.display())
    }

    /// Where `role` finds `database` over TLS, by this name of the server and with this certificate of an authority.
    #[must_use]
    pub fn tls_address(&self, role: &str, database: &str, server: &str, authority: &str) -> String {
        format!(
            "postgres://{role}@{server}:{}/{database}?sslmode=verify-full&sslrootcert={authority}",
            self.port
        )
    }

    /// The certificate of its authority.
    #[must_use]
    pub fn authority(&self) -> String {
        self.folder.join("ca.pem").display().to_string()
    }

    /// Makes a database of the owner's as a copy of `template`, or an empty one, and says its name.
    ///
    /// # Panics
    /// Where the server refuses.
    pub fn new_database(&self, template: Option<&str>) -> String {
        let name = format!("vestibule_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.run("createdb", &["--owner", OWNER, "--template", template.unwrap_or("template0"), &name]);
        name
    }

    /// Where PostgreSQL's own programs are.
    #[must_use]
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    /// Changes the second sealed row of a practice's access log as somebody with this role would who wants nobody to know.
    ///
    /// # Panics
    /// Where the server refuses.
    pub fn forge_access_log(&self, role: &str, database: &str, practice: &str) {
        let sql = format!(
            "SET vestibule.practice_id = '{practice}';
             ALTER TABLE access_log DISABLE TRIGGER USER;
             UPDATE access_log SET act = 'record_updated' WHERE sealed_seq = 2;
             ALTER TABLE access_log ENABLE TRIGGER USER;"
        );
        self.run_as(role, "psql", &["--quiet", "--set=ON_ERROR_STOP=1", "--command", &sql, database]);
    }

    /// Bytes of a table and of its indexes, after the server has cleaned up and looked at it as it does by itself in time.
    ///
    /// # Panics
    /// Where the server refuses.
    #[must_use]
    pub fn bytes_of(&self, database: &str, table: &str) -> u64 {
        let ask = |sql: &str| self.ask("postgres", database, sql).expect("a superuser may");
        ask("VACUUM ANALYZE");
        ask(&format!("SELECT pg_total_relation_size('{table}')")).trim().parse().expect("a number")
    }

    /// Makes all match keys those of a former normaliser, the first, whose key of nothing is this.
    ///
    /// # Panics
    /// Where the server refuses.
    pub fn age_match_keys(&self, database: &str, empty_key: i64) {
        let aged = format!("UPDATE match_indexes SET normaliser_version = 1, empty_key = {empty_key}");
        self.ask("postgres", database, &aged).expect("a superuser may");
    }

    /// Rows of a table.
    ///
    /// # Panics
    /// Where the server refuses.
    #[must_use]
    pub fn rows_of(&self, database: &str, table: &str) -> u64 {
        self.count(database, table)
    }

    /// Rows of a practice's in a table that are as `condition` says.
    ///
    /// # Panics
    /// Where the server refuses.
    #[must_use]
    pub fn rows_of_practice(&self, database: &str, table: &str, practice: &str, condition: &str) -> u64 {
        self.count(database, &format!("{table} WHERE practice_id = '{practice}' AND {condition}"))
    }

    /// How often rows of two practices have the same value in this column.
    ///
    /// # Panics
    /// Where the server refuses.
    #[must_use]
    pub fn shared_by_practices(&self, database: &str, table: &str, column: &str) -> u64 {
        let pairs = format!(
            "{table} one JOIN {table} other USING ({column}) WHERE one.practice_id < other.practice_id"
        );
        self.count(database, &pairs)
    }

    fn count(&self, database: &str, of: &str) -> u64 {
        let count = self.ask("postgres", database, &format!("SELECT count(*) FROM {of}"));
        count.expect("a superuser may").trim().parse().expect("a number")
    }

    /// Who owns what in a database, who may do what with it, and what guards it, one a line.
    ///
    /// # Panics
    /// Where the server refuses.
    #[must_use]
    pub fn rights(&self, database: &str) -> Vec<String> {
        let answer = self.ask("postgres", database, RIGHTS).expect("a superuser sees everything");
        answer.lines().map(str::to_owned).collect()
    }

    /// Whether the server refuses this role this statement for want of a right.
    #[must_use]
    pub fn denies(&self, role: &str, database: &str, sql: &str) -> bool {
        self.ask(role, database, sql).is_err_and(|words| words.contains("permission denied"))
    }

    /// A role that reads every table, and of each the rows that nobody is said to own: none.
    pub fn make_reader(&self, role: &str) {
        self.run(
            "psql",
            &[
                "--quiet",
                "--command",
                &format!("CREATE ROLE {role} LOGIN IN ROLE pg_read_all_data"),
                "postgres",
            ],
        );
    }

    /// What the server answers this role, or its refusal.
    ///
    /// # Panics
    /// Where `psql` cannot be started.
    pub fn ask(&self, role: &str, database: &str, sql: &str) -> Result<String, String> {
        let mut command = self.command(role, "psql");
        command.args([
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
            "--command",
            sql,
            database,
        ]);
        let output = command.output().expect("psql starts");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }

    /// Keeps everybody from a table until what it returns is dropped.
    ///
    /// # Panics
    /// Where the server refuses.
    #[must_use]
    pub fn hold_table(&self, database: &str, table: &str) -> HeldTable {
        let mut command = self.command("postgres", "psql");
        command.args(["--quiet", database]).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut holder = command.spawn().expect("psql starts");
        let script = holder.stdin.as_mut().expect("it reads what it is told");
        writeln!(script, "BEGIN; LOCK TABLE {table};").expect("told");
        while self.count(database, &format!("{LOCKS} AND granted AND mode = 'AccessExclusiveLock'")) == 0 {}
        HeldTable(holder)
    }

    /// Until somebody waits for what another one holds.
    ///
    /// # Panics
    /// Where the server refuses.
    pub fn wait_for_a_waiter(&self, database: &str) {
        while self.count(database, &format!("{LOCKS} AND NOT granted")) == 0 {}
    }

    /// Where the server listens that serves.
    fn port(&self) -> u16 {
        self.port + u16::from(self.promoted.load(Ordering::Relaxed))
    }

    /// Where that server keeps everything.
    fn data(&self) -> PathBuf {
        self.folder.join(if self.promoted.load(Ordering::Relaxed) { "standby" } else { "cluster" })
    }

    fn command(&self, role: &str, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.arg("--host").arg(&self.folder).args([
            "--port",
            &self.port().to_string(),
            "--username",
            role,
        ]);
        command
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        self.run_as("postgres", program, arguments);
    }

    fn run_as(&self, role: &str, program: &str, arguments: &[&str]) {
        let output =
            self.command(role, program).args(arguments).output().expect("a PostgreSQL program starts");
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// A table that nobody else reads or writes.
pub struct HeldTable(Child);

impl Drop for HeldTable {
    fn drop(&mut self) {
        // Told nothing more, it ends, and its transaction with it.
        drop(self.0.stdin.take());
        let _ = self.0.wait();
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
