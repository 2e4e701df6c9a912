//! Staff in a browser: `/staff/api`. What lets them in lies in a cookie that no script reads and no other site sends.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::post,
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use kiosk_api::staff::{
    STAFF_PATH, StaffSignIn, StaffSignedIn, TakeUpInvitation, answer::StaffAnswer, ask::StaffAsk,
    problem::StaffProblemCode,
};
use rand::Rng as _;
use registration::secrets::link_token::LinkToken;
use serde::de::DeserializeOwned;
use staff::session::Place;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    letting_in::{Door, LetIn},
    refused::{StaffProblemAnswer, StaffRefused},
};
use crate::Portal;

/// Bytes of an ask at most.
const ASK_CAP_BYTES: usize = 4 * 1024;

/// A browser that somebody was let in from is known for half a year.
const BROWSER_KNOWN_S: i64 = 180 * 24 * 60 * 60;

pub(crate) fn router() -> Router<Portal> {
    let routes = Router::new()
        .route("/sign-in", post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/invitation", post(take_up))
        .route("/ask", post(ask))
        .fallback(async || StaffProblemAnswer::of(StaffProblemCode::NotFound))
        .layer(DefaultBodyLimit::max(ASK_CAP_BYTES));
    Router::new().nest(STAFF_PATH, routes)
}

type Answered<T> = Result<T, StaffProblemAnswer>;

async fn sign_in(State(portal): State<Portal>, headers: HeaderMap, body: Bytes) -> Answered<Response> {
    let typed: StaffSignIn = read(&headers, &body)?;
    let door = portal.door_of(&headers);
    let let_in = portal.let_staff_in(&typed, door).await;
    drop(Zeroizing::new(typed.password));
    let let_in = let_in.map_err(|refused| portal.staff_told(refused))?;
    Ok(portal.with_cookies(&let_in, door))
}

async fn take_up(State(portal): State<Portal>, headers: HeaderMap, body: Bytes) -> Answered<Response> {
    let typed: TakeUpInvitation = read(&headers, &body)?;
    let (token, password) = (Zeroizing::new(typed.token), Zeroizing::new(typed.password));
    let let_in = portal.take_up_invitation(&token, &password).await;
    let let_in = let_in.map_err(|refused| portal.staff_told(refused))?;
    Ok(portal.with_cookies(&let_in, portal.door_of(&headers)))
}

async fn sign_out(State(portal): State<Portal>, headers: HeaderMap) -> Answered<Response> {
    if let Some(token) = portal.session_cookie(&headers) {
        portal.let_staff_out(&token.hash()).await.map_err(|refused| portal.staff_told(refused))?;
    }
    let gone = portal.cookie(SESSION, "", 0);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response())
}

async fn ask(State(portal): State<Portal>, headers: HeaderMap, body: Bytes) -> Answered<Json<StaffAnswer>> {
    let ask: StaffAsk = read(&headers, &body)?;
    let token =
        portal.session_cookie(&headers).ok_or_else(|| portal.staff_told(StaffRefused::NotSignedIn))?;
    portal.answer_staff(&token, None, ask).await.map(Json).map_err(|refused| portal.staff_told(refused))
}

/// A cross-site form cannot say that it is JSON without asking first, and nobody answers it.
fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &Bytes) -> Answered<T> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_json =
        kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    let read = is_json.then(|| serde_json::from_slice(body).ok()).flatten();
    read.ok_or(StaffProblemAnswer::of(StaffProblemCode::MalformedRequest))
}

/// The session; a browser drops it when it is closed, or after a shift.
const SESSION: &str = "staff";
/// From where somebody was let in before: their tries there are counted apart from strangers'.
const BROWSER: &str = "staff-browser";

impl Portal {
    fn staff_told(&self, refused: StaffRefused) -> StaffProblemAnswer {
        StaffProblemAnswer(self.staff_problem(refused))
    }

    fn is_https(&self) -> bool {
        self.settings.public_origin.starts_with("https://")
    }

    /// Over https the name itself says that no other host and no plain connection has set it (RFC 6265bis §4.1.3.2).
    fn cookie_name(&self, name: &str) -> String {
        if self.is_https() { format!("__Host-{name}") } else { name.to_owned() }
    }

    fn cookie(&self, name: &str, value: &str, max_age_s: i64) -> HeaderValue {
        let secure = if self.is_https() { "; Secure" } else { "" };
        let name = self.cookie_name(name);
        let cookie =
            format!("{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Strict{secure}");
        HeaderValue::from_str(&cookie).expect("names and values are of base64url characters")
    }

    fn session_cookie(&self, headers: &HeaderMap) -> Option<LinkToken> {
        LinkToken::parse(&cookie_named(headers, &self.cookie_name(SESSION))?)
    }

    /// Which browser this is, if it shows that somebody was let in from it.
    fn door_of(&self, headers: &HeaderMap) -> Door {
        let known = || {
            let shown = cookie_named(headers, &self.cookie_name(BROWSER))?;
            let shown: [u8; 48] = BASE64_URL_SAFE_NO_PAD.decode(shown.as_str()).ok()?.try_into().ok()?;
            let (browser, mac) = shown.split_at(16);
            let browser = Uuid::from_slice(browser).ok()?;
            self.knows_browser(browser, mac).then_some(Door::KnownBrowser(browser))
        };
        known().unwrap_or(Door::Browser)
    }

    fn with_cookies(&self, let_in: &LetIn, door: Door) -> Response {
        let browser = match door {
            Door::KnownBrowser(browser) => browser,
            Door::Browser | Door::Kiosk(_) => {
                let mut random = [0; 16];
                self.rng().fill_bytes(&mut random);
                uuid::Builder::from_random_bytes(random).into_uuid()
            }
        };
        let shown = [browser.as_bytes().as_slice(), &self.browser_mac(browser)].concat();
        let session = self.cookie(SESSION, &let_in.token.encoded(), Place::Console.in_all().num_seconds());
        let browser = self.cookie(BROWSER, &BASE64_URL_SAFE_NO_PAD.encode(shown), BROWSER_KNOWN_S);
        let body: Json<StaffSignedIn> = Json(self.signed_in(&let_in.session));
        let mut response = body.into_response();
        for cookie in [session, browser] {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// The value of the one cookie of this name; of two nobody knows which is ours.
fn cookie_named(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
    let mut named = all
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter(|(named, _)| *named == name);
    let (_, value) = named.next()?;
    named.next().is_none().then(|| value.to_owned())
}
