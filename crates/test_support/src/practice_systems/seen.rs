//! What a fake is asked.

use axum::{
    extract::{Query, Request},
    http::{HeaderMap, Method, header},
};
use serde_json::Value;

/// Octets of a request that are read.
const MAX_BODY: usize = 1 << 20;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    /// `GET`, `POST`, `PUT`.
    pub method: Method,
    /// Without the query.
    pub path: String,
    /// Decoded pairs of the query, or of a form.
    pub query: Vec<(String, String)>,
    /// All of them.
    pub headers: HeaderMap,
    /// `Null` for none.
    pub body: Value,
}

impl Seen {
    /// A header's text, empty if there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// A query parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether it would change something; a search by POST would not.
    #[must_use]
    pub fn is_write(&self) -> bool {
        self.method != Method::GET && !self.path.ends_with("/_search")
    }

    /// Whether it would make a record; other writes change one.
    #[must_use]
    pub fn is_new(&self) -> bool {
        let method = self.in_transaction("method").unwrap_or(self.method.as_str());
        self.is_write() && method == "POST"
    }

    /// What it is about: of a request that is made again, it is the same.
    pub(super) fn aim(&self) -> [String; 4] {
        let inner = |field| self.in_transaction(field).unwrap_or_default().to_owned();
        let condition = format!("{}{}", self.header("if-none-exist"), inner("ifNoneExist"));
        [self.method.to_string(), self.path.clone(), inner("url"), condition]
    }

    /// Of the first entry of a FHIR transaction.
    fn in_transaction(&self, field: &str) -> Option<&str> {
        self.body.pointer("/entry/0/request")?.get(field)?.as_str()
    }

    /// A number in the query, or another one.
    pub(super) fn number(&self, name: &str, otherwise: usize) -> usize {
        self.parameter(name).and_then(|text| text.parse().ok()).unwrap_or(otherwise)
    }

    pub(super) async fn read(request: Request) -> Self {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, MAX_BODY).await.unwrap_or_default();
        let is_form = parts
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|it| it == "application/x-www-form-urlencoded");
        let query = if is_form {
            String::from_utf8_lossy(&body).into_owned()
        } else {
            parts.uri.query().unwrap_or_default().to_owned()
        };
        Self {
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query: pairs(&query),
            headers: parts.headers,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        }
    }
}

/// Decoded pairs.
pub(super) fn pairs(query: &str) -> Vec<(String, String)> {
    let uri = format!("/?{query}").parse().expect("a query is part of an address");
    Query::try_from_uri(&uri).map(|Query(pairs)| pairs).unwrap_or_default()
}
