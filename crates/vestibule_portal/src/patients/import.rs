//! Records out of a file, line by line, a few hundred to a transaction.
//!
//! What is there already is left as it is, so a run that broke off is simply started again with the same file.

use std::{
    collections::{HashMap, hash_map::Entry},
    io::{BufRead, BufReader, Read},
    process::ExitCode,
};

use csv::{ErrorKind, ReaderBuilder, StringRecord};
use store::{Act, NewPatient};

use super::{
    line::{COLUMNS, REQUIRED, read},
    place::Place,
};
use crate::{
    complain,
    config::{Problems, Told},
    failure::Failure,
    say,
};

/// Records of one transaction: few enough that a portal at work waits no longer than a blink for its turn.
const BATCH: usize = 200;

/// Nothing more was read; what was reported as added is there.
const BROKE_OFF: u8 = 2;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What became of the lines.
#[derive(Default)]
struct Count {
    added: u64,
    there_already: u64,
    refused: u64,
}

pub(crate) async fn import(told: &Told, problems: Problems, file: impl Read) -> ExitCode {
    let mut count = Count::default();
    let ended = async {
        let place = Place::open(told, problems).await?;
        let imported = lines(&place, file, &mut count).await;
        place.store.close().await;
        imported
    };
    let ended = ended.await;
    let Count { added, there_already, refused } = count;
    say(&format!("{added} added, {there_already} there already, {refused} refused."));
    match ended {
        Ok(()) if refused == 0 => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
        Err(failure) => {
            complain(&failure);
            ExitCode::from(BROKE_OFF)
        }
    }
}

async fn lines(place: &Place, file: impl Read, count: &mut Count) -> Result<(), Failure> {
    let mut file = BufReader::new(file);
    if file.fill_buf()?.starts_with(BYTE_ORDER_MARK) {
        file.consume(BYTE_ORDER_MARK.len());
    }
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(file);
    let headers = reader.headers().map_err(|_| Failure::NotCsv("its first line cannot be read"))?.clone();
    let columns = positions(&headers)?;
    let (mut line, mut batch) = (StringRecord::new(), Vec::with_capacity(BATCH));
    let mut lines_by_id = HashMap::new();
    loop {
        let read_on = reader.read_record(&mut line);
        let number = line.position().map_or(0, csv::Position::line);
        match read_on {
            Ok(false) => break,
            // No field of a record has one: a quote was opened and not closed, and what follows is not what it seems.
            Ok(true) if line.iter().any(|field| field.contains('\n')) => {
                add(place, &mut batch, count).await?;
                return Err(Failure::QuoteLeftOpen { line: number });
            }
            Ok(true) if line.len() != headers.len() => {
                refuse(count, number, "has not as many fields as the first line");
            }
            Ok(true) => {
                match read(place.practice, &place.mobile_policy, |column| field(&columns, &line, column)) {
                    Ok(patient) => match lines_by_id.entry(patient.id) {
                        Entry::Vacant(first) => {
                            first.insert(number);
                            batch.push(patient);
                        }
                        Entry::Occupied(first) => {
                            refuse(count, number, &format!("id is that of line {} already", first.get()));
                        }
                    },
                    Err(refused) => refuse(count, number, &format!("{} {}", refused.column, refused.why)),
                }
            }
            Err(error) => match error.into_kind() {
                ErrorKind::Utf8 { pos, .. } => {
                    let number = pos.map_or(number, |pos| pos.line());
                    refuse(count, number, "is not UTF-8: save the file as \"CSV UTF-8\"");
                }
                ErrorKind::Io(error) => return Err(error.into()),
                _ => return Err(Failure::NotCsv("it breaks off inside a line")),
            },
        }
        if batch.len() == BATCH {
            add(place, &mut batch, count).await?;
        }
    }
    add(place, &mut batch, count).await
}

/// Where each column stands. One that is not known is refused, or what it holds would be lost without a word.
fn positions(headers: &StringRecord) -> Result<[Option<usize>; COLUMNS.len()], Failure> {
    let mut positions = [None; COLUMNS.len()];
    for (at, header) in headers.iter().enumerate() {
        let Some(known) = COLUMNS.iter().position(|column| *column == header.trim()) else {
            return Err(Failure::UnknownColumn { number: at + 1, known: COLUMNS.join(", ") });
        };
        if positions[known].replace(at).is_some() {
            return Err(Failure::ColumnTwice(COLUMNS[known]));
        }
    }
    for required in REQUIRED {
        if !headers.iter().any(|header| header.trim() == required) {
            return Err(Failure::ColumnMissing(required));
        }
    }
    Ok(positions)
}

fn field<'l>(positions: &[Option<usize>; COLUMNS.len()], line: &'l StringRecord, column: &str) -> &'l str {
    let known = COLUMNS.iter().position(|known| *known == column);
    known.and_then(|known| positions[known]).and_then(|at| line.get(at)).unwrap_or_default()
}

fn refuse(count: &mut Count, number: u64, why: &str) {
    count.refused += 1;
    say(&format!("line {number}: {why}"));
}

/// All of them with their line in the access log, or none.
async fn add(place: &Place, batch: &mut Vec<NewPatient>, count: &mut Count) -> Result<(), Failure> {
    let now = place.now();
    let mut tx = place.store.begin(place.practice).await?;
    let added = tx.add_missing_patients(place.practice, batch, now).await?;
    if added > 0 {
        tx.log(place.entry(Act::RecordsImported, now)).await?;
    }
    tx.commit().await?;
    count.added += added;
    count.there_already += batch.len() as u64 - added;
    batch.clear();
    Ok(())
}
