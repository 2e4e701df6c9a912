//! Migrations of the two databases, side by side.

use std::collections::BTreeSet;

use crate::tree::{File, assert_none, files, listed};

/// Names of the migrations in one folder.
fn names<'a>(paths: &'a [String], folder: &str) -> BTreeSet<&'a str> {
    paths.iter().filter_map(|path| path.strip_prefix(folder)?.strip_suffix(".sql")).collect()
}

/// Numbers run from 0001 without a gap, and a second database has exactly the same names.
fn breaches_of_names(paths: &[String]) -> Vec<String> {
    let (sqlite, postgres) = (names(paths, "migrations/sqlite/"), names(paths, "migrations/postgres/"));
    let mut breaches = Vec::new();
    for (at, name) in sqlite.iter().enumerate() {
        if !name.starts_with(&format!("{:04}_", at + 1)) {
            breaches.push(format!("migrations/sqlite/{name}.sql does not follow the one before it"));
        }
    }
    // PostgreSQL comes with its own change; from its first migration on the two go together.
    if !postgres.is_empty() {
        let one_sided = sqlite.symmetric_difference(&postgres);
        breaches.extend(one_sided.map(|name| format!("{name} is there for one database only")));
    }
    breaches
}

/// Each column says what it is, on its own line or on the line before.
fn breaches_of_comments(file: &File) -> Vec<String> {
    let mut breaches = Vec::new();
    let (mut in_table, mut commented) = (false, false);
    for (at, line) in file.text.lines().enumerate() {
        let line = line.trim();
        if line.to_uppercase().starts_with("CREATE TABLE") {
            in_table = true;
        } else if line.starts_with(')') {
            in_table = false;
        } else if in_table && is_column(line) && !line.contains("--") && !commented {
            breaches.push(format!("{}:{}: `{line}` has no comment", file.path, at + 1));
        }
        commented = line.starts_with("--");
    }
    breaches
}

fn is_column(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let name = words.next().unwrap_or_default();
    let kind = words.next().unwrap_or_default().trim_end_matches(',');
    let kinds =
        ["TEXT", "INTEGER", "BIGINT", "BLOB", "BYTEA", "UUID", "BOOLEAN", "DATE", "TIMESTAMPTZ", "SMALLINT"];
    let is_name =
        !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit());
    is_name && kinds.contains(&kind.to_uppercase().as_str())
}

#[test]
fn migrations_are_numbered_and_the_same_for_both_databases() {
    let paths = listed();
    assert!(!names(&paths, "migrations/sqlite/").is_empty(), "the migrations were found");
    assert_none(&breaches_of_names(&paths));
}

#[test]
fn a_gap_and_a_missing_twin_are_noticed() {
    let paths =
        |names: &[&str]| names.iter().map(|name| format!("migrations/{name}.sql")).collect::<Vec<_>>();
    assert_none(&breaches_of_names(&paths(&["sqlite/0001_a", "sqlite/0002_b"])));
    assert_eq!(breaches_of_names(&paths(&["sqlite/0001_a", "sqlite/0003_b"])).len(), 1);
    assert_eq!(breaches_of_names(&paths(&["sqlite/0001_a", "sqlite/0002_b", "postgres/0001_a"])).len(), 1);
}

#[test]
fn every_column_says_what_it_is() {
    let migrations = files("migrations/", &[".sql"]);
    let all: Vec<String> = migrations.iter().flat_map(breaches_of_comments).collect();
    assert_none(&all);
}

#[test]
fn a_silent_column_is_noticed() {
    let table = |column: &str| File::planted("planted.sql", &format!("CREATE TABLE planted (\n{column}\n);"));
    assert_eq!(breaches_of_comments(&table("  shoe_size INTEGER NOT NULL,")).len(), 1);
    assert_none(&breaches_of_comments(&table("  shoe_size INTEGER NOT NULL, -- UK sizes, whole")));
    assert_none(&breaches_of_comments(&table("  -- UK sizes, whole\n  shoe_size INTEGER NOT NULL,")));
    assert_none(&breaches_of_comments(&table("  PRIMARY KEY (practice_id, id)")));
}
