-- Practices, kiosks, registrations and what belongs to one registration.

-- What this database may hold, for ever: one row, written when the database is made.
CREATE TABLE database_stamp (
    -- Always 1: there is one stamp.
    one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    -- sandbox: synthetic patients; trial: real data of one machine; live: a portal that phones can reach.
    stamp TEXT NOT NULL CHECK (stamp IN ('sandbox', 'trial', 'live'))
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'this row never changes'; END
$$;

CREATE TRIGGER database_stamp_never_changes BEFORE UPDATE ON database_stamp
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER database_stamp_never_goes BEFORE DELETE ON database_stamp
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A practice: the owner of everything else; its id leads every key.
CREATE TABLE practices (
    -- Which.
    id UUID NOT NULL PRIMARY KEY,
    -- As patients see it.
    name TEXT NOT NULL,
    -- When it was added.
    created_at TIMESTAMPTZ NOT NULL
);

-- A kiosk and its credential.
CREATE TABLE kiosks (
    -- Whose.
    practice_id UUID NOT NULL REFERENCES practices (id),
    -- Which.
    id UUID NOT NULL,
    -- As staff call it; one of each name in a practice.
    name TEXT NOT NULL,
    -- SHA-256 of the credential; the credential itself is known to the kiosk alone.
    credential_sha256 BYTEA NOT NULL UNIQUE CHECK (octet_length(credential_sha256) = 32),
    -- When it was first enrolled.
    created_at TIMESTAMPTZ NOT NULL,
    -- When it was given the present credential.
    credential_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (practice_id, id),
    UNIQUE (practice_id, name)
);

-- One person's pass through the flow. The checks repeat which data each state has.
CREATE TABLE registrations (
    -- Whose.
    practice_id UUID NOT NULL,
    -- Which.
    id UUID NOT NULL,
    -- The kiosk where the details were confirmed.
    kiosk_id UUID NOT NULL,
    -- What the patient shows at the desk.
    reference TEXT NOT NULL,
    -- BCP 47 tag; of texts, emails and pages.
    language TEXT NOT NULL,
    -- As typed; NULL where the person has one name.
    given_name TEXT,
    -- As typed, or the only name.
    family_name TEXT NOT NULL,
    -- For comparison; empty where there is no given name.
    given_folded TEXT NOT NULL,
    -- For comparison.
    family_folded TEXT NOT NULL,
    -- Year, month, day.
    date_of_birth DATE NOT NULL,
    -- Canonical; NULL where the patient has none.
    email TEXT,
    -- As typed.
    email_typed TEXT,
    -- E.164.
    mobile TEXT NOT NULL,
    -- As typed.
    mobile_typed TEXT NOT NULL,
    -- When the patient said "these are right".
    confirmed_at TIMESTAMPTZ NOT NULL,
    -- Goes up by one with each move; the guard of every update.
    version BIGINT NOT NULL CHECK (version >= 1),
    -- Where it stands.
    state TEXT NOT NULL CHECK (state IN ('awaiting_code', 'awaiting_password', 'awaiting_link', 'awaiting_terms', 'registered',
        'handed_to_desk', 'expired', 'abandoned', 'declined', 'locked', 'superseded')),
    -- When time alone ends this state or moves it on; NULL where it never does.
    deadline TIMESTAMPTZ,
    -- When the mobile was proven; only in states that know a proven mobile.
    mobile_verified_at TIMESTAMPTZ,
    -- When the email address was proven; only in states that know a proven address.
    email_verified_at TIMESTAMPTZ,
    -- argon2id in PHC form, until it goes to the account.
    password_phc TEXT,
    -- When it was registered, or ended otherwise.
    ended_at TIMESTAMPTZ,
    -- The later registration of the same person.
    superseded_by UUID,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, kiosk_id) REFERENCES kiosks (practice_id, id),
    CHECK ((email IS NULL) = (email_typed IS NULL)),
    CHECK ((mobile_verified_at IS NOT NULL)
        = (state IN ('awaiting_password', 'awaiting_link', 'awaiting_terms', 'registered', 'handed_to_desk'))),
    CHECK ((email_verified_at IS NOT NULL) = (state IN ('awaiting_terms', 'registered'))),
    CHECK (email_verified_at IS NULL OR email IS NOT NULL),
    CHECK (password_phc IS NULL OR state IN ('awaiting_link', 'awaiting_terms')),
    CHECK (password_phc IS NOT NULL OR state <> 'awaiting_terms'),
    CHECK ((ended_at IS NOT NULL) = (state IN ('registered', 'expired', 'abandoned', 'declined', 'locked', 'superseded'))),
    CHECK ((superseded_by IS NOT NULL) = (state = 'superseded'))
);

CREATE INDEX registrations_by_mobile ON registrations (practice_id, mobile);
CREATE INDEX registrations_by_reference ON registrations (practice_id, reference);
CREATE INDEX registrations_by_deadline ON registrations (deadline) WHERE deadline IS NOT NULL;
CREATE INDEX registrations_by_end ON registrations (ended_at) WHERE ended_at IS NOT NULL;

-- A code that was promised to a mobile. One per registration and purpose: a new one overwrites the old.
CREATE TABLE codes (
    -- Whose.
    practice_id UUID NOT NULL,
    -- For which registration.
    registration_id UUID NOT NULL,
    -- What it proves.
    purpose TEXT NOT NULL CHECK (purpose IN ('register', 'set_password_by_link', 'resume')),
    -- HMAC-SHA-256 under a key outside the database, bound to registration, purpose and number.
    mac BYTEA NOT NULL CHECK (octet_length(mac) = 32),
    -- When it was promised.
    sent_at TIMESTAMPTZ NOT NULL,
    -- Tries used, counted before each compare; 255 stands for more.
    tries_used BIGINT NOT NULL CHECK (tries_used BETWEEN 0 AND 255),
    -- Codes sent so far, this one included.
    sends BIGINT NOT NULL CHECK (sends BETWEEN 1 AND 255),
    PRIMARY KEY (practice_id, registration_id, purpose),
    FOREIGN KEY (practice_id, registration_id) REFERENCES registrations (practice_id, id) ON DELETE CASCADE
);

-- An emailed link. Replaced ones are kept, so that their holder is told so.
CREATE TABLE links (
    -- Whose.
    practice_id UUID NOT NULL,
    -- SHA-256 of the token.
    token_sha256 BYTEA NOT NULL CHECK (octet_length(token_sha256) = 32),
    -- Of which registration.
    registration_id UUID NOT NULL,
    -- When it was promised.
    sent_at TIMESTAMPTZ NOT NULL,
    -- When it dies.
    expires_at TIMESTAMPTZ NOT NULL,
    -- Password tries used, counted before each compare; 255 stands for more.
    tries_used BIGINT NOT NULL CHECK (tries_used BETWEEN 0 AND 255),
    -- When a newer link took its place; NULL for the newest.
    replaced_at TIMESTAMPTZ,
    PRIMARY KEY (practice_id, token_sha256),
    FOREIGN KEY (practice_id, registration_id) REFERENCES registrations (practice_id, id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX links_one_live_per_registration ON links (practice_id, registration_id) WHERE replaced_at IS NULL;
CREATE INDEX links_by_registration ON links (practice_id, registration_id);

-- That the terms were accepted, which ones, and when.
CREATE TABLE terms_acceptances (
    -- Whose.
    practice_id UUID NOT NULL,
    -- By whom.
    registration_id UUID NOT NULL,
    -- Version of the document.
    terms_version TEXT NOT NULL,
    -- SHA-256 of the document as it was shown.
    document_sha256 BYTEA NOT NULL CHECK (octet_length(document_sha256) = 32),
    -- When.
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (practice_id, registration_id),
    FOREIGN KEY (practice_id, registration_id) REFERENCES registrations (practice_id, id) ON DELETE CASCADE
);

-- How much of a limit is used.
CREATE TABLE limits (
    -- Whose.
    practice_id UUID NOT NULL,
    -- Name of the limit.
    name TEXT NOT NULL,
    -- Keyed MAC of a number or address in hex, or a kiosk's id; never either in clear.
    subject TEXT NOT NULL,
    -- Takes in the window.
    used BIGINT NOT NULL CHECK (used >= 1),
    -- When the window closes.
    ends_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (practice_id, name, subject)
);

CREATE INDEX limits_by_end ON limits (ends_at);

-- Answers of the kiosk API, kept so that a repeated request is not done twice. Nothing personal and no secret.
CREATE TABLE idempotent_answers (
    -- Whose.
    practice_id UUID NOT NULL,
    -- The kiosk that asked.
    kiosk_id UUID NOT NULL,
    -- The route it asked.
    route TEXT NOT NULL,
    -- The key it gave.
    key TEXT NOT NULL,
    -- Keyed MAC of the request without code and password.
    fingerprint BYTEA NOT NULL,
    -- HTTP status of the answer; NULL while in flight.
    status BIGINT CHECK (status BETWEEN 100 AND 599),
    -- Body of the answer; NULL while in flight.
    body TEXT,
    -- When the request came.
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (practice_id, kiosk_id, route, key),
    FOREIGN KEY (practice_id, kiosk_id) REFERENCES kiosks (practice_id, id),
    CHECK ((status IS NULL) = (body IS NULL))
);

CREATE INDEX idempotent_answers_by_age ON idempotent_answers (created_at);

-- References given to patients who are sent to the desk.
CREATE TABLE desk_references (
    -- Whose.
    practice_id UUID NOT NULL,
    -- What the patient shows.
    reference TEXT NOT NULL,
    -- At which kiosk.
    kiosk_id UUID NOT NULL,
    -- Why.
    reason TEXT NOT NULL CHECK (reason IN ('asked_for_help', 'no_mobile', 'under_16')),
    -- The registration on screen, if one was confirmed.
    registration_id UUID,
    -- When.
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (practice_id, reference),
    FOREIGN KEY (practice_id, kiosk_id) REFERENCES kiosks (practice_id, id)
);

CREATE INDEX desk_references_by_age ON desk_references (at);
