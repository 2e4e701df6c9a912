-- Whether kiosks are there, and what staff want of them.

-- Since when staff let it take nobody new; NULL while it takes patients.
ALTER TABLE kiosks ADD COLUMN paused_at TEXT;
-- Until when its glass answers to no touch; NULL, or past, while it does.
ALTER TABLE kiosks ADD COLUMN cleaning_until TEXT;
-- When it was last asked to begin anew; NULL before the first time.
ALTER TABLE kiosks ADD COLUMN restart_asked_at TEXT;

-- What a kiosk said of itself last.
CREATE TABLE kiosk_presences (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- Which kiosk.
    kiosk_id BLOB NOT NULL,
    -- When it said so, to ten seconds.
    seen_at TEXT NOT NULL,
    -- When its program began, as far as it says.
    began_at TEXT NOT NULL,
    -- Version of its program.
    version TEXT NOT NULL,
    -- 1 while somebody is at the glass.
    in_use INTEGER NOT NULL CHECK (in_use IN (0, 1)),
    -- People's details that lie there because the portal was away.
    kept INTEGER NOT NULL CHECK (kept >= 0),
    -- When it was first heard of.
    created_at TEXT NOT NULL,
    PRIMARY KEY (practice_id, kiosk_id),
    FOREIGN KEY (practice_id, kiosk_id) REFERENCES kiosks (practice_id, id)
) STRICT;
