//! Open Dental: its API v1 (opendental.com/site/api….html; facts and sources in `docs/practice-systems.md`).
//!
//! It has no versions and no idempotency keys, so that every write is read, compare, write, read again. Remotely it takes
//! one request a second; on the practice's own machine as many as the machine does.

mod wire;

use std::{num::NonZeroU32, sync::Arc};

use async_trait::async_trait;
use chrono::TimeDelta;
use registration::{time::Timestamp, values::mobile::MobilePolicy};
use reqwest::{
    Method,
    header::{AUTHORIZATION, HeaderMap},
};

use crate::{
    by_comparison::{self, Plain},
    connection::{BaseUrl, Connection, Request, Secret, Timing},
    limiter::{Budget, Limiter},
    paging::Gathered,
    record::{PatientRecord, RecordId},
    reply::{PAUSE, Reply},
    situation::{Fault, Situation, StaffReason},
    system::{
        Candidates, Capabilities, Checked, Contact, ContactUpdate, Coverage, Created, Guard, NewRecord,
        PracticeSystem, Remark, Sought, Trace, Updated, Writes,
    },
    telephone::PhoneFormat,
};

/// Where Open Dental is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Through Open Dental's own servers and the practice's eConnector.
    Remote,
    /// On the practice's machine: port 30222 (Local) or 30223 (Service).
    OnThisMachine,
}

/// Our own ceiling where Open Dental has none.
const TWENTY: NonZeroU32 = NonZeroU32::new(20).expect("not zero");

impl Mode {
    /// Remotely one request a second, for keys that may write; on this machine our own ceiling of twenty.
    #[must_use]
    pub const fn budget(self) -> Budget {
        let requests = match self {
            Self::Remote => NonZeroU32::MIN,
            Self::OnThisMachine => TWENTY,
        };
        Budget { requests, window: TimeDelta::seconds(1), keep_back: 0 }
    }

    /// Pages of one search that are read. On this machine that is 100,000 patients in about five seconds.
    const fn max_pages(self) -> usize {
        match self {
            Self::Remote => 20,
            Self::OnThisMachine => 100,
        }
    }

    /// Rows of a page, the most there are (opendental.com/site/apiimplementation.html).
    const fn page(self) -> usize {
        match self {
            Self::Remote => 100,
            Self::OnThisMachine => 1_000,
        }
    }
}

/// By what Open Dental is searched. Its page names the two names alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// The family name: one request, and whoever changed theirs is not found.
    ByFamilyName,
    /// All patients, page by page, compared here: complete, and fit for a practice's own machine.
    Everybody,
}

/// What a practice says about its Open Dental.
#[derive(Clone, Debug)]
pub struct Config {
    /// `https://api.opendental.com/api/v1`, or `http://localhost:30222/api/v1`.
    pub base: BaseUrl,
    /// Where that is.
    pub mode: Mode,
    /// Of this program.
    pub developer_key: Secret,
    /// Of the practice.
    pub customer_key: Secret,
    /// By what it is searched.
    pub search: Search,
    /// How numbers stand on Open Dental's screens.
    pub phone_format: PhoneFormat,
    /// Which numbers are mobiles.
    pub mobile_policy: MobilePolicy,
}

/// A practice's Open Dental.
#[derive(Debug)]
pub struct OpenDental {
    connection: Connection,
    mode: Mode,
    search: Search,
    phone_format: PhoneFormat,
    mobile_policy: MobilePolicy,
}

impl OpenDental {
    /// The limiter is shared by everything in this process that uses the same keys; see [`Mode::budget`].
    pub fn new(config: Config, limiter: Arc<Limiter>, timing: Timing) -> Result<Self, Situation> {
        let keys = format!("ODFHIR {}/{}", config.developer_key.reveal(), config.customer_key.reveal());
        let keys = Secret::header(&keys).ok_or(Situation::Misconfigured(Fault::NoConnection))?;
        let headers = HeaderMap::from_iter([(AUTHORIZATION, keys)]);
        Ok(Self {
            connection: Connection::new(config.base, headers, limiter, timing)?,
            mode: config.mode,
            search: config.search,
            phone_format: config.phone_format,
            mobile_policy: config.mobile_policy,
        })
    }

    const fn known(&self) -> Capabilities {
        let coverage = match self.search {
            Search::ByFamilyName => Coverage { date_of_birth: false, mobile: false, email: false },
            Search::Everybody => Coverage::ALL,
        };
        Capabilities {
            writes: Writes::ByMachine,
            coverage,
            guard: Guard::ByComparison,
            trace: Trace::None,
            keep_alive: None,
        }
    }

    async fn page(&self, path: &[&str], query: &[(&str, String)]) -> Result<Vec<PatientRecord>, Situation> {
        let url = self.connection.base.join(path, query);
        match self.connection.ask(Request::get(url)).await? {
            Reply::Done(answer) => {
                wire::list(&answer.body, &self.mobile_policy).ok_or(answer.not_understood())
            }
            Reply::NotFound => Err(Situation::Misconfigured(Fault::WrongAddress)),
            Reply::Conflict => Err(Situation::NotUnderstood { status: 409 }),
        }
    }

    async fn pages(
        &self,
        path: &[&str],
        search: Option<(&str, String)>,
    ) -> Result<Vec<PatientRecord>, Situation> {
        let mut gathered = Gathered::default();
        for number in 0..self.mode.max_pages() {
            let offset = number * self.mode.page();
            let query: Vec<_> = search.clone().into_iter().chain([("Offset", offset.to_string())]).collect();
            let records = self.page(path, &query).await?;
            let rows = records.len();
            let new = gathered.add(records);
            if rows < self.mode.page() || new == 0 {
                return Ok(gathered.into_records());
            }
        }
        Err(Situation::NeedsStaff(StaffReason::TooManyRecords))
    }
}

#[async_trait]
impl Plain for OpenDental {
    fn now(&self) -> Timestamp {
        self.connection.now()
    }

    async fn read_now(&self, record: &RecordId) -> Result<Option<PatientRecord>, Situation> {
        let url = self.connection.base.join(&["patients", record.as_str()], &[]);
        match self.connection.ask(Request::get(url)).await? {
            Reply::Done(answer) => {
                let read = wire::single(&answer.body, &self.mobile_policy).ok_or(answer.not_understood())?;
                // Somebody else's record in answer to ours is no answer.
                if read.id == *record { Ok(Some(read)) } else { Err(answer.not_understood()) }
            }
            Reply::NotFound => Ok(None),
            Reply::Conflict => Err(Situation::NotUnderstood { status: 409 }),
        }
    }

    async fn look_for(&self, sought: &Sought) -> Result<Vec<PatientRecord>, Situation> {
        let found = match self.search {
            Search::ByFamilyName => {
                let family = sought.name.family.as_typed().to_owned();
                self.pages(&["patients"], Some(("LName", family))).await?
            }
            Search::Everybody => self.pages(&["patients", "Simple"], None).await?,
        };
        Ok(found.into_iter().filter(|record| sought.concerns(record)).collect())
    }

    async fn put(&self, record: &RecordId, contact: &Contact) -> Result<(), Situation> {
        let url = self.connection.base.join(&["patients", record.as_str()], &[]);
        let body = wire::changes(contact, self.phone_format, &self.mobile_policy);
        match self.connection.ask(Request::write(Method::PUT, url, body)).await? {
            Reply::Done(_) => Ok(()),
            Reply::NotFound => Err(Situation::NeedsStaff(StaffReason::RecordGone)),
            Reply::Conflict => Err(Situation::Refused { status: 409 }),
        }
    }

    async fn post(&self, new: &NewRecord) -> Result<RecordId, Situation> {
        let url = self.connection.base.join(&["patients"], &[]);
        let body = wire::new_patient(new, self.phone_format, &self.mobile_policy);
        match self.connection.ask(Request::write(Method::POST, url, body)).await? {
            // Made, and under which number is not known: the next call finds it.
            Reply::Done(answer) => wire::single(&answer.body, &self.mobile_policy)
                .map(|record| record.id)
                .ok_or(Situation::Unclear { retry_at: self.connection.now() + PAUSE }),
            Reply::NotFound => Err(Situation::Misconfigured(Fault::WrongAddress)),
            Reply::Conflict => Err(Situation::Refused { status: 409 }),
        }
    }
}

#[async_trait]
impl PracticeSystem for OpenDental {
    async fn capabilities(&self) -> Result<Capabilities, Situation> {
        Ok(self.known())
    }

    async fn check(&self) -> Result<Checked, Situation> {
        self.page(&["patients"], &[("Limit", "1".to_owned())]).await.map_err(
            |situation| match situation {
                Situation::NotUnderstood { .. } => Situation::Misconfigured(Fault::WrongAddress),
                other @ (Situation::NotNow { .. }
                | Situation::Unclear { .. }
                | Situation::Refused { .. }
                | Situation::NeedsStaff(_)
                | Situation::Misconfigured(_)) => other,
            },
        )?;
        let mut remarks = self.known().remarks();
        remarks.push(Remark::WritePermissionUnknown);
        Ok(Checked { capabilities: self.known(), remarks })
    }

    async fn find_candidates(&self, sought: &Sought) -> Result<Candidates, Situation> {
        let records = self.look_for(sought).await?;
        Ok(Candidates { records, coverage: self.known().coverage })
    }

    async fn read(&self, record: &RecordId) -> Result<Option<PatientRecord>, Situation> {
        self.read_now(record).await
    }

    async fn create(&self, new: &NewRecord) -> Result<Created, Situation> {
        by_comparison::create(self, new).await
    }

    async fn update_contact(&self, update: &ContactUpdate) -> Result<Updated, Situation> {
        by_comparison::update(self, update).await
    }
}
