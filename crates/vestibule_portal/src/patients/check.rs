//! What the practice's records are like, for a practice to read before it begins: counts and shares, nobody's details.

use matching::{Fitness, FitnessCheck, MOST_ASKED, Shared, WrittenRecord};
use store::{Act, ContactField, PatientRecord};

use super::place::Place;
use crate::{
    config::{Problems, Told},
    failure::Failure,
    say,
};

/// Records read at once.
const PAGE: u32 = 500;

pub(crate) async fn check(told: &Told, problems: Problems) -> Result<(), Failure> {
    let place = Place::open_what_is_there(told, problems).await?;
    let counted = count(&place).await;
    place.store.close().await;
    let fitness = counted?;
    for line in lines(&fitness) {
        say(&line);
    }
    Ok(())
}

async fn count(place: &Place) -> Result<Fitness, Failure> {
    // Before anything is read.
    let mut tx = place.store.begin(place.practice).await?;
    tx.log(place.entry(Act::RecordsChecked, place.now())).await?;
    tx.commit().await?;
    let mut check = FitnessCheck::new(place.mobile_policy.clone());
    let mut after = None;
    loop {
        let page = place.store.patients_after(place.practice, after, PAGE).await?;
        for record in &page {
            check.add(&as_written(record));
        }
        match page.last() {
            Some(last) => after = Some(last.id),
            None => break,
        }
    }
    Ok(check.finish(place.now().instant().date_naive()))
}

fn as_written(record: &PatientRecord) -> WrittenRecord<'_> {
    let value = |field| record.contact(field).map(|contact| contact.value.as_str());
    WrittenRecord {
        patient: record.id,
        name: &record.name,
        born: record.date_of_birth,
        home: value(ContactField::Home),
        mobile: value(ContactField::Mobile),
        work: value(ContactField::Work),
        email: value(ContactField::Email),
    }
}

/// The report.
fn lines(fitness: &Fitness) -> Vec<String> {
    let records = fitness.records;
    if records == 0 {
        return vec!["There is no record of this practice: patients import adds them.".to_owned()];
    }
    let undated = records - fitness.dated - fitness.placeholder_dates;
    let mut lines = vec![
        format!("Records: {records}"),
        String::new(),
        "Dates of birth".to_owned(),
        row("complete", fitness.dated, records),
        row("a date written for \"not known\", such as 1900-01-01", fitness.placeholder_dates, records),
        row("none", undated, records),
        String::new(),
        "Telephones".to_owned(),
        row("a usable mobile in the mobile field", fitness.usable_mobiles, records),
        row(
            "wrong field: a usable mobile in the home or work field only",
            fitness.mobiles_in_wrong_field,
            records,
        ),
        row(
            "the mobile field holds something else than a usable mobile",
            fitness.other_in_mobile_field,
            records,
        ),
        row(
            "telephone fields that hold no telephone number, of all that are filled",
            fitness.telephone_fields_without_number,
            fitness.telephone_fields,
        ),
        shared("mobiles", fitness.shared_mobiles, records),
        String::new(),
        "Email addresses".to_owned(),
        row("the email field is filled", fitness.email_fields, records),
        row(
            "emails that are no address, of all that are filled",
            fitness.emails_without_address,
            fitness.email_fields,
        ),
        shared("addresses", fitness.shared_emails, records),
        String::new(),
        "Duplicates".to_owned(),
        row(
            "same name, spelling aside, and same date of birth as another record",
            fitness.alike.records,
            records,
        ),
        String::new(),
    ];
    lines.extend(estimate(fitness));
    lines
}

fn estimate(fitness: &Fitness) -> Vec<String> {
    let estimate = &fitness.estimate;
    let asked = estimate.asked;
    let mut lines = vec![
        "Registrations to expect".to_owned(),
        row("linked to their own record by the machine", estimate.linked, asked),
        row("left to staff", estimate.review(), asked),
    ];
    for (doubt, count) in &estimate.reviews {
        lines.push(format!("  {}", row(doubt.sentence().trim_end_matches('.'), *count, asked)));
    }
    lines.push(row("taken for somebody new, so that a second record is made", estimate.new, asked));
    if estimate.linked_to_another > 0 {
        lines.push(row(
            "linked to a record that is another's: report this",
            estimate.linked_to_another,
            asked,
        ));
    }
    let which = if asked == fitness.records {
        "every record".to_owned()
    } else {
        format!("{MOST_ASKED} records, the same ones each time")
    };
    lines.push(format!(
        "This asks the rule that decides, in its strict setting, about {which}: as if each person typed exactly what is on \
         their own record, and still had the contacts that stand there. People mistype, change their name, and change their \
         number, and each of these makes more work for staff, not less: take the share left to staff as the least to expect. \
         Patients who have no record yet are not counted."
    ));
    lines
}

fn row(what: &str, count: u64, of: u64) -> String {
    format!("  {what}: {count} ({})", share(count, of))
}

fn shared(what: &str, shared: Shared, records: u64) -> String {
    format!(
        "  {what} on two records: {}, on three or more: {}; together on {} records ({})",
        shared.by_two,
        shared.by_more,
        shared.records,
        share(shared.records, records)
    )
}

/// In percent, to one place.
fn share(count: u64, of: u64) -> String {
    if of == 0 {
        return "0 %".to_owned();
    }
    let tenths = (u128::from(count) * 2000 / u128::from(of)).div_ceil(2);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_is_rounded_to_a_tenth_of_a_percent() {
        for (count, of, expected) in [
            (0, 0, "0 %"),
            (0, 3, "0.0 %"),
            (1, 3, "33.3 %"),
            (2, 3, "66.7 %"),
            (3, 3, "100.0 %"),
            (1, 2000, "0.1 %"),
        ] {
            assert_eq!(share(count, of), expected);
        }
    }
}
