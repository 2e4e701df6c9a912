//! Making the keys of records that have none: of a database from before there were keys, or for a new normaliser.
//!
//! A new index is filled beside the one in use and takes its place in one transaction. Killed half-way, the next start removes
//! what was left and begins again. The one whose place was taken stays for [`removing`](super::removing).

use std::collections::HashMap;

use futures::TryStreamExt as _;
use matching::{NORMALISER_VERSION, Reach};
use registration::{
    ids::{PatientId, PracticeId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    match_keys::{placing::Rows, record::MatchRecord, records, removing::Which},
    open::{Database, Store},
    sql::{Query, differing_query, query},
    tx::Tx,
};

/// Records that are put in order in memory, some 400 bytes each with their keys.
const IN_ORDER: usize = 1_000_000;

/// Rows in one transaction, which others wait for on SQLite.
const ROWS_AT_ONCE: usize = 20_000;

/// Records that are put under keys in one transaction after they were found to differ.
const DIFFERING_AT_ONCE: usize = 100;

const MAKE: &str = "UPDATE match_indexes SET made_at = $3 WHERE practice_id = $1 AND number = $2";

const NEWEST: &str = "
SELECT coalesce(max(normaliser_version), 0) AS newest FROM match_indexes WHERE practice_id = $1 AND made_at IS NOT NULL";

/// In the order of the file: in the order of an index each row would lie on another page.
const EVERY_RECORD: [&str; 2] = [
    records!("FROM patients p NOT INDEXED WHERE p.practice_id = $1"),
    records!("FROM patients p WHERE p.practice_id = $1"),
];

const EVERY_VERSION: [&str; 2] = [
    "SELECT id, version FROM patients NOT INDEXED WHERE practice_id = $1",
    "SELECT id, version FROM patients WHERE practice_id = $1",
];

const VERSIONS_IN_INDEX: &str = "SELECT patient_id AS id, version FROM match_records WHERE match_index = $1";

/// A version goes up with each change, so that an index in which one is missing or older has another sum.
const SUMS: [&str; 2] = [
    "SELECT count(*) AS records, CAST(coalesce(sum(version), 0) AS BIGINT) AS versions FROM patients NOT INDEXED
     WHERE practice_id = $1",
    "SELECT count(*) AS records, CAST(coalesce(sum(version), 0) AS BIGINT) AS versions FROM patients WHERE practice_id = $1",
];

const SUMS_IN_INDEX: &str = "
SELECT count(*) AS records, CAST(coalesce(sum(version), 0) AS BIGINT) AS versions FROM match_records WHERE match_index = $1";

/// Each page of a file costs its decryption, and the contacts of one record after another lie on pages of their own: room for
/// all of their index, in KiB, while every record is read.
const READ_WITH_MUCH_CACHE: [&str; 2] = ["PRAGMA cache_size = -131072", "SELECT 1"];
const READ_WITH_USUAL_CACHE: [&str; 2] = ["PRAGMA cache_size = -2000", "SELECT 1"];

/// Of all records of a practice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
    records: i64,
    versions: i64,
}

impl Store {
    /// Puts every record under keys of this program's normaliser and secret, and says how many it put there; none where all
    /// are. Looking somebody up answers [`StoreError::KeysNotMade`] until it is done. Keys of a newer program stay as they are, and
    /// so do those of another secret, which are refused. Former keys are left to [`Store::remove_old_match_keys`].
    pub async fn make_match_keys(&self, practice: PracticeId, now: Timestamp) -> Result<u64, StoreError> {
        let turn = self.one_maker(practice).await?;
        let mut tx = self.begin(practice).await?;
        tx.check_secret(practice).await?;
        let of_newer = tx.newest_normaliser(practice).await? > i64::from(NORMALISER_VERSION);
        let make = tx.match_index(practice).await?.is_none() && tx.has_records(practice).await? && !of_newer;
        drop(tx);
        let put = if make {
            self.make_index(practice, now).await?
        } else {
            self.place_new_records(practice).await?
        };
        // Not dropped: a rollback comes when the driver gets to it, and whoever removes former keys would find it taken.
        if let Some(turn) = turn {
            turn.commit().await?;
        }
        Ok(put)
    }

    /// Puts under keys what a program of another version has added or changed since, where the keys are this program's.
    pub async fn place_new_records(&self, practice: PracticeId) -> Result<u64, StoreError> {
        let mut tx = self.begin_reading(practice).await?;
        let Some(index) = tx.match_index(practice).await? else { return Ok(0) };
        let in_index = tx.sums(query(SUMS_IN_INDEX).bind(index.number)).await?;
        if in_index == tx.sums_of_records(practice).await? {
            return Ok(0);
        }
        let differing = tx.differing(practice, index.number).await?;
        drop(tx);
        let mut put = 0;
        for some in differing.chunks(DIFFERING_AT_ONCE) {
            let mut tx = self.begin(practice).await?;
            put += tx.put_under_keys(practice, some).await?;
            tx.commit().await?;
        }
        Ok(put)
    }

    /// Two portals that start at once would make two. A file has one program.
    pub(crate) async fn one_maker(&self, practice: PracticeId) -> Result<Option<Tx>, StoreError> {
        match &self.database {
            Database::Sqlite { .. } => Ok(None),
            Database::Postgres(_) => {
                let mut tx = self.begin(practice).await?;
                tx.take_turns_in_making_keys(practice).await?;
                Ok(Some(tx))
            }
        }
    }

    async fn make_index(&self, practice: PracticeId, now: Timestamp) -> Result<u64, StoreError> {
        // Before another is begun: a program that is killed each time would fill the disk.
        self.remove_match_keys(practice, Which::HalfMade).await?;
        let mut tx = self.begin(practice).await?;
        let index = tx.add_match_index(practice, None).await?;
        tx.commit().await?;
        let filled = self.fill(practice, index).await?;
        let mut tx = self.begin(practice).await?;
        query(MAKE).bind(practice.0).bind(index).bind(At(now)).execute(tx.connection()).await?;
        tx.take_turns_in_creating(practice).await?;
        let mut put = filled.records.unsigned_abs();
        // What came or was changed meanwhile.
        if tx.sums_of_records(practice).await? != filled {
            let differing = tx.differing(practice, index).await?;
            put += tx.put_under_keys(practice, &differing).await?;
        }
        tx.commit().await?;
        Ok(put)
    }

    async fn fill(&self, practice: PracticeId, index: i64) -> Result<Sums, StoreError> {
        let mut tx = self.begin_reading(practice).await?;
        tx.run_either(READ_WITH_MUCH_CACHE).await?;
        let read = self.fill_but_for_the_last(&mut tx, practice, index).await;
        tx.run_either(READ_WITH_USUAL_CACHE).await?;
        // As long as a file is read, what is written into it meanwhile piles up beside it.
        drop(tx);
        let (filled, rows) = read?;
        self.write(practice, index, rows).await?;
        Ok(filled)
    }

    /// Every record as it is at one moment. The last of them, and mostly they are all, are read and not yet written.
    async fn fill_but_for_the_last(
        &self,
        tx: &mut Tx,
        practice: PracticeId,
        index: i64,
    ) -> Result<(Sums, Rows), StoreError> {
        let reach = Reach::of(tx.sums_of_records(practice).await?.records.unsigned_abs());
        let (mut rows, mut filled) = (Rows::default(), Sums::default());
        let [sqlite, postgres] = EVERY_RECORD;
        let mut stream = tx.stream(differing_query(sqlite, postgres).bind(practice.0));
        while let Some(row) = stream.try_next().await? {
            if rows.records() == IN_ORDER {
                self.write(practice, index, std::mem::take(&mut rows)).await?;
            }
            let record = MatchRecord::of_patient(&row)?;
            filled.records += 1;
            filled.versions += record.version;
            rows.add(&self.pepper, record, reach);
        }
        Ok((filled, rows))
    }

    async fn write(&self, practice: PracticeId, index: i64, rows: Rows) -> Result<(), StoreError> {
        let rows = rows.into_order();
        for batch in rows.batches(ROWS_AT_ONCE) {
            let mut tx = self.begin(practice).await?;
            tx.add_batch(index, batch).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

impl Tx {
    /// 0 where there is no index.
    async fn newest_normaliser(&mut self, practice: PracticeId) -> Result<i64, StoreError> {
        let row = query(NEWEST).bind(practice.0).fetch_one(self.connection()).await?;
        Fields::of(&row, "match_indexes", "practice_id").get("newest")
    }

    async fn take_turns_in_making_keys(&mut self, practice: PracticeId) -> Result<(), StoreError> {
        differing_query("SELECT $1", "SELECT pg_advisory_xact_lock(hashtextextended($1, 1))")
            .bind(practice.0.to_string())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    async fn run_either(&mut self, [sqlite, postgres]: [&'static str; 2]) -> Result<(), StoreError> {
        differing_query(sqlite, postgres).execute(self.connection()).await?;
        Ok(())
    }

    async fn sums_of_records(&mut self, practice: PracticeId) -> Result<Sums, StoreError> {
        let [sqlite, postgres] = SUMS;
        self.sums(differing_query(sqlite, postgres).bind(practice.0)).await
    }

    async fn sums(&mut self, query: Query<'_>) -> Result<Sums, StoreError> {
        let row = query.fetch_one(self.connection()).await?;
        let fields = Fields::of(&row, "patients", "id");
        Ok(Sums { records: fields.get("records")?, versions: fields.get("versions")? })
    }

    /// Records that are not in the index as they are now.
    async fn differing(&mut self, practice: PracticeId, index: i64) -> Result<Vec<PatientId>, StoreError> {
        let mut in_index = HashMap::new();
        let mut stream = self.stream(query(VERSIONS_IN_INDEX).bind(index));
        while let Some(row) = stream.try_next().await? {
            let (id, version) = id_and_version(&Fields::of(&row, "match_records", "id"))?;
            in_index.insert(id, version);
        }
        drop(stream);
        let mut differing = Vec::new();
        let [sqlite, postgres] = EVERY_VERSION;
        let mut stream = self.stream(differing_query(sqlite, postgres).bind(practice.0));
        while let Some(row) = stream.try_next().await? {
            let (id, version) = id_and_version(&Fields::of(&row, "patients", "id"))?;
            if in_index.get(&id) != Some(&version) {
                differing.push(PatientId(id));
            }
        }
        Ok(differing)
    }

    /// Says how many were not there as they are now.
    async fn put_under_keys(
        &mut self,
        practice: PracticeId,
        patients: &[PatientId],
    ) -> Result<u64, StoreError> {
        self.take_turns_in_creating(practice).await?;
        let Some(in_use) = self.match_index(practice).await? else { return Ok(0) };
        let (mut rows, mut put) = (Rows::default(), 0);
        for patient in patients {
            let Some(now) = self.record(practice, *patient).await? else { continue };
            match self.in_index(practice, &now).await? {
                Some((index, Some(before))) if before.version < now.version => {
                    self.rewrite(index, &before, &now).await?;
                }
                Some((_, Some(_))) | None => continue,
                Some((_, None)) => {
                    let reach = Reach::of(in_use.records + rows.records() as u64);
                    rows.add(&self.pepper, now, reach);
                }
            }
            put += 1;
        }
        self.add_rows(in_use.number, rows).await?;
        Ok(put)
    }
}

fn id_and_version(fields: &Fields<'_>) -> Result<(Uuid, i64), StoreError> {
    Ok((fields.get("id")?, fields.get("version")?))
}
