-- Staff who have seen who a patient is, and what they may do then.

CREATE TABLE identities_seen (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- Which.
    id BLOB NOT NULL CHECK (length(id) = 16),
    -- Of whom.
    registration_id BLOB NOT NULL,
    -- By what; no number or copy of any paper is kept.
    id_seen TEXT NOT NULL CHECK (id_seen IN ('passport', 'driving_licence', 'photo_card', 'known_to_staff')),
    -- By whom.
    staff_id BLOB NOT NULL,
    -- The record that is the patient's, as the staff member said who began the registration; NULL where none was named.
    patient_id BLOB,
    -- Its version as the staff member was shown it: of another one nobody has said so. NULL where none was named.
    patient_version INTEGER,
    -- When.
    created_at TEXT NOT NULL,
    PRIMARY KEY (practice_id, id),
    CHECK ((patient_version IS NULL) = (patient_id IS NULL)),
    FOREIGN KEY (practice_id, registration_id) REFERENCES registrations (practice_id, id) ON DELETE CASCADE,
    FOREIGN KEY (practice_id, staff_id) REFERENCES staff_members (practice_id, id)
) STRICT;

CREATE INDEX identities_seen_by_registration ON identities_seen (practice_id, registration_id, created_at);

-- The kind in full, where "kind" holds the nearest that an older program can read; NULL where that is all.
ALTER TABLE outbox ADD COLUMN full_kind TEXT CHECK (full_kind IN ('notice_linked'));
