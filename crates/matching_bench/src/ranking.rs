//! How well pairs are put in order, whatever the decisions: the figures FEBRL's other users give.

/// A compared pair: its weight in hundredths of a bit, and whether both are one person.
pub(crate) type Pair = (i32, bool);

/// The best threshold seen afterwards, and the one above every false pair.
#[derive(Debug, PartialEq)]
pub(crate) struct Ranking {
    pub(crate) threshold: i32,
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) f1: f64,
    pub(crate) recall_at_zero_false: f64,
    pub(crate) negatives_compared: usize,
}

/// `true_pairs` counts those that were never compared too. `None` where there are none.
pub(crate) fn rank(mut pairs: Vec<Pair>, true_pairs: usize) -> Option<Ranking> {
    if true_pairs == 0 {
        return None;
    }
    // Best first; of one weight the false ones first, so that a tie never counts in our favour.
    pairs.sort_unstable_by_key(|(weight, same)| (std::cmp::Reverse(*weight), *same));
    let negatives_compared = pairs.iter().filter(|(_, same)| !same).count();
    let worst = pairs.iter().find(|(_, same)| !same).map(|(weight, _)| *weight);
    let above =
        pairs.iter().filter(|(weight, same)| *same && worst.is_none_or(|worst| *weight > worst)).count();
    let mut best = Ranking {
        threshold: 0,
        precision: 0.0,
        recall: 0.0,
        f1: 0.0,
        recall_at_zero_false: share(above, true_pairs),
        negatives_compared,
    };
    let (mut right, mut taken) = (0, 0);
    for (at, (weight, same)) in pairs.iter().enumerate() {
        taken += 1;
        right += usize::from(*same);
        let (precision, recall) = (share(right, taken), share(right, true_pairs));
        let f1 = 2.0 * share(right, taken + true_pairs);
        let is_threshold = pairs.get(at + 1).is_none_or(|(next, _)| next < weight);
        if is_threshold && f1 > best.f1 {
            best = Ranking { threshold: *weight, precision, recall, f1, ..best };
        }
    }
    Some(best)
}

#[expect(clippy::cast_precision_loss, reason = "counts of pairs are far below 2^52")]
pub(crate) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_threshold_and_the_one_above_every_false_pair_are_found() {
        let ranking = rank(vec![(900, true), (800, true), (700, false), (600, true), (100, false)], 4)
            .expect("a ranking");
        assert_eq!(ranking.threshold, 600);
        assert!((ranking.precision - 0.75).abs() < 1e-9 && (ranking.recall - 0.75).abs() < 1e-9);
        assert!((ranking.recall_at_zero_false - 0.5).abs() < 1e-9);
        assert_eq!(ranking.negatives_compared, 2);
    }

    #[test]
    fn a_false_pair_of_the_same_weight_comes_first() {
        let ranking = rank(vec![(900, true), (900, false)], 1).expect("a ranking");
        assert!(ranking.recall_at_zero_false.abs() < 1e-9);
        assert!((ranking.precision - 0.5).abs() < 1e-9);
    }

    #[test]
    fn without_true_pairs_there_is_nothing_to_rank() {
        assert_eq!(rank(vec![(1, false)], 0), None);
    }
}
