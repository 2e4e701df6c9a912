-- How records are found and told apart: keys by which they are looked up, what each decision rested on, what staff have said.

-- The record's number in the match keys; NULL until it is under keys.
ALTER TABLE patients ADD COLUMN match_record INTEGER;
CREATE UNIQUE INDEX patients_by_match_record ON patients (practice_id, match_record);

-- An index of match keys: one for a practice at a time, and a new one while it is made anew for another normaliser.
CREATE TABLE match_indexes (
    -- Whose.
    practice_id UUID NOT NULL,
    -- Its number among all practices: four bytes in each key, where the practice's id has sixteen.
    number INTEGER GENERATED ALWAYS AS IDENTITY,
    -- The version of the normaliser by which its keys were made.
    normaliser_version BIGINT NOT NULL,
    -- The key of nothing: another one shows that the keys were made under another secret or by another normaliser.
    empty_key BIGINT NOT NULL,
    -- When every record was under it; NULL while it is made.
    made_at TIMESTAMPTZ,
    PRIMARY KEY (practice_id, number)
);

-- Which record lies under which key.
CREATE TABLE match_keys (
    -- Of which index.
    match_index INTEGER NOT NULL,
    -- The record's number.
    match_record INTEGER NOT NULL,
    -- 64 bits of a keyed hash.
    match_key BIGINT NOT NULL,
    PRIMARY KEY (match_index, match_key, match_record)
);

-- How many records have a given name, a family name, a date of birth.
CREATE TABLE match_counts (
    -- Of which index.
    match_index INTEGER NOT NULL,
    -- 64 bits of a keyed hash of the value.
    match_key BIGINT NOT NULL,
    -- Records with this value.
    records BIGINT NOT NULL CHECK (records >= 1),
    PRIMARY KEY (match_index, match_key)
);

-- What was decided about a registration, each time it was compared with the records.
CREATE TABLE match_decisions (
    -- Whose.
    practice_id UUID NOT NULL,
    -- About which registration.
    registration_id UUID NOT NULL,
    -- 1 for the first time, 2 for the next.
    position BIGINT NOT NULL CHECK (position >= 1),
    -- The outcome.
    verdict TEXT NOT NULL CHECK (verdict IN ('linked', 'new', 'review')),
    -- Why the machine would not decide; NULL where it did.
    doubt TEXT,
    -- Under which policy.
    policy TEXT NOT NULL CHECK (policy IN ('strict', 'balanced')),
    -- By which normaliser.
    normaliser_version BIGINT NOT NULL,
    -- By which constants of the score.
    weights_version BIGINT NOT NULL,
    -- When.
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (practice_id, registration_id, position),
    FOREIGN KEY (practice_id, registration_id) REFERENCES registrations (practice_id, id) ON DELETE CASCADE,
    CHECK ((doubt IS NOT NULL) = (verdict = 'review'))
);

-- The likeliest records of a decision, and how each compared.
CREATE TABLE match_comparisons (
    -- Whose.
    practice_id UUID NOT NULL,
    -- Of which registration's decision.
    registration_id UUID NOT NULL,
    -- Of which time.
    position BIGINT NOT NULL,
    -- 1 for the likeliest.
    place BIGINT NOT NULL CHECK (place >= 1),
    -- Which record.
    patient_id UUID NOT NULL,
    -- Nine letters, one for each field.
    levels TEXT NOT NULL CHECK (length(levels) = 9),
    -- Hundredths of a bit.
    weight_hundredths BIGINT NOT NULL,
    -- When.
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (practice_id, registration_id, position, place),
    FOREIGN KEY (practice_id, registration_id, position)
        REFERENCES match_decisions (practice_id, registration_id, position) ON DELETE CASCADE,
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id) ON DELETE CASCADE
);

-- Staff have said that somebody is not the person of a record. Kept for ever.
CREATE TABLE not_the_same (
    -- Whose.
    practice_id UUID NOT NULL,
    -- Which record it is not.
    patient_id UUID NOT NULL,
    -- The registration that staff looked at; it may be gone by now.
    registration_id UUID NOT NULL,
    -- Of who registered, for comparison; empty where there is no given name.
    given_folded TEXT NOT NULL,
    -- Likewise.
    family_folded TEXT NOT NULL,
    -- Likewise: year, month, day.
    date_of_birth DATE NOT NULL,
    -- The mobile they proved; E.164.
    mobile TEXT NOT NULL,
    -- The address they proved, canonical; NULL where they had none.
    email TEXT,
    -- When it was said.
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (practice_id, patient_id, registration_id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id) ON DELETE CASCADE
);

CREATE INDEX not_the_same_by_person ON not_the_same (practice_id, date_of_birth, family_folded, given_folded);

-- What forbids a machine to link to a record, whatever agrees.
CREATE TABLE patient_marks (
    -- Whose.
    practice_id UUID NOT NULL,
    -- Of which record.
    patient_id UUID NOT NULL,
    -- Which.
    mark TEXT NOT NULL CHECK (mark IN ('deceased', 'merged', 'sensitive', 'twin')),
    -- Since when.
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (practice_id, patient_id, mark),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id) ON DELETE CASCADE
);

-- The reason in full, where "reason" holds the nearest that an older program can read; NULL where that is all.
ALTER TABLE reviews ADD COLUMN full_reason TEXT CHECK (full_reason IN ('name_agrees_date_similar', 'another_record_is_near', 'record_marked', 'too_common_to_tell', 'short_name_of_somebody_else', 'record_not_written'));
-- 1 for the likeliest.
ALTER TABLE review_candidates ADD COLUMN position BIGINT NOT NULL DEFAULT 1 CHECK (position >= 1);

SELECT keep_practices_apart(of_table, 'practice_id') FROM unnest(ARRAY[
    'match_indexes', 'match_decisions', 'match_comparisons', 'not_the_same', 'patient_marks'
]) AS of_table;

-- Keys carry their index's number in the place of the practice.
CREATE FUNCTION keep_match_indexes_apart(of_table text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', of_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', of_table);
    EXECUTE format(
        'CREATE POLICY own_practice ON %I USING (match_index IN (
            SELECT number FROM match_indexes WHERE practice_id = current_practice()))', of_table);
END
$$;

SELECT keep_match_indexes_apart('match_keys'), keep_match_indexes_apart('match_counts');

REVOKE EXECUTE ON FUNCTION keep_match_indexes_apart(text) FROM PUBLIC;
