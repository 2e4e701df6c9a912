//! Who might it be: every record that shares a key, and how often the registrant's own values stand here.

use std::collections::{BTreeSet, HashMap};

use matching::{
    CountedKeys, Frequencies, Known, MOST_RECORDS_UNDER_A_KEY, MatchKey, Person, Reach, counted_keys, keys,
};
use registration::ids::PracticeId;

use crate::{
    error::StoreError,
    sql::{Row, differing_query, query},
    tx::Tx,
};

/// What [`matching::judge`] must be shown.
#[derive(Clone, Debug)]
pub struct LookedUp {
    /// Each record once, in no order.
    pub records: Vec<Known>,
    /// Of the registrant's values.
    pub frequencies: Frequencies,
}

/// One row a key, with the records under it as a list: a subquery for each key is read by index, whatever the planner knows of
/// the tables. One record more than are read shows that a key is crowded.
macro_rules! under_keys {
    ($keys:literal) => {
        concat!(
            "
SELECT w.value AS match_key, (SELECT string_agg(CAST(few.match_record AS TEXT), ',') FROM
    (SELECT match_record FROM match_keys WHERE match_index = $1 AND match_key = w.value LIMIT $3) AS few) AS records
FROM ",
            $keys
        )
    };
}

pub(crate) const UNDER_KEYS: [&str; 2] =
    [under_keys!("json_each($2) AS w"), under_keys!("unnest($2) AS w (value)")];

const COUNTS: &str =
    "SELECT match_key, records FROM match_counts WHERE match_index = $1 AND match_key IN ($2, $3, $4)";

/// Record numbers by key.
struct Under {
    records: BTreeSet<i64>,
    crowded: BTreeSet<MatchKey>,
}

impl Tx {
    /// Every record that shares a key with the registrant. [`StoreError::KeysNotMade`] where the keys are not this program's.
    pub async fn look_up(
        &mut self,
        practice: PracticeId,
        registrant: &Person,
    ) -> Result<LookedUp, StoreError> {
        let Some(index) = self.match_index(practice).await? else {
            if self.has_records(practice).await? {
                return Err(StoreError::KeysNotMade);
            }
            let frequencies = frequencies(registrant, &[], &Counted::default());
            return Ok(LookedUp { records: Vec::new(), frequencies });
        };
        let last = self.last_record(practice).await?;
        let keys = keys(registrant, &self.pepper, Reach::of(last.unsigned_abs()));
        let under = self.under(index, &keys).await?;
        let counted = counted_keys(registrant, &self.pepper);
        let counts = self.counts(index, &counted).await?;
        let records = self.of_records(practice, &under.records).await?;
        let crowd = |keys: &[MatchKey]| keys.iter().any(|key| under.crowded.contains(key));
        let counted = Counted {
            records: last.unsigned_abs(),
            given: of(counted.given, &counts),
            family: of(counted.family, &counts),
            born: of(counted.born, &counts),
            phone_is_crowded: crowd(&counted.phones),
            email_is_crowded: crowd(&counted.emails),
        };
        Ok(LookedUp { frequencies: frequencies(registrant, &records, &counted), records })
    }

    async fn under(&mut self, index: i64, keys: &BTreeSet<MatchKey>) -> Result<Under, StoreError> {
        let most = MOST_RECORDS_UNDER_A_KEY;
        let [sqlite, postgres] = UNDER_KEYS;
        let rows = differing_query(sqlite, postgres)
            .bind(index)
            .bind(keys.iter().map(|key| key.0).collect::<Vec<i64>>())
            .bind(i64::try_from(most + 1).unwrap_or(i64::MAX))
            .fetch_all(self.connection())
            .await?;
        let mut under = Under { records: BTreeSet::new(), crowded: BTreeSet::new() };
        for row in &rows {
            let (key, records) = read_key(row)?;
            if records.len() > most {
                under.crowded.insert(key);
            } else {
                under.records.extend(records);
            }
        }
        Ok(under)
    }

    async fn counts(
        &mut self,
        index: i64,
        counted: &CountedKeys,
    ) -> Result<HashMap<MatchKey, u64>, StoreError> {
        let rows = query(COUNTS)
            .bind(index)
            .bind(counted.given.map(|key| key.0))
            .bind(counted.family.map(|key| key.0))
            .bind(counted.born.map(|key| key.0))
            .fetch_all(self.connection())
            .await?;
        rows.iter()
            .map(|row| {
                let key = row.opt("match_key")?.ok_or_else(|| corrupt("match_counts", "match_key"))?;
                let records: i64 = row.opt("records")?.ok_or_else(|| corrupt("match_counts", "records"))?;
                Ok((MatchKey(key), records.unsigned_abs()))
            })
            .collect()
    }
}

fn read_key(row: &Row) -> Result<(MatchKey, Vec<i64>), StoreError> {
    let key: i64 = row.opt("match_key")?.ok_or_else(|| corrupt("match_keys", "match_key"))?;
    let records: Option<String> = row.opt("records")?;
    let numbers = records.iter().flat_map(|list| list.split(','));
    let numbers = numbers.map(|number| number.parse().map_err(|_| corrupt("match_keys", "match_record")));
    Ok((MatchKey(key), numbers.collect::<Result<Vec<i64>, StoreError>>()?))
}

fn corrupt(table: &'static str, column: &'static str) -> StoreError {
    StoreError::Corrupt { table, column, row: "?".to_owned() }
}

fn of(key: Option<MatchKey>, counts: &HashMap<MatchKey, u64>) -> u64 {
    key.and_then(|key| counts.get(&key).copied()).unwrap_or_default()
}

#[derive(Default)]
struct Counted {
    records: u64,
    given: u64,
    family: u64,
    born: u64,
    phone_is_crowded: bool,
    email_is_crowded: bool,
}

/// Names and dates have counts of their own. Whoever shares a contact point is among those found, unless too many do.
fn frequencies(registrant: &Person, found: &[Known], counted: &Counted) -> Frequencies {
    let crowd = MOST_RECORDS_UNDER_A_KEY as u64 + 1;
    let with = |shares: &dyn Fn(&Person) -> bool| found.iter().filter(|it| shares(&it.person)).count() as u64;
    let phone = with(&|person| person.phones.iter().any(|phone| registrant.phones.contains(phone)));
    let email = with(&|person| person.emails.iter().any(|email| registrant.emails.contains(email)));
    Frequencies {
        records: counted.records,
        given: counted.given,
        family: counted.family,
        born: counted.born,
        phone: if counted.phone_is_crowded { crowd } else { phone },
        email: if counted.email_is_crowded { crowd } else { email },
        postcode: 0,
    }
}
