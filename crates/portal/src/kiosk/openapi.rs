//! The document that describes this API, made of the handlers themselves.

use axum::Json;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use super::{routes, staff};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Vestibule kiosk API",
        description = "What a kiosk at a reception desk asks of its portal. Every POST of a kiosk carries an \
                       Idempotency-Key, except those of its journal, whose entries have ids of their own, those of staff, \
                       which name the version of what they change, and its presence, which is only ever the newest."
    ),
    paths(
        routes::enrol,
        routes::practice,
        routes::confirm,
        routes::registration,
        routes::check_code,
        routes::send_code,
        routes::set_password,
        routes::leave,
        routes::abandon,
        routes::ask_desk,
        routes::help_stands,
        staff::unlock,
        staff::ask_to_unlock,
        staff::unlock_answer,
        staff::ask,
        staff::lock,
        routes::presence,
        routes::report_journal,
        routes::take_journal_entry,
    ),
    modifiers(&KioskCredentialScheme)
)]
struct Document;

struct KioskCredentialScheme;

impl Modify for KioskCredentialScheme {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("32 random bytes in base64url, given when the kiosk was enrolled"))
            .build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("kiosk", SecurityScheme::Http(scheme));
    }
}

/// `GET /api/openapi.json`.
pub(crate) async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(Document::openapi())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use kiosk_api::BASE_PATH;

    use super::*;

    #[test]
    fn the_document_describes_exactly_the_routes_of_the_router() {
        let routed: BTreeSet<_> =
            routes::all().iter().map(|route| format!("{BASE_PATH}{}", route.path)).collect();
        let described: BTreeSet<_> = Document::openapi().paths.paths.into_keys().collect();
        assert_eq!(routed, described);
    }
}
