//! Counting outcomes, by kind and by group of people.

use std::{collections::BTreeMap, time::Duration};

use matching::Verdict;
use registration::ids::PatientId;

use crate::ranking::{Pair, Ranking, rank, share};

/// Records staff see at first sight.
const SHOWN: usize = 5;

/// What became of some queries.
#[derive(Clone, Copy, Default)]
pub(crate) struct Outcomes {
    queries: usize,
    linked: usize,
    falsely_linked: usize,
    review: usize,
    /// Of a known patient.
    known: usize,
    known_linked: usize,
    known_review: usize,
    known_shown: usize,
    missed: usize,
}

/// All of it.
#[derive(Default)]
pub(crate) struct Tally {
    all: Outcomes,
    kinds: BTreeMap<String, Outcomes>,
    groups: BTreeMap<&'static str, Outcomes>,
    pairs: Vec<Pair>,
    true_pairs: usize,
    times: Vec<Duration>,
    found: Vec<usize>,
}

/// One query.
pub(crate) struct Outcome<'a> {
    pub(crate) kind: &'a str,
    pub(crate) groups: Vec<&'static str>,
    pub(crate) theirs: &'a [PatientId],
    pub(crate) verdict: &'a Verdict,
    pub(crate) pairs: Vec<Pair>,
    pub(crate) time: Duration,
    pub(crate) found: usize,
}

impl Outcomes {
    fn add(&mut self, theirs: &[PatientId], verdict: &Verdict) {
        let is_known = !theirs.is_empty();
        self.queries += 1;
        self.known += usize::from(is_known);
        match verdict {
            Verdict::Linked { patient, .. } => {
                self.linked += 1;
                let right = theirs.contains(patient);
                self.falsely_linked += usize::from(!right);
                self.known_linked += usize::from(right);
            }
            Verdict::New => self.missed += usize::from(is_known),
            Verdict::Review { candidates, .. } => {
                self.review += 1;
                self.known_review += usize::from(is_known);
                let shown = candidates.iter().take(SHOWN).any(|patient| theirs.contains(patient));
                self.known_shown += usize::from(shown);
            }
        }
    }

    fn line(&self) -> String {
        let new = self.queries - self.linked - self.review;
        let of_all = |count: usize| percent(share(count, self.queries));
        format!(
            "{} queries, linked {}, review {}, new {}, false links {}, missed as new {}",
            self.queries,
            of_all(self.linked),
            of_all(self.review),
            of_all(new),
            self.falsely_linked,
            self.missed
        )
    }
}

impl Tally {
    pub(crate) fn add(&mut self, outcome: Outcome<'_>) {
        self.all.add(outcome.theirs, outcome.verdict);
        self.kinds.entry(outcome.kind.to_owned()).or_default().add(outcome.theirs, outcome.verdict);
        for group in outcome.groups {
            self.groups.entry(group).or_default().add(outcome.theirs, outcome.verdict);
        }
        self.pairs.extend(outcome.pairs);
        self.true_pairs += outcome.theirs.len();
        self.times.push(outcome.time);
        self.found.push(outcome.found);
    }

    /// One figure a line.
    pub(crate) fn lines(mut self, records: usize) -> Vec<String> {
        let all_pairs = self.all.queries * records;
        let mut lines = vec![format!("records: {records}"), format!("queries: {}", self.all.queries)];
        match rank(std::mem::take(&mut self.pairs), self.true_pairs) {
            Some(ranking) => lines.extend(ranking_lines(&ranking, all_pairs - self.true_pairs)),
            None => lines.push("pair ranking: no query has a record".to_owned()),
        }
        lines.extend(self.decision_lines());
        for (kind, outcomes) in &self.kinds {
            lines.push(format!("kind {kind}: {}", outcomes.line()));
        }
        for (group, outcomes) in &self.groups {
            lines.push(format!("group {group}: {}", outcomes.line()));
        }
        self.times.sort_unstable();
        self.found.sort_unstable();
        let found = |of| self.found.get(nth(self.found.len(), of)).copied().unwrap_or_default();
        lines.push(format!("records compared in a look-up: p50 {}, p99 {}", found(50), found(99)));
        let time = |of| self.times.get(nth(self.times.len(), of)).map_or(0.0, Duration::as_secs_f64) * 1e3;
        lines.push(format!("look-up with scoring: p50 {:.3} ms, p99 {:.3} ms", time(50), time(99)));
        lines
    }

    fn decision_lines(&self) -> Vec<String> {
        let all = &self.all;
        let newcomers = all.queries - all.known;
        let new_review = all.review - all.known_review;
        vec![
            format!("false automatic links: {} of {}", all.falsely_linked, all.queries),
            format!("known patients linked: {}", of(all.known_linked, all.known)),
            format!("known patients to review: {}", of(all.known_review, all.known)),
            format!("known patients missed as new: {}", of(all.missed, all.known)),
            format!(
                "true record among the top {SHOWN} shown in review: {}",
                of(all.known_shown, all.known_review)
            ),
            format!("newcomers to review: {}", of(new_review, newcomers)),
        ]
    }
}

fn ranking_lines(ranking: &Ranking, negatives: usize) -> Vec<String> {
    let Ranking { threshold, precision, recall, f1, recall_at_zero_false, negatives_compared } = ranking;
    vec![
        format!(
            "pair ranking at the best threshold ({:.2} bits): precision {precision:.4}, recall {recall:.4}, F1 {f1:.4}",
            f64::from(*threshold) / 100.0
        ),
        format!(
            "recall at zero false: {recall_at_zero_false:.4}, resting on {negatives} negatives, {negatives_compared} of them \
             compared"
        ),
    ]
}

fn nth(length: usize, percent: usize) -> usize {
    (length * percent / 100).min(length.saturating_sub(1))
}

fn of(part: usize, whole: usize) -> String {
    format!("{part} of {whole} ({})", percent(share(part, whole)))
}

fn percent(share: f64) -> String {
    format!("{:.3} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> PatientId {
        PatientId(Uuid::from_u128(number))
    }

    #[test]
    fn a_link_to_another_record_is_false_for_known_and_new_alike() {
        let mut outcomes = Outcomes::default();
        let linked = Verdict::Linked { patient: id(1), version: 1 };
        outcomes.add(&[id(1), id(2)], &linked);
        outcomes.add(&[id(3)], &linked);
        outcomes.add(&[], &linked);
        assert_eq!((outcomes.linked, outcomes.known_linked, outcomes.falsely_linked), (3, 1, 2));
    }

    #[test]
    fn a_known_patient_found_new_is_missed_and_a_newcomer_is_not() {
        let mut outcomes = Outcomes::default();
        outcomes.add(&[id(1)], &Verdict::New);
        outcomes.add(&[], &Verdict::New);
        assert_eq!((outcomes.missed, outcomes.known), (1, 1));
    }

    #[test]
    fn only_the_first_five_candidates_are_shown() {
        let mut outcomes = Outcomes::default();
        let candidates = (1..=6).map(id).collect();
        let review = Verdict::Review { doubt: matching::Doubt::SeveralRecordsAgree, candidates };
        outcomes.add(&[id(5)], &review);
        outcomes.add(&[id(6)], &review);
        assert_eq!((outcomes.known_review, outcomes.known_shown), (2, 1));
    }
}
