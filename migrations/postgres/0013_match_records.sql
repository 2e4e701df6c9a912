-- Records as they are compared, those of one day of birth side by side; a record's number says where it lies.

-- Keys of the former kind go; the portal makes new ones when it starts. patients.match_record has no reader left and goes in a later
-- release: an older program beside this one still writes it.
TRUNCATE match_keys, match_counts, match_indexes;
ALTER TABLE match_keys ALTER COLUMN match_record TYPE BIGINT;

-- What a record is compared by.
CREATE TABLE match_records (
    -- Of which index.
    match_index INTEGER NOT NULL,
    -- The record's number: its day of birth, then bits of its id.
    match_record BIGINT NOT NULL,
    -- Which record.
    patient_id UUID NOT NULL,
    -- Its version when this was written.
    version BIGINT NOT NULL,
    -- As the practice writes it; NULL where the person has one name.
    given_name TEXT,
    -- As the practice writes it, or the only name.
    family_name TEXT NOT NULL,
    -- Its present numbers and addresses as they are compared, one a line; NULL where there are none.
    contacts TEXT,
    PRIMARY KEY (match_index, match_record, patient_id)
);

SELECT keep_match_indexes_apart('match_records');
