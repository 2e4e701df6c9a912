use std::collections::BTreeSet;

use super::{born, person, registrant};
use crate::{MatchKey, NORMALISER_VERSION, Pepper, Person, Postcode, Reach, counted_keys, keys};

fn all(person: &Person) -> BTreeSet<MatchKey> {
    of_pepper(person, &Pepper::new([7; 32]))
}

fn of_pepper(person: &Person, pepper: &Pepper) -> BTreeSet<MatchKey> {
    keys(person, pepper, Reach::Dated).into_iter().chain(counted_keys(person, pepper).born).collect()
}

#[track_caller]
fn check_meet(one: &Person, two: &Person) {
    assert!(all(one).intersection(&all(two)).next().is_some());
}

#[test]
fn one_person_written_twice_is_found_by_the_day_of_birth_and_the_fewest_keys() {
    let anna = person("Anna", "Kowalska", &[], &[]);
    check_meet(&anna, &person("Kowalska", "Anna", &[], &[]));
    check_meet(&anna, &person("Ana", "Kowalsky", &[], &[]));
    check_meet(&anna, &person("Anna", "O'Brien", &[], &[]));
    check_meet(&anna, &born(anna.clone(), 1985, 7, 3));
    check_meet(&anna, &born(anna.clone(), 1986, 3, 7));
    check_meet(&anna, &born(anna.clone(), 1985, 3, 17));
    check_meet(&person("Bill", "Stone", &[], &[]), &person("William", "Brown", &[], &[]));
    check_meet(&person("Jo", "Smith-Jones", &[], &[]), &person("Max", "Jones", &[], &[]));
    check_meet(&person("Иван", "Иванов", &[], &[]), &person("Ivan", "Petrov", &[], &[]));
    check_meet(&registrant("Anna", "Kowalska"), &born(registrant("Max", "Brown"), 1950, 1, 2));
}

#[test]
fn strangers_share_no_key() {
    let anna =
        Person { postcode: Postcode::of("LS1 4AP"), ..person("Anna", "Kowalska", &["+447700900123"], &[]) };
    let max = Person { postcode: Postcode::of("LS1 4AP"), ..person("Max", "Brown", &["+447700900999"], &[]) };
    assert!(all(&anna).is_disjoint(&all(&born(max, 1950, 1, 2))));
}

#[test]
fn another_pepper_makes_other_keys() {
    let anna = registrant("Anna", "Kowalska");
    assert!(all(&anna).is_disjoint(&of_pepper(&anna, &Pepper::new([8; 32]))));
}

#[test]
fn a_value_of_one_kind_is_not_one_of_another() {
    let pepper = Pepper::new([7; 32]);
    let counted = counted_keys(&person("James", "James", &[], &[]), &pepper);
    assert!(counted.given.is_some() && counted.given != counted.family);
}

#[test]
fn the_wider_the_reach_the_more_keys_and_never_many() {
    let pepper = Pepper::new([7; 32]);
    let anna =
        Person { postcode: Postcode::of("LS1 4AP"), ..registrant("Sam Jo", "van der Smith-Jones-Brown") };
    let of = |reach| keys(&anna, &pepper, reach);
    assert!(of(Reach::Dated).is_subset(&of(Reach::Wide)) && of(Reach::Dated).len() < of(Reach::Wide).len());
    assert!(of(Reach::Wide).len() <= 40, "{}", of(Reach::Wide).len());
}

#[test]
fn who_has_neither_name_nor_date_nor_contact_has_no_key() {
    let nobody = Person { born: crate::BirthDate::Missing, ..person("Baby", "Unknown", &[], &[]) };
    assert!(keys(&nobody, &Pepper::new([7; 32]), Reach::Wide).is_empty());
}

/// When this fails, stored keys find nothing any more: raise [`NORMALISER_VERSION`], so that they are made again, and write the
/// new key here.
#[test]
fn keys_of_a_version_never_change() {
    let given = counted_keys(&registrant("Jürgen", "Müller"), &Pepper::new([7; 32])).given;
    assert_eq!((NORMALISER_VERSION, given), (2, Some(MatchKey(1_019_950_803_066_591_122))));
}
