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

/// The same of whole people: each way into a key, in the order of the numbers. Without one line a rule of names, sounds, dates or
/// contacts could change, and no record made before would be found by it.
#[test]
fn all_keys_of_whole_people_are_those_that_databases_hold() {
    let people = [
        Person {
            postcode: Postcode::of("LS1 4AP"),
            ..person("Bill", "O'Brien", &["+447700900123"], &["jo.obrien@example.com"])
        },
        person("Jürgen Max", "van der Müller-Schmidt", &[], &[]),
        born(person("Иван", "Иванов", &["+447700900999"], &[]), 1950, 12, 31),
        Person { born: crate::BirthDate::Missing, ..person("Sam", "Ng", &["+441614960018"], &[]) },
    ];
    let pepper = Pepper::new([7; 32]);
    let made: Vec<Vec<i64>> = people
        .iter()
        .map(|it| keys(it, &pepper, Reach::Wide).into_iter().map(|key| key.0).collect())
        .collect();
    let of_version: (u32, [&[i64]; 4]) = (
        2,
        [
            &[
                -8_121_326_389_114_211_002,
                -7_119_834_488_223_543_068,
                -6_360_158_239_348_438_177,
                -2_724_208_308_131_216_949,
                -2_343_793_395_647_595_313,
                -1_784_289_709_899_771_420,
                -1_478_812_361_684_834_441,
                -1_283_284_573_142_259_706,
                -149_051_889_641_897_376,
                2_077_460_289_564_871_970,
                3_436_175_936_259_991_877,
                7_043_468_564_671_417_644,
            ],
            &[
                -8_613_748_128_296_656_859,
                -7_212_613_640_260_102_006,
                -2_955_062_775_138_573_706,
                1_460_540_108_212_940_248,
                1_695_491_803_411_011_375,
                3_295_764_045_714_102_273,
                4_013_637_302_312_345_673,
                5_984_801_579_614_048_309,
                6_007_155_940_110_412_014,
                9_047_439_317_571_424_956,
            ],
            &[
                411_219_792_321_409_465,
                2_032_103_850_151_147_430,
                5_176_872_296_709_059_304,
                6_173_075_754_896_497_915,
                7_318_941_828_817_568_860,
            ],
            &[
                -5_735_098_345_096_588_963,
                -2_831_230_101_096_500_746,
                4_976_517_156_657_592_319,
                5_124_126_761_553_856_472,
            ],
        ],
    );
    assert_eq!((NORMALISER_VERSION, made), (of_version.0, of_version.1.map(<[i64]>::to_vec).to_vec()));
}
