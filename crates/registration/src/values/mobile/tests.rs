use proptest::prelude::*;

use super::*;
use crate::testing::config;

fn uk(fictional: Fictional) -> MobilePolicy {
    MobilePolicy::for_region("GB", fictional)
}

#[track_caller]
fn check(typed: &str, expected: Result<&str, MobileRefused>) {
    let number = MobileNumber::parse(typed, &uk(Fictional::Refused));
    assert_eq!(
        number.as_ref().map(MobileNumber::e164),
        expected.as_ref().copied(),
        "{}",
        typed.escape_unicode()
    );
}

#[test]
fn every_spelling_is_the_same_number() {
    for typed in [
        "07911 123456",
        " 07911123456\n",
        "7911 123456",
        "+44 7911 123456",
        "+44 (0)7911 123456",
        "(+44) 7911-123-456",
        "0044 7911 123456",
        "447911123456",
        "07911.123.456",
        "07911\u{A0}123\u{2011}456",
        "０７９１１１２３４５６",
        "＋４４７９１１１２３４５６",
        "٠٧٩١١١٢٣٤٥٦",
        "۰۷۹۱۱۱۲۳۴۵۶",
    ] {
        check(typed, Ok("+447911123456"));
    }
}

#[test]
fn manx_and_channel_island_mobiles_are_the_practices_own() {
    check("07624 456789", Ok("+447624456789"));
    check("07797 712345", Ok("+447797712345"));
    check("07781 123456", Ok("+447781123456"));
}

#[test]
fn lines_that_take_no_texts_are_refused_with_their_kind() {
    for (typed, refused) in [
        ("020 7946 0018", MobileRefused::Landline),
        ("0161 496 0018", MobileRefused::Landline),
        ("09011 234567", MobileRefused::Premium),
        ("0845 464 0000", MobileRefused::Premium),
        ("0800 123 4567", MobileRefused::SharedCost),
        ("07012 345678", MobileRefused::Personal),
        ("07640 123456", MobileRefused::Pager),
        ("056 1234 5678", MobileRefused::Voip),
        ("0300 123 4567", MobileRefused::TakesNoTexts),
    ] {
        check(typed, Err(refused));
    }
}

#[test]
fn other_countries_are_refused_unless_the_practice_sends_there() {
    for typed in
        ["+353 85 012 3456", "+48 512 345 678", "+1 202 555 0123", "+1 876 210 1234", "+979 1 2345 6789"]
    {
        check(typed, Err(MobileRefused::CountryRefused));
    }
    let mut policy = uk(Fictional::Refused);
    policy.own_calling_codes.push(353);
    let irish = MobileNumber::parse("+353 85 012 3456", &policy).expect("allowed");
    assert_eq!(irish.e164(), "+353850123456");
}

#[test]
fn under_plus_one_only_the_practices_own_country_is_meant() {
    let policy = MobilePolicy::for_region("US", Fictional::Refused);
    assert_eq!(MobileNumber::parse("(202) 555-0123", &policy).expect("either kind").e164(), "+12025550123");
    assert_eq!(MobileNumber::parse("+1 876 210 1234", &policy), Err(MobileRefused::CountryRefused));
    assert_eq!(MobileNumber::parse("+1 900 234 5678", &policy), Err(MobileRefused::Premium));
}

#[test]
fn an_unknown_region_allows_nothing() {
    for region in ["", "XX", "001", "gb-GB"] {
        let policy = MobilePolicy::for_region(region, Fictional::Accepted);
        assert!(policy.own_calling_codes.is_empty(), "{region}");
        assert!(MobileNumber::parse("+447911123456", &policy).is_err(), "{region}");
    }
}

#[test]
fn what_is_not_exactly_one_number_is_refused() {
    for typed in [
        "116 123",
        "999",
        "0",
        "+",
        "++447911123456",
        "07911 123456 ext 1",
        "07911 123456;ext=1",
        "07911 123456 x1",
        "07911 123456 07911 123457",
        "07911 123456/07911 123457",
        "07911 123456, 07911 123457",
        "7911;phone-context=+44",
        ".;phone-context=",
        "tel:+447911123456",
        "0800 FLOWERS",
        "07911\n123456",
        "07911\u{0}123456",
        "\u{202E}07911123456",
        "²07911123456",
    ] {
        check(typed, Err(MobileRefused::NotANumber));
    }
    check("", Err(MobileRefused::Missing));
    check(" \u{3000}", Err(MobileRefused::Missing));
    check(&"7".repeat(41), Err(MobileRefused::TooLong));
}

#[test]
fn fictional_numbers_are_mobiles_only_where_they_are_asked_for() {
    for typed in ["07700 900000", "07700 900123", "07700 900999"] {
        check(typed, Err(MobileRefused::NotANumber));
        assert!(MobileNumber::parse(typed, &uk(Fictional::Accepted)).is_ok(), "{typed}");
    }
    for typed in ["07700 899999", "07700 901000", "01632 960123"] {
        let [refused, accepted] =
            [Fictional::Refused, Fictional::Accepted].map(|policy| MobileNumber::parse(typed, &uk(policy)));
        assert_eq!(refused, accepted, "{typed}");
    }
}

#[test]
fn a_number_is_shown_as_typed_national_or_masked_and_never_in_debug() {
    let number = MobileNumber::parse("+44 7700 900123", &uk(Fictional::Accepted)).expect("a number");
    assert_eq!(number.as_typed(), "+44 7700 900123");
    assert_eq!(number.national(), "07700 900123");
    assert_eq!(number.masked(), "•••• 123");
    assert_eq!(format!("{number:?}"), "MobileNumber");
}

#[test]
fn equality_is_by_what_is_dialled() {
    let parse = |typed| MobileNumber::parse(typed, &uk(Fictional::Refused)).expect("a number");
    assert_eq!(parse("07911 123456"), parse("+447911123456"));
    assert_ne!(parse("07911 123456"), parse("07911 123457"));
}

#[test]
fn rows_are_read_back_and_damaged_ones_refused() {
    let number = MobileNumber::from_row("+447911123456", "07911 123456").expect("a row");
    assert_eq!((number.e164(), number.as_typed()), ("+447911123456", "07911 123456"));
    for e164 in ["", "+", "447911123456", "+44 7911", "+4479111234567890", "+44x911123456"] {
        assert_eq!(MobileNumber::from_row(e164, ""), Err(MobileRefused::NotANumber), "{e164}");
    }
}

#[test]
fn numbers_of_any_kind_can_be_compared() {
    let policy = uk(Fictional::Accepted);
    assert_eq!(comparable_phone("0161 496 0018", &policy).as_deref(), Some("+441614960018"));
    assert_eq!(comparable_phone("+353 85 012 3456", &policy).as_deref(), Some("+353850123456"));
    assert_eq!(comparable_phone("07700900123", &policy).as_deref(), Some("+447700900123"));
    for typed in ["", "07911 123456 (wife)", "ask for Jane", "07911 123456 / 07911 123457", "n/a"] {
        assert_eq!(comparable_phone(typed, &policy), None, "{typed}");
    }
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn parsing_never_panics(typed in any::<String>()) {
        let _ = MobileNumber::parse(&typed, &uk(Fictional::Accepted));
    }

    #[test]
    fn accepted_numbers_are_plain_e164(typed in "[+0-9 ()./-]{0,24}") {
        if let Ok(number) = MobileNumber::parse(&typed, &uk(Fictional::Accepted)) {
            prop_assert!(number.e164().starts_with("+44"));
            prop_assert_eq!(MobileNumber::from_row(number.e164(), number.as_typed()), Ok(number.clone()));
        }
    }
}
