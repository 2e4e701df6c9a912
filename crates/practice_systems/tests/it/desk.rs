//! A desk with one of the systems behind it.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::TimeDelta;
use practice_systems::{
    BaseUrl, Budget, Contact, ContactUpdate, Fault, Limiter, NewRecord, PatientRecord, PracticeSystem,
    RecordId, Situation, Sought, Texts, Timing, Updated, Waits,
};
use registration::{
    ids::RegistrationId,
    time::{Clock, Timestamp},
    values::{details::Details, verified::Verified},
};
use serde_json::Value;
use test_support::{
    MockClock, people,
    practice_systems::{Fake, KeyState, World},
};
use uuid::Uuid;

/// A fake as the contract sees it.
pub(crate) trait Practice: World + Sized {
    /// How a key that may only read is answered when it writes.
    const READ_ONLY: Fault;

    async fn open() -> Fake<Self>;
    fn system(
        origin: &str,
        limiter: Arc<Limiter>,
        timing: Timing,
    ) -> Result<Box<dyn PracticeSystem>, Situation>;

    /// Jo O’Brien-Smith with an old mobile, "07700 900999", and her own address.
    fn add_jo(&mut self) -> RecordId;
    /// Reception writes down a home number.
    fn edit(&mut self, record: &RecordId);
    /// Reception corrects the mobile to this one.
    fn correct_mobile(&mut self, record: &RecordId, mobile: &str);
    fn close(&mut self, record: &RecordId);
    fn remove(&mut self, record: &RecordId);
    fn set_key(&mut self, key: KeyState);
    /// Mobile and email, as they stand there.
    fn contact(&self, record: &RecordId) -> (String, String);
    fn count(&self) -> usize;
    /// What it answers when it is asked for somebody else.
    fn somebody_else() -> Value;
}

/// Pauses that move the clock.
pub(crate) struct Moving(pub(crate) Arc<MockClock>);

#[async_trait]
impl Waits for Moving {
    async fn wait(&self, span: TimeDelta) {
        self.0.advance(span);
    }
}

pub(crate) struct Desk<P> {
    pub(crate) fake: Fake<P>,
    pub(crate) clock: Arc<MockClock>,
    pub(crate) system: Box<dyn PracticeSystem>,
}

impl<P: Practice> Desk<P> {
    pub(crate) async fn open() -> Self {
        let ample = NonZeroU32::new(1_000).expect("not zero");
        Self::with(Budget { requests: ample, window: TimeDelta::seconds(1), keep_back: 0 }).await
    }

    pub(crate) async fn with(budget: Budget) -> Self {
        let (fake, clock) = (P::open().await, Arc::new(MockClock::default()));
        let timing = timing(&clock);
        let system = P::system(&fake.origin(), Arc::new(Limiter::new(budget)), timing).expect("a system");
        Self { fake, clock, system }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn after(&self, seconds: i64) -> Timestamp {
        self.now() + TimeDelta::seconds(seconds)
    }

    /// Jo's record as the matching would read it.
    pub(crate) async fn jo(&self) -> PatientRecord {
        self.system.capabilities().await.expect("known");
        let id = self.fake.with(P::add_jo);
        self.system.read(&id).await.expect("an answer").expect("a record")
    }

    pub(crate) async fn update(&self, record: &PatientRecord) -> Result<Updated, Situation> {
        self.system.update_contact(&proven(record, self.now())).await
    }

    pub(crate) fn contact(&self, record: &PatientRecord) -> (String, String) {
        self.fake.with(|practice| practice.contact(&record.id))
    }

    pub(crate) fn writes(&self) -> usize {
        self.fake.writes().len()
    }
}

pub(crate) fn timing(clock: &Arc<MockClock>) -> Timing {
    Timing {
        clock: Arc::<MockClock>::clone(clock),
        waits: Arc::new(Moving(Arc::clone(clock))),
        answer_within: Duration::from_secs(20),
    }
}

pub(crate) fn base(address: &str) -> BaseUrl {
    BaseUrl::parse(address).expect("an address")
}

pub(crate) fn registration() -> RegistrationId {
    RegistrationId(Uuid::from_u128(7))
}

/// Jo has proven 07700 900123 and Jo.OBrien@Example.com.
pub(crate) fn proven(record: &PatientRecord, now: Timestamp) -> ContactUpdate {
    let Details { mobile, email, .. } = people::jo();
    ContactUpdate {
        record: record.id.clone(),
        read: record.version.clone(),
        contact: Contact::Proven {
            mobile: Verified::read_back(mobile, now),
            email: email.map(|email| Verified::read_back(email, now)),
            texts: Texts::NotAsked,
        },
        registration: registration(),
    }
}

/// Jo, as somebody whom the practice does not know.
pub(crate) fn new_jo(now: Timestamp) -> NewRecord {
    let Details { name, date_of_birth, mobile, email } = people::jo();
    NewRecord {
        name,
        date_of_birth,
        mobile: Verified::read_back(mobile, now),
        email: email.map(|email| Verified::read_back(email, now)),
        texts: Texts::NotAsked,
        other_people: Vec::new(),
        registration: registration(),
    }
}

pub(crate) fn sought_jo() -> Sought {
    let Details { name, date_of_birth, mobile, email } = people::jo();
    Sought { name, date_of_birth, mobile, email }
}
