use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::testing::config;
use crate::values::{
    details::TypedDetails,
    mobile::{Fictional, MobilePolicy},
};

fn context() -> PasswordContext {
    let typed = TypedDetails {
        given: Some("Zoë-Anne"),
        family: "O’Rafferty",
        day: "7",
        month: "3",
        year: "1985",
        email: Some("zoe.teacup@example.com"),
        mobile: "07700 900123",
    };
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date");
    let policy = MobilePolicy::for_region("GB", Fictional::Accepted);
    PasswordContext::of(&Details::parse(&typed, &policy, today).expect("details"), "Harbour Lights Dental")
}

#[track_caller]
fn check(typed: &str, expected: Result<&str, PasswordRefused>) {
    let password = Password::parse(typed, &context());
    assert_eq!(password.as_ref().map(Password::expose), expected.as_ref().copied(), "{typed:.60}");
}

#[test]
fn long_unlikely_passwords_are_taken_as_they_are() {
    for typed in [
        "velvet-otter-lantern",
        "correct horse battery staple",
        " spaces at both ends ",
        "пароль из пяти слов",
        "🦊🦊 jumps over 🐶",
        "xK9$vQ2!mZ7&",
        "!?$ %^& *() ~@# {}",
    ] {
        check(typed, Ok(typed));
    }
}

#[test]
fn length_is_counted_in_characters_after_nfkc() {
    check("", Err(PasswordRefused::Missing));
    check("xK9$vQ2!mZ7", Err(PasswordRefused::TooShort));
    check("xk9qvq2wmz7e\u{301}", Ok("xk9qvq2wmz7é"));
    check("ｘＫ９＄ｖＱ２！ｍＺ７＆", Ok("xK9$vQ2!mZ7&"));
    let words = |characters| "velvet otter lantern ".chars().cycle().take(characters).collect::<String>();
    check(&words(128), Ok(&words(128)));
    check(&words(129), Err(PasswordRefused::TooLong));
    check(&"🦊".repeat(129), Err(PasswordRefused::TooLong));
    check(&"\u{FDFA}".repeat(20), Err(PasswordRefused::TooLong));
}

#[test]
fn a_megabyte_is_refused_before_any_work() {
    check(&"a".repeat(1 << 20), Err(PasswordRefused::TooLong));
    assert!(PasswordAttempt::parse(&"a".repeat(1 << 20)).is_none());
}

#[test]
fn control_characters_are_refused() {
    for typed in [
        "velvet\0otter lantern",
        "velvet\notter lantern",
        "velvet\u{7F}otter lantern",
        "velvet\u{85}otter lantern",
    ] {
        check(typed, Err(PasswordRefused::CharacterRefused));
    }
}

#[test]
fn the_patients_own_details_are_refused() {
    for typed in [
        "ORafferty forever 22",
        "o'rafferty-velvet-otter",
        "velvet Zoë-Anne otter",
        "velvetZOEANNEotter",
        "velvet zoe.teacup otter",
        "otter 07/03/1985 velvet",
        "otter 1985-03-07 velvet",
        "otter 070385 velvet",
        "velvet 07700 900123 otter",
        "velvet+447700900123otter",
        "Harbour Lights Dental",
        "harbour lights",
        "Dental-Harbour-85",
        "zoe.teacup@example.com",
    ] {
        check(typed, Err(PasswordRefused::OwnDetails));
    }
}

#[test]
fn common_and_guessable_passwords_are_told_apart() {
    for typed in ["unbelievable", "Unbelievable", "manchesterunited", "1q2w3e4r5t6y"] {
        check(typed, Err(PasswordRefused::Common));
    }
    for typed in ["aaaaaaaaaaaaa", "abcdefghijklmnop", "passwordpassword1", "12121212121212121212"] {
        let refused = Password::parse(typed, &context()).expect_err(typed);
        assert!(
            matches!(refused, PasswordRefused::Guessable | PasswordRefused::Common),
            "{typed}: {refused:?}"
        );
    }
}

#[test]
fn an_attempt_is_only_normalised() {
    let attempt = |typed| PasswordAttempt::parse(typed).map(|attempt| attempt.expose().to_owned());
    assert_eq!(attempt("ｓhort").as_deref(), Some("short"));
    assert_eq!(attempt(""), None);
    assert_eq!(attempt(&"🦊".repeat(129)), None);
}

#[test]
fn hashes_that_ask_for_too_much_are_not_read() {
    let phc = |parameters: &str| {
        format!("$argon2id$v=19${parameters}$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo")
    };
    for parameters in ["m=65536,t=3,p=1", "m=19456,t=2,p=1", "m=262144,t=10,p=4"] {
        let hash = PasswordHash::from_phc(&phc(parameters)).expect(parameters);
        assert_eq!(hash.as_phc(), phc(parameters));
    }
    for parameters in [
        "m=262145,t=3,p=1",
        "m=65536,t=11,p=1",
        "m=65536,t=3,p=5",
        "m=0,t=3,p=1",
        "m=65536,t=0,p=1",
        "m=-1,t=3,p=1",
        "m=+65536,t=3,p=1",
        "m=4294967296,t=3,p=1",
        "m=65536,t=3",
        "t=3,m=65536,p=1",
        "m=65536,t=3,p=1,keyid=x",
        "",
    ] {
        assert!(PasswordHash::from_phc(&phc(parameters)).is_none(), "{parameters}");
    }
    let right = phc("m=65536,t=3,p=1");
    for other in [
        right.replace("argon2id", "argon2i"),
        right.replace("v=19", "v=16"),
        right.replace("c2FsdHNhbHRzYWx0", ""),
        format!("{right}$more"),
        format!("{right}="),
        format!(" {right}"),
        right.repeat(5),
        String::new(),
    ] {
        assert!(PasswordHash::from_phc(&other).is_none(), "{other}");
    }
}

#[test]
fn debug_is_silent() {
    let password = Password::parse("velvet-otter-lantern", &context()).expect("a password");
    let attempt = PasswordAttempt::parse("short");
    assert_eq!(
        format!("{password:?} {attempt:?} {:?}", context()),
        "Password Some(PasswordAttempt) PasswordContext"
    );
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn parsing_never_panics_and_keeps_to_the_lengths(typed in "(?s:.{0,140})") {
        if let Ok(password) = Password::parse(&typed, &context()) {
            let characters = password.expose().chars().count();
            prop_assert!((MIN_PASSWORD_CHARACTERS..=MAX_PASSWORD_CHARACTERS).contains(&characters));
            prop_assert!(password.expose().len() <= MAX_PASSWORD_BYTES);
            // What is set can be typed again.
            let attempt = PasswordAttempt::parse(&typed).expect("an attempt");
            prop_assert_eq!(attempt.expose(), password.expose());
        }
    }
}
