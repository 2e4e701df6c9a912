//! The pages a patient opens on their own phone: rendered here, complete without JavaScript, without cookies.
//!
//! What was proven travels from page to page in a sealed hidden field (`passes`). GET, HEAD and OPTIONS change nothing;
//! each POST calls one use case of `registrations` and shows where the patient stands then.
//! To add a page: its words in `texts/`, its template in `templates/`, a view in [`views`], a route in [`router`].

pub(crate) mod assets;
mod dead_ends;
mod errors;
mod finish;
mod link;
mod lookups;
mod page;
mod proven;
mod reading;
mod terms;
mod test_link;
pub(crate) mod texts;
mod typed;
mod views;

#[cfg(test)]
mod catalogue_tests;

use axum::{
    Router,
    routing::{get, post},
};

use crate::Portal;

pub(crate) use dead_ends::DeadEnd;
pub(crate) use page::Page;

/// Every route of the pages, and the pages for addresses and methods that are none.
pub(crate) fn router(portal: Portal) -> Router {
    Router::new()
        .route("/", get(finish::ask_mobile))
        .route("/f", get(finish::ask_mobile).post(finish::send_code))
        .route("/f/code", post(finish::check_code))
        .route("/f/code/send", post(finish::send_code_again))
        .route("/f/choose", post(proven::choose))
        .route("/c", get(finish::ask_code_from_text).post(finish::check_code_from_text))
        .route("/p", post(proven::set_password))
        .route("/e", post(proven::send_new_link))
        .route("/l/{token}", get(link::page))
        .route("/l/{token}/password", post(link::open))
        .route("/l/{token}/code/send", post(link::send_code))
        .route("/l/{token}/code", post(link::check_code))
        .route("/l/{token}/new-password", post(link::set_password))
        .route("/t", post(terms::answer))
        .route("/test/{token}", get(test_link::page).post(test_link::open))
        .route("/terms", get(reading::terms))
        .route("/privacy", get(reading::privacy))
        .route("/assets/{name}", get(assets::asset))
        .fallback(dead_ends::not_found)
        .method_not_allowed_fallback(dead_ends::method_not_allowed)
        .with_state(portal)
}
