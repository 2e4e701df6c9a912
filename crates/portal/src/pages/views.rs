//! One view a page: what its template shows. Nothing here decides anything.

use askama::Template;

use super::{
    errors::{Errors, Field},
    page::Shell,
};
use crate::documents::Document;

/// "Finish signing up": the mobile number.
#[derive(Template)]
#[template(path = "ask_mobile.html")]
pub(super) struct AskMobile {
    pub(super) shell: Shell,
    pub(super) errors: Errors,
    pub(super) mobile: String,
}

/// Mobile and the code of the text message, on one page.
#[derive(Template)]
#[template(path = "code_from_text.html")]
pub(super) struct CodeFromText {
    pub(super) shell: Shell,
    pub(super) errors: Errors,
    pub(super) mobile: String,
}

/// The code that was sent from the page before.
#[derive(Template)]
#[template(path = "enter_code.html")]
pub(super) struct EnterCode {
    pub(super) shell: Shell,
    pub(super) errors: Errors,
    pub(super) lead: String,
    /// Something that just happened, or did not.
    pub(super) told: Option<String>,
    pub(super) pass: String,
    pub(super) check_at: String,
    pub(super) send_at: String,
    pub(super) may_change_number: bool,
}

/// A new password.
#[derive(Template)]
#[template(path = "create_password.html")]
pub(super) struct CreatePassword {
    pub(super) shell: Shell,
    pub(super) errors: Errors,
    pub(super) lead: String,
    pub(super) pass: String,
    pub(super) keep_at: String,
    pub(super) suggestion: String,
}

/// "Open the email we sent", with another try and another address.
#[derive(Template)]
#[template(path = "link_sent.html")]
pub(super) struct LinkSent {
    pub(super) shell: Shell,
    pub(super) errors: Errors,
    pub(super) title: &'static str,
    pub(super) lead: String,
    pub(super) lifetime: String,
    pub(super) has_password: bool,
    pub(super) pass: String,
    pub(super) email: String,
}

/// Several registrations on one mobile.
#[derive(Template)]
#[template(path = "choose.html")]
pub(super) struct Choose {
    pub(super) shell: Shell,
    pub(super) choices: Vec<Choice>,
}

/// One of them.
pub(super) struct Choice {
    pub(super) button: String,
    pub(super) started: String,
    pub(super) pass: String,
}

/// The link of a registration with a password.
#[derive(Template)]
#[template(path = "link_password.html")]
pub(super) struct LinkPassword {
    pub(super) shell: Shell,
    pub(super) errors: Errors,
    pub(super) open_at: String,
}

/// The link of a registration without one.
#[derive(Template)]
#[template(path = "link_fresh_code.html")]
pub(super) struct LinkFreshCode {
    pub(super) shell: Shell,
    pub(super) send_at: String,
}

/// The terms and the two answers.
#[derive(Template)]
#[template(path = "accept_terms.html")]
pub(super) struct AcceptTerms {
    pub(super) shell: Shell,
    pub(super) document: Document,
    pub(super) version: String,
    pub(super) pass: String,
}

/// The one button of a test link.
#[derive(Template)]
#[template(path = "test_link.html")]
pub(super) struct TestLinkPage {
    pub(super) shell: Shell,
    pub(super) open_at: String,
}

/// Terms or privacy notice, to be read.
#[derive(Template)]
#[template(path = "document.html")]
pub(super) struct Reading {
    pub(super) shell: Shell,
    pub(super) title: &'static str,
    pub(super) document: Document,
    pub(super) version: String,
}

/// "You're registered."
#[derive(Template)]
#[template(path = "done.html")]
pub(super) struct Done {
    pub(super) shell: Shell,
}

/// A page that leads on by one way, or by telephone.
#[derive(Template)]
#[template(path = "notice.html")]
pub(super) struct Notice {
    pub(super) shell: Shell,
    pub(super) title: &'static str,
    pub(super) paragraphs: Vec<String>,
    pub(super) reference: Option<String>,
    pub(super) way_on: Option<WayOn>,
}

/// Where a dead end leads: both ask for the mobile and send a fresh code.
#[derive(Clone, Copy)]
pub(super) enum WayOn {
    /// "Send me a new link."
    NewLink,
    /// "Go to 'Finish signing up'."
    Finish,
}

impl WayOn {
    pub(super) const fn text_key(self) -> &'static str {
        match self {
            Self::NewLink => "way-on-new-link",
            Self::Finish => "way-on-finish",
        }
    }
}

/// Views name their title by its key; the browser's title and the heading are the same words.
macro_rules! titles {
    ($($view:ty => $key:literal),+ $(,)?) => {$(
        impl $view {
            const fn title_key(&self) -> &'static str {
                $key
            }
        }
    )+};
}

titles! {
    AskMobile => "finish-title",
    CodeFromText => "code-from-text-title",
    EnterCode => "enter-code-title",
    CreatePassword => "create-password-title",
    Choose => "choose-title",
    LinkPassword => "link-password-title",
    LinkFreshCode => "link-fresh-code-title",
    AcceptTerms => "terms-title",
    TestLinkPage => "test-link-title",
    Done => "done-title",
}

macro_rules! own_titles {
    ($($view:ty),+ $(,)?) => {$(
        impl $view {
            const fn title_key(&self) -> &'static str {
                self.title
            }
        }
    )+};
}

own_titles!(LinkSent, Reading, Notice);
