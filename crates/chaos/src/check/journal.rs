//! Whether what the kiosks kept came to the portal, once, and went on from there.

use super::{Broken, Verdict};
use crate::{
    found::Found,
    ledger::{Entry, Kept},
};

pub(super) fn journals(verdict: &mut Verdict, entries: &[Entry], found: &Found) {
    let journals = &found.journals;
    for (id, is_there) in &journals.taken {
        verdict.holds(*is_there, || Broken::EntryLost(*id));
    }
    for entry in entries.iter().filter(|entry| matches!(entry.kept, Kept::Yes(_))) {
        let person = entry.person;
        let kept = journals.of_person.get(&person).map_or(&[][..], Vec::as_slice);
        verdict.holds(kept.len() == 1, || Broken::Entries(person, kept.len()));
        let [kept] = kept else { continue };
        verdict.holds(journals.taken.contains_key(&kept.id), || Broken::EntryNotTaken(person));
        verdict.holds(kept.registration.is_some(), || Broken::EntryNotBegun(person));
    }
    // None, whosever it is.
    for listed in &journals.not_entered {
        let reference = listed.reference.clone();
        verdict.holds(false, || Broken::EntryNotEntered(reference, listed.waits_for, listed.fate));
    }
    counts(verdict, entries, found);
}

/// What the kiosks said last, once nobody kept anything any more.
fn counts(verdict: &mut Verdict, entries: &[Entry], found: &Found) {
    let (mut came, mut lost) = (0, 0);
    for it in &found.journals.stand {
        let adds_up = it.waiting == 0 && it.given == it.received + it.lost;
        verdict.holds(adds_up, || {
            Broken::JournalStands(it.kiosk.clone(), it.given, it.received, it.waiting, it.lost)
        });
        came += it.received;
        lost += it.lost;
    }
    let taken = count(found.journals.taken.len());
    verdict.holds(came == taken, || Broken::EntriesCame { came, taken });
    // What a killed program had counted and not written yet; nobody was told that it was kept.
    let interrupted = count(entries.iter().filter(|entry| entry.kept == Kept::Perhaps).count());
    verdict.holds(lost <= interrupted, || Broken::EntriesLost { lost, interrupted });
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}
