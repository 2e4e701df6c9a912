//! Every record into a file that `patients import` reads.

use std::io::Write;

use csv::Writer;
use store::Act;

use super::{
    line::{COLUMNS, written},
    place::Place,
};
use crate::{
    config::{Problems, Told},
    failure::Failure,
};

/// Records held in memory at once.
const PAGE: u32 = 500;

pub(crate) async fn export(told: &Told, problems: Problems, file: impl Write) -> Result<(), Failure> {
    let place = Place::open_what_is_there(told, problems).await?;
    let exported = records(&place, file).await;
    place.store.close().await;
    exported
}

async fn records(place: &Place, file: impl Write) -> Result<(), Failure> {
    // Before anybody sees anything.
    let mut tx = place.store.begin(place.practice).await?;
    tx.log(place.entry(Act::RecordsExported, place.now())).await?;
    tx.commit().await?;
    let mut file = Writer::from_writer(file);
    file.write_record(COLUMNS)?;
    let mut after = None;
    loop {
        let page = place.store.patients_after(place.practice, after, PAGE).await?;
        for record in &page {
            file.write_record(written(record))?;
        }
        match page.last() {
            Some(last) => after = Some(last.id),
            None => break,
        }
    }
    Ok(file.flush()?)
}
