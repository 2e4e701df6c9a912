//! Finishing on one's own phone, beginning with the mobile number: the same answers whether the number is known or not.

use axum::{http::StatusCode, response::Response};

use super::{
    errors::Errors,
    page::{Page, answer},
    typed::{Typed, TypedCode, TypedMobile, TypedMobileAndCode},
    views::{AskMobile, CodeFromText, EnterCode},
};
use crate::{PageRefused, pages::DeadEnd, passes::Pass};

/// `GET /` and `GET /f`.
pub(super) async fn ask_mobile(page: Page) -> Response {
    page.ask_mobile(StatusCode::OK, Errors::default(), String::new())
}

/// `POST /f`: a fresh code, if anything is open on this number.
pub(super) async fn send_code(page: Page, Typed(TypedMobile { mobile }): Typed<TypedMobile>) -> Response {
    let told = match page.portal.send_resume_code(&mobile).await {
        Ok(()) => None,
        Err(PageRefused::TooSoon { retry_after_s }) => Some(page.too_soon(retry_after_s)),
        Err(refused) => {
            return match page.errors(refused) {
                Ok(errors) => page.ask_mobile(StatusCode::UNPROCESSABLE_ENTITY, errors, mobile),
                Err(refused) => page.refused(refused),
            };
        }
    };
    let pass = page.portal.seal_pass(&Pass::ResumeMobile { mobile: mobile.clone() });
    page.enter_resume_code(StatusCode::OK, Errors::default(), told, pass, &mobile)
}

/// `POST /f/code/send`.
pub(super) async fn send_code_again(page: Page, Typed(TypedCode { pass, .. }): Typed<TypedCode>) -> Response {
    let Some(Pass::ResumeMobile { mobile }) = page.portal.open_pass(&pass) else {
        return page.dead_end(DeadEnd::PassTooOld);
    };
    let told = match page.portal.send_resume_code(&mobile).await {
        Ok(()) => page.say("enter-code-sent-again"),
        Err(PageRefused::TooSoon { retry_after_s }) => page.too_soon(retry_after_s),
        Err(refused) => return page.refused(refused),
    };
    page.enter_resume_code(StatusCode::OK, Errors::default(), Some(told), pass, &mobile)
}

/// `POST /f/code`.
pub(super) async fn check_code(page: Page, Typed(TypedCode { pass, code }): Typed<TypedCode>) -> Response {
    let Some(Pass::ResumeMobile { mobile }) = page.portal.open_pass(&pass) else {
        return page.dead_end(DeadEnd::PassTooOld);
    };
    match page.portal.check_resume_code(&mobile, &code).await {
        Ok(proof) => page.proven(proof).await,
        Err(refused) => match page.errors(refused) {
            Ok(errors) => {
                page.enter_resume_code(StatusCode::UNPROCESSABLE_ENTITY, errors, None, pass, &mobile)
            }
            Err(refused) => page.refused(refused),
        },
    }
}

/// `GET /c`, the short address in the text message.
pub(super) async fn ask_code_from_text(page: Page) -> Response {
    page.code_from_text(StatusCode::OK, Errors::default(), String::new())
}

/// `POST /c`.
pub(super) async fn check_code_from_text(
    page: Page,
    Typed(TypedMobileAndCode { mobile, code }): Typed<TypedMobileAndCode>,
) -> Response {
    match page.portal.check_code_from_phone(&mobile, &code).await {
        Ok(proof) => page.proven(proof).await,
        Err(refused) => match page.errors(refused) {
            Ok(errors) => page.code_from_text(StatusCode::UNPROCESSABLE_ENTITY, errors, mobile),
            Err(refused) => page.refused(refused),
        },
    }
}

impl Page {
    fn ask_mobile(&self, status: StatusCode, errors: Errors, mobile: String) -> Response {
        answer(status, &AskMobile { shell: self.shell().with(&errors), errors, mobile })
    }

    fn code_from_text(&self, status: StatusCode, errors: Errors, mobile: String) -> Response {
        answer(status, &CodeFromText { shell: self.shell().with(&errors), errors, mobile })
    }

    pub(super) fn too_soon(&self, retry_after_s: u32) -> String {
        self.say_with("code-too-soon", "wait", self.texts.wait(retry_after_s))
    }

    fn enter_resume_code(
        &self,
        status: StatusCode,
        errors: Errors,
        told: Option<String>,
        pass: String,
        mobile: &str,
    ) -> Response {
        let view = EnterCode {
            shell: self.shell().with(&errors),
            errors,
            lead: self.say_with("enter-code-lead", "mobile", mobile),
            told,
            pass,
            check_at: "/f/code".to_owned(),
            send_at: "/f/code/send".to_owned(),
            may_change_number: true,
        };
        answer(status, &view)
    }
}
