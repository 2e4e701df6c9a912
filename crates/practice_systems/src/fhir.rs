//! A FHIR R4 server (hl7.org/fhir/R4/http.html): search, read, create with `If-None-Exist`, update with `If-Match`.
//!
//! What it can do is read from its capability statement and honoured. Searches go by POST, so that nobody's details stand
//! in an address that a proxy logs. A change and its Provenance are one transaction, or there is no Provenance.

mod capability;
pub mod patient;
mod transaction;

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use registration::values::mobile::MobilePolicy;
use reqwest::{
    Method, Url,
    header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue},
};
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::{
    by_comparison::{changeable, confirmed, made, met},
    connection::{BaseUrl, Body, Connection, Request, Secret, Timing},
    fhir::{
        capability::{Can, Offered},
        patient::{Kept, MEDIA_TYPE, read_patient},
        transaction::Outcome,
    },
    limiter::Limiter,
    paging::{Gathered, MAX_PAGES},
    record::{PatientRecord, RecordId},
    reply::{Kind, PAUSE, Reply},
    situation::{Fault, Situation, StaffReason, Waiting},
    system::{
        Candidates, Capabilities, Checked, ContactUpdate, Coverage, Created, NewRecord, PracticeSystem,
        Remark, Sought, Trace, Updated,
    },
};

/// What a practice says about its FHIR server.
#[derive(Clone, Debug)]
pub struct Config {
    /// The server's base, such as `https://fhir.practice.example/r4`.
    pub base: BaseUrl,
    /// A bearer token; `None` where the network alone decides who may ask.
    pub token: Option<Secret>,
    /// Who a Provenance says has written: "Vestibule at Example Dental Practice".
    pub agent: String,
    /// Which numbers are mobiles.
    pub mobile_policy: MobilePolicy,
}

/// A practice's FHIR server.
#[derive(Debug)]
pub struct Fhir {
    connection: Connection,
    agent: String,
    mobile_policy: MobilePolicy,
    offered: OnceCell<Offered>,
}

impl Fhir {
    /// The limiter is shared by everything in this process that asks this server.
    pub fn new(config: Config, limiter: Arc<Limiter>, timing: Timing) -> Result<Self, Situation> {
        let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(MEDIA_TYPE))]);
        if let Some(token) = config.token {
            let token = Secret::header(&format!("Bearer {}", token.reveal()));
            headers.insert(AUTHORIZATION, token.ok_or(Situation::Misconfigured(Fault::NoConnection))?);
        }
        Ok(Self {
            connection: Connection::new(config.base, headers, limiter, timing)?,
            agent: config.agent,
            mobile_policy: config.mobile_policy,
            offered: OnceCell::new(),
        })
    }

    async fn ask_what_is_offered(&self) -> Result<Offered, Situation> {
        let wrong = Situation::Misconfigured(Fault::WrongAddress);
        let url = self.connection.base.join(&["metadata"], &[]);
        let Reply::Done(answer) = self.connection.ask(Request::get(url)).await? else { return Err(wrong) };
        let offered = Offered::read(&answer.body).ok_or(wrong)?;
        if offered.suffices() { Ok(offered) } else { Err(Situation::Misconfigured(Fault::NotOffered)) }
    }

    async fn offered(&self) -> Result<&Offered, Situation> {
        self.offered.get_or_try_init(|| self.ask_what_is_offered()).await
    }

    async fn resource(&self, record: &RecordId) -> Result<Option<Kept>, Situation> {
        let url = self.connection.base.join(&["Patient", record.as_str()], &[]);
        match self.connection.ask(Request::get(url)).await? {
            Reply::Done(answer) => {
                let kept = read_patient(&answer.body, answer.etag.as_deref(), &self.mobile_policy)
                    .filter(|kept| kept.record.id == *record)
                    .ok_or(answer.not_understood())?;
                Ok(Some(kept))
            }
            Reply::NotFound => Ok(None),
            Reply::Conflict => Err(Situation::NotUnderstood { status: 409 }),
        }
    }

    async fn bundle(
        &self,
        request: Request,
    ) -> Result<(Vec<PatientRecord>, Option<usize>, Option<Url>), Situation> {
        let Reply::Done(answer) = self.connection.ask(request).await? else {
            return Err(Situation::Misconfigured(Fault::WrongAddress));
        };
        let found = patient::read_search(&answer.body, &self.mobile_policy).ok_or(answer.not_understood())?;
        let next = found.next.map(|next| self.connection.base.own(&next).ok_or(answer.not_understood()));
        Ok((found.records, found.total, next.transpose()?))
    }

    fn search_request(&self, criteria: Vec<(&'static str, String)>) -> Request {
        Request {
            kind: Kind::Read,
            method: Method::POST,
            url: self.connection.base.join(&["Patient", "_search"], &[]),
            headers: Vec::new(),
            body: Body::Form(criteria),
        }
    }

    /// All pages of one search, and whether they are all there is: a row that comes twice can have pushed another out.
    async fn search(&self, name: &'static str, value: &str) -> Result<(Vec<PatientRecord>, bool), Situation> {
        let mut gathered = Gathered::default();
        let mut is_whole = false;
        for _ in 0..2 {
            let (mut seen, mut total, mut pages) = (BTreeSet::new(), None, 0);
            let mut request = self.search_request(vec![(name, value.to_owned()), ("_count", "100".into())]);
            let came_to_an_end = loop {
                let (records, said, next) = self.bundle(request).await?;
                gathered.add(records);
                total = said.or(total);
                pages += 1;
                let Some(next) = next else { break true };
                // A server that leads in a circle says no more, and perhaps not all.
                if !seen.insert(next.as_str().to_owned()) {
                    break false;
                }
                if pages >= MAX_PAGES {
                    return Err(Situation::NeedsStaff(StaffReason::TooManyRecords));
                }
                request = Request::get(next);
            };
            is_whole = total.map_or(came_to_an_end, |total| gathered.len() >= total);
            if is_whole {
                break;
            }
        }
        Ok((gathered.into_records(), is_whole))
    }

    async fn look_for(&self, sought: &Sought) -> Result<Candidates, Situation> {
        let offered = self.offered().await?;
        let mut gathered = Gathered::default();
        let mut coverage = offered.coverage();
        for (name, value) in offered.searches(sought, &self.mobile_policy) {
            let (records, is_whole) = self.search(name, &value).await?;
            gathered.add(records);
            if !is_whole {
                coverage = Coverage { date_of_birth: false, mobile: false, email: false };
            }
        }
        let records = gathered.into_records().into_iter().filter(|record| sought.concerns(record)).collect();
        Ok(Candidates { records, coverage })
    }

    /// One change, with its Provenance in one transaction where the server has that.
    async fn write(&self, entry: transaction::Entry) -> Result<Written, Situation> {
        let offered = self.offered().await?;
        let with_provenance = offered.trace() == Trace::OnContactAndProvenance;
        let request = if with_provenance {
            let bundle = entry.with_provenance(&self.agent, self.connection.now());
            let url = self.connection.base.join(&[], &[]);
            let body = Body::Json(MEDIA_TYPE, bundle);
            Request { kind: Kind::Write, method: Method::POST, url, headers: Vec::new(), body }
        } else {
            self.alone(entry, offered)
        };
        let unclear = Situation::Unclear { retry_at: self.connection.now() + PAUSE };
        match self.connection.ask(request).await? {
            Reply::Done(answer) if with_provenance => {
                Outcome::of_transaction(&answer.body).ok_or(unclear).map(Written::Done)
            }
            Reply::Done(answer) => Ok(Written::Done(Outcome::of_resource(answer.status, &answer.body))),
            Reply::NotFound => Ok(Written::NotFound),
            Reply::Conflict => Ok(Written::Conflict),
        }
    }

    fn alone(&self, entry: transaction::Entry, offered: &Offered) -> Request {
        let base = &self.connection.base;
        let (method, url, headers) = match &entry.change {
            transaction::Change::Make { registration } => {
                let condition = offered
                    .can(Can::ConditionalCreate)
                    .then(|| ("if-none-exist", patient::condition(*registration)));
                (Method::POST, base.join(&["Patient"], &[]), condition)
            }
            transaction::Change::Replace { record, if_match, .. } => {
                let condition = if_match.clone().map(|version| ("if-match", version));
                (Method::PUT, base.join(&["Patient", record.as_str()], &[]), condition)
            }
        };
        let body = Body::Json(MEDIA_TYPE, entry.patient);
        // Otherwise a server may keep to itself which record it made.
        let prefer = ("prefer", "return=representation".to_owned());
        Request {
            kind: Kind::Write,
            method,
            url,
            headers: headers.into_iter().chain([prefer]).collect(),
            body,
        }
    }

    /// The server says that the record is not of the version that we read. It must show another one now: somebody's change, or
    /// ours, where it has only now worked on an earlier request that we had given up.
    async fn changed(&self, update: &ContactUpdate) -> Result<Updated, Situation> {
        let kept =
            self.resource(&update.record).await?.ok_or(Situation::NeedsStaff(StaffReason::RecordGone))?;
        let now = changeable(Some(kept.record))?;
        if patient::holds_with_mark(&kept.resource, &now, update) {
            return Ok(Updated::AlreadyHeld { now: Box::new(now) });
        }
        if now.version == update.read {
            let retry_at = self.connection.now() + PAUSE;
            return Err(Situation::NotNow { retry_at, why: Waiting::InTrouble });
        }
        Ok(Updated::Changed { now: Box::new(now) })
    }
}

enum Written {
    Done(Outcome),
    NotFound,
    Conflict,
}

#[async_trait]
impl PracticeSystem for Fhir {
    async fn capabilities(&self) -> Result<Capabilities, Situation> {
        Ok(self.offered().await?.capabilities())
    }

    async fn check(&self) -> Result<Checked, Situation> {
        // Asked anew: a check is also made after somebody has changed the server.
        let offered = self.ask_what_is_offered().await?;
        // The statement is often public, so that it says nothing about the key; a count shows nobody.
        let count = self.search_request(vec![("_summary", "count".into())]);
        self.bundle(count).await?;
        let capabilities = offered.capabilities();
        let mut remarks = capabilities.remarks();
        remarks.push(Remark::WritePermissionUnknown);
        remarks.extend((capabilities.trace != Trace::OnContactAndProvenance).then_some(Remark::NoProvenance));
        Ok(Checked { capabilities, remarks })
    }

    async fn find_candidates(&self, sought: &Sought) -> Result<Candidates, Situation> {
        self.look_for(sought).await
    }

    async fn read(&self, record: &RecordId) -> Result<Option<PatientRecord>, Situation> {
        Ok(self.resource(record).await?.map(|kept| kept.record))
    }

    async fn create(&self, new: &NewRecord) -> Result<Created, Situation> {
        let offered = self.offered().await?;
        if !offered.can(Can::Create) {
            return Err(Situation::Misconfigured(Fault::NotOffered));
        }
        if offered.can(Can::FindByIdentifier) {
            let (records, _) = self.search("identifier", &patient::identifier(new.registration)).await?;
            if let Some(record) = records.into_iter().next() {
                return Ok(Created::AlreadyThere { record: Box::new(record) });
            }
        }
        let sought = new.sought();
        if let Some(met) = met(self.look_for(&sought).await?.records, &sought, &new.other_people) {
            return Ok(met);
        }
        let change = transaction::Change::Make { registration: new.registration };
        let entry = transaction::Entry { patient: patient::new_patient(new), change };
        let made_as = match self.write(entry).await? {
            Written::Done(outcome) => outcome,
            Written::NotFound => return Err(Situation::Misconfigured(Fault::WrongAddress)),
            // Several records carry this registration: nobody should, and nobody is made.
            Written::Conflict => return Err(Situation::NeedsStaff(StaffReason::TooManyRecords)),
        };
        let unclear = Situation::Unclear { retry_at: self.connection.now() + PAUSE };
        let record = made_as.record.ok_or(unclear)?;
        let read = self.read(&record).await;
        let created = made(read, record, &sought, self.connection.now());
        Ok(match created {
            Created::Confirmed { record } if made_as.existed => Created::AlreadyThere { record },
            Created::Confirmed { .. }
            | Created::AlreadyThere { .. }
            | Created::Sent { .. }
            | Created::Met { .. }
            | Created::LeftToStaff => created,
        })
    }

    async fn update_contact(&self, update: &ContactUpdate) -> Result<Updated, Situation> {
        let offered = self.offered().await?;
        let kept =
            self.resource(&update.record).await?.ok_or(Situation::NeedsStaff(StaffReason::RecordGone))?;
        let before = changeable(Some(kept.record))?;
        if patient::holds_with_mark(&kept.resource, &before, update) {
            return Ok(Updated::AlreadyHeld { now: Box::new(before) });
        }
        if before.version != update.read {
            return Ok(Updated::Changed { now: Box::new(before) });
        }
        let changed: Value =
            patient::with_contact(kept.resource, update, self.connection.now(), &self.mobile_policy);
        let change = transaction::Change::Replace {
            record: update.record.clone(),
            if_match: kept.etag.filter(|_| offered.can(Can::VersionedUpdate)),
            registration: update.registration,
        };
        match self.write(transaction::Entry { patient: changed, change }).await? {
            Written::Done(_) => {}
            Written::NotFound => return Err(Situation::NeedsStaff(StaffReason::RecordGone)),
            Written::Conflict => return self.changed(update).await,
        }
        confirmed(self.read(&update.record).await, before, &update.contact, self.connection.now())
    }
}
