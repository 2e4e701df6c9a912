//! Requests that a system works on late: the caller has given them up, and asks again.

use super::{
    seen::Seen,
    server::{Reply, World},
};

/// When a request that was held is worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// As the same is asked again, just before that is answered.
    BeforeTheRepeat,
    /// When that was answered.
    AfterTheRepeat,
}

/// Those that were held and are not worked on yet, and those that were, with the status of the answer that nobody heard.
#[derive(Debug, Default)]
pub(super) struct Held {
    waiting: Vec<(Late, Seen)>,
    pub(super) worked_on: Vec<(Seen, u16)>,
}

impl Held {
    pub(super) fn hold(&mut self, late: Late, seen: Seen) {
        self.waiting.push((late, seen));
    }

    pub(super) const fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Now that this is asked: what it repeats.
    pub(super) fn work_on(&mut self, now: Late, asked: &Seen, world: &mut impl World) {
        let is_due = |(late, held): &mut (Late, Seen)| *late == now && held.aim() == asked.aim();
        for (_, held) in self.waiting.extract_if(.., is_due) {
            let Reply { status, .. } = world.answer(&held);
            self.worked_on.push((held, status));
        }
    }
}
