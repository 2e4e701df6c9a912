//! What arrives at every field when somebody tries: one table, a row per text, a column per field.

use chrono::NaiveDate;
use proptest::prelude::*;
use registration::{
    secrets::{
        code::Code,
        link_token::LinkToken,
        password::{Password, PasswordContext, PasswordHash},
        reference::Reference,
    },
    values::{
        date_of_birth::DateOfBirth,
        email::EmailAddress,
        language::Language,
        mobile::{Fictional, MobileNumber, MobilePolicy, comparable_phone},
        name::NamePart,
    },
};

use crate::support::config;

const COLUMNS: [&str; 7] = ["name", "day", "month", "year", "email", "mobile", "code"];

/// What each field says to `text`: the reason, or "taken as" what.
fn answers(text: &str) -> [String; 7] {
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date");
    let policy = MobilePolicy::for_region("GB", Fictional::Accepted);
    let date = |day, month, year| match DateOfBirth::parse(day, month, year, today) {
        Ok(born) => format!("taken as {}", born.date()),
        Err(refused) => refused.to_string(),
    };
    let taken = |as_what: &str| format!("taken as {as_what}");
    [
        NamePart::parse(text).map_or_else(|refused| refused.to_string(), |name| taken(name.as_typed())),
        date(text, "3", "1985"),
        date("7", text, "1985"),
        date("7", "3", text),
        EmailAddress::parse(text)
            .map_or_else(|refused| refused.to_string(), |address| taken(address.as_str())),
        MobileNumber::parse(text, &policy)
            .map_or_else(|refused| refused.to_string(), |number| taken(number.e164())),
        Code::parse_typed(text).map_or_else(|refused| refused.to_string(), |code| taken(code.digits())),
    ]
}

#[track_caller]
fn check(text: &str, expected: [&str; 7]) {
    let found = answers(text);
    for (column, (found, expected)) in COLUMNS.iter().zip(found.iter().zip(expected)) {
        assert_eq!(found, expected, "{column}: {:.60}", text.escape_unicode().to_string());
    }
}

/// The reasons that most fields give to most of the texts.
const REFUSED: [&str; 7] = [
    "the name has a character that no name has",
    "the date is not a real date",
    "the date is not a real date",
    "the year has not four digits",
    "not an email address",
    "not a telephone number",
    "the code has not six digits",
];

/// [`REFUSED`], but for a few columns.
fn refused_but<'a, const N: usize>(others: [(&str, &'a str); N]) -> [&'a str; 7] {
    let mut expected = REFUSED;
    for (column, reason) in others {
        let place = COLUMNS.iter().position(|name| *name == column).expect("a column");
        expected[place] = reason;
    }
    expected
}

#[test]
fn nothing_and_spaces_are_missing_everywhere() {
    for text in ["", " ", "\t", "\r\n", "\u{A0}\u{2003}\u{3000}", &" ".repeat(1_000)] {
        check(
            text,
            [
                "the name is missing",
                "a part of the date is missing",
                "a part of the date is missing",
                "a part of the date is missing",
                "the address is missing",
                "the number is missing",
                "the code is missing",
            ],
        );
    }
}

#[test]
fn ten_thousand_characters_are_too_long_everywhere() {
    for text in ["a", "7", "é", "王", "😀", "a@", "(", "\u{301}"].map(|text| text.repeat(10_000)) {
        check(
            &text,
            refused_but([
                ("name", "the name is too long"),
                ("email", "the address is too long"),
                ("mobile", "the number is too long"),
            ]),
        );
    }
}

#[test]
fn markup_control_and_emoji_are_refused_everywhere() {
    for text in [
        "Jo 😀",
        "👩\u{200D}⚕\u{FE0F}",
        "🇬🇧🇬🇧",
        "\u{202E}oJ",
        "Jo\u{2066}",
        "Jo\u{200F}\u{200E}",
        "Jo\0",
        "\0",
        "Jo\r\nSmith",
        "Jo\nBcc: al@example.com",
        "jo@example.com\nBcc: al@example.com",
        "07700\n900123",
        "042\n917",
        "Jo\u{2028}Smith\u{7}",
        "Robert'); DROP TABLE patients;--",
        "1; DELETE FROM accounts",
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "{{7*7}}",
        "${jndi:ldap://example.com/a}",
        "%0d%0aSet-Cookie:a=b",
        "=HYPERLINK(\"https://example.com\")",
        "../../etc/passwd%00",
        "https://example.com/?a=b",
        "\u{FEFF}Jo",
        "\u{E000}\u{F8FF}",
        "\u{FFFD}",
        "Jo\u{1B}[31m",
    ] {
        check(text, REFUSED);
    }
}

#[test]
fn harmless_words_that_look_hostile_are_names() {
    for text in ["Null", "None", "O'Drop-Table", "Select", "undefined", "True"] {
        let taken = format!("taken as {text}");
        check(text, refused_but([("name", &taken)]));
    }
}

#[test]
fn digits_of_other_keyboards_are_digits() {
    let letterless = "the name has no letter";
    check(
        "０３",
        refused_but([("name", letterless), ("day", "taken as 1985-03-03"), ("month", "taken as 1985-03-07")]),
    );
    check("١٩٩٠", refused_but([("name", letterless), ("year", "taken as 1990-03-07")]));
    check("۰۴۲۹۱۷", refused_but([("name", letterless), ("code", "taken as 042917")]));
    check(
        "０７７００ ９００１２３",
        refused_but([("name", letterless), ("mobile", "taken as +447700900123")]),
    );
    check("1۲٣４5٦", refused_but([("name", letterless), ("code", "taken as 123456")]));
}

#[test]
fn a_pasted_line_break_at_an_end_is_only_space() {
    check("Jo\r\n", refused_but([("name", "taken as Jo")]));
    check(
        "\n07700 900123\n",
        refused_but([("name", "the name has no letter"), ("mobile", "taken as +447700900123")]),
    );
    check("jo@example.com\n", refused_but([("email", "taken as jo@example.com")]));
    check("042917\n", refused_but([("name", "the name has no letter"), ("code", "taken as 042917")]));
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn no_field_panics_on_any_text(text in "(?s:.{0,60})|[+0-9;=a-z.@ -]{0,40}|\\PC{0,200}") {
        let _ = answers(&text);
        let policy = MobilePolicy::for_region("GB", Fictional::Accepted);
        let _ = comparable_phone(&text, &policy);
        let _ = MobilePolicy::for_region(&text, Fictional::Accepted);
        let _ = (LinkToken::parse(&text), Reference::parse(&text), Language::parse(&text), PasswordHash::from_phc(&text));
        let _ = MobileNumber::from_row(&text, &text);
    }

    #[test]
    fn what_is_played_back_is_understood_again(
        text in "[ a-zA-ZÀ-ÿ'’.-]{1,20}|[a-zé0-9.+-]{1,10}@[a-zé0-9-]{1,10}[.](com|co[.]uk)|[+0-9 ()-]{9,18}"
    ) {
        let policy = MobilePolicy::for_region("GB", Fictional::Accepted);
        if let Ok(name) = NamePart::parse(&text) {
            prop_assert_eq!(NamePart::parse(name.as_typed()), Ok(name.clone()));
        }
        if let Ok(address) = EmailAddress::parse(&text) {
            let again = EmailAddress::parse(address.as_typed()).expect("as typed");
            prop_assert_eq!((again.as_str(), again.as_typed()), (address.as_str(), address.as_typed()));
        }
        if let Ok(number) = MobileNumber::parse(&text, &policy) {
            prop_assert_eq!(MobileNumber::parse(number.as_typed(), &policy), Ok(number.clone()));
        }
    }
}

#[test]
fn a_password_may_hold_anything_that_a_keyboard_types() {
    for text in
        ["Robert'); DROP TABLE patients;--", "<script>alert(1)</script>", "ＲＬＯ のない pass 言葉 です"]
    {
        assert!(Password::parse(text, &PasswordContext::default()).is_ok(), "{text}");
    }
}
