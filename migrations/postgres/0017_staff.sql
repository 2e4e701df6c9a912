-- Who works at the desk, and how they are let in.

-- A named staff member; the row stays when they leave, for the log names its id.
CREATE TABLE staff_members (
    -- Whose.
    practice_id UUID NOT NULL REFERENCES practices (id),
    -- Which.
    id UUID NOT NULL,
    -- What they type before the credential, in capitals; one of those who work here has each.
    initials TEXT NOT NULL,
    -- As colleagues call them.
    name TEXT NOT NULL,
    -- What they may do.
    role TEXT NOT NULL CHECK (role IN ('receptionist', 'manager', 'it')),
    -- argon2id as a PHC string; NULL until they chose a password.
    password_phc TEXT,
    -- SHA-256 of the token in their invitation; NULL once it was taken up.
    invitation_sha256 BYTEA CHECK (octet_length(invitation_sha256) = 32),
    -- Until when it may be taken up.
    invitation_expires_at TIMESTAMPTZ,
    -- When they were added.
    created_at TIMESTAMPTZ NOT NULL,
    -- When they left; NULL while they work here.
    removed_at TIMESTAMPTZ,
    PRIMARY KEY (practice_id, id),
    CHECK ((invitation_sha256 IS NULL) = (invitation_expires_at IS NULL)),
    CHECK (removed_at IS NULL OR (password_phc IS NULL AND invitation_sha256 IS NULL))
);

CREATE UNIQUE INDEX staff_members_by_initials ON staff_members (practice_id, initials) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX staff_members_by_invitation ON staff_members (practice_id, invitation_sha256)
    WHERE invitation_sha256 IS NOT NULL;

-- A staff member who is let in somewhere.
CREATE TABLE staff_sessions (
    -- Whose.
    practice_id UUID NOT NULL,
    -- SHA-256 of the token that the browser or the kiosk holds.
    token_sha256 BYTEA NOT NULL CHECK (octet_length(token_sha256) = 32),
    -- Who.
    staff_id UUID NOT NULL,
    -- At which kiosk; NULL in a browser.
    kiosk_id UUID,
    -- When they were let in.
    created_at TIMESTAMPTZ NOT NULL,
    -- When it was used last, to half a minute.
    used_at TIMESTAMPTZ NOT NULL,
    -- When what waits for staff was last on a screen there, to five seconds; NULL before the first time.
    watched_at TIMESTAMPTZ,
    PRIMARY KEY (practice_id, token_sha256),
    FOREIGN KEY (practice_id, staff_id) REFERENCES staff_members (practice_id, id),
    FOREIGN KEY (practice_id, kiosk_id) REFERENCES kiosks (practice_id, id)
);

CREATE INDEX staff_sessions_by_staff ON staff_sessions (practice_id, staff_id);

-- Tries of a staff member's credential at one place that were not right.
CREATE TABLE staff_tries (
    -- Whose.
    practice_id UUID NOT NULL,
    -- Whose credential.
    staff_id UUID NOT NULL,
    -- The kiosk, or the browser that somebody signed in with before; the nil UUID for any other browser.
    place_id UUID NOT NULL,
    -- How many.
    wrong BIGINT NOT NULL CHECK (wrong >= 1),
    -- When the newest was.
    last_at TIMESTAMPTZ NOT NULL,
    -- When the first was.
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (practice_id, staff_id, place_id),
    FOREIGN KEY (practice_id, staff_id) REFERENCES staff_members (practice_id, id)
);

-- A patient at a kiosk who asked for help.
CREATE TABLE help_calls (
    -- Whose.
    practice_id UUID NOT NULL,
    -- Which.
    id UUID NOT NULL,
    -- At which kiosk.
    kiosk_id UUID NOT NULL,
    -- What the patient can show.
    reference TEXT NOT NULL,
    -- The registration on screen, if one was confirmed.
    registration_id UUID,
    -- When.
    created_at TIMESTAMPTZ NOT NULL,
    -- When somebody said that they are coming; NULL until then.
    answered_at TIMESTAMPTZ,
    -- Who; NULL until then.
    answered_by UUID,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, kiosk_id) REFERENCES kiosks (practice_id, id),
    FOREIGN KEY (practice_id, answered_by) REFERENCES staff_members (practice_id, id),
    CHECK ((answered_at IS NULL) = (answered_by IS NULL))
);

CREATE INDEX help_calls_waiting ON help_calls (practice_id, created_at) WHERE answered_at IS NULL;
CREATE INDEX help_calls_by_reference ON help_calls (practice_id, reference, created_at);

CREATE INDEX registrations_by_confirmation ON registrations (practice_id, confirmed_at);

-- At which kiosk a staff member did it; NULL where at none.
ALTER TABLE access_log ADD COLUMN kiosk_id UUID;
-- What they did it for; NULL where the act says it.
ALTER TABLE access_log ADD COLUMN purpose TEXT;
-- Whom of the staff it concerned; NULL where nobody.
ALTER TABLE access_log ADD COLUMN about_staff_id UUID;
-- 2 where the chain's MAC is over these three columns, too; NULL where it is not.
ALTER TABLE access_log ADD COLUMN chain_form BIGINT CHECK (chain_form = 2);

CREATE TRIGGER access_log_origin_never_changes
BEFORE UPDATE OF kiosk_id, purpose, about_staff_id ON access_log
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A portal of an earlier version would seal such a row without what it says more: it is to leave it to one that knows.
CREATE TRIGGER access_log_is_sealed_with_all_it_says
BEFORE UPDATE OF sealed_seq ON access_log
FOR EACH ROW WHEN (NEW.chain_form IS NULL
    AND (OLD.kiosk_id IS NOT NULL OR OLD.purpose IS NOT NULL OR OLD.about_staff_id IS NOT NULL))
EXECUTE FUNCTION refuse_change();

CREATE INDEX access_log_by_actor ON access_log (practice_id, actor_id, at) WHERE actor_id IS NOT NULL;

SELECT keep_practices_apart('staff_members', 'practice_id');
SELECT keep_practices_apart('staff_sessions', 'practice_id');
SELECT keep_practices_apart('staff_tries', 'practice_id');
SELECT keep_practices_apart('help_calls', 'practice_id');

-- The same as before, and the new columns of the log.
CREATE OR REPLACE FUNCTION grant_run_time(run_time text) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    of_table text;
BEGIN
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', run_time);
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', run_time);
    EXECUTE format('GRANT SELECT ON _sqlx_migrations, database_stamp TO %I', run_time);
    FOR of_table IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity LOOP
        EXECUTE format('GRANT SELECT ON %I TO %I', of_table, run_time);
        IF of_table <> 'access_log' THEN
            EXECUTE format('GRANT INSERT ON %I TO %I', of_table, run_time);
        END IF;
        IF of_table NOT IN ('access_log', 'terms_acceptances') THEN
            EXECUTE format('GRANT UPDATE ON %I TO %I', of_table, run_time);
        END IF;
        IF of_table NOT IN ('practices', 'access_log_heads') THEN
            EXECUTE format('GRANT DELETE ON %I TO %I', of_table, run_time);
        END IF;
    END LOOP;
    -- A new row has no place in the chain yet.
    EXECUTE format('GRANT INSERT (practice_id, id, at, actor, actor_id, act, registration_id, patient_id, account_id,
        kiosk_id, purpose, about_staff_id) ON access_log TO %I', run_time);
    EXECUTE format('GRANT UPDATE (sealed_seq, chain_mac, chain_form) ON access_log TO %I', run_time);
END
$$;
