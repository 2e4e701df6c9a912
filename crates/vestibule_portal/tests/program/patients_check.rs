//! A look at the practice's records before it begins: a small practice whose every count is known.

use crate::place::Place;

/// Ann can be linked as she stands. Ben's and Cara's mobiles stand in the wrong field, Cara's mobile field holds a landline; Dan's
/// date is a placeholder, Eve has nothing, Finn's mobile is a remark. Gil and Gus are twins with a mother's number; three Halls
/// share an address; Ivy is there twice.
const PRACTICE: &str = "id,given_name,family_name,date_of_birth,home,mobile,work,email
1,Ann,Abbot,1980-01-02,,07700 900001,,ann@example.com
2,Ben,Brook,1981-02-03,07700 900002,,,
3,Cara,Cole,1982-03-04,,020 7946 0018,07700 900003,
4,Dan,Dale,1900-01-01,,07700 900004,,
5,Eve,Early,,,,,
6,Finn,Fox,1985-05-06,,ask his mum,,
7,Gil,Grant,2012-06-07,,07700 900007,,
8,Gus,Grant,2012-06-07,,+44 7700 900007,,
9,Hal,Hall,1960-01-11,,07700 900009,,hall@example.com
10,Joy,Hall,1962-02-12,,07700 900010,,Hall@Example.com
11,Kit,Hall,1990-03-13,,07700 900011,,hall@example.com
12,Ivy,Irwin,1970-07-08,,07700 900012,,
13,IVY,Irwin,1970-07-08,,,,ivy at example.com
";

#[test]
fn every_count_of_a_small_practice_is_told_and_nobodys_details_are() {
    let place = Place::migrated();
    assert_eq!(place.run_with(&["patients", "import"], PRACTICE.as_bytes()).code, Some(0));
    let ended = place.run(&["patients", "check"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let said: Vec<_> = ended.stdout.lines().map(str::trim).collect();
    for line in [
        "Records: 13",
        "complete: 11 (84.6 %)",
        "a date written for \"not known\", such as 1900-01-01: 1 (7.7 %)",
        "none: 1 (7.7 %)",
        "a usable mobile in the mobile field: 8 (61.5 %)",
        "wrong field: a usable mobile in the home or work field only: 2 (15.4 %)",
        "the mobile field holds something else than a usable mobile: 2 (15.4 %)",
        "telephone fields that hold no telephone number, of all that are filled: 1 (8.3 %)",
        "mobiles on two records: 1, on three or more: 0; together on 2 records (15.4 %)",
        "the email field is filled: 5 (38.5 %)",
        "emails that are no address, of all that are filled: 1 (20.0 %)",
        "addresses on two records: 0, on three or more: 1; together on 3 records (23.1 %)",
        "same name, spelling aside, and same date of birth as another record: 2 (15.4 %)",
        "linked to their own record by the machine: 6 (46.2 %)",
        "left to staff: 7 (53.8 %)",
        "More than one record has this name and date of birth: 2 (15.4 %)",
    ] {
        assert!(said.contains(&line), "{line}\n{}", ended.stdout);
    }
    for personal in ["Abbot", "Grant", "900007", "example", "1985", "mum"] {
        assert!(!ended.stdout.contains(personal), "{personal}: {}", ended.stdout);
    }
    let log = place.run(&["access-log", "verify"]).stdout;
    assert!(log.contains("2 waiting"), "the import and the look are both in the log: {log}");
}

#[test]
fn a_practice_without_records_is_told_to_import_them() {
    let ended = Place::migrated().run(&["patients", "check"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.starts_with("There is no record"), "{ended:?}");
}

#[test]
fn a_file_that_is_not_there_is_not_checked_as_an_empty_practice() {
    let place = Place::new();
    let file = place.folder.path().join("none.db");
    let place = place.and(&format!("database_file = '{}'", file.display())).without("database_address");
    let ended = place.run(&["patients", "check"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert!(ended.stderr.contains("is not there") && !file.exists(), "{ended:?}");
}
