//! The terms, and the two answers to them. Who may answer holds a sealed pass that a right password made.

use axum::{http::StatusCode, response::Response};
use registration::{flow::StateName, ids::RegistrationId};

use super::{
    page::{Page, answer as show},
    typed::{Answer, Typed, TypedAnswer},
    views::{AcceptTerms, Done},
};
use crate::{PageRefused, documents::TERMS, even_times::at_an_even_time, pages::DeadEnd, passes::Pass};

/// `POST /t`.
pub(super) async fn answer(page: Page, Typed(typed): Typed<TypedAnswer>) -> Response {
    let Some(Pass::Terms { registration: id }) = page.portal.open_pass(&typed.pass) else {
        return page.dead_end(DeadEnd::PassTooOld);
    };
    let page = match page.portal.find(id).await {
        Ok(Some(registration)) => page.in_language(registration.language),
        Ok(None) => return page.dead_end(DeadEnd::MovedOn),
        Err(failure) => return page.failed(failure),
    };
    let outcome = match typed.answer {
        // Other terms than those that were shown: nobody accepts what they have not seen.
        Some(Answer::Accept) if typed.terms != TERMS.version => return page.ask_terms(id),
        Some(Answer::Accept) => at_an_even_time(page.portal.accept_terms(id, TERMS.version)).await,
        Some(Answer::Decline) => page.portal.decline_terms(id).await,
        None => return page.ask_terms(id),
    };
    match outcome {
        Ok(registration) => page.answered(registration.state.name()),
        // The button was pressed twice, or on two devices.
        Err(PageRefused::NotInThisState) => match page.portal.find(id).await {
            Ok(Some(registration)) => page.answered(registration.state.name()),
            Ok(None) => page.dead_end(DeadEnd::MovedOn),
            Err(failure) => page.failed(failure),
        },
        Err(refused) => page.refused(refused),
    }
}

impl Page {
    pub(super) fn ask_terms(&self, id: RegistrationId) -> Response {
        let view = AcceptTerms {
            shell: self.shell(),
            document: TERMS,
            version: self.say_with("terms-version", "version", TERMS.version),
            pass: self.portal.seal_pass(&Pass::Terms { registration: id }),
        };
        show(StatusCode::OK, &view)
    }

    /// The same words whether the record was linked, is new or will be looked at.
    fn answered(&self, state: StateName) -> Response {
        match state {
            StateName::Registered => show(StatusCode::OK, &Done { shell: self.shell() }),
            StateName::Declined => {
                let paragraphs = vec![self.say_practice("declined-lead"), self.say("declined-changed")];
                self.notice(StatusCode::OK, "declined-title", paragraphs, None)
            }
            StateName::AwaitingCode
            | StateName::AwaitingPassword
            | StateName::AwaitingLink
            | StateName::AwaitingTerms
            | StateName::HandedToDesk
            | StateName::Expired
            | StateName::Abandoned
            | StateName::Locked
            | StateName::Superseded => self.dead_end(DeadEnd::MovedOn),
        }
    }
}
