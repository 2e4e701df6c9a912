//! Queries that run for every registration, message or second find their rows by index.

use sqlx::Row as _;

use super::fixture::{Database, Sqlite};
use crate::{access_log, codes, figures, match_keys, matches, outbox, purge, record_updates, registrations};

#[tokio::test]
async fn no_query_walks_a_whole_table() {
    let database = Database::new(Sqlite).await;
    for sql in [
        registrations::BY_ID,
        registrations::BY_LINK,
        registrations::OPEN_BY_MOBILE,
        registrations::SAME_PERSON,
        codes::AWAITED_BY_NUMBER,
        registrations::DUE,
        match_keys::look_up::UNDER_KEYS[0],
        match_keys::look_up::COMPARED[0],
        match_keys::look_up::VERSION,
        match_keys::MADE,
        match_keys::BY_ID,
        match_keys::IN_INDEX,
        match_keys::removing::REMOVE_SOME[0],
        match_keys::removing::REMOVE_SOME[1],
        match_keys::removing::REMOVE_SOME[2],
        matches::NOT_THE_SAME,
        outbox::CLAIM,
        outbox::EXPIRE,
        access_log::seal::UNSEALED,
        access_log::verify::SEALED_AFTER,
        access_log::listed::EVERYTHING,
        access_log::listed::OF_STAFF,
        access_log::listed::ABOUT,
        access_log::listed::RECORDS,
        access_log::listed::OF_KIOSK,
        figures::PASSES,
        figures::CALLS,
        purge::REGISTRATIONS,
        purge::ANSWERS,
        purge::FATES,
        purge::DECOYS,
        purge::LIMITS,
        purge::DESK_REFERENCES,
        purge::ENROLMENTS,
        record_updates::listed::COUNT,
    ] {
        let steps = plan(&database, sql).await;
        assert!(!steps.is_empty());
        for step in &steps {
            // What was just found may be walked; a table may not.
            let walks = step.starts_with("SCAN ")
                && !step.starts_with("SCAN found")
                && !step.starts_with("SCAN few")
                && !step.starts_with("SCAN newest")
                && !step.contains("VIRTUAL TABLE")
                && !step.contains("CONSTANT ROW")
                && !step.contains("SUBQUERY");
            let walks_index = walks && step.contains("USING INDEX");
            assert!(!walks || walks_index && is_partial(step), "{step} in {sql}");
        }
    }
}

#[tokio::test]
async fn what_is_due_is_found_by_practice_and_time_among_what_waits() {
    let database = Database::new(Sqlite).await;
    for (sql, range) in [
        (outbox::CLAIM, "outbox_due_by_practice (practice_id=? AND not_before<?)"),
        (outbox::EXPIRE, "outbox_due_by_practice (practice_id=? AND not_before<?)"),
        (registrations::DUE, "registrations_due_by_practice (practice_id=? AND deadline<?)"),
    ] {
        let steps = plan(&database, sql).await;
        assert!(steps.iter().any(|step| step.ends_with(range)), "{steps:?}");
    }
}

async fn plan(database: &Database, sql: &str) -> Vec<String> {
    let plan = sqlx::query(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
        .fetch_all(database.pools()[0])
        .await
        .expect("a plan");
    plan.iter().map(|row| row.get("detail")).collect()
}

/// An index that holds only what waits is walked from its beginning.
fn is_partial(step: &str) -> bool {
    ["outbox_due_by_practice", "registrations_due_by_practice", "access_log_unsealed"]
        .iter()
        .any(|index| step.contains(index))
}

#[tokio::test]
async fn what_is_counted_stands_in_the_indexes_alone() {
    let database = Database::new(Sqlite).await;
    for (sql, wanted) in [
        (
            figures::PASSES,
            [
                "SEARCH b USING COVERING INDEX access_log_begun (practice_id=? AND act=? AND at>?)",
                "SEARCH s USING COVERING INDEX access_log_steps (practice_id=? AND registration_id=?) LEFT-JOIN",
            ]
            .as_slice(),
        ),
        (
            figures::CALLS,
            ["SEARCH access_log USING COVERING INDEX access_log_begun (practice_id=? AND act=? AND at>?)"]
                .as_slice(),
        ),
    ] {
        assert_eq!(plan(&database, sql).await, wanted);
    }
}

#[tokio::test]
async fn the_newest_lines_of_the_log_are_read_in_their_order() {
    let database = Database::new(Sqlite).await;
    let steps = plan(&database, access_log::listed::EVERYTHING).await;
    assert!(steps[0].starts_with("SEARCH l USING INDEX access_log_by_time (practice_id=?"), "{steps:?}");
    assert!(steps.iter().all(|step| !step.contains("TEMP B-TREE")), "{steps:?}");
}

#[tokio::test]
async fn the_newest_lines_of_somebody_are_read_in_their_order_and_no_further() {
    let database = Database::new(Sqlite).await;
    for (sql, indexes) in [
        (access_log::listed::OF_KIOSK, ["access_log_of_actor", "access_log_of_kiosk"]),
        (access_log::listed::OF_STAFF, ["access_log_of_actor", "access_log_of_staff_concerned"]),
        (access_log::listed::ABOUT, ["access_log_of_registration", "access_log_of_patient"]),
    ] {
        let steps = plan(&database, sql).await;
        for index in indexes {
            let read = |step: &String| {
                step.contains(&format!("USING COVERING INDEX {index} ")) && step.contains("at>?")
            };
            assert!(steps.iter().any(read), "{index}: {steps:?}");
        }
        let sorts = steps.iter().filter(|step| step.contains("TEMP B-TREE")).count();
        assert_eq!(sorts, 2, "only what was found is sorted, and made one: {steps:?}");
    }
}

#[tokio::test]
async fn a_look_up_reads_keys_and_records_by_what_it_knows_of_them() {
    let database = Database::new(Sqlite).await;
    let under_key = "SEARCH match_keys USING PRIMARY KEY (match_index=? AND match_key=?)";
    let of_day = "SEARCH r USING PRIMARY KEY (match_index=? AND match_record>? AND match_record<?)";
    let of_number = "SEARCH r USING PRIMARY KEY (match_index=? AND match_record=?)";
    let of_record =
        "SEARCH r USING PRIMARY KEY (match_index=? AND match_record=? AND patient_id=?) LEFT-JOIN";
    let of_patient =
        "SEARCH c USING INDEX patient_contact_points_one_present (practice_id=? AND patient_id=?)";
    let one_key = "SEARCH match_keys USING PRIMARY KEY (match_index=? AND match_key=? AND match_record=?)";
    let keys_on = "SEARCH match_keys USING PRIMARY KEY (match_index=? AND match_key>?)";
    for (sql, wanted) in [
        (match_keys::look_up::UNDER_KEYS[0], [under_key].as_slice()),
        (match_keys::look_up::COMPARED[0], [of_day, of_number].as_slice()),
        (match_keys::IN_INDEX, [of_record].as_slice()),
        (match_keys::BY_ID, [of_patient].as_slice()),
        (match_keys::removing::REMOVE_SOME[0], [one_key, keys_on].as_slice()),
    ] {
        let steps = plan(&database, sql).await;
        assert!(wanted.iter().all(|wanted| steps.iter().any(|step| step == wanted)), "{steps:?}");
    }
}
