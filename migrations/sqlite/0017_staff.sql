-- Who works at the desk, and how they are let in.

-- A named staff member; the row stays when they leave, for the log names its id.
CREATE TABLE staff_members (
    -- Whose.
    practice_id BLOB NOT NULL REFERENCES practices (id),
    -- Which.
    id BLOB NOT NULL CHECK (length(id) = 16),
    -- What they type before the credential, in capitals; one of those who work here has each.
    initials TEXT NOT NULL,
    -- As colleagues call them.
    name TEXT NOT NULL,
    -- What they may do.
    role TEXT NOT NULL CHECK (role IN ('receptionist', 'manager', 'it')),
    -- argon2id as a PHC string; NULL until they chose a password.
    password_phc TEXT,
    -- SHA-256 of the token in their invitation; NULL once it was taken up.
    invitation_sha256 BLOB CHECK (length(invitation_sha256) = 32),
    -- Until when it may be taken up.
    invitation_expires_at TEXT,
    -- When they were added.
    created_at TEXT NOT NULL,
    -- When they left; NULL while they work here.
    removed_at TEXT,
    PRIMARY KEY (practice_id, id),
    CHECK ((invitation_sha256 IS NULL) = (invitation_expires_at IS NULL)),
    CHECK (removed_at IS NULL OR (password_phc IS NULL AND invitation_sha256 IS NULL))
) STRICT;

CREATE UNIQUE INDEX staff_members_by_initials ON staff_members (practice_id, initials) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX staff_members_by_invitation ON staff_members (practice_id, invitation_sha256)
    WHERE invitation_sha256 IS NOT NULL;

-- A staff member who is let in somewhere.
CREATE TABLE staff_sessions (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- SHA-256 of the token that the browser or the kiosk holds.
    token_sha256 BLOB NOT NULL CHECK (length(token_sha256) = 32),
    -- Who.
    staff_id BLOB NOT NULL,
    -- At which kiosk; NULL in a browser.
    kiosk_id BLOB,
    -- When they were let in.
    created_at TEXT NOT NULL,
    -- When it was used last, to half a minute.
    used_at TEXT NOT NULL,
    -- When what waits for staff was last on a screen there, to five seconds; NULL before the first time.
    watched_at TEXT,
    PRIMARY KEY (practice_id, token_sha256),
    FOREIGN KEY (practice_id, staff_id) REFERENCES staff_members (practice_id, id),
    FOREIGN KEY (practice_id, kiosk_id) REFERENCES kiosks (practice_id, id)
) STRICT;

CREATE INDEX staff_sessions_by_staff ON staff_sessions (practice_id, staff_id);

-- Tries of a staff member's credential at one place that were not right.
CREATE TABLE staff_tries (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- Whose credential.
    staff_id BLOB NOT NULL,
    -- The kiosk, or the browser that somebody signed in with before; sixteen zero bytes for any other browser.
    place_id BLOB NOT NULL CHECK (length(place_id) = 16),
    -- How many.
    wrong INTEGER NOT NULL CHECK (wrong >= 1),
    -- When the newest was.
    last_at TEXT NOT NULL,
    -- When the first was.
    created_at TEXT NOT NULL,
    PRIMARY KEY (practice_id, staff_id, place_id),
    FOREIGN KEY (practice_id, staff_id) REFERENCES staff_members (practice_id, id)
) STRICT;

-- A patient at a kiosk who asked for help.
CREATE TABLE help_calls (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- Which.
    id BLOB NOT NULL CHECK (length(id) = 16),
    -- At which kiosk.
    kiosk_id BLOB NOT NULL,
    -- What the patient can show.
    reference TEXT NOT NULL,
    -- The registration on screen, if one was confirmed.
    registration_id BLOB,
    -- When.
    created_at TEXT NOT NULL,
    -- When somebody said that they are coming; NULL until then.
    answered_at TEXT,
    -- Who; NULL until then.
    answered_by BLOB,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, kiosk_id) REFERENCES kiosks (practice_id, id),
    FOREIGN KEY (practice_id, answered_by) REFERENCES staff_members (practice_id, id),
    CHECK ((answered_at IS NULL) = (answered_by IS NULL))
) STRICT;

CREATE INDEX help_calls_waiting ON help_calls (practice_id, created_at) WHERE answered_at IS NULL;
CREATE INDEX help_calls_by_reference ON help_calls (practice_id, reference, created_at);

CREATE INDEX registrations_by_confirmation ON registrations (practice_id, confirmed_at);

-- At which kiosk a staff member did it; NULL where at none.
ALTER TABLE access_log ADD COLUMN kiosk_id BLOB;
-- What they did it for; NULL where the act says it.
ALTER TABLE access_log ADD COLUMN purpose TEXT;
-- Whom of the staff it concerned; NULL where nobody.
ALTER TABLE access_log ADD COLUMN about_staff_id BLOB;
-- 2 where the chain's MAC is over these three columns, too; NULL where it is not.
ALTER TABLE access_log ADD COLUMN chain_form INTEGER CHECK (chain_form = 2);

CREATE TRIGGER access_log_origin_never_changes
BEFORE UPDATE OF kiosk_id, purpose, about_staff_id ON access_log
BEGIN SELECT RAISE(ABORT, 'a row of the access log never changes'); END;

-- A portal of an earlier version would seal such a row without what it says more: it is to leave it to one that knows.
CREATE TRIGGER access_log_is_sealed_with_all_it_says
BEFORE UPDATE OF sealed_seq ON access_log
WHEN NEW.chain_form IS NULL
    AND (OLD.kiosk_id IS NOT NULL OR OLD.purpose IS NOT NULL OR OLD.about_staff_id IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'this row is sealed by a newer program'); END;

CREATE INDEX access_log_by_actor ON access_log (practice_id, actor_id, at) WHERE actor_id IS NOT NULL;
