//! "The patient's phone": one page, live, on a loopback listener of its own.

use std::{collections::VecDeque, convert::Infallible, net::IpAddr, sync::LazyLock, time::Duration};

use askama::Template;
use axum::{
    Json, Router,
    extract::{Path, Query, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{
        Html, IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use futures::{Stream, stream};
use registration::ids::PatientId;
use serde::Deserialize;
use serde_json::json;
use store::{Stamp, StoreError};
use uuid::Uuid;

use super::{NotASandbox, SAMPLES, Sample};
use crate::{
    Portal,
    guard::Guard,
    pages::assets::{Asset, ICON},
};

/// Own script and style, live events of its own, the email in a frame of its own.
const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                   frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// An email may have its own style and nothing else; its links open in a window of their own.
const MAIL_CSP: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; \
                        sandbox allow-popups allow-popups-to-escape-sandbox";

/// How often an open page is told what is new.
const LOOK_EVERY: Duration = Duration::from_millis(300);

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("phone", "css", "text/css; charset=utf-8", include_bytes!("../../assets/phone.css"))
});

static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("phone", "js", "text/javascript; charset=utf-8", include_bytes!("../../assets/phone.js"))
});

/// The page and what it reads. `origin` is where the listener is reached, such as `http://127.0.0.1:8781`.
pub fn phone_router(portal: &Portal, origin: String) -> Result<Router, NotASandbox> {
    if portal.store.stamp() != Stamp::Sandbox {
        return Err(NotASandbox::Stamp);
    }
    if !is_loopback(&origin) {
        return Err(NotASandbox::NotLoopback);
    }
    let router = Router::new()
        .route("/", get(page))
        .route("/assets/{name}", get(asset))
        .route("/events", get(events))
        .route("/messages.json", get(messages))
        .route("/messages/{file}", get(mail))
        .route("/patients.json", get(patients))
        .route("/patients/{file}", get(patient))
        .route("/reviews.json", get(reviews))
        .with_state(portal.clone());
    Ok(Guard { origin, csp: CSP }.before(router).layer(middleware::from_fn(frame_mail)))
}

fn is_loopback(origin: &str) -> bool {
    let Ok(uri) = origin.parse::<axum::http::Uri>() else { return false };
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The guard forbids framing and inline style everywhere; the email is the one thing that is framed and brings a style.
async fn frame_mail(request: Request, next: Next) -> Response {
    let is_mail = request.uri().path().starts_with("/messages/");
    let mut response = next.run(request).await;
    if is_mail {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(MAIL_CSP));
        response.headers_mut().remove(header::X_FRAME_OPTIONS);
    }
    response
}

#[derive(Template)]
#[template(path = "phone.html")]
struct PhonePage {
    practice: String,
    time_zone: &'static str,
    samples: [Sample; 3],
    css: &'static str,
    js: &'static str,
    icon: &'static str,
}

/// The store failed: a developer reads the log.
struct Failed(StatusCode);

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        match error {
            // The portal's workers see it too, and say it once.
            StoreError::Away(_) => Self(StatusCode::SERVICE_UNAVAILABLE),
            error => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the patient's phone could not read"
                );
                Self(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }
}

impl axum::response::IntoResponse for Failed {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

async fn page(State(portal): State<Portal>) -> Response {
    let settings = portal.settings();
    let page = PhonePage {
        practice: settings.name.clone(),
        time_zone: settings.time_zone.name(),
        samples: SAMPLES,
        css: &STYLE.path,
        js: &SCRIPT.path,
        icon: &ICON.path,
    };
    page.render()
        .map_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response(), |html| Html(html).into_response())
}

async fn asset(Path(name): Path<String>) -> Response {
    let asked = format!("/assets/{name}");
    [&*STYLE, &*SCRIPT, &*ICON]
        .into_iter()
        .find(|asset| asset.path == asked)
        .map_or_else(|| StatusCode::NOT_FOUND.into_response(), Asset::response)
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: i64,
}

async fn messages(
    State(portal): State<Portal>,
    Query(After { after }): Query<After>,
) -> Result<Response, Failed> {
    Ok(Json(json!({ "messages": portal.phone_messages(after).await? })).into_response())
}

/// `/messages/{id}.html`: the email as its reader's program would show it.
async fn mail(State(portal): State<Portal>, Path(file): Path<String>) -> Result<Response, Failed> {
    let Some(id) = file.strip_suffix(".html").and_then(|id| Uuid::try_parse(id).ok()) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let messages = portal.store.sandbox_messages(portal.practice(), 0).await?;
    let html = messages.into_iter().find(|message| message.id.0 == id);
    Ok(match html.and_then(|message| message.html) {
        Some(html) => Html(html.replacen("<head>", "<head><base target=\"_blank\">", 1)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    })
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    name: String,
}

async fn patients(
    State(portal): State<Portal>,
    Query(Named { name }): Query<Named>,
) -> Result<Response, Failed> {
    Ok(Json(json!({ "patients": portal.phone_patients(&name).await? })).into_response())
}

/// `/patients/{id}.json`.
async fn patient(State(portal): State<Portal>, Path(file): Path<String>) -> Result<Response, Failed> {
    let Some(id) = file.strip_suffix(".json").and_then(|id| Uuid::try_parse(id).ok()) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let record = portal.phone_record(PatientId(id)).await?;
    Ok(record.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |record| Json(record).into_response()))
}

async fn reviews(State(portal): State<Portal>) -> Result<Response, Failed> {
    Ok(Json(json!({ "reviews": portal.phone_reviews().await? })).into_response())
}

#[derive(Deserialize)]
struct Watched {
    #[serde(default)]
    after: i64,
    patient: Option<Uuid>,
}

async fn events(
    State(portal): State<Portal>,
    Query(Watched { after, patient }): Query<Watched>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let watch = Watch {
        portal,
        cursor: after,
        patient: patient.map(PatientId),
        shown: Default::default(),
        ready: VecDeque::new(),
    };
    Sse::new(stream::unfold(watch, Watch::next)).keep_alive(KeepAlive::default())
}

/// What one open page has been told.
struct Watch {
    portal: Portal,
    cursor: i64,
    patient: Option<PatientId>,
    /// Record and reviews as they were last told.
    shown: [String; 2],
    ready: VecDeque<Event>,
}

impl Watch {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some((Ok(event), self));
            }
            // The browser asks again by itself.
            self.look().await.map_err(Failed::from).ok()?;
            if self.ready.is_empty() {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }

    async fn look(&mut self) -> Result<(), StoreError> {
        for message in self.portal.phone_messages(self.cursor).await? {
            self.cursor = message.cursor();
            self.ready.push_back(event("message", &json!(message).to_string()));
        }
        if let Some(patient) = self.patient
            && let Some(record) = self.portal.phone_record(patient).await?
        {
            self.tell_if_new(0, "record", json!(record).to_string());
        }
        let reviews = json!({ "reviews": self.portal.phone_reviews().await? }).to_string();
        self.tell_if_new(1, "desk", reviews);
        Ok(())
    }

    fn tell_if_new(&mut self, place: usize, name: &str, data: String) {
        if self.shown[place] != data {
            self.ready.push_back(event(name, &data));
            self.shown[place] = data;
        }
    }
}

fn event(name: &str, data: &str) -> Event {
    Event::default().event(name).data(data)
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn the_page_is_served_on_loopback_only() {
        for origin in
            ["http://127.0.0.1:8781", "http://127.9.9.9:1", "http://[::1]:8781", "http://localhost:8781"]
        {
            assert!(is_loopback(origin), "{origin}");
        }
        for origin in
            ["http://192.168.1.4:8781", "http://0.0.0.0:8781", "https://portal.example", "", "localhost.evil"]
        {
            assert!(!is_loopback(origin), "{origin}");
        }
    }
}
