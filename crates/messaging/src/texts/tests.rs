use crate::gsm7::{SEGMENT_SEPTETS, is_one_segment, septets};

use super::*;

const ELM: Practice<'_> = Practice { name: "Elm & Oak \"Street\" Practice", phone: "020 7946 0018" };
const LINK: LinkText<'_> =
    LinkText { url: "https://portal.example/l/abc-_", until: "Tuesday 24 November at 12:04" };

fn code() -> Code {
    Code::parse_typed("042917").expect("a code")
}

/// Every email there is.
fn emails(language: Language) -> [EmailText; 5] {
    [
        link_email(language, ELM, LINK),
        reminder_email(language, ELM, LINK),
        notice_old_contact_email(language, ELM),
        notice_registered_again(language, ELM),
        notice_linked(language, ELM),
    ]
}

#[test]
fn every_text_is_one_segment_with_room_for_a_long_address() {
    // The longest address that still fits is what a practice may choose; 50 characters are a long one.
    let url = format!("https://{}.example/c", "p".repeat(32));
    for language in Language::ALL {
        let text = code_sms(language, &code(), &url);
        assert!(is_one_segment(&text), "{:?} septets of {SEGMENT_SEPTETS}: {text}", septets(&text));
        assert!(is_one_segment(&notice_old_contact_sms(language, ELM)));
    }
}

#[test]
fn a_code_text_begins_with_the_code_and_ends_with_the_address() {
    let text = code_sms(Language::EnGb, &code(), "https://portal.example/c");
    assert!(text.starts_with("042917 "), "{text}");
    assert!(text.ends_with(" https://portal.example/c"), "{text}");
}

#[test]
fn every_email_says_the_same_in_both_parts_and_has_one_action_at_most() {
    for language in Language::ALL {
        for email in emails(language) {
            assert!(!email.subject.contains(['\n', '\r']), "{}", email.subject);
            assert!(email.text.contains("020 7946 0018"), "every email has the practice's telephone");
            assert!(email.html.contains("020 7946 0018"));
            assert!(email.html.contains("Elm &amp; Oak &quot;Street&quot; Practice"), "{}", email.html);
            assert_eq!(email.text.contains(LINK.url), email.html.contains(LINK.url));
            assert!(email.html.matches("class=\"action\"").count() <= 1);
            for placeable in ['{', '}', '\u{2068}', '\u{2069}'] {
                assert!(
                    !email.text.contains(placeable) && !email.subject.contains(placeable),
                    "{}",
                    email.text
                );
            }
        }
    }
}

#[test]
fn a_link_email_says_until_when_it_works() {
    let email = link_email(Language::EnGb, ELM, LINK);
    assert!(email.text.contains("Tuesday 24 November at 12:04"));
    assert!(email.text.lines().any(|line| line == LINK.url), "the address stands on a line of its own");
}
