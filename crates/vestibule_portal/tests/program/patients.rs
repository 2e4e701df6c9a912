//! The practice's records as a file: every line is in, or named with its reason; nothing is in twice.

use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader, Write as _},
};

use crate::place::{Ended, Place};

const HEADER: &str = "id,given_name,family_name,date_of_birth,home,mobile,work,email\n";

fn import(place: &Place, file: &str) -> Ended {
    place.run_with(&["patients", "import"], file.as_bytes())
}

fn export(place: &Place) -> Vec<String> {
    let ended = place.run(&["patients", "export"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let mut lines: Vec<_> = ended.stdout.lines().map(str::to_owned).collect();
    assert_eq!(lines.remove(0), HEADER.trim_end());
    lines
}

/// As many people, with numbers from 1.
fn people(count: usize) -> String {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).expect("a letter"));
    (1..=count).fold(HEADER.to_owned(), |mut file, n| {
        let name: String = [n / 676, n / 26, n].map(letter).iter().collect();
        writeln!(file, "{n},Sam,Family{name},1960-02-{:02},,07700900{:03},,", 1 + n % 28, n % 1000)
            .expect("text grows");
        file
    })
}

#[test]
fn each_refused_line_is_named_with_its_reason_and_the_others_are_in() {
    let place = Place::migrated();
    let file = format!(
        "\u{feff}{HEADER}17,Jo,O’Brien-Smith,1985-03-07,01632 960123,07700 900123,,jo@example.com\n\
         18,Sam,,1960-02-01,,,,\n\
         19,Li,Wang,07/03/1985,,,,\n\
         20,Ana,<Souza>,,,\"ask, please\",,\n\
         21,Ada,Obi,1990-01-02,,,\n\
         22,Eva,Nowak,1990-01-02,,,,\n"
    );
    let ended = import(&place, &file);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(
        ended.stdout.lines().collect::<Vec<_>>(),
        [
            "line 3: family_name is missing; who has one name has it here",
            "line 4: date_of_birth is not a date of the calendar written as 1985-03-07",
            "line 5: family_name has a character that no name has",
            "line 6: has not as many fields as the first line",
            "2 added, 0 there already, 4 refused.",
        ]
    );
    assert!(!ended.stderr.contains("Wang") && ended.stderr.contains("invented people only"), "{ended:?}");
    let names: Vec<_> = export(&place).iter().map(|line| line.matches("Nowak").count()).collect();
    assert_eq!(names.iter().sum::<usize>(), 1);
}

#[test]
fn a_file_that_was_imported_is_imported_again_without_a_change() {
    let place = Place::migrated();
    let first = import(&place, &people(450));
    assert_eq!((first.code, first.stdout.as_str()), (Some(0), "450 added, 0 there already, 0 refused.\n"));
    let exported = export(&place);
    let again = import(&place, &people(460).replace("Sam", "Pat"));
    assert_eq!((again.code, again.stdout.as_str()), (Some(0), "10 added, 450 there already, 0 refused.\n"));
    let grown = export(&place);
    assert_eq!(grown.len(), 460);
    assert!(exported.iter().all(|line| grown.contains(line)), "what was there stays as it is");
    let log = place.run(&["access-log", "verify"]).stdout;
    // Three batches, an export, one more batch, another export.
    assert!(log.contains("0 rows sealed, 6 waiting"), "{log}");
}

#[test]
fn what_is_exported_is_read_back_as_the_same_records() {
    let (one, other) = (Place::migrated(), Place::migrated());
    import(&one, &people(30));
    let records = export(&one);
    let ended = import(&other, &format!("{HEADER}{}\n", records.join("\n")));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(export(&other), records);
}

#[test]
fn an_import_that_was_killed_is_started_again_and_every_record_is_in_once() {
    let place = Place::migrated();
    let mut child = place.piped(&["patients", "import"]);
    let mut input = child.stdin.take().expect("its input is ours");
    // A line that is refused is said at once: by then the batches before it were written, those after it not.
    let file = people(1000);
    let (before, after) = file.split_at(file.find("\n700,").expect("a line") + 1);
    input.write_all(before.as_bytes()).expect("it reads");
    input.write_all(b"x,y,1,,,,,\n").expect("it reads");
    // The reader asks for more than a line at a time.
    input.write_all(after.as_bytes()).expect("it reads");
    let mut said = BufReader::new(child.stdout.take().expect("its output is ours"));
    let mut line = String::new();
    said.read_line(&mut line).expect("it says something");
    assert!(line.starts_with("line 701: family_name "), "{line}");
    child.kill().expect("killed");
    child.wait().expect("ended");
    let before = export(&place).len();
    assert!((600..1000).contains(&before), "{before}");

    let ended = import(&place, &file);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(export(&place).len(), 1000);
}

#[test]
fn a_file_of_other_columns_is_refused_before_anything_is_added() {
    let place = Place::migrated();
    for (header, why) in [
        ("id,family_name,nhs_number", "column 3 has a name that is not known"),
        ("id;family_name", "column 1 has a name that is not known"),
        ("id,given_name", "there is no column named family_name"),
        ("id,family_name,id", "there are two columns named id"),
    ] {
        let ended = import(&place, &format!("{header}\n1,Obi,2\n"));
        assert_eq!(ended.code, Some(2), "{header}: {ended:?}");
        assert!(ended.stderr.contains(why), "{header}: {ended:?}");
    }
    assert!(import(&place, "").stderr.contains("there is no column named id"), "an empty file");
    assert!(export(&place).is_empty());
}

#[test]
fn a_number_that_two_lines_have_is_refused_the_second_time() {
    let place = Place::migrated();
    let ended = import(&place, "id,family_name\n17,Obi\n18,Wang\n17,Nowak\n");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(ended.stdout, "line 4: id is that of line 2 already\n2 added, 0 there already, 1 refused.\n");
}

#[test]
fn a_quote_that_is_left_open_ends_the_import_at_its_line() {
    let place = Place::migrated();
    let ended = import(&place, "id,family_name\n\n17,Obi\n18,\"Wang\n19,Nowak\n20,Souza\n");
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("line 4: a quote is opened"), "{ended:?}");
    assert_eq!(ended.stdout, "1 added, 0 there already, 0 refused.\n");
}

#[test]
fn a_file_that_is_not_there_is_not_exported_as_an_empty_practice() {
    let place = Place::new();
    let file = place.folder.path().join("none.db");
    let place = place.and(&format!("database_file = '{}'", file.display())).without("database_address");
    let ended = place.run(&["patients", "export"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert!(ended.stderr.contains("is not there") && !file.exists(), "{ended:?}");
}

#[test]
fn a_line_that_is_not_utf_8_is_refused_and_the_next_one_is_in() {
    let place = Place::migrated();
    let file = [b"id,family_name\n1,M\xfcller\n2,Obi\n".as_slice()].concat();
    let ended = place.run_with(&["patients", "import"], &file);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stdout.starts_with("line 2: is not UTF-8"), "{ended:?}");
    assert!(ended.stdout.ends_with("1 added, 0 there already, 1 refused.\n"), "{ended:?}");
}

#[test]
fn a_configuration_that_is_not_whole_imports_and_exports_nothing() {
    let place = Place::migrated().without("practice_id");
    let ended = import(&place, &people(1));
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("practice_id: is not set"), "{ended:?}");
    assert_eq!(ended.stdout, "0 added, 0 there already, 0 refused.\n");
    let exported = place.run(&["patients", "export"]);
    assert_eq!((exported.code, exported.stdout.as_str()), (Some(1), ""));
}
