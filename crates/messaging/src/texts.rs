//! The words, by language. Each function gives finished text; what goes in is the practice's own, a code or an address.

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use registration::{secrets::code::Code, values::language::Language};

use crate::layout::Letter;

/// Who writes: the practice as it calls itself.
#[derive(Clone, Copy, Debug)]
pub struct Practice<'a> {
    /// Name.
    pub name: &'a str,
    /// Telephone of the desk, as the practice writes it.
    pub phone: &'a str,
}

/// Subject and two parts of an email.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailText {
    /// One line.
    pub subject: String,
    /// The plain part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// An emailed link and how long it works. No `Debug`: the address holds the token.
#[derive(Clone, Copy)]
pub struct LinkText<'a> {
    /// Address of the page.
    pub url: &'a str,
    /// When it stops working, as a reader in the practice's town writes it.
    pub until: &'a str,
}

/// The text message with a code; `short_url` is the page for those who left the kiosk.
#[must_use]
pub fn code_sms(language: Language, code: &Code, short_url: &str) -> String {
    words(language).say("sms-code", &[("code", code.digits()), ("url", short_url)])
}

/// The email with the link.
#[must_use]
pub fn link_email(language: Language, practice: Practice<'_>, link: LinkText<'_>) -> EmailText {
    with_link(language, practice, link, "link")
}

/// The same link once more, a day later.
#[must_use]
pub fn reminder_email(language: Language, practice: Practice<'_>, link: LinkText<'_>) -> EmailText {
    with_link(language, practice, link, "reminder")
}

/// To the address that is no longer on the record.
#[must_use]
pub fn notice_old_contact_email(language: Language, practice: Practice<'_>) -> EmailText {
    notice(language, practice, "notice-old-contact")
}

/// To the number that is no longer on the record.
#[must_use]
pub fn notice_old_contact_sms(language: Language, practice: Practice<'_>) -> String {
    words(language).say("sms-old-contact", &[("phone", practice.phone)])
}

/// To the holder of an account that was set up again.
#[must_use]
pub fn notice_registered_again(language: Language, practice: Practice<'_>) -> EmailText {
    notice(language, practice, "notice-again")
}

/// To the holder of an account that staff have linked to a record.
#[must_use]
pub fn notice_linked(language: Language, practice: Practice<'_>) -> EmailText {
    notice(language, practice, "notice-linked")
}

fn with_link(language: Language, practice: Practice<'_>, link: LinkText<'_>, message: &str) -> EmailText {
    let words = words(language);
    let args = [("practice", practice.name), ("phone", practice.phone), ("until", link.until)];
    let say = |part: &str| words.say(&format!("{message}-{part}"), &args);
    let (action, contact, not_you) =
        (say("action"), words.say("layout-contact", &args), words.say("layout-not-you", &args));
    email(
        say("subject"),
        &Letter {
            language: words.tag,
            greeting: &words.say("layout-greeting", &[]),
            lead: &say("lead"),
            action: Some((&action, link.url)),
            note: &say("note"),
            footer: &[&contact, &not_you],
        },
    )
}

fn notice(language: Language, practice: Practice<'_>, message: &str) -> EmailText {
    let words = words(language);
    let args = [("practice", practice.name), ("phone", practice.phone)];
    let say = |part: &str| words.say(&format!("{message}-{part}"), &args);
    email(
        say("subject"),
        &Letter {
            language: words.tag,
            greeting: &words.say("layout-greeting", &[]),
            lead: &say("lead"),
            action: None,
            note: &say("note"),
            footer: &[practice.name],
        },
    )
}

fn email(subject: String, letter: &Letter<'_>) -> EmailText {
    EmailText { subject, text: letter.text(), html: letter.html() }
}

struct Words {
    tag: &'static str,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    fn of(tag: &'static str, source: &str) -> Self {
        let resource = FluentResource::try_new(source.to_owned()).expect("a test reads every language");
        let locale = tag.parse().expect("a test reads every language");
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // Isolation marks are not in the GSM-7 alphabet, and in an address they break it.
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).expect("a test reads every language");
        Self { tag, bundle }
    }

    fn say(&self, id: &str, args: &[(&str, &str)]) -> String {
        let mut values = FluentArgs::new();
        for (name, value) in args {
            values.set(*name, *value);
        }
        let message = self.bundle.get_message(id).expect("a test says every message");
        let pattern = message.value().expect("a test says every message");
        self.bundle.format_pattern(pattern, Some(&values), &mut Vec::new()).into_owned()
    }
}

static EN_GB: LazyLock<Words> = LazyLock::new(|| Words::of("en-GB", include_str!("../texts/en-GB.ftl")));

/// English until another language is complete; the language chosen is kept with the registration all the same.
fn words(_chosen: Language) -> &'static Words {
    &EN_GB
}

#[cfg(test)]
mod tests;
