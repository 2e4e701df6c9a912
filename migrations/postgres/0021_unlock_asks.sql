-- Staff at a kiosk who would rather be let in by a colleague at the desk than type a password before watching eyes.

CREATE TABLE unlock_asks (
    -- Whose.
    practice_id UUID NOT NULL,
    -- At which kiosk; the newest takes the place of the one before.
    kiosk_id UUID NOT NULL,
    -- Which.
    id UUID NOT NULL,
    -- SHA-256 of the token that the kiosk holds.
    token_sha256 BYTEA NOT NULL CHECK (octet_length(token_sha256) = 32),
    -- Who asks, as far as the initials say.
    staff_id UUID NOT NULL,
    -- The two digits that the kiosk shows.
    digits TEXT NOT NULL CHECK (length(digits) = 2),
    -- When it was asked.
    created_at TIMESTAMPTZ NOT NULL,
    -- Who at the desk has typed the digits; NULL until somebody has.
    vouched_by UUID,
    -- When somebody at the desk would not, or typed other digits; NULL until then.
    refused_at TIMESTAMPTZ,
    PRIMARY KEY (practice_id, kiosk_id),
    FOREIGN KEY (practice_id, kiosk_id) REFERENCES kiosks (practice_id, id),
    FOREIGN KEY (practice_id, staff_id) REFERENCES staff_members (practice_id, id),
    FOREIGN KEY (practice_id, vouched_by) REFERENCES staff_members (practice_id, id),
    CHECK (vouched_by IS NULL OR refused_at IS NULL)
);

SELECT keep_practices_apart('unlock_asks', 'practice_id');
