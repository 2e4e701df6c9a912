-- Details that kiosks kept while the portal, or whoever sends texts, could not be reached.

-- When the one upload after its credential was revoked began; NULL until then.
ALTER TABLE kiosks ADD COLUMN last_upload_at TEXT;

-- What a kiosk says of its journal; a kiosk that was set up anew has a new one.
CREATE TABLE kiosk_journals (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- Which; drawn by the kiosk.
    id BLOB NOT NULL,
    -- On which kiosk.
    kiosk_id BLOB NOT NULL,
    -- Entries that the kiosk has made in all.
    given INTEGER NOT NULL CHECK (given >= 0),
    -- Entries that still lie there.
    waiting INTEGER NOT NULL CHECK (waiting >= 0),
    -- Entries that came here.
    received INTEGER NOT NULL CHECK (received >= 0),
    -- Entries made that neither lie there nor came here.
    lost INTEGER NOT NULL CHECK (lost >= 0),
    -- When the first word of it came.
    created_at TEXT NOT NULL,
    -- When the kiosk said so last; NULL while only entries came.
    reported_at TEXT,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, kiosk_id) REFERENCES kiosks (practice_id, id)
) STRICT;

-- One person's confirmed details, from the kiosk that kept them to the text message.
CREATE TABLE journal_entries (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- Which; drawn by the kiosk.
    id BLOB NOT NULL,
    -- Where they were confirmed.
    kiosk_id BLOB NOT NULL,
    -- What the patient was shown.
    reference TEXT NOT NULL,
    -- When they were confirmed, by the kiosk's clock.
    kept_at TEXT NOT NULL,
    -- When they came.
    created_at TEXT NOT NULL,
    -- By when the text must have gone.
    expires_at TEXT NOT NULL,
    -- As the kiosk sealed them to the portal's public key; erased once a registration began, or a week after none did.
    sealed BLOB,
    -- Not to be looked at before.
    not_before TEXT NOT NULL,
    -- What for; NULL where for nothing.
    waits_for TEXT,
    -- The registration that began with them.
    registration_id BLOB,
    -- When it was over.
    ended_at TEXT,
    -- What became of them; NULL until then.
    fate TEXT,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, kiosk_id) REFERENCES kiosks (practice_id, id),
    CHECK ((ended_at IS NULL) = (fate IS NULL)),
    CHECK (sealed IS NULL OR registration_id IS NULL)
) STRICT;

CREATE INDEX journal_entries_due ON journal_entries (practice_id, not_before) WHERE ended_at IS NULL;
CREATE INDEX journal_entries_by_end ON journal_entries (practice_id, ended_at) WHERE ended_at IS NOT NULL;

-- Since when nobody takes the practice's texts; no row while somebody does.
CREATE TABLE text_trouble (
    -- Whose.
    practice_id BLOB NOT NULL PRIMARY KEY REFERENCES practices (id),
    -- When a code first did not go, and none has gone since.
    created_at TEXT NOT NULL,
    -- Whose code that was.
    registration_id BLOB NOT NULL,
    -- Whose did not go either; NULL while it was one person's alone, whose number may be no good.
    other_registration_id BLOB,
    -- When one last did not go.
    failed_at TEXT NOT NULL
) STRICT;
