//! Dentally: its v1 API (developer.dentally.co; facts and their sources in `docs/practice-systems.md`).
//!
//! It has no versions and no idempotency keys, so that every write is read, compare, write, read again. One allowance of
//! 3,600 requests an hour is shared by every program of the practice; a key ends after two weeks without use.

mod wire;

use std::{num::NonZeroU32, sync::Arc};

use async_trait::async_trait;
use chrono::TimeDelta;
use registration::{time::Timestamp, values::mobile::MobilePolicy};
use reqwest::{
    Method,
    header::{AUTHORIZATION, HeaderMap, HeaderValue, USER_AGENT},
};

use crate::{
    by_comparison::{self, Plain},
    connection::{BaseUrl, Connection, Request, Secret, Timing},
    limiter::{Budget, Limiter},
    paging::{Gathered, MAX_PAGES, Page},
    record::{PatientRecord, RecordId},
    reply::{PAUSE, Reply},
    situation::{Fault, Situation, StaffReason, Waiting},
    system::{
        Candidates, Capabilities, Checked, Contact, ContactUpdate, Coverage, Created, Guard, NewRecord,
        PracticeSystem, Remark, Sought, Trace, Updated, Writes,
    },
    telephone::PhoneFormat,
};

/// Rows of a page, the most there are (developer.dentally.co).
const PER_PAGE: usize = 100;

/// 3,600 requests an hour for a user, whichever program asks; a third is left to the others.
pub const BUDGET: Budget = Budget {
    requests: NonZeroU32::new(2_400).expect("not zero"),
    window: TimeDelta::hours(1),
    keep_back: 1_200,
};

/// A key ends after more than two weeks without use (help.dentally.com 4538786); once a day survives a long weekend.
pub const KEEP_ALIVE: TimeDelta = TimeDelta::days(1);

/// What a practice says about its Dentally.
#[derive(Clone, Debug)]
pub struct Config {
    /// `https://api.dentally.co`, or the one of the practice's region.
    pub base: BaseUrl,
    /// Settings, Developer Settings, Generate new token.
    pub key: Secret,
    /// Who asks; without it Dentally answers 403. "Vestibule/0.1 (it@practice.example)".
    pub user_agent: String,
    /// The query parameter that searches names, addresses and numbers: `query`.
    pub search_parameter: String,
    /// How numbers stand on Dentally's screens.
    pub phone_format: PhoneFormat,
    /// Which numbers are mobiles.
    pub mobile_policy: MobilePolicy,
}

/// A practice's Dentally.
#[derive(Debug)]
pub struct Dentally {
    connection: Connection,
    search_parameter: String,
    phone_format: PhoneFormat,
    mobile_policy: MobilePolicy,
}

impl Dentally {
    /// The limiter is shared by everything in this process that uses the same key.
    pub fn new(config: Config, limiter: Arc<Limiter>, timing: Timing) -> Result<Self, Situation> {
        let broken = Situation::Misconfigured(Fault::NoConnection);
        let mut headers = HeaderMap::new();
        let key = Secret::header(&format!("Bearer {}", config.key.reveal())).ok_or(broken)?;
        headers.insert(AUTHORIZATION, key);
        headers.insert(USER_AGENT, HeaderValue::from_str(&config.user_agent).map_err(|_| broken)?);
        Ok(Self {
            connection: Connection::new(config.base, headers, limiter, timing)?,
            search_parameter: config.search_parameter,
            phone_format: config.phone_format,
            mobile_policy: config.mobile_policy,
        })
    }

    const CAPABILITIES: Capabilities = Capabilities {
        writes: Writes::ByMachine,
        // No search by date of birth is known.
        coverage: Coverage { date_of_birth: false, mobile: true, email: true },
        guard: Guard::ByComparison,
        trace: Trace::None,
        keep_alive: Some(KEEP_ALIVE),
    };

    async fn page(&self, search: Option<&str>, page: u32, per_page: usize) -> Result<Page, Situation> {
        let mut query = vec![
            ("page", page.to_string()),
            ("per_page", per_page.to_string()),
            // A list in the order of change would move under our feet.
            ("sort_by", "created_at".to_owned()),
            ("sort_direction", "asc".to_owned()),
        ];
        query.extend(search.map(|text| (self.search_parameter.as_str(), text.to_owned())));
        let url = self.connection.base.join(&["v1", "patients"], &query);
        match self.connection.ask(Request::get(url)).await? {
            Reply::Done(answer) => {
                wire::page(&answer.body, &self.mobile_policy).ok_or(answer.not_understood())
            }
            Reply::NotFound => Err(Situation::Misconfigured(Fault::WrongAddress)),
            Reply::Conflict => Err(Situation::NotUnderstood { status: 409 }),
        }
    }

    /// All pages of one search. Rows can come twice, and then others are missed: what Dentally says there are is compared
    /// with what came, and the list is read once more.
    async fn search(&self, text: &str) -> Result<Vec<PatientRecord>, Situation> {
        let mut gathered = Gathered::default();
        for _ in 0..2 {
            let mut total = None;
            for number in 1.. {
                if number > MAX_PAGES {
                    return Err(Situation::NeedsStaff(StaffReason::TooManyRecords));
                }
                let page = self.page(Some(text), number, PER_PAGE).await?;
                total = page.total.or(total);
                let rows = page.rows;
                gathered.add(page.records);
                if rows < PER_PAGE {
                    break;
                }
            }
            if total.is_none_or(|total| gathered.len() >= total) {
                return Ok(gathered.into_records());
            }
        }
        let retry_at = self.connection.now() + PAUSE;
        Err(Situation::NotNow { retry_at, why: Waiting::UnsteadyList })
    }

    /// What a search can be made by: the address, the number in both spellings, the name.
    fn searches(&self, sought: &Sought) -> Vec<String> {
        let national = PhoneFormat::NationalDigits.write(&sought.mobile, &self.mobile_policy);
        let given = sought.name.given.as_ref().map_or("", |given| given.as_typed());
        let name = format!("{given} {}", sought.name.family.as_typed()).trim().to_owned();
        let email = sought.email.as_ref().map(|email| email.as_str().to_owned());
        let others = [national, sought.mobile.e164().to_owned(), name];
        let mut searches: Vec<String> = email.into_iter().chain(others).collect();
        searches.dedup();
        searches
    }
}

#[async_trait]
impl Plain for Dentally {
    fn now(&self) -> Timestamp {
        self.connection.now()
    }

    async fn read_now(&self, record: &RecordId) -> Result<Option<PatientRecord>, Situation> {
        let url = self.connection.base.join(&["v1", "patients", record.as_str()], &[]);
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
        let mut gathered = Gathered::default();
        for text in self.searches(sought) {
            gathered.add(self.search(&text).await?);
        }
        Ok(gathered.into_records().into_iter().filter(|record| sought.concerns(record)).collect())
    }

    async fn put(&self, record: &RecordId, contact: &Contact) -> Result<(), Situation> {
        let url = self.connection.base.join(&["v1", "patients", record.as_str()], &[]);
        let body = wire::changes(contact, self.phone_format, &self.mobile_policy);
        match self.connection.ask(Request::write(Method::PUT, url, body)).await? {
            Reply::Done(_) => Ok(()),
            Reply::NotFound => Err(Situation::NeedsStaff(StaffReason::RecordGone)),
            Reply::Conflict => Err(Situation::Refused { status: 409 }),
        }
    }

    async fn post(&self, new: &NewRecord) -> Result<RecordId, Situation> {
        let url = self.connection.base.join(&["v1", "patients"], &[]);
        let body = wire::new_patient(new, self.phone_format, &self.mobile_policy);
        match self.connection.ask(Request::write(Method::POST, url, body)).await? {
            // Made, and under which id is not known: the next call finds it.
            Reply::Done(answer) => wire::single(&answer.body, &self.mobile_policy)
                .map(|record| record.id)
                .ok_or(Situation::Unclear { retry_at: self.connection.now() + PAUSE }),
            Reply::NotFound => Err(Situation::Misconfigured(Fault::WrongAddress)),
            Reply::Conflict => Err(Situation::Refused { status: 409 }),
        }
    }
}

#[async_trait]
impl PracticeSystem for Dentally {
    async fn capabilities(&self) -> Result<Capabilities, Situation> {
        Ok(Self::CAPABILITIES)
    }

    async fn check(&self) -> Result<Checked, Situation> {
        let query = [("page", "1".to_owned()), ("per_page", "1".to_owned())];
        let url = self.connection.base.join(&["v1", "patients"], &query);
        let Reply::Done(answer) = self.connection.ask(Request::get(url)).await? else {
            return Err(Situation::Misconfigured(Fault::WrongAddress));
        };
        wire::page(&answer.body, &self.mobile_policy).ok_or(Situation::Misconfigured(Fault::WrongAddress))?;
        let mut remarks = Self::CAPABILITIES.remarks();
        match answer.scopes.as_deref().map(wire::may_update) {
            Some(true) => {}
            Some(false) => return Err(Situation::Misconfigured(Fault::PermissionMissing)),
            None => remarks.push(Remark::WritePermissionUnknown),
        }
        Ok(Checked { capabilities: Self::CAPABILITIES, remarks })
    }

    async fn find_candidates(&self, sought: &Sought) -> Result<Candidates, Situation> {
        let records = self.look_for(sought).await?;
        Ok(Candidates { records, coverage: Self::CAPABILITIES.coverage })
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
