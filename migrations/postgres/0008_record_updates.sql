-- What became of each change to a patient record that a registration earned.

CREATE TABLE record_updates (
    -- Whose.
    practice_id UUID NOT NULL,
    -- The registration that earned it, once.
    registration_id UUID NOT NULL,
    -- Which record; NULL while none is made.
    patient_id UUID,
    -- Where it stands.
    state TEXT NOT NULL CHECK (state IN ('waiting', 'confirmed', 'already_held', 'needs_staff', 'undone')),
    -- Why staff are needed; NULL unless they are.
    why TEXT CHECK (why IN ('record_changed', 'not_written', 'promise_unreadable')),
    -- The record's version once it was written; an undo is for that one only. NULL where nothing was written.
    written_version BIGINT,
    -- When it was promised.
    created_at TIMESTAMPTZ NOT NULL,
    -- When its state changed last.
    changed_at TIMESTAMPTZ NOT NULL,
    -- Since when a look at the record has found another value than was written; NULL while it agrees.
    differs_since TIMESTAMPTZ,
    PRIMARY KEY (practice_id, registration_id),
    FOREIGN KEY (practice_id, registration_id) REFERENCES registrations (practice_id, id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id),
    CHECK ((why IS NOT NULL) = (state = 'needs_staff')),
    CHECK ((written_version IS NOT NULL) = (state IN ('confirmed', 'undone'))),
    CHECK (written_version IS NULL OR patient_id IS NOT NULL),
    CHECK (differs_since IS NULL OR state = 'confirmed')
);

CREATE INDEX record_updates_by_state ON record_updates (practice_id, state, changed_at);
CREATE INDEX record_updates_differing ON record_updates (practice_id, differs_since) WHERE differs_since IS NOT NULL;
CREATE INDEX record_updates_by_patient ON record_updates (practice_id, patient_id, changed_at);

SELECT keep_practices_apart('record_updates', 'practice_id');
