-- Who did or saw what. Rows are appended in the transaction of the act and chained by a sealer a moment later.

CREATE TABLE access_log (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- Which; UUIDv7, drawn in the transaction, so writers do not wait for each other's number.
    id BLOB NOT NULL CHECK (length(id) = 16),
    -- When.
    at TEXT NOT NULL,
    -- Who: the patient, a kiosk, the portal itself, or a named staff member.
    actor TEXT NOT NULL CHECK (actor IN ('patient', 'kiosk', 'portal', 'staff')),
    -- Which kiosk or staff member; NULL for the others.
    actor_id BLOB,
    -- What was done; names are in the program and never reused.
    act TEXT NOT NULL,
    -- On which registration.
    registration_id BLOB,
    -- On which record.
    patient_id BLOB,
    -- On which account.
    account_id BLOB,
    -- Place in the chain, from 1 without gaps; NULL until sealed.
    sealed_seq INTEGER CHECK (sealed_seq >= 1),
    -- HMAC-SHA-256 of the link before and this row, under a key outside the database; NULL until sealed.
    chain_mac BLOB CHECK (length(chain_mac) = 32),
    PRIMARY KEY (practice_id, id),
    UNIQUE (practice_id, sealed_seq),
    CHECK ((sealed_seq IS NULL) = (chain_mac IS NULL)),
    CHECK ((actor_id IS NOT NULL) = (actor IN ('kiosk', 'staff')))
) STRICT;

CREATE INDEX access_log_unsealed ON access_log (practice_id, at, id) WHERE sealed_seq IS NULL;
CREATE INDEX access_log_by_registration ON access_log (practice_id, registration_id);
CREATE INDEX access_log_by_patient ON access_log (practice_id, patient_id);

-- Both ends of a practice's chain.
CREATE TABLE access_log_heads (
    -- Whose.
    practice_id BLOB NOT NULL PRIMARY KEY,
    -- Place of the newest sealed row; 0 before the first.
    sealed_seq INTEGER NOT NULL CHECK (sealed_seq >= 0),
    -- Its MAC; 32 zero bytes before the first.
    chain_mac BLOB NOT NULL CHECK (length(chain_mac) = 32),
    -- When the head was moved last.
    sealed_at TEXT NOT NULL,
    -- Place of the newest row that was purged for its age; 0 before the first purge.
    base_seq INTEGER NOT NULL CHECK (base_seq >= 0),
    -- MAC of that row: the chain goes on from it.
    base_mac BLOB NOT NULL CHECK (length(base_mac) = 32),
    -- Keyed MAC of the two columns before, so that nobody else can say what was purged.
    base_tag BLOB NOT NULL CHECK (length(base_tag) = 32)
) STRICT;

CREATE TRIGGER access_log_content_never_changes
BEFORE UPDATE OF practice_id, id, at, actor, actor_id, act, registration_id, patient_id, account_id ON access_log
BEGIN SELECT RAISE(ABORT, 'a row of the access log never changes'); END;

CREATE TRIGGER access_log_is_sealed_once
BEFORE UPDATE OF sealed_seq, chain_mac ON access_log WHEN OLD.sealed_seq IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a row of the access log is sealed once'); END;

CREATE TRIGGER access_log_goes_only_by_age
BEFORE DELETE ON access_log
WHEN OLD.sealed_seq IS NULL
    OR OLD.sealed_seq > coalesce((SELECT base_seq FROM access_log_heads WHERE practice_id = OLD.practice_id), 0)
BEGIN SELECT RAISE(ABORT, 'a row of the access log goes only by its age'); END;

CREATE TRIGGER access_log_heads_stay BEFORE DELETE ON access_log_heads
BEGIN SELECT RAISE(ABORT, 'the head of the access log stays'); END;
