//! What decisions rested on, and what staff have said about people and records: kept beside the records themselves.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use matching::{
    Comparison, Doubt, Judgement, Levels, Mark, NORMALISER_VERSION, Policy, Verdict, WEIGHTS_VERSION,
};
use registration::{
    ids::{PatientId, PracticeId, RegistrationId},
    time::Timestamp,
    values::name::PersonName,
};

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Row, query},
    tx::Tx,
};

/// Comparisons that are kept of a decision: what staff are shown, and no more.
const KEPT: usize = 5;

/// A decision as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchDecision {
    /// 1 for the first time that this registration was compared, 2 for the next.
    pub position: i64,
    /// Why the machine would not decide; `None` where it linked or found nobody.
    pub doubt: Option<Doubt>,
    /// Under which policy.
    pub policy: Policy,
    /// When.
    pub at: Timestamp,
    /// Field by field, the likeliest record first.
    pub comparisons: Vec<(PatientId, Levels)>,
}

/// Who registered, and is not the person of a record.
#[derive(Clone)]
pub struct NotTheSame<'a> {
    /// Whose.
    pub practice: PracticeId,
    /// Which record it is not.
    pub patient: PatientId,
    /// The registration that staff looked at.
    pub registration: RegistrationId,
    /// As confirmed.
    pub name: &'a PersonName,
    /// As confirmed.
    pub date_of_birth: NaiveDate,
    /// Proven.
    pub mobile_e164: &'a str,
    /// Proven, where there is one.
    pub email: Option<&'a str>,
    /// When it was said.
    pub at: Timestamp,
}

const ADD_DECISION: &str = "
INSERT INTO match_decisions (practice_id, registration_id, position, verdict, doubt, policy, normaliser_version,
    weights_version, created_at)
SELECT $1, $2, coalesce(max(position), 0) + 1, $3, $4, $5, $6, $7, $8 FROM match_decisions
WHERE practice_id = $1 AND registration_id = $2";

const ADD_COMPARISON: &str = "
INSERT INTO match_comparisons (practice_id, registration_id, position, place, patient_id, levels, weight_hundredths, created_at)
SELECT $1, $2, max(position), $3, $4, $5, $6, $7 FROM match_decisions WHERE practice_id = $1 AND registration_id = $2";

const DECISIONS: &str = "
SELECT d.registration_id, d.position, d.doubt, d.policy, d.created_at, c.patient_id, c.levels AS comparison_levels
FROM match_decisions d
LEFT JOIN match_comparisons c ON c.practice_id = $1 AND c.registration_id = $2 AND c.position = d.position
WHERE d.practice_id = $1 AND d.registration_id = $2 ORDER BY d.position, c.place";

const SAY_NOT_THE_SAME: &str = "
INSERT INTO not_the_same (practice_id, patient_id, registration_id, given_folded, family_folded, date_of_birth, mobile, email,
    created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";

/// A namesake of the same day who has neither contact point is another person again.
pub(crate) const NOT_THE_SAME: &str = "
SELECT patient_id FROM not_the_same
WHERE practice_id = $1 AND date_of_birth = $2 AND family_folded = $3 AND given_folded = $4 AND (mobile = $5 OR email = $6)";

const MARK: &str = "
INSERT INTO patient_marks (practice_id, patient_id, mark, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";

const UNMARK: &str = "DELETE FROM patient_marks WHERE practice_id = $1 AND patient_id = $2 AND mark = $3";

const MARKS: &str =
    "SELECT patient_id, mark FROM patient_marks WHERE practice_id = $1 AND patient_id = $2 ORDER BY mark";

impl Tx {
    /// What a record is marked with.
    pub async fn marks_of(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
    ) -> Result<Vec<Mark>, StoreError> {
        let rows = query(MARKS).bind(practice.0).bind(patient.0).fetch_all(self.connection()).await?;
        let read = |row: &Row| Fields::of(row, "patient_marks", "patient_id").read("mark", Mark::parse);
        rows.iter().map(read).collect()
    }
}

impl Tx {
    /// Keeps what was decided, with the likeliest records and how each compared.
    pub async fn keep_judgement(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        judgement: &Judgement,
        policy: Policy,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let (verdict, doubt) = match &judgement.verdict {
            Verdict::Linked { .. } => ("linked", None),
            Verdict::New => ("new", None),
            Verdict::Review { doubt, .. } => ("review", Some(doubt.as_str())),
        };
        query(ADD_DECISION)
            .bind(practice.0)
            .bind(registration.0)
            .bind(verdict)
            .bind(doubt)
            .bind(policy.as_str())
            .bind(i64::from(NORMALISER_VERSION))
            .bind(i64::from(WEIGHTS_VERSION))
            .bind(At(at))
            .execute(self.connection())
            .await?;
        for (place, comparison) in (1..).zip(kept(judgement)) {
            query(ADD_COMPARISON)
                .bind(practice.0)
                .bind(registration.0)
                .bind(place)
                .bind(comparison.patient.0)
                .bind(comparison.levels.code())
                .bind(i64::from(comparison.weight.hundredths()))
                .bind(At(at))
                .execute(self.connection())
                .await?;
        }
        Ok(())
    }

    /// Keeps for ever that somebody is not the person of a record.
    pub async fn say_not_the_same(&mut self, said: &NotTheSame<'_>) -> Result<(), StoreError> {
        query(SAY_NOT_THE_SAME)
            .bind(said.practice.0)
            .bind(said.patient.0)
            .bind(said.registration.0)
            .bind(said.name.folded_given())
            .bind(said.name.folded_family())
            .bind(said.date_of_birth)
            .bind(said.mobile_e164)
            .bind(said.email)
            .bind(At(said.at))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// The records of which staff have said so: of this name and date of birth, with this mobile or this address.
    pub async fn not_the_same(
        &mut self,
        practice: PracticeId,
        name: &PersonName,
        date_of_birth: NaiveDate,
        mobile_e164: &str,
        email: &str,
    ) -> Result<BTreeSet<PatientId>, StoreError> {
        let rows = query(NOT_THE_SAME)
            .bind(practice.0)
            .bind(date_of_birth)
            .bind(name.folded_family())
            .bind(name.folded_given())
            .bind(mobile_e164)
            .bind(email)
            .fetch_all(self.connection())
            .await?;
        rows.iter()
            .map(|row| Fields::of(row, "not_the_same", "patient_id").get("patient_id").map(PatientId))
            .collect()
    }

    /// Marks a record: no machine links to it from now on. Marked twice is marked.
    pub async fn mark_patient(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
        mark: Mark,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        query(MARK)
            .bind(practice.0)
            .bind(patient.0)
            .bind(mark.as_str())
            .bind(At(at))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Takes a mark away.
    pub async fn unmark_patient(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
        mark: Mark,
    ) -> Result<(), StoreError> {
        query(UNMARK).bind(practice.0).bind(patient.0).bind(mark.as_str()).execute(self.connection()).await?;
        Ok(())
    }
}

/// Those that the verdict names, and the likeliest of the others.
fn kept(judgement: &Judgement) -> Vec<&Comparison> {
    let named: &[PatientId] = match &judgement.verdict {
        Verdict::Linked { patient, .. } => std::slice::from_ref(patient),
        Verdict::New => &[],
        Verdict::Review { candidates, .. } => candidates,
    };
    let is_named = |it: &&Comparison| named.contains(&it.patient);
    let likeliest = judgement.comparisons.iter().filter(|it| !is_named(it));
    judgement.comparisons.iter().filter(is_named).chain(likeliest).take(KEPT).collect()
}

impl Store {
    /// What was decided about a registration, the first time first.
    pub async fn match_decisions(
        &self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<Vec<MatchDecision>, StoreError> {
        let rows =
            query(DECISIONS).bind(practice.0).bind(registration.0).fetch_all(self.reading(practice)).await?;
        let mut decisions: Vec<MatchDecision> = Vec::new();
        for row in &rows {
            let decision = read_decision(row)?;
            if decisions.last().is_none_or(|last| last.position != decision.position) {
                decisions.push(decision);
            }
            let fields = Fields::of(row, "match_comparisons", "registration_id");
            if let (Some(last), Some(patient)) = (decisions.last_mut(), fields.opt("patient_id")?) {
                let levels = fields.read("comparison_levels", Levels::parse)?;
                last.comparisons.push((PatientId(patient), levels));
            }
        }
        Ok(decisions)
    }
}

fn read_decision(row: &Row) -> Result<MatchDecision, StoreError> {
    let fields = Fields::of(row, "match_decisions", "registration_id");
    Ok(MatchDecision {
        position: fields.get("position")?,
        doubt: fields.read_opt("doubt", Doubt::parse)?,
        policy: fields.read("policy", Policy::parse)?,
        at: fields.at("created_at")?,
        comparisons: Vec::new(),
    })
}
