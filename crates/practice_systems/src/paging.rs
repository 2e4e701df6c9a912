//! Lists that come in pages, of systems in which somebody works meanwhile. Pure.

use std::collections::BTreeSet;

use crate::record::{PatientRecord, RecordId};

/// Pages of one search that are read. More is not a search, and the provider asks to avoid it.
pub(crate) const MAX_PAGES: u32 = 20;

/// One page.
pub(crate) struct Page {
    pub(crate) records: Vec<PatientRecord>,
    /// How many there are on all pages, where the system says so.
    pub(crate) total: Option<usize>,
    /// How many rows the page had, those that are no patients included.
    pub(crate) rows: usize,
}

/// What was gathered from pages: each record once, in the order in which it came, whatever repeats.
#[derive(Default)]
pub(crate) struct Gathered {
    seen: BTreeSet<RecordId>,
    records: Vec<PatientRecord>,
}

impl Gathered {
    /// Adds what is new and says how many that are. A page that brings nothing new is the last.
    pub(crate) fn add(&mut self, records: Vec<PatientRecord>) -> usize {
        let before = self.records.len();
        for record in records {
            if self.seen.insert(record.id.clone()) {
                self.records.push(record);
            }
        }
        self.records.len() - before
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    pub(crate) fn into_records(self) -> Vec<PatientRecord> {
        self.records
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_comparison::tests::record;

    #[test]
    fn a_row_that_is_on_two_pages_is_one_record() {
        let numbered = |id| PatientRecord { id: RecordId::parse(id).expect("an id"), ..record() };
        let mut gathered = Gathered::default();
        assert_eq!(gathered.add(vec![numbered("1"), numbered("2")]), 2);
        assert_eq!(gathered.add(vec![numbered("2"), numbered("3")]), 1);
        assert_eq!(gathered.add(vec![numbered("2"), numbered("3")]), 0);
        let ids: Vec<_> =
            gathered.into_records().into_iter().map(|record| record.id.as_str().to_owned()).collect();
        assert_eq!(ids, ["1", "2", "3"]);
    }
}
