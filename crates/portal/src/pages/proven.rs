//! After a right code on the patient's phone: where the registration stands, and what may be done there.

use axum::{http::StatusCode, response::Response};
use registration::{
    flow::{FreshCode, Registration, State, StateName},
    secrets::words::suggest_three_words,
    values::email::EmailAddress,
};

use super::{
    errors::Errors,
    page::{Page, answer},
    typed::{SendTo, Typed, TypedCode, TypedEmail, TypedPassword},
    views::{Choice, Choose, CreatePassword, Done, LinkSent},
};
use crate::{PageRefused, PhoneProof, pages::DeadEnd, passes::Pass};

const SECONDS_PER_HOUR: u32 = 3600;

/// Which words stand over "open the email".
#[derive(Clone, Copy)]
enum Sent {
    /// This request sent the first link.
    Now,
    /// It was sent before.
    Before,
    /// This request sent another.
    Another,
}

/// `POST /f/choose`: one of several registrations on one mobile.
pub(super) async fn choose(page: Page, Typed(TypedCode { pass, .. }): Typed<TypedCode>) -> Response {
    match page.fresh(&pass).await {
        Ok((registration, _)) => page.stands(&registration, pass),
        Err(response) => response,
    }
}

/// `POST /p`: the first password, set on the phone that just proved the mobile.
pub(super) async fn set_password(
    page: Page,
    Typed(TypedPassword { pass, password }): Typed<TypedPassword>,
) -> Response {
    let (registration, fresh) = match page.fresh(&pass).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let page = page.in_language(registration.language);
    match page.portal.set_password_from_phone(&fresh, registration.id, &password).await {
        Ok(registration) => page.link_sent(StatusCode::OK, &registration, pass, Sent::Now, Wrong::nothing()),
        Err(refused) => match page.errors(refused) {
            Ok(errors) => {
                page.create_password(StatusCode::UNPROCESSABLE_ENTITY, errors, "/p".to_owned(), pass)
            }
            Err(PageRefused::NotInThisState) => page.stands_now(pass).await,
            Err(refused) => page.refused(refused),
        },
    }
}

/// `POST /e`: the link once more, or to another address.
pub(super) async fn send_new_link(page: Page, Typed(typed): Typed<TypedEmail>) -> Response {
    let TypedEmail { pass, to, email } = typed;
    let (registration, fresh) = match page.fresh(&pass).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let page = page.in_language(registration.language);
    let corrected = match to {
        SendTo::Same => None,
        SendTo::Other => Some(email.as_str()),
    };
    match page.portal.send_new_link(&fresh, registration.id, corrected).await {
        Ok(registration) => {
            page.link_sent(StatusCode::OK, &registration, pass, Sent::Another, Wrong::nothing())
        }
        Err(refused) => match page.errors(refused) {
            Ok(errors) => {
                let wrong = Wrong { errors, email };
                page.link_sent(StatusCode::UNPROCESSABLE_ENTITY, &registration, pass, Sent::Before, wrong)
            }
            Err(PageRefused::NotInThisState) => page.stands_now(pass).await,
            Err(refused) => page.refused(refused),
        },
    }
}

/// What was refused on the email page, and what was typed there.
struct Wrong {
    errors: Errors,
    email: String,
}

impl Wrong {
    fn nothing() -> Self {
        Self { errors: Errors::default(), email: String::new() }
    }
}

impl Page {
    /// One registration on this mobile: where it stands. Several: which?
    pub(super) async fn proven(self, proof: PhoneProof) -> Response {
        let pass = proof.pass();
        let open = match self.portal.open_on_mobile(&proof).await {
            Ok(open) => open,
            Err(failure) => return self.failed(failure),
        };
        if open.len() < 2 {
            let sealed = self.portal.seal_pass(&pass);
            return self.stands(&proof.registration, sealed);
        }
        let choices = open.iter().map(|registration| self.choice(registration, &proof)).collect();
        let page = self.in_language(proof.registration.language);
        answer(StatusCode::OK, &Choose { shell: page.shell(), choices })
    }

    fn choice(&self, registration: &Registration, proof: &PhoneProof) -> Choice {
        let started = registration.confirmed_at.instant().with_timezone(&self.portal.settings().time_zone);
        Choice {
            button: self.say_with("choose-button", "reference", registration.reference.as_str()),
            started: self.say_with("choose-started", "when", started.format("%-d %B, %H:%M").to_string()),
            pass: self.portal.seal_pass(&Pass::FreshCode {
                registration: registration.id,
                mobile: registration.details.mobile.clone(),
                proven_at: proof.proven_at,
            }),
        }
    }

    /// The registration a pass speaks for, and the proof in it.
    async fn fresh(&self, pass: &str) -> Result<(Registration, FreshCode), Response> {
        let Some((id, fresh)) = self.portal.open_pass(pass).and_then(|pass| match &pass {
            Pass::FreshCode { registration, .. } => pass.fresh_code().map(|fresh| (*registration, fresh)),
            Pass::ResumeMobile { .. } | Pass::Terms { .. } => None,
        }) else {
            return Err(self.dead_end(DeadEnd::PassTooOld));
        };
        match self.portal.find(id).await {
            Ok(Some(registration)) => Ok((registration, fresh)),
            Ok(None) => Err(self.dead_end(DeadEnd::MovedOn)),
            Err(failure) => Err(self.failed(failure)),
        }
    }

    /// The state changed under the page, on another device or by time.
    async fn stands_now(&self, pass: String) -> Response {
        match self.fresh(&pass).await {
            Ok((registration, _)) => self.stands(&registration, pass),
            Err(response) => response,
        }
    }

    fn stands(&self, registration: &Registration, pass: String) -> Response {
        let page = self.clone().in_language(registration.language);
        match registration.state.name() {
            StateName::AwaitingPassword => {
                page.create_password(StatusCode::OK, Errors::default(), "/p".to_owned(), pass)
            }
            StateName::AwaitingLink => {
                page.link_sent(StatusCode::OK, registration, pass, Sent::Before, Wrong::nothing())
            }
            StateName::AwaitingTerms => {
                let lead = page.say_with("awaiting-terms-lead", "email", masked_email(registration));
                page.notice(StatusCode::OK, "awaiting-terms-title", vec![lead], None)
            }
            StateName::Registered => answer(StatusCode::OK, &Done { shell: page.shell() }),
            StateName::HandedToDesk => page.finish_at_desk(registration),
            StateName::AwaitingCode
            | StateName::Expired
            | StateName::Abandoned
            | StateName::Declined
            | StateName::Locked
            | StateName::Superseded => page.dead_end(DeadEnd::MovedOn),
        }
    }

    pub(super) fn create_password(
        &self,
        status: StatusCode,
        errors: Errors,
        keep_at: String,
        pass: String,
    ) -> Response {
        let lead = if keep_at == "/p" { "create-password-lead" } else { "create-password-lead-link" };
        let view = CreatePassword {
            shell: self.shell().with(&errors),
            errors,
            lead: self.say(lead),
            pass,
            keep_at,
            suggestion: suggest_three_words(&mut self.portal.rng()),
        };
        answer(status, &view)
    }

    fn link_sent(
        &self,
        status: StatusCode,
        registration: &Registration,
        pass: String,
        sent: Sent,
        Wrong { errors, email }: Wrong,
    ) -> Response {
        let State::AwaitingLink { password, link, .. } = &registration.state else {
            return self.dead_end(DeadEnd::MovedOn);
        };
        let (title, lead) = match sent {
            Sent::Now => ("link-sent-title", "link-sent-lead"),
            Sent::Before => ("link-sent-before-title", "link-sent-lead"),
            Sent::Another => ("link-sent-title", "link-sent-new"),
        };
        let hours = self.portal.now().seconds_until(link.expires_at).div_ceil(SECONDS_PER_HOUR);
        let view = LinkSent {
            shell: self.shell().with(&errors),
            errors,
            title,
            lead: self.say_with(lead, "email", masked_email(registration)),
            lifetime: self.say_with("link-sent-lifetime", "hours", hours),
            has_password: password.is_some(),
            pass,
            email,
        };
        answer(status, &view)
    }
}

fn masked_email(registration: &Registration) -> String {
    registration.details.email.as_ref().map(EmailAddress::masked).unwrap_or_default()
}
