//! Where a test's program runs: a folder with its configuration and secrets, and a database.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use tempfile::TempDir;
use test_support::postgres::{BACK_UP, Cluster, OWNER, RUN_TIME};

pub(crate) const PRACTICE: &str = "018f3c9e-7b1a-7c44-9d0e-2f6a5b8c1d20";
pub(crate) const HOST: &str = "register.example";

/// Two practices of one portal: name of the file, id, name, and host.
pub(crate) const TWO: [(&str, &str, &str, &str); 2] = [
    ("elm", "018f3c9e-7b1a-7c44-9d0e-2f6a5b8c1d21", "Elm Road", "elm.example"),
    ("willow", PRACTICE, "Willow Lane", "willow.example"),
];

/// A start and an answer take less than a second; a machine that is busy has a minute.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) database: String,
    /// Lines of the configuration beyond the usual.
    more: String,
    /// Keys that are not in it.
    without: Vec<&'static str>,
}

impl Place {
    /// With an empty database.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Cluster::shared().new_database(None);
        let place = Self { folder, database, more: String::new(), without: Vec::new() };
        place.write("master-key", &"5a".repeat(32), 0o600);
        place
    }

    /// With the tables.
    pub(crate) fn migrated() -> Self {
        let place = Self::new();
        place.recovery_key();
        place
    }

    /// Makes the tables, and takes down the key that this prints.
    pub(crate) fn recovery_key(&self) -> String {
        let ended = self.run(&["migrate"]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let key = ended.stdout.lines().find_map(|line| line.strip_prefix("Recovery key: "));
        key.expect("it is printed").to_owned()
    }

    /// With an encrypted file that is not there yet instead of a server.
    pub(crate) fn of_a_file() -> Self {
        let place = Self::new();
        let line = format!("database_file = '{}'", place.file().display());
        place.and(&line).without("database_address")
    }

    /// With a folder of two practices.
    pub(crate) fn of_two(self) -> Self {
        fs::create_dir(self.folder.path().join("practices")).expect("made");
        for (file, id, name, host) in TWO {
            let lines = [
                format!("practice_id = '{id}'"),
                format!("practice_name = '{name}'"),
                "practice_phone = '01632 960 123'".to_owned(),
                format!("public_origin = 'http://{host}'"),
                "sandbox_phone_address = '127.0.0.1:0'".to_owned(),
            ];
            self.write(&format!("practices/{file}.toml"), &format!("{}\n", lines.join("\n")), 0o644);
        }
        let line = format!("practices_folder = '{}'", self.folder.path().join("practices").display());
        ["practice_id", "practice_name", "practice_phone", "public_origin", "sandbox_phone_address"]
            .into_iter()
            .fold(self.and(&line), Self::without)
    }

    /// More of a practice of the folder.
    pub(crate) fn and_in(self, file: &str, line: &str) -> Self {
        let file = format!("practices/{file}.toml");
        let before = fs::read_to_string(self.folder.path().join(&file)).expect("it is there");
        self.write(&file, &format!("{before}{line}\n"), 0o644);
        self
    }

    /// Where that file is.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("practice.db")
    }

    pub(crate) fn and(mut self, line: &str) -> Self {
        self.more = format!("{}{line}\n", self.more);
        self
    }

    pub(crate) fn without(mut self, key: &'static str) -> Self {
        self.without.push(key);
        self
    }

    pub(crate) fn write(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("its mode is set");
        path
    }

    pub(crate) fn run_time_address(&self) -> String {
        Cluster::shared().address(RUN_TIME, &self.database)
    }

    pub(crate) fn owner_address(&self) -> String {
        Cluster::shared().address(OWNER, &self.database)
    }

    fn configuration(&self) -> String {
        let lines = [
            "mode = 'sandbox'".to_owned(),
            format!("practice_id = '{PRACTICE}'"),
            "practice_name = 'Willow Lane'".to_owned(),
            "practice_phone = '01632 960 123'".to_owned(),
            format!("public_origin = 'http://{HOST}'"),
            format!("database_address = '{}'", self.run_time_address()),
            format!("master_key_file = '{}'", self.folder.path().join("master-key").display()),
            "listen_address = '127.0.0.1:0'".to_owned(),
            "sandbox_phone_address = '127.0.0.1:0'".to_owned(),
        ];
        // A test's own line takes the place of the usual one.
        let own = self.more.lines().filter_map(|line| line.split(' ').next());
        let own: Vec<&str> = own.chain(self.without.iter().copied()).collect();
        let usual = lines.iter().filter(|line| !own.iter().any(|key| line.starts_with(&format!("{key} "))));
        usual.map(|line| format!("{line}\n")).chain([self.more.clone()]).collect()
    }

    /// Nothing of this test's own surroundings reaches the program.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let (file, text) = (self.folder.path().join("portal.toml"), self.configuration());
        // Another command of the same test may be reading it.
        if fs::read_to_string(&file).ok().as_ref() != Some(&text) {
            self.write("portal.toml", &text, 0o644);
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule-portal"));
        command.env_clear().arg("--config").arg(file).args(words);
        match words {
            ["migrate" | "restore" | "recovery-key", ..] => {
                command.env("VESTIBULE_OWNER_ADDRESS", self.owner_address());
            }
            ["backup", ..] => {
                let address = Cluster::shared().address(BACK_UP, &self.database);
                command.env("VESTIBULE_BACKUP_ADDRESS", address);
            }
            _ => {}
        }
        if let ["backup" | "restore", ..] = words {
            command.env("PATH", Cluster::shared().programs());
        }
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Ended {
        ended(&mut self.command(words))
    }

    /// With this on its standard input.
    pub(crate) fn run_with(&self, words: &[&str], input: &[u8]) -> Ended {
        let mut child = self.piped(words);
        // It may end before it has read everything, and says why.
        let _ = child.stdin.take().expect("its input is ours").write_all(input);
        let output = child.wait_with_output().expect("it ended");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    pub(crate) fn piped(&self, words: &[&str]) -> Child {
        let mut command = self.command(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the program starts")
    }

    pub(crate) fn serve(&self) -> Serving {
        Serving::start(self.command(&["serve"]))
    }

    /// For tests that need nothing else of the place; it lives as long as the program.
    pub(crate) fn serve_from(self) -> (Self, Serving) {
        let serving = self.serve();
        (self, serving)
    }
}

pub(crate) fn ended(command: &mut Command) -> Ended {
    let output = command.output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// A program at work; gone with the test.
pub(crate) struct Serving {
    child: Child,
    lines: Receiver<String>,
    pub(crate) log: Vec<String>,
    pub(crate) at: SocketAddr,
    pub(crate) phone_at: SocketAddr,
}

impl Serving {
    pub(crate) fn start(command: Command) -> Self {
        let mut serving = Self::starting(command);
        serving.next_practice();
        serving
    }

    /// Not listening yet.
    pub(crate) fn starting(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the program starts");
        let stderr = BufReader::new(child.stderr.take().expect("its log is ours"));
        let (say, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if say.send(line).is_err() {
                    break;
                }
            }
        });
        let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
        Self { child, lines, log: Vec::new(), at: nowhere, phone_at: nowhere }
    }

    /// Where the next practice is reached: there is a line for each, in the order of their names.
    pub(crate) fn next_practice(&mut self) {
        let line = self.wait_for("listening");
        let said = |name: &str| {
            let word = line.split_whitespace().find_map(|word| word.strip_prefix(name));
            word.and_then(|at| at.parse().ok()).expect("it says where")
        };
        (self.at, self.phone_at) = (said("at="), said("sandbox_page="));
    }

    /// The next line with these words.
    pub(crate) fn wait_for(&mut self, words: &str) -> String {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    self.log.push(line.clone());
                    if line.contains(words) {
                        return line;
                    }
                }
                Err(error) => panic!("{words}: {error}: {:?}", self.log),
            }
        }
    }

    pub(crate) fn tell(&self, signal: &str) {
        let told = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(told.expect("kill starts").success());
    }

    /// Its exit code, and every line that it logged.
    pub(crate) fn stopped(mut self) -> (Option<i32>, String) {
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            self.log.push(line);
        }
        let code = self.child.wait().expect("it ended").code();
        (code, self.log.join("\n"))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An authority and a certificate of it for these hosts.
pub(crate) fn make_certificates(folder: &Path, hosts: &[&str]) {
    let names = hosts.iter().map(|host| format!("DNS:{host}")).collect::<Vec<_>>().join(",");
    let script = format!(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test-ca \
             -addext keyUsage=critical,keyCertSign -keyout ca.key -out ca.pem
         openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server -keyout server.key -out server.csr
         echo subjectAltName={names} > server.ext
         openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile server.ext -out server.pem
         chmod 600 server.key"
    );
    let made =
        Command::new("sh").args(["-euc", &script]).current_dir(folder).output().expect("a shell starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}
