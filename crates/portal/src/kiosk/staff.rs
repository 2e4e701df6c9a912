//! A kiosk's admin mode: a staff member unlocks it, asks, and locks it. What the kiosk holds of them is one session's secret.

use axum::{
    Json as JsonAnswer,
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
};
use kiosk_api::staff::{
    STAFF_SESSION_HEADER, StaffSignIn, StaffUnlocked,
    answer::StaffAnswer,
    ask::StaffAsk,
    problem::{StaffProblem, StaffProblemCode},
    vouching::{AskToUnlock, UnlockAnswer, UnlockAsk, UnlockAsked},
};
use registration::secrets::link_token::LinkToken;
use zeroize::Zeroizing;

use super::{body::Json, caller::Caller};
use crate::{
    Portal,
    staff::{letting_in::Door, refused::StaffProblemAnswer},
};

/// The session that a kiosk shows beside its own credential.
pub(super) struct Session(LinkToken);

impl FromRequestParts<Portal> for Session {
    type Rejection = StaffProblemAnswer;

    async fn from_request_parts(parts: &mut Parts, _: &Portal) -> Result<Self, StaffProblemAnswer> {
        let shown = parts.headers.get(STAFF_SESSION_HEADER).and_then(|shown| shown.to_str().ok());
        let token = shown.and_then(LinkToken::parse);
        token.map(Self).ok_or(StaffProblemAnswer::of(StaffProblemCode::NotSignedIn))
    }
}

/// Unlocks the kiosk for a staff member who knows their password. Tries are counted for them at this kiosk.
#[utoipa::path(post, path = "/api/kiosk/v1/staff/unlock", security(("kiosk" = [])), request_body = StaffSignIn, responses(
    (status = 200, body = StaffUnlocked),
    (status = "4XX", body = StaffProblem, content_type = "application/problem+json"),
    (status = "5XX", body = StaffProblem, content_type = "application/problem+json"),
))]
pub(super) async fn unlock(
    State(portal): State<Portal>,
    caller: Caller,
    Json(typed): Json<StaffSignIn>,
) -> Result<JsonAnswer<StaffUnlocked>, StaffProblemAnswer> {
    let let_in = portal.let_staff_in(&typed, Door::Kiosk(caller.kiosk)).await;
    drop(Zeroizing::new(typed.password));
    let let_in = let_in.map_err(|refused| StaffProblemAnswer(portal.staff_problem(refused)))?;
    let signed_in = portal.signed_in(&let_in.session);
    Ok(JsonAnswer(StaffUnlocked { session: let_in.token.encoded(), signed_in }))
}

/// Somebody at the kiosk asks a colleague at the desk to let them in. Asks are limited for each kiosk.
#[utoipa::path(post, path = "/api/kiosk/v1/staff/unlock/asks", security(("kiosk" = [])), request_body = AskToUnlock, responses(
    (status = 201, body = UnlockAsked),
    (status = "4XX", body = StaffProblem, content_type = "application/problem+json"),
    (status = "5XX", body = StaffProblem, content_type = "application/problem+json"),
))]
pub(super) async fn ask_to_unlock(
    State(portal): State<Portal>,
    caller: Caller,
    Json(asks): Json<AskToUnlock>,
) -> Result<(StatusCode, JsonAnswer<UnlockAsked>), StaffProblemAnswer> {
    let asked = portal.ask_to_unlock(caller.kiosk, &asks).await;
    let asked = asked.map_err(|refused| StaffProblemAnswer(portal.staff_problem(refused)))?;
    Ok((StatusCode::CREATED, JsonAnswer(asked)))
}

/// Whether somebody at the desk has let them in; the answer that says so is given once.
#[utoipa::path(post, path = "/api/kiosk/v1/staff/unlock/asks/answer", security(("kiosk" = [])), request_body = UnlockAsk, responses(
    (status = 200, body = UnlockAnswer),
    (status = "4XX", body = StaffProblem, content_type = "application/problem+json"),
    (status = "5XX", body = StaffProblem, content_type = "application/problem+json"),
))]
pub(super) async fn unlock_answer(
    State(portal): State<Portal>,
    caller: Caller,
    Json(ask): Json<UnlockAsk>,
) -> Result<JsonAnswer<UnlockAnswer>, StaffProblemAnswer> {
    let token =
        LinkToken::parse(&ask.token).ok_or(StaffProblemAnswer::of(StaffProblemCode::MalformedRequest))?;
    let answer = portal.unlock_answer(caller.kiosk, &token).await;
    answer.map(JsonAnswer).map_err(|refused| StaffProblemAnswer(portal.staff_problem(refused)))
}

/// What the staff member asks who unlocked the kiosk.
#[utoipa::path(post, path = "/api/kiosk/v1/staff/ask", security(("kiosk" = [])), request_body = StaffAsk,
    params(("x-staff-session" = String, Header)), responses(
    (status = 200, body = StaffAnswer),
    (status = "4XX", body = StaffProblem, content_type = "application/problem+json"),
    (status = "5XX", body = StaffProblem, content_type = "application/problem+json"),
))]
pub(super) async fn ask(
    State(portal): State<Portal>,
    caller: Caller,
    Session(token): Session,
    Json(ask): Json<StaffAsk>,
) -> Result<JsonAnswer<StaffAnswer>, StaffProblemAnswer> {
    let answered = portal.answer_staff(&token, Some(caller.kiosk), ask).await;
    answered.map(JsonAnswer).map_err(|refused| StaffProblemAnswer(portal.staff_problem(refused)))
}

/// Locks the kiosk.
#[utoipa::path(post, path = "/api/kiosk/v1/staff/lock", security(("kiosk" = [])),
    params(("x-staff-session" = String, Header)), responses(
    (status = 204),
    (status = "4XX", body = StaffProblem, content_type = "application/problem+json"),
    (status = "5XX", body = StaffProblem, content_type = "application/problem+json"),
))]
pub(super) async fn lock(
    State(portal): State<Portal>,
    _: Caller,
    Session(token): Session,
) -> Result<StatusCode, StaffProblemAnswer> {
    let let_out = portal.let_staff_out(&token.hash()).await;
    let_out.map_err(|refused| StaffProblemAnswer(portal.staff_problem(refused)))?;
    Ok(StatusCode::NO_CONTENT)
}
