//! Two lots of times beside each other.

use std::time::Duration;

/// Half of them are shorter.
pub(crate) fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// How two lots differ, whatever their distribution (Mann and Whitney's test of ranks).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Differing {
    /// How often one of the second lot takes longer than one of the first: a half says nothing, one says everything.
    pub(crate) longer: f64,
    /// How often lots from the same source differ at least as much.
    pub(crate) p: f64,
}

pub(crate) fn differing(first: &[Duration], second: &[Duration]) -> Differing {
    let (m, n) = (count(first), count(second));
    let longer: f64 = first
        .iter()
        .flat_map(|one| second.iter().map(move |other| (other > one, other == one)))
        .map(|(longer, equal)| if longer { 1.0 } else { 0.5 * f64::from(u8::from(equal)) })
        .sum();
    // Times in nanoseconds hardly ever tie, so that the variance needs no correction.
    let deviation = (m * n * (m + n + 1.0) / 12.0).sqrt();
    let z = ((longer - m * n / 2.0) / deviation).abs();
    Differing { longer: longer / (m * n), p: two_sided(z) }
}

fn count(times: &[Duration]) -> f64 {
    u32::try_from(times.len()).map_or(f64::INFINITY, f64::from)
}

/// Of a normal distribution, outside of `z` deviations on either side (Abramowitz and Stegun 26.2.17, to 7.5e-8).
fn two_sided(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let factors = [0.319_381_53, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let series: f64 = factors.iter().rev().fold(0.0, |sum, factor| (sum + factor) * t);
    2.0 * series * (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt()
}
