//! What a practice's records are like: each count by itself. A whole practice is counted in the tests of the portal's program.

use registration::values::{
    mobile::{Fictional, MobilePolicy},
    name::{NamePart, PersonName},
};

use super::{date, id};
use crate::{Doubt, Fitness, FitnessCheck, Shared, WrittenRecord};

fn name(given: &str, family: &str) -> PersonName {
    let part = |typed| NamePart::parse(typed).expect("a name");
    PersonName { given: Some(part(given)), family: part(family) }
}

fn counted(records: &[WrittenRecord<'_>]) -> Fitness {
    let mut check = FitnessCheck::new(MobilePolicy::for_region("GB", Fictional::Accepted));
    for record in records {
        check.add(record);
    }
    check.finish(date(2026, 11, 24))
}

fn jo(name: &PersonName) -> WrittenRecord<'_> {
    WrittenRecord {
        patient: id(1),
        name,
        born: Some(date(1985, 3, 7)),
        home: None,
        mobile: Some("07700 900123"),
        work: None,
        email: Some("jo@example.com"),
    }
}

#[test]
fn a_mobile_that_one_record_has_twice_is_shared_with_nobody() {
    let jo_brien = name("Jo", "Brien");
    let fitness = counted(&[WrittenRecord { home: Some("+447700900123"), ..jo(&jo_brien) }]);
    assert_eq!(fitness.shared_mobiles, Shared::default());
    assert_eq!((fitness.usable_mobiles, fitness.mobiles_in_wrong_field, fitness.telephone_fields), (1, 0, 2));
    assert_eq!((fitness.estimate.asked, fitness.estimate.linked), (1, 1));
}

#[test]
fn three_who_share_an_address_are_one_shared_address_and_three_records() {
    let names = [name("Jo", "Brien"), name("Sam", "Obi"), name("Li", "Wang")];
    let records: Vec<_> =
        (1..).zip(&names).map(|(n, name)| WrittenRecord { patient: id(n), ..jo(name) }).collect();
    let fitness = counted(&records);
    assert_eq!(fitness.shared_emails, Shared { by_two: 0, by_more: 1, records: 3 });
    assert_eq!(fitness.alike, Shared::default(), "the same birthday alone is no duplicate");
}

#[test]
fn a_record_without_a_contact_goes_to_staff_and_says_why() {
    let jo_brien = name("Jo", "Brien");
    let fitness = counted(&[WrittenRecord { mobile: None, email: None, ..jo(&jo_brien) }]);
    assert_eq!(fitness.estimate.reviews.get(&Doubt::NameAndDateAgreeContactDiffers), Some(&1));
    assert_eq!((fitness.estimate.review(), fitness.estimate.new), (1, 0));
}

#[test]
fn numbers_set_aside_for_drama_are_no_mobiles_of_a_practice() {
    let jo_brien = name("Jo", "Brien");
    let mut check = FitnessCheck::new(MobilePolicy::for_region("GB", Fictional::Refused));
    check.add(&jo(&jo_brien));
    let fitness = check.finish(date(2026, 11, 24));
    assert_eq!((fitness.usable_mobiles, fitness.other_in_mobile_field), (0, 1));
    assert_eq!(fitness.telephone_fields_without_number, 1);
}
