use proptest::prelude::*;

use super::*;

fn name(typed: &str) -> Name {
    Name::of(typed).unwrap_or_else(|| panic!("{typed} is a name"))
}

#[test]
fn one_name_written_twice_is_the_same() {
    for (one, two) in [
        ("O'Brien", "obrien"),
        ("O’Brien", "O BRIEN"),
        ("Smith-Jones", "smith jones"),
        ("Núñez", "Nunez"),
        ("Müller", "Mueller"),
        ("Müller", "Muller"),
        ("Gößling", "GOESSLING"),
        ("Jørgensen", "Joergensen"),
        ("Åberg", "Aaberg"),
        ("Łukasz", "Lukasz"),
        ("Иванов", "Ivanov"),
        ("Παπαδόπουλος", "Papadopoulos"),
        ("van der Berg", "Vanderberg"),
        ("Al-Sayed", "Alsayed"),
        ("王", "王"),
        ("Nguyễn", "NGUYEN"),
    ] {
        assert!(name(one).is_same(&name(two)), "{one} {two}");
        assert!(name(two).is_same(&name(one)), "{two} {one}");
    }
}

#[test]
fn two_names_are_not_the_same() {
    for (one, two) in [
        ("Smith", "Smyth"),
        ("Hùng", "Hưng"),
        ("Zoë", "Zoé"),
        ("佳怡", "家怡"),
        ("佳怡", "Jiayi"),
        ("محمد", "Mhmd"),
        ("Berg", "van der Berg"),
        ("Mary", "Mary Ann"),
    ] {
        assert!(!name(one).is_same(&name(two)), "{one} {two}");
    }
}

#[test]
fn what_is_nobodys_name_is_missing() {
    for typed in ["Baby", "UNKNOWN", "test", "x", "J.", "not known", "N/A", "Test Patient"] {
        assert_eq!(NameField::of(typed), NameField::Placeholder, "{typed}");
    }
    assert_eq!(NameField::of(" "), NameField::Absent);
    for typed in ["王", "Li", "Testa", "Babysmith"] {
        assert!(NameField::of(typed).name().is_some(), "{typed}");
    }
}

#[test]
fn an_added_middle_name_is_told_from_another_one() {
    for (one, two, expected) in [
        ("Mary", "Mary Jane", MiddleNames::Added),
        ("Mary-Ann", "Mary", MiddleNames::Added),
        ("John A", "John Andrew", MiddleNames::Added),
        ("John Andrew", "John B", MiddleNames::Others),
        ("Mohammed Ali", "Mohammed Amin", MiddleNames::Others),
        ("J", "John", MiddleNames::Others),
        ("Mary", "Mary", MiddleNames::Others),
    ] {
        let Some(one) = Name::of(one) else { continue };
        assert_eq!(one.middle_names(&name(two)), expected, "{two}");
    }
}

#[test]
fn nicknames_go_through_one_name_in_full() {
    assert!(name("Bill").is_nickname(&name("William")));
    assert!(name("Bill").is_nickname(&name("Will")));
    assert!(name("Muhammad").is_nickname(&name("Mohamed")));
    assert!(!name("Mohammed Ali").is_nickname(&name("Muhammad Amin")));
    assert!(!name("Samuel").is_nickname(&name("Samantha")));
    assert!(!name("Xiaoming").is_nickname(&name("Xiaohong")));
}

#[test]
fn a_part_of_a_double_name_is_known() {
    assert!(name("Smith").is_part_of_double(&name("Smith-Jones")));
    assert!(name("van der Berg").is_part_of_double(&name("Berg")));
    assert!(name("Smith-Smith").is_part_of_double(&name("Smith-Jones")));
    assert!(name("Smith-Jones").is_part_of_double(&name("Smith-Smith")));
    assert!(!name("Smith").is_part_of_double(&name("Jones")));
    assert!(!name("van").is_part_of_double(&name("van der Berg")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_is_understood_and_a_name_is_its_own_same(typed in any::<String>()) {
        if let NameField::Named(name) = NameField::of(&typed) {
            prop_assert!(name.is_same(&name));
            prop_assert!(!name.as_counted().is_empty());
        }
    }

    #[test]
    fn sameness_has_no_direction(one in "[a-zäöüåøñé' -]{1,8}", two in "[a-zäöüåøñé' -]{1,8}") {
        if let (Some(one), Some(two)) = (Name::of(&one), Name::of(&two)) {
            prop_assert_eq!(one.is_same(&two), two.is_same(&one));
            prop_assert_eq!(one.middle_names(&two), two.middle_names(&one));
            prop_assert_eq!(one.is_part_of_double(&two), two.is_part_of_double(&one));
        }
    }
}
