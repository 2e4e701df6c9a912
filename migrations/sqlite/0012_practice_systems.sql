-- Records that live in the practice's own software, and changes that staff enter there by hand.

-- Where a change stands, where "state" holds the nearest that an older program can read; NULL where that is all.
ALTER TABLE record_updates ADD COLUMN full_state TEXT CHECK (full_state IN ('sent', 'by_hand'));
-- Why staff are needed, where "why" holds the nearest that an older program can read; NULL where that is all.
ALTER TABLE record_updates ADD COLUMN full_why TEXT CHECK (full_why IN ('new_cannot_be_told', 'refused', 'record_gone', 'record_closed', 'too_many_records', 'not_kept', 'not_understood', 'in_review'));

-- Which record of the practice system a record here is a copy of.
CREATE TABLE system_records (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- The copy.
    patient_id BLOB NOT NULL,
    -- Which system: of another one, the same number is somebody else's.
    system TEXT NOT NULL,
    -- The record, in the system's own words.
    record_id TEXT NOT NULL,
    -- As it was when it was read last; opaque.
    read_version TEXT NOT NULL,
    -- When that was.
    read_at TEXT NOT NULL,
    -- When the copy was made.
    created_at TEXT NOT NULL,
    PRIMARY KEY (practice_id, patient_id),
    UNIQUE (practice_id, system, record_id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id)
) STRICT;

-- Changes that staff enter into the practice's software. What to enter stands in the record and its history.
CREATE TABLE record_tasks (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- The registration that earned the change.
    registration_id BLOB NOT NULL,
    -- What is to be done.
    purpose TEXT NOT NULL CHECK (purpose IN ('update', 'create', 'put_back')),
    -- Which record.
    patient_id BLOB NOT NULL,
    -- When it was asked for.
    created_at TEXT NOT NULL,
    -- When it was ticked as entered; NULL until then.
    entered_at TEXT,
    -- Which staff member ticked it; NULL until then.
    entered_by BLOB,
    -- When it was taken back because the change was undone before anybody entered it; NULL otherwise.
    withdrawn_at TEXT,
    PRIMARY KEY (practice_id, registration_id, purpose),
    FOREIGN KEY (practice_id, registration_id) REFERENCES registrations (practice_id, id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id),
    CHECK ((entered_at IS NOT NULL) = (entered_by IS NOT NULL)),
    CHECK (entered_at IS NULL OR withdrawn_at IS NULL)
) STRICT;

CREATE INDEX record_tasks_open ON record_tasks (practice_id, created_at) WHERE entered_at IS NULL AND withdrawn_at IS NULL;
