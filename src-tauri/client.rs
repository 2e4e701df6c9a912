//! The kiosk's way to its portal, embedded or remote: the same HTTP API.

use std::sync::{Mutex, MutexGuard, PoisonError};

use kiosk_api::{
    BASE_PATH, IDEMPOTENCY_KEY_HEADER,
    journal::{JournalEntry, JournalEntryAnswer, JournalReport, JournalSeen, Taken},
    kiosk::KioskPractice,
    problem::{Problem, ProblemCode},
    registration::{
        AskDesk, CheckCode, ConfirmDetails, DeskReference, HelpCallStands, HelpStands, RegistrationView,
        SetPassword,
    },
    staff::{
        STAFF_SESSION_HEADER, StaffSignIn, StaffUnlocked,
        answer::StaffAnswer,
        ask::StaffAsk,
        kiosks::{KioskOrders, KioskPresence},
        problem::{StaffProblem, StaffProblemCode},
        vouching::{AskToUnlock, UnlockAnswer, UnlockAsk, UnlockAsked},
    },
};
use kiosk_journal::TakesEntries;
use machine::system_rng;
use rand::Rng as _;
use reqwest::{Method, StatusCode};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::reach::NoAnswer;

/// Unanswered requests that are remembered; a patient can hardly meet more ways to ask.
const UNANSWERED_KEPT: usize = 8;

const REGISTRATIONS: &str = "/registrations";

/// Speaks for one kiosk.
pub(crate) struct PortalClient {
    http: reqwest::Client,
    origin: String,
    credential: Zeroizing<String>,
    unanswered: Mutex<Vec<Unanswered>>,
    /// The portal's last word about the credential.
    refused: watch::Sender<bool>,
}

/// A request whose answer never came: asked again, it keeps its key, so that the portal does it once.
struct Unanswered {
    fingerprint: [u8; 32],
    key: Uuid,
}

impl PortalClient {
    /// A client for the portal at `origin`.
    pub(crate) fn new(http: reqwest::Client, origin: String, credential: String) -> Self {
        let credential = Zeroizing::new(credential);
        Self { http, origin, credential, unanswered: Mutex::default(), refused: watch::Sender::new(false) }
    }

    /// Waits until the portal has refused the credential, and has not taken it again since.
    pub(crate) async fn refused(&self) {
        self.refused.subscribe().wait_for(|refused| *refused).await.expect("the sender lives as long as we");
    }

    /// What patients see of the practice, and what is needed to keep details for this portal.
    pub(crate) async fn practice(&self) -> Result<KioskPractice, Problem> {
        let practice = self.send(self.request(Method::GET, "/practice")).await?;
        self.refused.send_replace(false);
        Ok(practice)
    }

    /// Begins a registration.
    pub(crate) async fn confirm(&self, confirmed: &ConfirmDetails) -> Result<RegistrationView, Problem> {
        self.post(REGISTRATIONS, confirmed).await
    }

    /// The idempotency key of [`Self::confirm`], where it was not answered.
    pub(crate) fn key_of(&self, confirmed: &ConfirmDetails) -> Result<Uuid, Problem> {
        Ok(self.key_for(fingerprint(REGISTRATIONS, &written(confirmed)?)))
    }

    /// Checks a typed code.
    pub(crate) async fn check_code(
        &self,
        registration: Uuid,
        code: &CheckCode,
    ) -> Result<RegistrationView, Problem> {
        self.post(&format!("/registrations/{registration}/code/check"), code).await
    }

    /// Asks for another code.
    pub(crate) async fn resend_code(&self, registration: Uuid) -> Result<RegistrationView, Problem> {
        self.post(&format!("/registrations/{registration}/code/send"), &Nothing {}).await
    }

    /// Keeps the password.
    pub(crate) async fn set_password(
        &self,
        registration: Uuid,
        set: &SetPassword,
    ) -> Result<RegistrationView, Problem> {
        self.post(&format!("/registrations/{registration}/password"), set).await
    }

    /// The patient goes on on their own phone.
    pub(crate) async fn leave(&self, registration: Uuid) -> Result<RegistrationView, Problem> {
        self.post(&format!("/registrations/{registration}/leave"), &Nothing {}).await
    }

    /// The patient changes the number.
    pub(crate) async fn abandon(&self, registration: Uuid) -> Result<RegistrationView, Problem> {
        self.post(&format!("/registrations/{registration}/abandon"), &Nothing {}).await
    }

    /// A reference for the desk.
    pub(crate) async fn ask_desk(&self, ask: &AskDesk) -> Result<DeskReference, Problem> {
        self.post("/desk-references", ask).await
    }

    /// This kiosk is there.
    pub(crate) async fn presence(&self, presence: &KioskPresence) -> Result<KioskOrders, Problem> {
        self.send(self.request(Method::POST, "/presence").json(presence)).await
    }

    /// What becomes of a call for help.
    pub(crate) async fn help_stands(&self, reference: &str) -> Result<HelpStands, Problem> {
        let answer = self.send(self.request(Method::GET, &format!("/desk-references/{reference}/help")));
        answer.await.map(|answer: HelpCallStands| answer.stands)
    }

    async fn post<A: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<A, Problem> {
        let body = written(body)?;
        let fingerprint = fingerprint(path, &body);
        let key = self.key_for(fingerprint);
        let request = self
            .request(Method::POST, path)
            .header(IDEMPOTENCY_KEY_HEADER, key.to_string())
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .body(body.to_vec());
        let answer = self.send(request).await;
        match &answer {
            Err(problem) if may_be_asked_again(problem.code) => {
                tracing::warn!(code = ?problem.code, "the portal did not answer a patient");
            }
            Ok(_) | Err(_) => self.unanswered().retain(|earlier| earlier.fingerprint != fingerprint),
        }
        answer
    }

    /// Whatever else was asked meanwhile, such as help, a request that is made again keeps its key.
    fn key_for(&self, fingerprint: [u8; 32]) -> Uuid {
        let mut unanswered = self.unanswered();
        if let Some(earlier) = unanswered.iter().find(|earlier| earlier.fingerprint == fingerprint) {
            return earlier.key;
        }
        if unanswered.len() >= UNANSWERED_KEPT {
            unanswered.remove(0);
        }
        let mut random = [0_u8; 16];
        system_rng().fill_bytes(&mut random);
        let key = uuid::Builder::from_random_bytes(random).into_uuid();
        unanswered.push(Unanswered { fingerprint, key });
        key
    }

    /// Forgets what was asked; a new patient's request must never pass for the last one's.
    pub(crate) fn forget(&self) {
        self.unanswered().clear();
    }

    fn unanswered(&self) -> MutexGuard<'_, Vec<Unanswered>> {
        self.unanswered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{BASE_PATH}{path}", self.origin))
            .bearer_auth(self.credential.as_str())
    }

    async fn send<A: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> Result<A, Problem> {
        let response = request.send().await.map_err(|error| unreachable(&error))?;
        let status = response.status();
        let body = response.bytes().await.map_err(|error| unreachable(&error))?;
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|_| Problem::new(ProblemCode::NotAPortal));
        }
        if status == StatusCode::MISDIRECTED_REQUEST {
            return Err(Problem::new(ProblemCode::PortalAtAnotherAddress));
        }
        let problem: Problem =
            serde_json::from_slice(&body).unwrap_or_else(|_| Problem::new(of_somebody_else(status)));
        if problem.code == ProblemCode::KioskNotAccepted {
            self.refused.send_replace(true);
        }
        Err(problem)
    }
}

impl PortalClient {
    /// A staff member unlocks this kiosk.
    pub(crate) async fn unlock(&self, sign_in: &StaffSignIn) -> Result<StaffUnlocked, StaffProblem> {
        let body = written(sign_in).map_err(|_| StaffProblem::new(StaffProblemCode::MalformedRequest))?;
        let request = self
            .request(Method::POST, "/staff/unlock")
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .body(body.to_vec());
        read_for_staff(send_for_staff(request).await?).await
    }

    /// Somebody here asks a colleague at the desk to let them in.
    pub(crate) async fn ask_to_unlock(&self, asks: &AskToUnlock) -> Result<UnlockAsked, StaffProblem> {
        let request = self.request(Method::POST, "/staff/unlock/asks");
        read_for_staff(send_for_staff(request.json(asks)).await?).await
    }

    /// Whether somebody there has.
    pub(crate) async fn unlock_answer(&self, ask: &UnlockAsk) -> Result<UnlockAnswer, StaffProblem> {
        let request = self.request(Method::POST, "/staff/unlock/asks/answer");
        read_for_staff(send_for_staff(request.json(ask)).await?).await
    }

    /// What the staff member of this session asks.
    pub(crate) async fn ask_staff(&self, session: &str, ask: &StaffAsk) -> Result<StaffAnswer, StaffProblem> {
        let request = self.request(Method::POST, "/staff/ask").header(STAFF_SESSION_HEADER, session);
        read_for_staff(send_for_staff(request.json(ask)).await?).await
    }

    /// The kiosk is locked.
    pub(crate) async fn lock(&self, session: &str) -> Result<(), StaffProblem> {
        let request = self.request(Method::POST, "/staff/lock").header(STAFF_SESSION_HEADER, session);
        send_for_staff(request).await.map(drop)
    }
}

/// Whatever keeps the portal from answering, staff are told one thing: it cannot be reached.
async fn send_for_staff(request: reqwest::RequestBuilder) -> Result<reqwest::Response, StaffProblem> {
    let away = |_| StaffProblem::new(StaffProblemCode::PortalUnreachable);
    let response = request.send().await.map_err(away)?;
    if response.status().is_success() {
        return Ok(response);
    }
    let body = response.bytes().await.map_err(away)?;
    Err(serde_json::from_slice(&body).unwrap_or(StaffProblem::new(StaffProblemCode::Unforeseen)))
}

async fn read_for_staff<A: DeserializeOwned>(response: reqwest::Response) -> Result<A, StaffProblem> {
    let body = response.bytes().await;
    let body = body.map_err(|_| StaffProblem::new(StaffProblemCode::PortalUnreachable))?;
    let body = Zeroizing::new(body.to_vec());
    serde_json::from_slice(&body).map_err(|_| StaffProblem::new(StaffProblemCode::Unforeseen))
}

impl TakesEntries for PortalClient {
    async fn hand_over(&self, entry: &JournalEntry) -> Result<Taken, Problem> {
        let request = self.request(Method::POST, "/journal/entries").json(entry);
        self.send(request).await.map(|answer: JournalEntryAnswer| answer.taken)
    }

    async fn journal_stands(&self, report: &JournalReport) -> Result<JournalSeen, Problem> {
        self.send(self.request(Method::POST, "/journal").json(report)).await
    }
}

#[derive(Serialize)]
struct Nothing {}

fn written(body: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, Problem> {
    serde_json::to_vec(body).map(Zeroizing::new).map_err(|_| Problem::new(ProblemCode::MalformedRequest))
}

/// Tells two requests apart.
fn fingerprint(path: &str, body: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(path).chain_update([0]).chain_update(body).finalize().into()
}

/// What an answer that is no problem document means: a proxy before a portal that is down says so, too.
fn of_somebody_else(status: StatusCode) -> ProblemCode {
    match status {
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => ProblemCode::Busy,
        status if status.is_server_error() => ProblemCode::Unforeseen,
        _ => ProblemCode::NotAPortal,
    }
}

/// The error's own text holds the address; the situation is enough.
fn unreachable(error: &reqwest::Error) -> Problem {
    Problem::new(match NoAnswer::of(error) {
        NoAnswer::Slow => ProblemCode::PortalSlow,
        NoAnswer::NotTrusted => ProblemCode::PortalNotTrusted,
        NoAnswer::NotTls => ProblemCode::NotAPortal,
        NoAnswer::Unreachable => ProblemCode::PortalUnreachable,
    })
}

/// Whether the portal may have done what was asked although we do not know its answer.
const fn may_be_asked_again(code: ProblemCode) -> bool {
    match code {
        ProblemCode::PortalSlow
        | ProblemCode::PortalUnreachable
        | ProblemCode::PortalNotTrusted
        | ProblemCode::NotAPortal
        | ProblemCode::PortalAtAnotherAddress
        | ProblemCode::Busy
        | ProblemCode::TextsUnavailable
        | ProblemCode::Unforeseen => true,
        ProblemCode::FieldsRefused
        | ProblemCode::CodeWrong
        | ProblemCode::CodeExpired
        | ProblemCode::CodeTriesUsedUp
        | ProblemCode::NumberTriesUsedUp
        | ProblemCode::ResendTooSoon
        | ProblemCode::TooManySends
        | ProblemCode::NotInThisState
        | ProblemCode::NotFound
        | ProblemCode::JournalFull
        | ProblemCode::KioskNotAccepted
        | ProblemCode::IdempotencyKeyReused
        | ProblemCode::MalformedRequest
        | ProblemCode::PortalOfAnotherMode
        | ProblemCode::KeyStoreUnusable
        | ProblemCode::CredentialNotKept
        | ProblemCode::OutOfService => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client() -> PortalClient {
        let http = crate::reach::here().expect("a client");
        PortalClient::new(http, "http://127.0.0.1:1".to_owned(), "none".to_owned())
    }

    #[test]
    fn a_request_made_again_keeps_its_key_whatever_was_asked_between() {
        let client = client();
        let confirmed = client.key_for([1; 32]);
        let help = client.key_for([2; 32]);
        assert_ne!(confirmed, help);
        assert_eq!(client.key_for([1; 32]), confirmed);
    }

    #[test]
    fn the_next_patient_gets_a_key_of_their_own_for_the_same_request() {
        let client = client();
        let first = client.key_for([1; 32]);
        client.forget();
        assert_ne!(client.key_for([1; 32]), first);
    }

    #[test]
    fn no_more_than_a_few_unanswered_requests_are_remembered() {
        let client = client();
        for asked in 0..=u8::try_from(UNANSWERED_KEPT).expect("few") {
            client.key_for([asked; 32]);
        }
        assert_eq!(client.unanswered().len(), UNANSWERED_KEPT);
    }
}
