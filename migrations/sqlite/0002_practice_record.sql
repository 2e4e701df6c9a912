-- What the practice holds about people, and what people sign in with.

-- A person as the practice holds them.
CREATE TABLE patients (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- Which.
    id BLOB NOT NULL CHECK (length(id) = 16),
    -- Goes up by one with each change; an update made for an older version is refused.
    version INTEGER NOT NULL CHECK (version >= 1),
    -- As the practice writes it; NULL where the person has one name.
    given_name TEXT,
    -- As the practice writes it, or the only name.
    family_name TEXT NOT NULL,
    -- For comparison; empty where there is no given name.
    given_folded TEXT NOT NULL,
    -- For comparison.
    family_folded TEXT NOT NULL,
    -- Year, month, day; NULL where the practice does not know it.
    date_of_birth TEXT,
    -- When the record was made here.
    created_at TEXT NOT NULL,
    -- When it was changed last.
    changed_at TEXT NOT NULL,
    PRIMARY KEY (practice_id, id)
) STRICT;

CREATE INDEX patients_by_date_of_birth ON patients (practice_id, date_of_birth);
CREATE INDEX patients_by_family_name ON patients (practice_id, family_folded);

-- Contact points of a patient, present and past.
CREATE TABLE patient_contact_points (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- Of whom.
    patient_id BLOB NOT NULL,
    -- Which field of the record.
    field TEXT NOT NULL CHECK (field IN ('home', 'mobile', 'work', 'email')),
    -- 1 for the first value of the field, 2 for the next.
    position INTEGER NOT NULL CHECK (position >= 1),
    -- As the practice or the patient wrote it.
    value TEXT NOT NULL,
    -- E.164 or canonical address; NULL where the value is neither.
    comparable TEXT,
    -- When its holder proved it; NULL where nobody did.
    verified_at TEXT,
    -- The registration that proved it.
    verified_by_registration BLOB,
    -- When it was written here.
    created_at TEXT NOT NULL,
    -- When a newer value took its place; NULL for the present value.
    replaced_at TEXT,
    PRIMARY KEY (practice_id, patient_id, field, position),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id) ON DELETE CASCADE,
    CHECK ((verified_at IS NULL) = (verified_by_registration IS NULL)),
    CHECK (verified_at IS NULL OR field IN ('mobile', 'email'))
) STRICT;

CREATE UNIQUE INDEX patient_contact_points_one_present ON patient_contact_points (practice_id, patient_id, field)
    WHERE replaced_at IS NULL;
CREATE INDEX patient_contact_points_by_value ON patient_contact_points (practice_id, comparable);
CREATE INDEX patient_contact_points_by_registration ON patient_contact_points (practice_id, verified_by_registration)
    WHERE verified_by_registration IS NOT NULL;

-- What a patient signs in with. One for a person.
CREATE TABLE accounts (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- Which.
    id BLOB NOT NULL CHECK (length(id) = 16),
    -- The registration that made it.
    registration_id BLOB NOT NULL,
    -- For comparison; empty where there is no given name.
    given_folded TEXT NOT NULL,
    -- For comparison.
    family_folded TEXT NOT NULL,
    -- Year, month, day.
    date_of_birth TEXT NOT NULL,
    -- Proven; E.164.
    mobile TEXT NOT NULL,
    -- When it was proven.
    mobile_verified_at TEXT NOT NULL,
    -- Proven; canonical.
    email TEXT NOT NULL,
    -- When it was proven.
    email_verified_at TEXT NOT NULL,
    -- argon2id in PHC form.
    password_phc TEXT NOT NULL,
    -- When that was set.
    password_set_at TEXT NOT NULL,
    -- When the account was made.
    created_at TEXT NOT NULL,
    PRIMARY KEY (practice_id, id),
    UNIQUE (practice_id, date_of_birth, family_folded, given_folded),
    FOREIGN KEY (practice_id, registration_id) REFERENCES registrations (practice_id, id)
) STRICT;

-- Links, with history, from an account to the records its holder may see.
CREATE TABLE profiles (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- From which account.
    account_id BLOB NOT NULL,
    -- To which record.
    patient_id BLOB NOT NULL,
    -- Whose record it is to the holder.
    relation TEXT NOT NULL CHECK (relation IN ('self')),
    -- The registration that made it.
    registration_id BLOB NOT NULL,
    -- From when.
    created_at TEXT NOT NULL,
    -- Until when; NULL while it holds.
    ended_at TEXT,
    PRIMARY KEY (practice_id, account_id, patient_id, created_at),
    FOREIGN KEY (practice_id, account_id) REFERENCES accounts (practice_id, id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id),
    FOREIGN KEY (practice_id, registration_id) REFERENCES registrations (practice_id, id)
) STRICT;

CREATE UNIQUE INDEX profiles_one_present ON profiles (practice_id, account_id, patient_id) WHERE ended_at IS NULL;
CREATE INDEX profiles_by_registration ON profiles (practice_id, registration_id);

-- Tasks for staff: the machine would not decide alone.
CREATE TABLE reviews (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- Which.
    id BLOB NOT NULL CHECK (length(id) = 16),
    -- About which registration.
    registration_id BLOB NOT NULL,
    -- Why the machine would not decide.
    reason TEXT NOT NULL CHECK (reason IN ('several_records_agree', 'contact_on_another_record',
        'name_and_date_agree_contact_differs', 'contact_agrees_name_or_date_differs', 'date_agrees_name_similar',
        'account_exists_with_other_contacts', 'no_email', 'record_changed_meanwhile')),
    -- When it was opened.
    created_at TEXT NOT NULL,
    -- When staff closed it; NULL while it waits.
    closed_at TEXT,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, registration_id) REFERENCES registrations (practice_id, id)
) STRICT;

CREATE INDEX reviews_by_registration ON reviews (practice_id, registration_id);
CREATE INDEX reviews_open ON reviews (practice_id, created_at) WHERE closed_at IS NULL;

-- The records a review is about.
CREATE TABLE review_candidates (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- Of which review.
    review_id BLOB NOT NULL,
    -- Which record.
    patient_id BLOB NOT NULL,
    PRIMARY KEY (practice_id, review_id, patient_id),
    FOREIGN KEY (practice_id, review_id) REFERENCES reviews (practice_id, id) ON DELETE CASCADE,
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id)
) STRICT;
