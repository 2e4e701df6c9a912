-- Whether a phone has opened a test link on the public origin: live mode takes no registrations before.

-- One link each practice; a newer one takes its place.
CREATE TABLE test_links (
    -- Whose.
    practice_id UUID NOT NULL PRIMARY KEY REFERENCES practices (id),
    -- The public origin for which it was made.
    origin TEXT NOT NULL,
    -- SHA-256 of the token in its address.
    token_sha256 BYTEA NOT NULL CHECK (octet_length(token_sha256) = 32),
    -- When it was made.
    created_at TIMESTAMPTZ NOT NULL,
    -- Until when it may be opened.
    expires_at TIMESTAMPTZ NOT NULL,
    -- When the button on the page of a link for this origin was pressed first; NULL until then.
    opened_at TIMESTAMPTZ
);

SELECT keep_practices_apart('test_links', 'practice_id');
