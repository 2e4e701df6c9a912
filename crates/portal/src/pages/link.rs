//! The emailed link. Opening it shows a form and changes nothing: only the password, or a fresh code to the verified
//! mobile, goes on. Mail scanners have neither.

use axum::{
    extract::{FromRequestParts, Path},
    http::{StatusCode, request::Parts},
    response::Response,
};
use registration::flow::Registration;

use super::{
    errors::Errors,
    page::{Page, answer},
    typed::{Typed, TypedCode, TypedPassword},
    views::{EnterCode, LinkFreshCode, LinkPassword},
};
use crate::{LinkPage, PageRefused, PhoneProof, Portal, pages::DeadEnd, passes::Pass};

/// What stands in the address where a token should. Mail programs add to addresses, even what is not text: that is an
/// address nobody sent, as any other is.
pub(super) struct Token(pub(super) String);

impl FromRequestParts<Portal> for Token {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Response> {
        if let Ok(Path(token)) = Path::from_request_parts(parts, portal).await {
            return Ok(Self(token));
        }
        let Ok(page) = Page::from_request_parts(parts, portal).await;
        Err(page.link_dead(&LinkPage::Unknown))
    }
}

/// `GET /l/{token}`.
pub(super) async fn page(page: Page, Token(token): Token) -> Response {
    match page.portal.link_page(&token).await {
        Ok(link) => page.link(&token, &link, StatusCode::OK, Errors::default()),
        Err(failure) => page.failed(failure),
    }
}

/// `POST /l/{token}/password`: right, and the terms are next.
pub(super) async fn open(
    page: Page,
    Token(token): Token,
    Typed(TypedPassword { password, .. }): Typed<TypedPassword>,
) -> Response {
    match page.portal.open_link(&token, &password).await {
        Ok(registration) => page.in_language(registration.language).ask_terms(registration.id),
        Err(refused) => match page.errors(refused) {
            Ok(errors) => match page.portal.link_page(&token).await {
                Ok(link) => page.link(&token, &link, StatusCode::UNPROCESSABLE_ENTITY, errors),
                Err(failure) => page.failed(failure),
            },
            Err(refused) => page.refused(refused),
        },
    }
}

/// `POST /l/{token}/code/send`.
pub(super) async fn send_code(page: Page, Token(token): Token) -> Response {
    let page = match page.of_link_without_password(&token).await {
        Ok((page, _)) => page,
        Err(response) => return response,
    };
    let told = match page.portal.send_link_code(&token).await {
        Ok(()) => None,
        Err(PageRefused::TooSoon { retry_after_s }) => Some(page.too_soon(retry_after_s)),
        Err(refused) => return page.refused(refused),
    };
    page.enter_link_code(StatusCode::OK, Errors::default(), told, &token)
}

/// `POST /l/{token}/code`.
pub(super) async fn check_code(
    page: Page,
    Token(token): Token,
    Typed(TypedCode { code, .. }): Typed<TypedCode>,
) -> Response {
    let page = match page.of_link_without_password(&token).await {
        Ok((page, _)) => page,
        Err(response) => return response,
    };
    match page.portal.check_link_code(&token, &code).await {
        Ok(proof) => page.first_password(StatusCode::OK, Errors::default(), &token, &proof),
        Err(refused) => match page.errors(refused) {
            Ok(errors) => page.enter_link_code(StatusCode::UNPROCESSABLE_ENTITY, errors, None, &token),
            Err(refused) => page.refused(refused),
        },
    }
}

/// `POST /l/{token}/new-password`: set, and the terms are next.
pub(super) async fn set_password(
    page: Page,
    Token(token): Token,
    Typed(TypedPassword { pass, password }): Typed<TypedPassword>,
) -> Response {
    let Some(fresh) = page.portal.open_pass(&pass).and_then(|pass: Pass| pass.fresh_code()) else {
        return page.dead_end(DeadEnd::PassTooOld);
    };
    let page = match page.of_link_without_password(&token).await {
        Ok((page, _)) => page,
        Err(response) => return response,
    };
    match page.portal.set_password_by_link(&token, &fresh, &password).await {
        Ok(registration) => page.ask_terms(registration.id),
        Err(refused) => match page.errors(refused) {
            Ok(errors) => page.create_password(
                StatusCode::UNPROCESSABLE_ENTITY,
                errors,
                format!("/l/{token}/new-password"),
                pass,
            ),
            Err(refused) => page.refused(refused),
        },
    }
}

impl Page {
    /// A living link that asks for a fresh code, in the language of its registration; otherwise what it is.
    async fn of_link_without_password(self, token: &str) -> Result<(Self, Registration), Response> {
        match self.portal.link_page(token).await {
            Ok(LinkPage::AskFreshCode(registration)) => {
                Ok((self.in_language(registration.language), *registration))
            }
            Ok(link) => Err(self.link(token, &link, StatusCode::OK, Errors::default())),
            Err(failure) => Err(self.failed(failure)),
        }
    }

    fn link(&self, token: &str, link: &LinkPage, status: StatusCode, errors: Errors) -> Response {
        match link {
            LinkPage::AskPassword(registration) => {
                let page = self.clone().in_language(registration.language);
                let open_at = format!("/l/{token}/password");
                answer(status, &LinkPassword { shell: page.shell().with(&errors), errors, open_at })
            }
            LinkPage::AskFreshCode(registration) => {
                let page = self.clone().in_language(registration.language);
                answer(
                    status,
                    &LinkFreshCode { shell: page.shell(), send_at: format!("/l/{token}/code/send") },
                )
            }
            LinkPage::Used
            | LinkPage::Expired
            | LinkPage::Superseded
            | LinkPage::Locked
            | LinkPage::Ended
            | LinkPage::Unknown => self.link_dead(link),
        }
    }

    fn enter_link_code(
        &self,
        status: StatusCode,
        errors: Errors,
        told: Option<String>,
        token: &str,
    ) -> Response {
        let view = EnterCode {
            shell: self.shell().with(&errors),
            errors,
            lead: self.say("enter-code-lead-link"),
            told,
            pass: String::new(),
            check_at: format!("/l/{token}/code"),
            send_at: format!("/l/{token}/code/send"),
            may_change_number: false,
        };
        answer(status, &view)
    }

    fn first_password(
        &self,
        status: StatusCode,
        errors: Errors,
        token: &str,
        proof: &PhoneProof,
    ) -> Response {
        let pass = self.portal.seal_pass(&proof.pass());
        self.create_password(status, errors, format!("/l/{token}/new-password"), pass)
    }
}
