-- Whether a phone has opened a test link on the public origin: live mode takes no registrations before.

-- One link each practice; a newer one takes its place.
CREATE TABLE test_links (
    -- Whose.
    practice_id BLOB NOT NULL PRIMARY KEY REFERENCES practices (id),
    -- The public origin for which it was made.
    origin TEXT NOT NULL,
    -- SHA-256 of the token in its address.
    token_sha256 BLOB NOT NULL CHECK (length(token_sha256) = 32),
    -- When it was made.
    created_at TEXT NOT NULL,
    -- Until when it may be opened.
    expires_at TEXT NOT NULL,
    -- When the button on the page of a link for this origin was pressed first; NULL until then.
    opened_at TEXT
) STRICT;
