//! The kiosk's interface: its packages and its build, each skipped when nothing changed.

use std::{
    collections::BTreeSet,
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::Path,
    process::Command,
};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::{command::run, places};

/// An npm command in the interface's folder.
pub(crate) fn npm(words: &[&str]) -> Command {
    let mut npm = Command::new("npm");
    npm.args(words).current_dir(places::interface());
    npm
}

/// Installs exactly what `package-lock.json` says, when it is not there already.
pub(crate) fn install() -> Result<()> {
    if is_installed() {
        println!("The interface's packages are those of package-lock.json.");
        return Ok(());
    }
    run(&mut installing())
}

/// The command that installs them.
pub(crate) fn installing() -> Command {
    let mut install = Command::new("npm");
    install.args(["ci", "--no-audit", "--no-fund", "--prefix"]).arg(places::interface());
    install
}

/// Whether `node_modules` holds what `package-lock.json` names; npm leaves a list of its own there.
pub(crate) fn is_installed() -> bool {
    let folder = places::interface();
    let wanted = read_lock(&folder.join("package-lock.json"));
    let found = read_lock(&folder.join("node_modules/.package-lock.json"));
    match (wanted, found) {
        (Ok(wanted), Ok(found)) => agree(&wanted, &found),
        (Ok(_) | Err(_), Ok(_) | Err(_)) => false,
    }
}

fn read_lock(path: &Path) -> Result<Value> {
    Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
}

/// Optional packages may be left out: they are for other systems and processors. So may what nothing needs any more.
fn agree(wanted: &Value, found: &Value) -> bool {
    let (Some(wanted), Some(found)) = (wanted["packages"].as_object(), found["packages"].as_object()) else {
        return false;
    };
    let same_version =
        |name: &String| wanted.get(name).map(|it| &it["version"]) == Some(&found[name]["version"]);
    let must_be_there = |name: &String, package: &Value| {
        !name.is_empty() && package["optional"] != true && package["extraneous"] != true
    };
    found.keys().all(same_version)
        && wanted.iter().all(|(name, package)| !must_be_there(name, package) || found.contains_key(name))
}

/// Builds the interface into `ui/dist`, and the console into `ui/dist-staff`, unless it was built from exactly these files.
pub(crate) fn build() -> Result<()> {
    let folder = places::interface();
    let stamp = folder.join("node_modules/.built-from");
    let now = fingerprint(&folder)?;
    let is_there =
        ["dist/index.html", "dist-staff/staff.html"].iter().all(|page| folder.join(page).is_file());
    if is_there && fs::read_to_string(&stamp).is_ok_and(|then| then == now) {
        println!("The interface is built from these files already.");
        return Ok(());
    }
    run(&mut npm(&["run", "--silent", "build"]))?;
    // Taken again: the build writes generated sources.
    fs::write(&stamp, fingerprint(&folder)?).context("cannot write the stamp of the build")
}

fn fingerprint(folder: &Path) -> Result<String> {
    let mut files = BTreeSet::new();
    list(folder, &mut files)?;
    let mut hasher = DefaultHasher::new();
    for path in files {
        path.hash(&mut hasher);
        fs::read(&path)?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn list(folder: &Path, files: &mut BTreeSet<std::path::PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if ["node_modules", "dist", "dist-staff"].iter().any(|skipped| entry.file_name() == *skipped) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            list(&entry.path(), files)?;
        } else {
            files.insert(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::agree;

    #[test]
    fn an_optional_package_may_be_left_out_and_nothing_else() {
        let wanted =
            json!({"packages": {"": {}, "a": {"version": "1"}, "b": {"version": "2", "optional": true}}});
        assert!(agree(&wanted, &json!({"packages": {"a": {"version": "1"}}})));
        assert!(!agree(&wanted, &json!({"packages": {"b": {"version": "2"}}})));
    }

    #[test]
    fn another_version_or_a_package_too_many_is_noticed() {
        let wanted = json!({"packages": {"": {}, "a": {"version": "1"}}});
        assert!(!agree(&wanted, &json!({"packages": {"a": {"version": "2"}}})));
        assert!(!agree(&wanted, &json!({"packages": {"a": {"version": "1"}, "c": {"version": "1"}}})));
    }
}
