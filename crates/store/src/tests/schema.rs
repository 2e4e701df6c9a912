//! The schema itself: commented, the same in both dialects, and every personal datum accounted for.

use std::{collections::BTreeMap, fs, path::Path};

use sqlx::Row as _;

use super::fixture::{Database, Sqlite};

/// Columns by table.
pub(super) type Tables = BTreeMap<String, Vec<String>>;

/// What says who or where a person is; a table with one of these is personal.
const PERSONAL: [&str; 9] = [
    "given_name",
    "family_name",
    "family_folded",
    "date_of_birth",
    "email",
    "mobile",
    "value",
    "recipient",
    "patient_id",
];

pub(super) async fn columns(database: &Database) -> Tables {
    let rows = sqlx::query(
        "SELECT t.name AS table_name, c.name AS column_name FROM sqlite_master t JOIN pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         ORDER BY t.name, c.cid",
    )
    .fetch_all(database.pools()[0])
    .await
    .expect("the schema");
    let mut tables = Tables::new();
    for row in rows {
        tables.entry(row.get("table_name")).or_default().push(row.get("column_name"));
    }
    tables
}

fn migration(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new("../../migrations").join(folder);
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the migrations")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
            (name, fs::read_to_string(path).expect("a migration"))
        })
        .collect();
    files.sort();
    files
}

/// Columns as the text of a migration writes them: one a line, in lower case, before the table's constraints; or added to a
/// table that is there.
fn written(sql: &str) -> Tables {
    let mut tables = Tables::new();
    let mut table = None;
    for line in sql.lines() {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            table = rest.split_whitespace().next().map(str::to_owned);
        } else if let Some((added_to, column)) = added(line) {
            tables.entry(added_to.to_owned()).or_default().push(column.to_owned());
        } else if line.starts_with(')') {
            table = None;
        } else if let (Some(table), Some(column)) = (&table, column_of(line)) {
            tables.entry(table.clone()).or_default().push(column.to_owned());
        }
    }
    tables
}

/// Table and column.
fn added(line: &str) -> Option<(&str, &str)> {
    let (table, column) = line.strip_prefix("ALTER TABLE ")?.split_once(" ADD COLUMN ")?;
    Some((table, column.split_whitespace().next()?))
}

/// Likewise.
fn dropped(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("ALTER TABLE ")?.trim_end_matches(';').split_once(" DROP COLUMN ")
}

fn column_of(line: &str) -> Option<&str> {
    let name = line.strip_prefix("    ")?.split_whitespace().next()?;
    name.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        .then_some(name)
}

#[tokio::test]
async fn every_column_has_a_comment_over_it() {
    let database = Database::new(Sqlite).await;
    let mut found = Tables::new();
    let (sqlite, postgres) = (migration("sqlite"), migration("postgres"));
    for (_, sql) in &sqlite {
        for (table, columns) in written(sql) {
            found.entry(table).or_default().extend(columns);
        }
        for (table, column) in sql.lines().filter_map(dropped) {
            found.entry(table.to_owned()).or_default().retain(|it| it != column);
        }
    }
    for (name, sql) in sqlite.into_iter().chain(postgres) {
        let lines: Vec<_> = sql.lines().collect();
        let mut inside = false;
        for (index, line) in lines.iter().enumerate() {
            inside = (inside && !line.starts_with(')')) || line.starts_with("CREATE TABLE ");
            if inside && column_of(line).is_some() || added(line).is_some() {
                let comment = lines[index - 1].trim_start();
                assert!(comment.starts_with("-- ") && comment.ends_with('.'), "{name}: {line}");
            }
        }
    }
    assert_eq!(found, columns(&database).await, "the text was understood");
}

#[test]
fn both_dialects_have_the_same_files_tables_and_columns() {
    let (sqlite, postgres) = (migration("sqlite"), migration("postgres"));
    assert_eq!(sqlite.len(), postgres.len());
    for ((one, sqlite), (other, postgres)) in sqlite.iter().zip(&postgres) {
        assert_eq!(one, other);
        assert_eq!(written(sqlite), written(postgres), "{one}");
        for what in ["CREATE INDEX ", "CREATE UNIQUE INDEX ", "CREATE TRIGGER "] {
            let names = |sql: &str| {
                let mut names: Vec<_> =
                    sql.lines().filter_map(|line| line.strip_prefix(what)).filter_map(first_word).collect();
                names.sort();
                names
            };
            assert_eq!(names(sqlite), names(postgres), "{what}in {one}");
        }
    }
}

fn first_word(line: &str) -> Option<String> {
    line.split_whitespace().next().map(str::to_owned)
}

/// Tables of many short rows, in which the number of an index stands for its practice.
const LED_BY_THEIR_INDEX: [&str; 3] = ["match_counts", "match_keys", "match_records"];

#[tokio::test]
async fn the_practice_leads_every_key() {
    let database = Database::new(Sqlite).await;
    for (table, columns) in columns(&database).await {
        if matches!(table.as_str(), "database_stamp" | "practices" | "recovery_key") {
            continue;
        }
        let leader = if LED_BY_THEIR_INDEX.contains(&table.as_str()) { "match_index" } else { "practice_id" };
        assert_eq!(columns.first().map(String::as_str), Some(leader), "{table}");
        let leads: i64 =
            sqlx::query_scalar("SELECT count(*) FROM pragma_table_info($1) WHERE name = $2 AND pk = 1")
                .bind(&table)
                .bind(leader)
                .fetch_one(database.pools()[0])
                .await
                .expect("the key");
        assert_eq!(leads, 1, "{table}");
    }
}

/// Unique keys, whether of a table or of an index, whose first column is not the practice: table and column.
async fn unique_keys_led_by_another_column(database: &Database) -> Vec<(String, String)> {
    let rows = sqlx::query(
        "SELECT t.name AS table_name, c.name AS column_name FROM sqlite_master t
         JOIN pragma_index_list(t.name) i ON i.\"unique\" = 1
         JOIN pragma_index_info(i.name) c ON c.seqno = 0 AND c.name <> 'practice_id'
         WHERE t.type = 'table' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\'
            AND t.name NOT IN ('database_stamp', 'practices', 'recovery_key', 'match_counts', 'match_keys', 'match_records')
         ORDER BY t.name, c.name",
    )
    .fetch_all(database.pools()[0])
    .await
    .expect("the indexes");
    rows.iter().map(|row| (row.get("table_name"), row.get("column_name"))).collect()
}

/// A credential is one kiosk's among all practices.
const CREDENTIALS: (&str, &str) = ("kiosks", "credential_sha256");

#[tokio::test]
async fn the_practice_leads_every_unique_key_but_that_of_the_credentials() {
    let database = Database::new(Sqlite).await;
    let credentials = (CREDENTIALS.0.to_owned(), CREDENTIALS.1.to_owned());
    assert_eq!(unique_keys_led_by_another_column(&database).await, std::slice::from_ref(&credentials));
    database.tamper("CREATE UNIQUE INDEX planted ON patients (family_folded, practice_id)").await;
    let planted = ("patients".to_owned(), "family_folded".to_owned());
    assert_eq!(unique_keys_led_by_another_column(&database).await, [credentials, planted]);
}

/// Candidates by their review, and what lies in an index by the record that it is a copy of.
const DATED_BY_ANOTHER: [&str; 2] = ["review_candidates", "match_records"];

#[tokio::test]
async fn every_table_with_personal_data_says_since_when() {
    let database = Database::new(Sqlite).await;
    let mut personal = 0;
    for (table, columns) in columns(&database).await {
        let has = |names: &[&str]| columns.iter().any(|column| names.contains(&column.as_str()));
        if has(&PERSONAL) && !DATED_BY_ANOTHER.contains(&table.as_str()) {
            personal += 1;
            assert!(has(&["created_at", "at", "confirmed_at", "sent_at"]), "{table}");
        }
    }
    assert!(personal >= 6, "{personal} tables");
}

#[tokio::test]
async fn every_stored_datum_stands_in_the_retention_document() {
    let database = Database::new(Sqlite).await;
    let document = fs::read_to_string("../../docs/data-retention.md").expect("the document");
    let tables = columns(&database).await;
    let mut sections = BTreeMap::new();
    for section in document.split("\n### `").skip(1) {
        let (table, text) = section.split_once('`').expect("a name in back-ticks");
        sections.insert(table.to_owned(), text);
    }
    for (table, columns) in &tables {
        let text = sections.get(table).unwrap_or_else(|| panic!("no section for {table}"));
        for column in columns {
            assert!(text.contains(&format!("`{column}`")), "{table}.{column}");
        }
    }
    let unknown: Vec<_> = sections.keys().filter(|table| !tables.contains_key(*table)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
