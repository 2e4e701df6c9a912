//! Who might it be: every record that shares the date of birth or a contact point, found by index.

use chrono::NaiveDate;
use matching::{Candidate, Registrant};
use registration::ids::{PatientId, PracticeId};

use crate::{
    error::StoreError,
    fields::Fields,
    patients::ContactField,
    sql::{Row, query},
    tx::Tx,
};

pub(crate) const CANDIDATES: &str = "
WITH found AS (
    SELECT id AS patient_id FROM patients WHERE practice_id = $1 AND date_of_birth = $2
    UNION
    SELECT patient_id FROM patient_contact_points
    WHERE practice_id = $1 AND comparable IN ($3, $4) AND replaced_at IS NULL
)
SELECT p.id, p.version, p.given_folded, p.family_folded, p.date_of_birth, c.field AS contact_field,
    c.comparable AS contact_comparable
FROM found
JOIN patients p ON p.practice_id = $1 AND p.id = found.patient_id
LEFT JOIN patient_contact_points c
    ON c.practice_id = $1 AND c.patient_id = p.id AND c.replaced_at IS NULL AND c.comparable IS NOT NULL
ORDER BY p.id, c.field";

impl Tx {
    /// Everyone [`matching::decide`] must be shown, each once.
    pub async fn candidates(
        &mut self,
        practice: PracticeId,
        registrant: &Registrant,
    ) -> Result<Vec<Candidate>, StoreError> {
        let rows = query(CANDIDATES)
            .bind(practice.0)
            .bind(registrant.date_of_birth)
            .bind(&registrant.mobile_e164)
            .bind(&registrant.email)
            .fetch_all(self.connection())
            .await?;
        let mut candidates: Vec<Candidate> = Vec::new();
        for row in &rows {
            let fields = Fields::of(row, "patients", "id");
            let patient = PatientId(fields.get("id")?);
            if candidates.last().is_none_or(|candidate| candidate.patient != patient) {
                candidates.push(read_candidate(&fields, patient)?);
            }
            if let Some(candidate) = candidates.last_mut() {
                add_contact(row, candidate)?;
            }
        }
        Ok(candidates)
    }
}

fn read_candidate(fields: &Fields<'_>, patient: PatientId) -> Result<Candidate, StoreError> {
    Ok(Candidate {
        patient,
        version: fields.get("version")?,
        folded_given: fields.get("given_folded")?,
        folded_family: fields.get("family_folded")?,
        date_of_birth: fields.opt::<NaiveDate>("date_of_birth")?,
        phones: Vec::new(),
        emails: Vec::new(),
    })
}

fn add_contact(row: &Row, candidate: &mut Candidate) -> Result<(), StoreError> {
    let fields = Fields::of(row, "patient_contact_points", "id").joined("patient_contact_points", "contact_");
    let Some(comparable) = fields.opt("comparable")? else { return Ok(()) };
    match fields.read("field", ContactField::parse)? {
        ContactField::Home | ContactField::Mobile | ContactField::Work => candidate.phones.push(comparable),
        ContactField::Email => candidate.emails.push(comparable),
    }
    Ok(())
}
