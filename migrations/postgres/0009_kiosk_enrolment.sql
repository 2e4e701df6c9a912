-- Codes with which a machine becomes a kiosk, and kiosks that are one no longer.

-- When its credential was revoked; NULL while it is a kiosk.
ALTER TABLE kiosks ADD COLUMN revoked_at TIMESTAMPTZ;

-- A machine that may become a kiosk; the row goes when it has.
CREATE TABLE kiosk_enrolments (
    -- Whose.
    practice_id UUID NOT NULL REFERENCES practices (id),
    -- As staff will call the kiosk; a newer code for the same name takes the place of this one.
    kiosk_name TEXT NOT NULL,
    -- Keyed MAC of the code, the key outside the database.
    code_mac BYTEA NOT NULL CHECK (octet_length(code_mac) = 32),
    -- When it was asked for.
    created_at TIMESTAMPTZ NOT NULL,
    -- Until when it may be used.
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (practice_id, kiosk_name),
    UNIQUE (practice_id, code_mac)
);

SELECT keep_practices_apart('kiosk_enrolments', 'practice_id');
