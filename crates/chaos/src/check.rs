//! Whether what was found is what was acknowledged: nothing lost, nothing twice, nothing by halves.

mod journal;
mod there;

use std::collections::{BTreeMap, HashMap};

use registration::{flow::StateName, ids::RegistrationId, secrets::reference::Reference};
use store::{
    Act, Channel, ContactField, JournalFate, JournalWait, OutboxKind, PromiseState, RecordUpdateState,
    UpdateTrouble,
};

use uuid::Uuid;

use crate::{
    found::{Found, FoundRecord, FoundRegistration, is_due_at_once},
    ledger::{End, Entry, Step},
    patient::{CODE_TRIES, CODES_ASKED_FOR},
    people::Person,
};

/// Passwords that may be tried at one link.
const LINK_TRIES: u32 = 5;

/// What must hold and does not. People are named by their place among the invented ones.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Broken {
    #[error("person {0}: {1:?}")]
    Ended(usize, End),
    #[error("registration {0} was acknowledged and is gone")]
    RegistrationLost(RegistrationId),
    #[error("registration {0}: {1:?} was acknowledged, and it is {2:?}")]
    StepLost(RegistrationId, Step, StateName),
    #[error("person {0} has {1} open registrations that nobody was told of")]
    OpenTwice(usize, usize),
    #[error("registration {0} was registered, and its record update is {1:?}")]
    UpdateNotDone(RegistrationId, Option<RecordUpdateState>),
    #[error("registration {0} is {1:?} and changed a record")]
    ChangedTooEarly(RegistrationId, StateName),
    #[error("registration {0} stands in {1} records")]
    NotInOneRecord(RegistrationId, usize),
    #[error("registration {0}: {1:?} of its record does not hold what was proven")]
    ContactNotHeld(RegistrationId, ContactField),
    #[error("registration {0}: {1:?} stands {2} times in the history of its record")]
    HistoryRows(RegistrationId, ContactField, usize),
    #[error("registration {0}: its record is of version {1}")]
    Version(RegistrationId, i64),
    #[error("registration {0}: {1:?} was promised {2} times")]
    Promised(RegistrationId, OutboxKind, usize),
    #[error("registration {0}: a {1:?} is {2:?}")]
    PromiseNotKept(RegistrationId, OutboxKind, PromiseState),
    #[error("registration {0}: {1:?} stands {2} times in the access log")]
    Acted(RegistrationId, Act, usize),
    #[error("person {0} has {1} messages by {2:?}, which is not one")]
    Messages(usize, usize, Channel),
    #[error("a promise was delivered {0} times")]
    DeliveredTwice(usize),
    #[error("person {0} has {1} records")]
    Records(usize, usize),
    #[error("there are {found} records where {expected} were expected")]
    RecordCount { expected: usize, found: usize },
    #[error("there are {found} reviews where {expected} were expected")]
    Reviews { expected: usize, found: usize },
    #[error("person {0} has {1} records in the practice system")]
    ThereRecords(usize, usize),
    #[error("person {0}: the practice system does not hold what it should")]
    ThereNotHeld(usize),
    #[error("person {0}: their record in the practice system was changed {1} times")]
    ThereChanges(usize, usize),
    #[error("entry {0} of a kiosk's journal was acknowledged and is gone")]
    EntryLost(Uuid),
    #[error("person {0} was shown a reference, and the portal has {1} entries of it")]
    Entries(usize, usize),
    #[error("what was kept of person {0} was never acknowledged")]
    EntryNotTaken(usize),
    #[error("what was kept of person {0} belongs to no registration")]
    EntryNotBegun(usize),
    #[error("entry {0} waits for {1:?}, and became {2:?}")]
    EntryNotEntered(Reference, Option<JournalWait>, Option<JournalFate>),
    #[error("{0}: {1} entries kept, {2} came, {3} lie there, {4} were lost")]
    JournalStands(String, u32, u32, u32, u32),
    #[error("the portal has {came} entries of the kiosks' journals, of which {taken} were acknowledged")]
    EntriesCame { came: u32, taken: u32 },
    #[error("{lost} entries were lost, where {interrupted} may have been")]
    EntriesLost { lost: u32, interrupted: u32 },
    #[error("the portal gave up {0} requests to the practice system and never asked again")]
    ThereGivenUp(usize),
    #[error("the practice system has {0} records of people that nobody invented")]
    ThereStrangers(usize),
}

/// What had to become of somebody's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Nothing,
    Written,
    /// They are new, and the practice system's searches cannot tell that.
    LeftToStaff,
}

fn due(person: &Person, is_registered: bool, found: &Found) -> Due {
    let tells_new = found.there.as_ref().is_none_or(|there| there.tells_new);
    match (is_registered, person.record.is_some() || tells_new) {
        (false, _) => Due::Nothing,
        (true, true) => Due::Written,
        (true, false) => Due::LeftToStaff,
    }
}

/// Everything that does not hold, and how many things were looked at.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) broken: Vec<Broken>,
    pub(crate) checked: u64,
}

impl Verdict {
    fn holds(&mut self, holds: bool, otherwise: impl FnOnce() -> Broken) {
        self.checked += 1;
        if !holds {
            self.broken.push(otherwise());
        }
    }
}

pub(crate) fn check(people: &[Person], entries: &[Entry], found: &Found) -> Verdict {
    let mut verdict = Verdict::default();
    let records = Records::of(found);
    let is_ours = found.there.is_none();
    let mut dues = HashMap::new();
    for entry in entries {
        let person = &people[entry.person];
        let ended_well = match entry.end {
            End::Registered | End::KioskKilled => true,
            End::LinkLocked { tries } => tries >= LINK_TRIES,
            End::CodesUsedUp { tries, asked } => tries >= CODE_TRIES || asked >= CODES_ASKED_FOR,
            End::UnderWay | End::Stuck(_) => false,
        };
        verdict.holds(ended_well, || Broken::Ended(entry.person, entry.end.clone()));
        let open = found.open.get(&entry.person).map_or(&[][..], Vec::as_slice);
        let id = found.registration_of(entry);
        let unheard = open.iter().filter(|open| Some(**open) != id).count();
        // One that was never acknowledged may have been begun; a second one may not.
        let may = usize::from(id.is_none());
        verdict.holds(unheard <= may, || Broken::OpenTwice(entry.person, unheard));
        messages(&mut verdict, entry, person, found);

        let due = due(person, id.is_some_and(|id| is_registered(found, id)), found);
        dues.insert(entry.person, due);
        if let Some(id) = id {
            registration(&mut verdict, entry, id, found, due);
        }
        let of_person = records.of_person(person);
        let expected = usize::from(due == Due::Written || (is_ours && person.record.is_some()));
        verdict.holds(of_person == expected, || Broken::Records(entry.person, of_person));
        if let (Some(id), Due::Written) = (id, due) {
            record(&mut verdict, id, person, &records, is_ours);
        }
    }
    counts(&mut verdict, people, &dues, found);
    journal::journals(&mut verdict, entries, found);
    if let Some(there) = &found.there {
        there::there(&mut verdict, people, &dues, there);
    }
    let mut deliveries = HashMap::new();
    for message in &found.messages {
        *deliveries.entry(message.id).or_insert(0) += 1;
    }
    for times in deliveries.into_values() {
        verdict.holds(times == 1, || Broken::DeliveredTwice(times));
    }
    verdict
}

fn is_registered(found: &Found, id: RegistrationId) -> bool {
    found.registrations.get(&id).is_some_and(|found| found.state == StateName::Registered)
}

/// Records and reviews, in all.
fn counts(verdict: &mut Verdict, people: &[Person], dues: &HashMap<usize, Due>, found: &Found) {
    let (is_ours, written) = (found.there.is_none(), |place| dues.get(&place) == Some(&Due::Written));
    // A copy is made of whom it concerns.
    let is_here =
        |(place, person): &(usize, &Person)| written(*place) || (is_ours && person.record.is_some());
    let (expected, found_records) = (people.iter().enumerate().filter(is_here).count(), found.records.len());
    let records = Broken::RecordCount { expected, found: found_records };
    verdict.holds(found_records == expected, || records);
    let expected = dues.values().filter(|due| **due == Due::LeftToStaff).count();
    let reviews = Broken::Reviews { expected, found: found.reviews };
    verdict.holds(found.reviews == expected, || reviews);
}

/// One text and one email at most, and each that was needed for what was acknowledged. A phone that asks for another code may
/// get one each time.
fn messages(verdict: &mut Verdict, entry: &Entry, person: &Person, found: &Found) {
    for (channel, recipient, needed_for, most) in [
        (Channel::Sms, person.mobile_typed(), Step::CodeChecked, most_codes(entry)),
        (Channel::Email, person.email.clone(), Step::LinkOpened, 1),
    ] {
        let to = found.messages.iter().filter(|it| it.channel == channel && it.recipient == recipient);
        let (sent, needed) = (to.count(), usize::from(entry.acknowledged >= Some(needed_for)));
        verdict.holds((needed..=most).contains(&sent), || Broken::Messages(entry.person, sent, channel));
    }
}

fn most_codes(entry: &Entry) -> usize {
    1 + entry.codes_asked as usize
}

fn registration(verdict: &mut Verdict, entry: &Entry, id: RegistrationId, found: &Found, due: Due) {
    let Some(registration) = found.registrations.get(&id) else {
        return verdict.holds(false, || Broken::RegistrationLost(id));
    };
    let state = registration.state;
    if let Some(step) = entry.acknowledged {
        verdict.holds(is_past(state, step, &entry.end), || Broken::StepLost(id, step, state));
    }
    let update = registration.update.map(|(state, _)| state);
    let cannot_tell = RecordUpdateState::NeedsStaff(UpdateTrouble::NewCannotBeTold);
    match due {
        Due::Nothing => verdict.holds(update.is_none(), || Broken::ChangedTooEarly(id, state)),
        Due::Written => {
            let done = matches!(update, Some(RecordUpdateState::Confirmed { .. }));
            verdict.holds(done, || Broken::UpdateNotDone(id, update));
        }
        Due::LeftToStaff => {
            verdict.holds(update == Some(cannot_tell), || Broken::UpdateNotDone(id, update));
        }
    }
    promises(verdict, id, registration, due != Due::Nothing, most_codes(entry));
    acts(verdict, id, registration, due);
}

/// Whether a registration in this state has this step behind it.
fn is_past(state: StateName, step: Step, end: &End) -> bool {
    match state {
        StateName::AwaitingCode => step <= Step::Confirmed,
        StateName::AwaitingPassword => step <= Step::CodeChecked,
        StateName::AwaitingLink => step <= Step::PasswordSet,
        StateName::AwaitingTerms => step <= Step::LinkOpened,
        StateName::Registered => true,
        // Nobody goes on, and time ends it.
        StateName::Expired => *end == End::KioskKilled && step <= Step::PasswordSet,
        StateName::Locked => matches!(end, End::LinkLocked { .. }) && step <= Step::LinkOpened,
        StateName::HandedToDesk | StateName::Abandoned | StateName::Declined | StateName::Superseded => false,
    }
}

fn promises(
    verdict: &mut Verdict,
    id: RegistrationId,
    of: &FoundRegistration,
    registered: bool,
    most_codes: usize,
) {
    let mut promised = BTreeMap::from([(OutboxKind::CodeSms, 0)]);
    for (kind, state) in &of.promises {
        *promised.entry(*kind).or_insert(0) += 1;
        let kept = match state {
            PromiseState::Sent | PromiseState::Cancelled => true,
            PromiseState::Promised => !is_due_at_once(*kind),
            PromiseState::Failed | PromiseState::Expired => false,
        };
        verdict.holds(kept, || Broken::PromiseNotKept(id, *kind, *state));
    }
    for (kind, times) in &promised {
        let expected = match kind {
            OutboxKind::CodeSms => (1..=most_codes).contains(times),
            OutboxKind::LinkEmail => *times == 1,
            OutboxKind::RecordUpdate | OutboxKind::RecordCreate => *times == 1 && registered,
            OutboxKind::LinkReminder | OutboxKind::NoticeOldContact => *times <= 1,
            OutboxKind::NoticeRegisteredAgain | OutboxKind::NoticeLinked => false,
        };
        verdict.holds(expected, || Broken::Promised(id, *kind, *times));
    }
    if registered {
        let changes = promised
            .keys()
            .filter(|it| matches!(it, OutboxKind::RecordUpdate | OutboxKind::RecordCreate))
            .count();
        verdict.holds(changes == 1, || Broken::Promised(id, OutboxKind::RecordUpdate, changes));
    }
}

/// What a registration does once.
const ONCE: [Act; 5] =
    [Act::DetailsConfirmed, Act::CodeRight, Act::PasswordSet, Act::TermsAccepted, Act::AccountMade];
const CHANGES: [Act; 2] = [Act::RecordCreated, Act::RecordUpdated];

fn acts(verdict: &mut Verdict, id: RegistrationId, of: &FoundRegistration, due: Due) {
    let times = |act: Act| of.acts.iter().filter(|it| **it == act).count();
    for act in ONCE {
        let least = usize::from(due != Due::Nothing || act == Act::DetailsConfirmed);
        verdict.holds((least..=1).contains(&times(act)), || Broken::Acted(id, act, times(act)));
    }
    let changes: usize = CHANGES.into_iter().map(times).sum();
    verdict.holds(changes == usize::from(due == Due::Written), || {
        Broken::Acted(id, Act::RecordUpdated, changes)
    });
}

/// Records by whom they are about and by what was proven into them.
struct Records<'a> {
    by_birthday: HashMap<chrono::NaiveDate, Vec<&'a FoundRecord>>,
    by_registration: HashMap<RegistrationId, Vec<&'a FoundRecord>>,
}

impl<'a> Records<'a> {
    fn of(found: &'a Found) -> Self {
        let mut records = Self { by_birthday: HashMap::new(), by_registration: HashMap::new() };
        for record in &found.records {
            if let Some(born) = record.record.date_of_birth {
                records.by_birthday.entry(born).or_default().push(record);
            }
            let proven = record.history.iter().filter_map(|point| point.verified).map(|(_, by)| by);
            for registration in proven {
                let of = records.by_registration.entry(registration).or_default();
                if !of.iter().any(|known| known.record.id == record.record.id) {
                    of.push(record);
                }
            }
        }
        records
    }

    /// No two people share a birthday here.
    fn of_person(&self, person: &Person) -> usize {
        self.by_birthday.get(&person.born).map_or(0, Vec::len)
    }
}

/// Exactly one, with both contact points, each written once.
fn record(verdict: &mut Verdict, id: RegistrationId, person: &Person, records: &Records<'_>, is_ours: bool) {
    let proven = records.by_registration.get(&id).map_or(&[][..], Vec::as_slice);
    verdict.holds(proven.len() == 1, || Broken::NotInOneRecord(id, proven.len()));
    let [FoundRecord { record, history }] = proven else { return };
    for (field, value) in
        [(ContactField::Mobile, person.mobile()), (ContactField::Email, person.email.clone())]
    {
        let held = record.contact(field).is_some_and(|point| {
            point.comparable.as_ref() == Some(&value) && point.verified.is_some_and(|(_, by)| by == id)
        });
        verdict.holds(held, || Broken::ContactNotHeld(id, field));
        let rows = history.iter().filter(|point| point.field == field);
        let rows = rows.filter(|point| point.verified.is_some_and(|(_, by)| by == id)).count();
        verdict.holds(rows == 1, || Broken::HistoryRows(id, field, rows));
    }
    // A copy has numbers of its own, and is brought up to what the system shows whenever that is asked.
    if !is_ours {
        return;
    }
    // Made, and changed once if the practice knew them.
    let version = if person.record.is_some() { 2 } else { 1 };
    let is_theirs = person.record.is_none_or(|known| known == record.id);
    verdict.holds(record.version == version && is_theirs, || Broken::Version(id, record.version));
}

#[cfg(test)]
mod tests;
