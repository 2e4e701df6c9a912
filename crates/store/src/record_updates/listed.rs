//! Changes as staff go through them: whose they are, and what they may be measured by.

use registration::{
    ids::{PracticeId, RegistrationId, ReviewId},
    record_change::{ChangeSeen, Concern},
    secrets::reference::Reference,
    time::Timestamp,
};

use super::{RecordUpdate, RecordUpdateState, read};
use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Row, query},
    tx::{Tx, one_row},
};

/// A change in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordUpdateListed {
    /// The change.
    pub update: RecordUpdate,
    /// For the desk.
    pub reference: Reference,
    /// Of whom, as typed.
    pub given_name: Option<String>,
    /// As typed, or the only name.
    pub family_name: String,
    /// The newest review that waits for it.
    pub review: Option<ReviewId>,
    /// Whether something of it waits to be entered by hand, or staff have said since its state changed that nothing is to follow.
    in_hand: bool,
    /// Whether other contact points were proven later for this record or this person, or a change of theirs is under way.
    overtaken: bool,
    /// Whether our copy of the record is not older than the promise.
    record_changed: bool,
}

impl RecordUpdateListed {
    /// As the rules see it; `None` where it is no concern of staff. `by_copy`: whether our copy is the record that is written.
    #[must_use]
    pub fn seen(&self, by_copy: bool) -> Option<ChangeSeen> {
        let concern = match self.update.state {
            RecordUpdateState::NeedsStaff(trouble) => Concern::GivenUp(trouble),
            RecordUpdateState::Waiting | RecordUpdateState::Sent => Concern::WaitsLong,
            RecordUpdateState::ByHand { .. } | RecordUpdateState::Confirmed { .. } => {
                self.update.differs_since?;
                Concern::Differs
            }
            RecordUpdateState::AlreadyHeld | RecordUpdateState::Undone { .. } => return None,
        };
        // A practice system that was read for this record may hold something newer by now, and the promise that knew its version is gone.
        let may_be_newer = if by_copy { self.record_changed } else { self.update.patient.is_some() };
        Some(ChangeSeen {
            concern,
            in_review: self.review.is_some(),
            in_hand: self.in_hand,
            overtaken: self.overtaken || may_be_newer,
        })
    }
}

/// How many changes wait, and for whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangesWaiting {
    /// On their way, by themselves.
    pub on_their_way: u32,
    /// That need somebody.
    pub for_staff: u32,
    /// To be entered by hand.
    pub by_hand: u32,
    /// Journals of kiosks that lost something of which nobody has said that they know.
    pub lost: u32,
}

macro_rules! list_changes {
    ($tail:literal) => {
        concat!(
            "SELECT u.practice_id, u.registration_id, u.patient_id,
    CASE WHEN u.full_state = 'sent' AND u.state = 'waiting' OR u.full_state = 'by_hand' AND u.state = 'confirmed'
        THEN u.full_state ELSE u.state END AS state,
    CASE WHEN u.state = 'needs_staff' THEN coalesce(u.full_why, u.why) END AS why,
    u.written_version, u.created_at, u.changed_at, u.differs_since, g.reference, g.given_name, g.family_name,
    (SELECT v.id FROM reviews v WHERE v.practice_id = $1 AND v.registration_id = u.registration_id
        AND v.closed_at IS NULL ORDER BY v.created_at DESC, v.id DESC LIMIT 1) AS review_id,
    (SELECT count(*) FROM reviews x WHERE x.practice_id = $1 AND x.registration_id = u.registration_id
        AND x.settlement = 'rejected' AND x.closed_at >= u.changed_at) AS rejections,
    (SELECT count(*) FROM record_tasks t WHERE t.practice_id = $1 AND t.registration_id = u.registration_id
        AND t.entered_at IS NULL AND t.withdrawn_at IS NULL) AS tasks_waiting,
    (SELECT count(*) FROM patients p WHERE p.practice_id = $1 AND p.id = u.patient_id
        AND p.changed_at >= u.created_at) AS records_changed,
    (SELECT count(*) FROM record_updates o
        JOIN registrations r ON r.practice_id = o.practice_id AND r.id = o.registration_id
        WHERE o.practice_id = $1 AND r.practice_id = $1 AND o.patient_id = u.patient_id
            AND o.registration_id <> u.registration_id AND o.state IN ('waiting', 'confirmed', 'already_held')
            AND r.mobile_verified_at > g.mobile_verified_at AND (r.mobile <> g.mobile OR r.email <> g.email))
        AS overtaken_on_record,
    (SELECT count(*) FROM registrations r
        JOIN record_updates o ON o.practice_id = r.practice_id AND o.registration_id = r.id
        WHERE r.practice_id = $1 AND o.practice_id = $1 AND r.date_of_birth = g.date_of_birth
            AND r.family_folded = g.family_folded AND r.given_folded = g.given_folded AND r.id <> g.id
            AND (o.state = 'waiting' OR o.state IN ('confirmed', 'already_held')
                AND r.mobile_verified_at > g.mobile_verified_at AND (r.mobile <> g.mobile OR r.email <> g.email)))
        AS overtaken_by_person
FROM record_updates u JOIN registrations g ON g.practice_id = u.practice_id AND g.id = u.registration_id
WHERE u.practice_id = $1 AND g.practice_id = $1 ",
            $tail
        )
    };
}
/// Not those that staff have rejected; also those that have waited since before `$3`: something keeps them.
const FOR_STAFF: &str = list_changes!(
    "AND u.state IN ('needs_staff', 'waiting') AND (u.state = 'needs_staff' AND NOT EXISTS (SELECT 1 FROM reviews x WHERE x.practice_id = $1
        AND x.registration_id = u.registration_id AND x.settlement = 'rejected' AND x.closed_at >= u.changed_at)
    OR u.state = 'waiting' AND u.changed_at <= $3) ORDER BY u.changed_at, u.registration_id LIMIT $2"
);
const DIFFERING: &str =
    list_changes!("AND u.differs_since IS NOT NULL ORDER BY u.differs_since, u.registration_id LIMIT $2");
const ONE: &str = list_changes!("AND u.registration_id = $2");

/// Asked every few seconds by every screen of staff: each part finds its rows by an index that holds little more than what waits.
pub(crate) const COUNT: &str = "
SELECT
    (SELECT count(*) FROM record_updates WHERE practice_id = $1 AND state = 'waiting' AND changed_at > $2) AS on_their_way,
    (SELECT count(*) FROM record_updates WHERE practice_id = $1 AND state = 'waiting' AND changed_at <= $2) AS waits_long,
    (SELECT count(*) FROM record_updates u WHERE u.practice_id = $1 AND u.state = 'needs_staff'
        AND NOT EXISTS (SELECT 1 FROM reviews x WHERE x.practice_id = $1 AND x.registration_id = u.registration_id
            AND x.settlement = 'rejected' AND x.closed_at >= u.changed_at)) AS given_up,
    (SELECT count(*) FROM record_tasks WHERE practice_id = $1 AND entered_at IS NULL AND withdrawn_at IS NULL) AS by_hand,
    (SELECT count(*) FROM kiosk_journals WHERE practice_id = $1 AND lost > known_lost) AS lost";

/// What was written is no longer there, and whose record it is gets asked again.
const SEND_TO_REVIEW: &str = "
UPDATE record_updates SET state = 'needs_staff', why = 'record_changed', full_state = NULL, full_why = NULL,
    written_version = NULL, differs_since = NULL, changed_at = $3
WHERE practice_id = $1 AND registration_id = $2 AND state = 'confirmed' AND full_state IS NULL AND differs_since IS NOT NULL";

const LEAVE_WRONG: &str = "
UPDATE record_updates SET state = 'needs_staff', why = 'record_changed', full_state = NULL, full_why = NULL,
    written_version = NULL, differs_since = NULL, changed_at = $3
WHERE practice_id = $1 AND registration_id = $2 AND state = 'confirmed'";

impl Store {
    /// Those that need staff, unless they have rejected them, or have waited since before `waiting_since`, longest first, at most `most`.
    pub async fn changes_for_staff(
        &self,
        practice: PracticeId,
        waiting_since: Timestamp,
        most: u32,
    ) -> Result<Vec<RecordUpdateListed>, StoreError> {
        let rows = query(FOR_STAFF)
            .bind(practice.0)
            .bind(i64::from(most))
            .bind(At(waiting_since))
            .fetch_all(self.reading(practice))
            .await?;
        rows.iter().map(read_listed).collect()
    }

    /// Those whose record was seen to hold another value, longest first, at most `most`.
    pub async fn changes_that_differ(
        &self,
        practice: PracticeId,
        most: u32,
    ) -> Result<Vec<RecordUpdateListed>, StoreError> {
        let rows =
            query(DIFFERING).bind(practice.0).bind(i64::from(most)).fetch_all(self.reading(practice)).await?;
        rows.iter().map(read_listed).collect()
    }

    /// How many wait. Those that have waited since before `waiting_since` need somebody.
    pub async fn count_changes_waiting(
        &self,
        practice: PracticeId,
        waiting_since: Timestamp,
    ) -> Result<ChangesWaiting, StoreError> {
        let row =
            query(COUNT).bind(practice.0).bind(At(waiting_since)).fetch_one(self.reading(practice)).await?;
        let fields = Fields::of(&row, "record_updates", "registration_id");
        let (waits_long, given_up): (u32, u32) = (fields.number("waits_long")?, fields.number("given_up")?);
        Ok(ChangesWaiting {
            on_their_way: fields.number("on_their_way")?,
            for_staff: waits_long.saturating_add(given_up),
            by_hand: fields.number("by_hand")?,
            lost: fields.number("lost")?,
        })
    }
}

impl Tx {
    /// One, as in a list.
    pub async fn change_listed(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<Option<RecordUpdateListed>, StoreError> {
        let row = query(ONE).bind(practice.0).bind(registration.0).fetch_optional(self.connection()).await?;
        row.as_ref().map(read_listed).transpose()
    }

    /// Leaves a change to staff that was written into a record which is somebody else's, and could not be taken back.
    pub async fn leave_wrong_update_to_staff(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let left = query(LEAVE_WRONG).bind(practice.0).bind(registration.0).bind(At(now));
        one_row(left.execute(self.connection()).await?)
    }

    /// Leaves a change to staff whose record holds another value by now. A [`StoreError::Conflict`] if it does not, or no longer.
    pub async fn leave_differing_update_to_staff(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let left = query(SEND_TO_REVIEW).bind(practice.0).bind(registration.0).bind(At(now));
        one_row(left.execute(self.connection()).await?)
    }
}

fn read_listed(row: &Row) -> Result<RecordUpdateListed, StoreError> {
    let fields = Fields::of(row, "record_updates", "registration_id");
    let is_any = |column| Ok::<_, StoreError>(fields.number::<u64>(column)? > 0);
    Ok(RecordUpdateListed {
        update: read(row)?,
        reference: fields.read("reference", Reference::parse)?,
        given_name: fields.opt("given_name")?,
        family_name: fields.get("family_name")?,
        review: fields.opt("review_id")?.map(ReviewId),
        in_hand: is_any("tasks_waiting")? || is_any("rejections")?,
        overtaken: is_any("overtaken_on_record")? || is_any("overtaken_by_person")?,
        record_changed: is_any("records_changed")?,
    })
}
