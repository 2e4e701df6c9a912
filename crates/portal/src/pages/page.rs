//! What every page needs: the portal, the language, the frame around the words.

use std::convert::Infallible;

use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
    response::{Html, IntoResponse as _, Response},
};
use fluent_bundle::FluentValue;
use kiosk_api::kiosk::Mode;
use registration::values::language::Language;

use super::{
    assets::{ICON, STYLE},
    errors::Errors,
    texts::Texts,
};
use crate::Portal;

/// One request for a page.
#[derive(Clone)]
pub(crate) struct Page {
    pub(super) portal: Portal,
    pub(super) texts: Texts,
}

impl FromRequestParts<Portal> for Page {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Infallible> {
        let accepted = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Self { portal: portal.clone(), texts: Texts::accepted(accepted) })
    }
}

impl Page {
    /// A page for a request whose headers nobody has read.
    pub(crate) fn plain(portal: &Portal) -> Self {
        Self { portal: portal.clone(), texts: Texts::of(Language::default()) }
    }

    /// The same page in the language that the patient chose at the kiosk.
    pub(super) fn in_language(mut self, language: Language) -> Self {
        self.texts = Texts::of(language);
        self
    }

    pub(super) fn shell(&self) -> Shell {
        let settings = self.portal.settings();
        Shell {
            texts: self.texts,
            practice: settings.name.clone(),
            phone: settings.phone.clone(),
            phone_href: format!("tel:{}", digits_of(&settings.phone)),
            sandbox: settings.mode == Mode::Sandbox,
            css: &STYLE.path,
            icon: &ICON.path,
            wrong: false,
        }
    }

    pub(super) fn say(&self, key: &str) -> String {
        self.texts.say(key)
    }

    pub(super) fn say_with<'a>(
        &self,
        key: &str,
        name: &'static str,
        value: impl Into<FluentValue<'a>>,
    ) -> String {
        self.texts.say_with(key, &[(name, value.into())])
    }

    pub(super) fn say_practice(&self, key: &str) -> String {
        self.say_with(key, "practice", self.portal.settings().name.as_str())
    }
}

/// The frame: who the practice is, how to call it, and the language of the words.
pub(super) struct Shell {
    pub(super) texts: Texts,
    pub(super) practice: String,
    pub(super) phone: String,
    pub(super) phone_href: String,
    pub(super) sandbox: bool,
    pub(super) css: &'static str,
    pub(super) icon: &'static str,
    wrong: bool,
}

impl Shell {
    /// The browser's title starts with "Error:" while a field is refused, so that it is the first thing read out.
    pub(super) fn with(mut self, errors: &Errors) -> Self {
        self.wrong = !errors.is_empty();
        self
    }

    pub(super) fn title(&self, title: String) -> String {
        let key = if self.wrong { "page-title-error" } else { "page-title" };
        let parameters = [("title", title.into()), ("practice", self.practice.as_str().into())];
        // A title is plain text: browsers show isolating characters in it as boxes.
        self.texts.say_with(key, &parameters).replace(['\u{2068}', '\u{2069}'], "")
    }

    pub(super) fn say_practice(&self, key: &str) -> String {
        self.texts.say_with(key, &[("practice", self.practice.as_str().into())])
    }
}

/// Digits and a leading plus, as `tel:` wants them (RFC 3966 §3).
fn digits_of(phone: &str) -> String {
    phone
        .chars()
        .enumerate()
        .filter(|(index, character)| character.is_ascii_digit() || (*index == 0 && *character == '+'))
        .map(|(_, character)| character)
        .collect()
}

/// A page as an answer.
pub(super) fn answer(status: StatusCode, view: &impl Template) -> Response {
    match view.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::digits_of;

    #[test]
    fn a_telephone_address_has_digits_only() {
        assert_eq!(digits_of("01632 960 123"), "01632960123");
        assert_eq!(digits_of("+44 1632 960-123"), "+441632960123");
    }
}
