//! The routes. A handler reads, asks one use case, answers.

use axum::{
    Json as JsonAnswer,
    extract::{Path, State},
    http::StatusCode,
    routing::{MethodRouter, get, post},
};
use kiosk_api::{
    enrolment::{Enrol, Enrolled},
    journal::{JournalEntry, JournalEntryAnswer, JournalReport, JournalSeen},
    kiosk::{KioskPractice, PracticeView},
    problem::ProblemCode,
    registration::{
        AskDesk, CheckCode, ConfirmDetails, DeskReference, HelpCallStands, RegistrationView, SetPassword,
    },
    staff::kiosks::{KioskOrders, KioskPresence},
};
use registration::{
    ids::RegistrationId,
    secrets::{enrolment_code::EnrolmentCode, reference::Reference},
    values::language::Language,
};

use super::{
    answer::{Answer, ProblemBody},
    body::{Json, Nothing, Which},
    caller::{Caller, Keeper},
    once::{Key, Once},
    staff,
};
use crate::{Portal, documents, enrolment::Redeemed, refused::Refusal, registrations::CONFIRM_ROUTE};

/// One route of the API.
pub(super) struct Route {
    /// Behind the base path.
    pub(super) path: &'static str,
    pub(super) handler: MethodRouter<Portal>,
}

const fn route(path: &'static str, handler: MethodRouter<Portal>) -> Route {
    Route { path, handler }
}

/// Every route: the router and the test of the OpenAPI document are both made of this.
pub(super) fn all() -> Vec<Route> {
    vec![
        route("/enrolment", post(enrol)),
        route("/practice", get(practice)),
        route("/registrations", post(confirm)),
        route("/registrations/{id}", get(registration)),
        route("/registrations/{id}/code/check", post(check_code)),
        route("/registrations/{id}/code/send", post(send_code)),
        route("/registrations/{id}/password", post(set_password)),
        route("/registrations/{id}/leave", post(leave)),
        route("/registrations/{id}/abandon", post(abandon)),
        route("/desk-references", post(ask_desk)),
        route("/desk-references/{reference}/help", get(help_stands)),
        route("/staff/unlock", post(staff::unlock)),
        route("/staff/unlock/asks", post(staff::ask_to_unlock)),
        route("/staff/unlock/asks/answer", post(staff::unlock_answer)),
        route("/staff/ask", post(staff::ask)),
        route("/staff/lock", post(staff::lock)),
        route("/presence", post(presence)),
        route("/journal", post(report_journal)),
        route("/journal/entries", post(take_journal_entry)),
    ]
}

/// A machine becomes a kiosk: its code, which works once, for a credential. Whatever else is typed learns nothing.
#[utoipa::path(post, path = "/api/kiosk/v1/enrolment", security(()), request_body = Enrol, responses(
    (status = 200, body = Enrolled),
    (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn enrol(
    State(portal): State<Portal>,
    Json(typed): Json<Enrol>,
) -> Result<JsonAnswer<Enrolled>, Answer> {
    let code = zeroize::Zeroizing::new(typed.code);
    let code = EnrolmentCode::parse_typed(&code).ok_or(ProblemCode::KioskNotAccepted)?;
    match portal.redeem_enrolment(&code, typed.mode).await.map_err(|error| portal.store_problem(&error))? {
        Redeemed::Enrolled { credential, name } => {
            Ok(JsonAnswer(Enrolled { credential: credential.expose().to_owned(), name }))
        }
        Redeemed::NoSuchCode => Err(ProblemCode::KioskNotAccepted.into()),
        Redeemed::OfAnotherMode => Err(ProblemCode::PortalOfAnotherMode.into()),
    }
}

/// What patients see of the practice, and what the kiosk needs to keep details while this portal is away.
#[utoipa::path(get, path = "/api/kiosk/v1/practice", security(("kiosk" = [])), responses(
    (status = 200, body = KioskPractice),
    (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn practice(
    State(portal): State<Portal>,
    _: Caller,
) -> Result<JsonAnswer<KioskPractice>, Answer> {
    refuse_unless_reached(&portal).await?;
    let settings = portal.settings();
    let view = PracticeView {
        name: settings.name.clone(),
        phone: settings.phone.clone(),
        mode: settings.mode,
        finish_url: portal.finish_url(),
        privacy_notice: documents::PRIVACY.text.to_owned(),
        privacy_notice_is_draft: documents::PRIVACY.is_draft(),
    };
    let journal_recipient = Some(portal.journal_key.recipient.clone());
    Ok(JsonAnswer(KioskPractice { view, journal_recipient }))
}

/// A live portal that no phone has reached yet would begin what nobody could finish.
async fn refuse_unless_reached(portal: &Portal) -> Result<(), Answer> {
    match portal.takes_registrations().await {
        Ok(true) => Ok(()),
        Ok(false) => Err(ProblemCode::OutOfService.into()),
        Err(error) => Err(portal.store_problem(&error).into()),
    }
}

/// Whoever confirms while nobody takes our texts would wait at the glass in vain: the kiosk keeps their details instead.
async fn refuse_unless_texts_go(portal: &Portal) -> Result<(), Answer> {
    match portal.texts_are_away().await {
        Ok(false) => Ok(()),
        Ok(true) => Err(ProblemCode::TextsUnavailable.into()),
        Err(error) => Err(portal.store_problem(&error).into()),
    }
}

/// "These are right": begins a registration and promises the code.
#[utoipa::path(post, path = "/api/kiosk/v1/registrations", security(("kiosk" = [])), request_body = ConfirmDetails,
    params(("idempotency-key" = String, Header, description = "1 to 128 visible ASCII characters")), responses(
    (status = 201, body = RegistrationView),
    (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn confirm(
    State(portal): State<Portal>,
    caller: Caller,
    key: Key,
    Json(typed): Json<ConfirmDetails>,
) -> Result<Answer, Answer> {
    let language =
        Language::parse(&typed.language).ok_or_else(|| Answer::malformed(StatusCode::BAD_REQUEST))?;
    refuse_unless_reached(&portal).await?;
    refuse_unless_texts_go(&portal).await?;
    let body = zeroize::Zeroizing::new(serde_json::to_vec(&typed).expect("what was read can be written"));
    let once = Once::begin(&portal, &caller, &key, CONFIRM_ROUTE, StatusCode::CREATED, &[&body]).await?;
    let result = portal.confirm(once.asked(), &typed.details, language).await;
    Ok(once.finish(result).await)
}

/// Where a registration of this kiosk stands.
#[utoipa::path(get, path = "/api/kiosk/v1/registrations/{id}", security(("kiosk" = [])),
    params(("id" = uuid::Uuid, Path)), responses(
    (status = 200, body = RegistrationView),
    (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn registration(
    State(portal): State<Portal>,
    caller: Caller,
    Which(id): Which,
) -> Result<JsonAnswer<RegistrationView>, Answer> {
    let found = portal.store.registration_of_kiosk(portal.practice(), caller.kiosk, id).await;
    let found = found.map_err(|error| portal.store_problem(&error))?.ok_or(ProblemCode::NotFound)?;
    Ok(JsonAnswer(portal.view(&found)))
}

/// Checks a code. Every code counts as a try, right, wrong or none at all; the same key again does not, once it was answered.
#[utoipa::path(post, path = "/api/kiosk/v1/registrations/{id}/code/check", security(("kiosk" = [])),
    request_body = CheckCode, params(("id" = uuid::Uuid, Path), ("idempotency-key" = String, Header)), responses(
    (status = 200, body = RegistrationView),
    (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn check_code(
    State(portal): State<Portal>,
    caller: Caller,
    Which(id): Which,
    key: Key,
    Json(typed): Json<CheckCode>,
) -> Result<Answer, Answer> {
    let route = "POST /registrations/{id}/code/check";
    let once = Once::begin(&portal, &caller, &key, route, StatusCode::OK, &[id.0.as_bytes()]).await?;
    let result = portal.check_code(once.asked(), id, &typed.code).await;
    Ok(once.finish(result).await)
}

/// Sends another code; the one before it is dead.
#[utoipa::path(post, path = "/api/kiosk/v1/registrations/{id}/code/send", security(("kiosk" = [])),
    params(("id" = uuid::Uuid, Path), ("idempotency-key" = String, Header)), responses(
    (status = 200, body = RegistrationView),
    (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn send_code(
    State(portal): State<Portal>,
    caller: Caller,
    Which(id): Which,
    key: Key,
    _: Nothing,
) -> Result<Answer, Answer> {
    let route = "POST /registrations/{id}/code/send";
    let once = Once::begin(&portal, &caller, &key, route, StatusCode::OK, &[id.0.as_bytes()]).await?;
    let result = portal.resend_code(once.asked(), id).await;
    Ok(once.finish(result).await)
}

/// Sets the password and promises the link.
#[utoipa::path(post, path = "/api/kiosk/v1/registrations/{id}/password", security(("kiosk" = [])),
    request_body = SetPassword, params(("id" = uuid::Uuid, Path), ("idempotency-key" = String, Header)), responses(
    (status = 200, body = RegistrationView),
    (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn set_password(
    State(portal): State<Portal>,
    caller: Caller,
    Which(id): Which,
    key: Key,
    Json(typed): Json<SetPassword>,
) -> Result<Answer, Answer> {
    // Before the claim: a kiosk that is told "busy" asks again with the same key.
    let turn = portal.hasher.turn().await.map_err(|busy| portal.problem(busy.into()))?;
    let typed = zeroize::Zeroizing::new(typed.password);
    let route = "POST /registrations/{id}/password";
    let once = Once::begin(&portal, &caller, &key, route, StatusCode::OK, &[id.0.as_bytes()]).await?;
    let result = portal.set_password(once.asked(), id, &typed, turn).await;
    Ok(once.finish(result).await)
}

/// The patient goes on on their own phone: where only the password is missing, the link is sent without one.
#[utoipa::path(post, path = "/api/kiosk/v1/registrations/{id}/leave", security(("kiosk" = [])),
    params(("id" = uuid::Uuid, Path), ("idempotency-key" = String, Header)), responses(
    (status = 200, body = RegistrationView),
    (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn leave(
    State(portal): State<Portal>,
    caller: Caller,
    Which(id): Which,
    key: Key,
    _: Nothing,
) -> Result<Answer, Answer> {
    let route = "POST /registrations/{id}/leave";
    let once = Once::begin(&portal, &caller, &key, route, StatusCode::OK, &[id.0.as_bytes()]).await?;
    let result = portal.leave(once.asked(), id).await;
    Ok(once.finish(result).await)
}

/// The number is to be changed, or the patient gave up before the code: this registration ends.
#[utoipa::path(post, path = "/api/kiosk/v1/registrations/{id}/abandon", security(("kiosk" = [])),
    params(("id" = uuid::Uuid, Path), ("idempotency-key" = String, Header)), responses(
    (status = 200, body = RegistrationView),
    (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn abandon(
    State(portal): State<Portal>,
    caller: Caller,
    Which(id): Which,
    key: Key,
    _: Nothing,
) -> Result<Answer, Answer> {
    let route = "POST /registrations/{id}/abandon";
    let once = Once::begin(&portal, &caller, &key, route, StatusCode::OK, &[id.0.as_bytes()]).await?;
    let result = portal.abandon(once.asked(), id).await;
    Ok(once.finish(result).await)
}

/// A reference to show at the desk: the registration's own, if one was confirmed.
#[utoipa::path(post, path = "/api/kiosk/v1/desk-references", security(("kiosk" = [])), request_body = AskDesk,
    params(("idempotency-key" = String, Header)), responses(
    (status = 201, body = DeskReference),
    (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn ask_desk(
    State(portal): State<Portal>,
    caller: Caller,
    key: Key,
    Json(asked): Json<AskDesk>,
) -> Result<Answer, Answer> {
    let body = serde_json::to_vec(&asked).expect("what was read can be written");
    let once =
        Once::begin(&portal, &caller, &key, "POST /desk-references", StatusCode::CREATED, &[&body]).await?;
    let registration = asked.registration.map(RegistrationId);
    let result = portal.ask_desk(once.asked(), asked.reason, registration).await;
    Ok(once.finish(result).await)
}

/// What becomes of a call for help that this kiosk made.
#[utoipa::path(get, path = "/api/kiosk/v1/desk-references/{reference}/help", security(("kiosk" = [])),
    params(("reference" = String, Path)), responses(
    (status = 200, body = HelpCallStands),
    (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn help_stands(
    State(portal): State<Portal>,
    caller: Caller,
    Path(reference): Path<String>,
) -> Result<JsonAnswer<HelpCallStands>, Answer> {
    let reference = Reference::parse(&reference).ok_or(ProblemCode::NotFound)?;
    let stands = portal.help_stands(caller.kiosk, &reference).await;
    let stands = stands.map_err(|error| portal.store_problem(&error))?.ok_or(ProblemCode::NotFound)?;
    Ok(JsonAnswer(HelpCallStands { stands }))
}

/// A kiosk says every few seconds that it is there, and hears what staff want of it.
#[utoipa::path(post, path = "/api/kiosk/v1/presence", security(("kiosk" = [])), request_body = KioskPresence, responses(
    (status = 200, body = KioskOrders),
    (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn presence(
    State(portal): State<Portal>,
    caller: Caller,
    Json(said): Json<KioskPresence>,
) -> Result<JsonAnswer<KioskOrders>, Answer> {
    let orders = portal.kiosk_is_there(caller.kiosk, said).await;
    let orders = orders.map_err(|error| portal.store_problem(&error))?;
    orders.map(JsonAnswer).ok_or_else(|| ProblemCode::KioskNotAccepted.into())
}

/// How the kiosk's journal stands: what was made and neither lies there nor came is lost, and staff are told.
#[utoipa::path(post, path = "/api/kiosk/v1/journal", security(("kiosk" = [])), request_body = JournalReport, responses(
    (status = 200, body = JournalSeen),
    (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn report_journal(
    State(portal): State<Portal>,
    keeper: Keeper,
    Json(report): Json<JournalReport>,
) -> Result<JsonAnswer<JournalSeen>, Answer> {
    match portal.journal_stands(keeper.kiosk, report).await {
        Ok(seen) => Ok(JsonAnswer(seen)),
        // Another kiosk's journal.
        Err(Refusal::NotInThisState) => Err(ProblemCode::NotFound.into()),
        Err(refusal) => Err(portal.problem(refusal).into()),
    }
}

/// One person's details, kept while this portal was away. It is taken once, however often it is sent; a revoked kiosk may hand
/// over what it kept once more.
#[utoipa::path(post, path = "/api/kiosk/v1/journal/entries", security(("kiosk" = [])), request_body = JournalEntry,
    responses(
    (status = 200, body = JournalEntryAnswer),
    (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn take_journal_entry(
    State(portal): State<Portal>,
    keeper: Keeper,
    Json(entry): Json<JournalEntry>,
) -> Result<JsonAnswer<JournalEntryAnswer>, Answer> {
    match portal.take_journal_entry(keeper.kiosk, &entry).await {
        Ok(taken) => Ok(JsonAnswer(JournalEntryAnswer { taken })),
        Err(refusal) => Err(portal.problem(refusal).into()),
    }
}
