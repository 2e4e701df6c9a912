//! One listener for several practices: each request goes to the practice whose host it names.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use tower::ServiceExt as _;

use crate::guard::{authority_of, for_nobody, host_named};

/// Each router behind its origin (scheme, host and port). The port counts, capitals do not; a request for none of them is refused
/// as each guard refuses, but without anybody's page.
///
/// The routers keep their own guards: this only chooses.
pub fn by_host(routers: impl IntoIterator<Item = (String, Router)>) -> Router {
    let keyed = routers.into_iter().map(|(origin, router)| (key(authority_of(&origin)), router));
    Router::new().fallback(to_its_practice).with_state(Arc::new(keyed.collect::<HashMap<_, _>>()))
}

async fn to_its_practice(State(routers): State<Arc<HashMap<String, Router>>>, request: Request) -> Response {
    match host_named(&request).and_then(|host| routers.get(&key(host))) {
        Some(router) => match router.clone().oneshot(request).await {
            Ok(response) => response.into_response(),
            Err(never) => match never {},
        },
        None => for_nobody(&request),
    }
}

fn key(authority: &str) -> String {
    authority.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use axum::{
        body::{Body, to_bytes},
        http::{StatusCode, header},
        routing::get,
    };

    use super::*;

    /// Where each of two practices answers with its name.
    async fn asked(path: &str, host: &str) -> (StatusCode, String, bool) {
        let named = |name: &'static str| Router::new().route("/", get(move || async move { name }));
        let router = by_host([
            ("https://willow.example".to_owned(), named("willow")),
            ("https://elm.example:8443".to_owned(), named("elm")),
        ]);
        let request = Request::builder().uri(path).header(header::HOST, host).body(Body::empty());
        let answer = router.oneshot(request.expect("a request")).await.expect("an answer");
        let guarded = answer.headers().contains_key(header::CONTENT_SECURITY_POLICY);
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), 1024).await.expect("its body");
        (status, String::from_utf8(bytes.into()).expect("text"), guarded)
    }

    #[tokio::test]
    async fn a_request_goes_to_the_practice_whose_host_and_port_it_names() {
        for (host, name) in
            [("willow.example", "willow"), ("Willow.Example", "willow"), ("elm.example:8443", "elm")]
        {
            assert_eq!(asked("/", host).await, (StatusCode::OK, name.to_owned(), false), "{host}");
        }
    }

    #[tokio::test]
    async fn a_request_for_nobody_is_refused_and_names_no_practice() {
        for host in [
            "",
            "elm.example",
            "willow.example:8443",
            "elm.example:443",
            "willow.example.evil.example",
            "oak.example",
        ] {
            let refused = (StatusCode::MISDIRECTED_REQUEST, String::new(), true);
            assert_eq!(asked("/", host).await, refused, "{host}");
            let (status, problem, guarded) = asked("/api/kiosk/v1/practice", host).await;
            assert_eq!((status, guarded), (StatusCode::MISDIRECTED_REQUEST, true), "{host}");
            assert!(problem.starts_with('{') && !problem.contains("illow"), "{problem}");
        }
    }
}
