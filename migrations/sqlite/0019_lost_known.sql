-- What staff know of already, and finding a person's other registrations when a change of theirs is seen to.

-- Of the entries that were lost, as many as staff have said that they know of.
ALTER TABLE kiosk_journals ADD COLUMN known_lost INTEGER NOT NULL DEFAULT 0 CHECK (known_lost >= 0);

CREATE INDEX registrations_by_date_of_birth ON registrations (practice_id, date_of_birth);
