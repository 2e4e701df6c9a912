//! What is missing on this machine, and the command that mends it.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{
    command::{run, shown, text_of},
    interface, kiosk, packages, places,
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Also install what can be installed
    #[arg(long)]
    mend: bool,
}

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    verdict: Verdict,
}

enum Verdict {
    Fine(String),
    /// Nothing needs mending, but it is good to know.
    Note(&'static str),
    Missing {
        words: String,
        mend: Mend,
    },
}

enum Mend {
    Commands(Vec<Command>),
    /// Only a person can: the program comes from elsewhere.
    ByHand(&'static str),
}

pub(crate) fn doctor(arguments: &Arguments) -> Result<()> {
    let findings = look();
    print(&findings);
    if arguments.mend {
        mends(findings).into_iter().try_for_each(mend)?;
        let findings = look();
        print(&findings);
        return none_missing(findings);
    }
    none_missing(findings)
}

/// As a step of the tests: nothing may be missing to build.
pub(crate) fn check_to_build() -> Result<()> {
    let findings = Vec::from(to_build());
    print(&findings);
    none_missing(findings)
}

/// As a step of the tests: nothing may be missing of what they start.
pub(crate) fn check_to_test() -> Result<()> {
    let findings = vec![to_test()];
    print(&findings);
    none_missing(findings)
}

/// As a step of the tests: nothing may be missing to drive window and pages.
pub(crate) fn check_to_drive() -> Result<()> {
    let findings = Vec::from(to_drive());
    print(&findings);
    none_missing(findings)
}

fn none_missing(findings: Vec<Finding>) -> Result<()> {
    let mends = mends(findings);
    if mends.is_empty() {
        return Ok(());
    }
    bail!("\nThis mends it:\n\n  {}\n\nor: cargo xtask doctor --mend", as_one_command(&mends));
}

fn look() -> Vec<Finding> {
    to_build().into_iter().chain([to_test()]).chain(to_drive()).chain(to_know()).collect()
}

fn to_build() -> [Finding; 5] {
    let all = [
        ("Rust", program("rustc", [1, 95], "install Rust 1.95 or newer: https://rustup.rs")),
        ("Node.js", program("node", [20, 19], "install Node.js 20.19 or newer: https://nodejs.org")),
        ("npm", program("npm", [10, 0], "npm comes with Node.js: https://nodejs.org")),
        ("packages that build", debian(packages::TO_BUILD)),
        ("ui/node_modules", node_modules()),
    ];
    all.map(|(what, verdict)| Finding { what, verdict })
}

fn to_test() -> Finding {
    Finding { what: "packages that test", verdict: debian(packages::TO_TEST) }
}

fn to_drive() -> [Finding; 2] {
    let all = [("packages that drive", debian(packages::TO_DRIVE)), ("tauri-driver", tauri_driver())];
    all.map(|(what, verdict)| Finding { what, verdict })
}

fn to_know() -> [Finding; 2] {
    [("keyring", keyring()), ("display", display())].map(|(what, verdict)| Finding { what, verdict })
}

fn print(findings: &[Finding]) {
    for Finding { what, verdict } in findings {
        let (mark, words) = match verdict {
            Verdict::Fine(words) => ("ok", words.as_str()),
            Verdict::Note(words) => ("note", *words),
            Verdict::Missing { words, .. } => ("MISSING", words.as_str()),
        };
        println!("  {mark:8} {what:20} {words}");
    }
}

fn mends(findings: Vec<Finding>) -> Vec<Mend> {
    let mend = |finding: Finding| match finding.verdict {
        Verdict::Missing { mend, .. } => Some(mend),
        Verdict::Fine(_) | Verdict::Note(_) => None,
    };
    findings.into_iter().filter_map(mend).collect()
}

fn as_one_command(mends: &[Mend]) -> String {
    let words = |mend: &Mend| match mend {
        Mend::Commands(commands) => commands.iter().map(shown).collect::<Vec<_>>().join(" && "),
        Mend::ByHand(words) => format!(": {words}"),
    };
    mends.iter().map(words).collect::<Vec<_>>().join(" && ")
}

fn mend(mend: Mend) -> Result<()> {
    match mend {
        Mend::Commands(mut commands) => commands.iter_mut().try_for_each(run),
        Mend::ByHand(words) => bail!("This needs a person: {words}"),
    }
}

fn program(name: &str, at_least: [u32; 2], by_hand: &'static str) -> Verdict {
    let Some(said) = text_of(Command::new(name).arg("--version")) else {
        return Verdict::Missing { words: format!("no {name}"), mend: Mend::ByHand(by_hand) };
    };
    if version_in(&said).is_some_and(|found| found >= at_least) {
        return Verdict::Fine(said);
    }
    let [major, minor] = at_least;
    let words = format!("{said}, and {major}.{minor} is the oldest that works");
    Verdict::Missing { words, mend: Mend::ByHand(by_hand) }
}

/// The first `1.2…` in what a program says of itself.
fn version_in(said: &str) -> Option<[u32; 2]> {
    let start = said.find(|c: char| c.is_ascii_digit())?;
    let mut numbers = said.get(start..)?.split(|c: char| !c.is_ascii_digit());
    Some([numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?])
}

fn debian(wanted: &[&'static str]) -> Verdict {
    let missing = packages::missing(wanted);
    if missing.is_empty() {
        return Verdict::Fine(format!("all {}", wanted.len()));
    }
    Verdict::Missing { words: missing.join(" "), mend: Mend::Commands(packages::installing(&missing).into()) }
}

fn tauri_driver() -> Verdict {
    if kiosk::driver_is_installed() {
        return Verdict::Fine(kiosk::driver().display().to_string());
    }
    let words = "not among this project's tools".to_owned();
    Verdict::Missing { words, mend: Mend::Commands(vec![kiosk::driver_installing()]) }
}

fn node_modules() -> Verdict {
    if interface::is_installed() {
        return Verdict::Fine("as package-lock.json says".to_owned());
    }
    let words = "not what package-lock.json says".to_owned();
    Verdict::Missing { words, mend: Mend::Commands(vec![interface::installing()]) }
}

fn keyring() -> Verdict {
    if places::has_session_bus() {
        Verdict::Fine("a session bus is here; the kiosk asks it for the keyring".to_owned())
    } else {
        Verdict::Note("no session bus; sandbox mode starts a keyring of its own, tests do too")
    }
}

fn display() -> Verdict {
    if places::has_display() {
        Verdict::Fine("here".to_owned())
    } else {
        Verdict::Note("none; `cargo xtask run` shows guided registrations in a virtual one")
    }
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn versions_are_read_from_what_programs_say() {
        assert_eq!(version_in("rustc 1.95.0 (59807616e 2026-04-14)"), Some([1, 95]));
        assert_eq!(version_in("v20.20.2"), Some([20, 20]));
        assert_eq!(version_in("none"), None);
    }
}
