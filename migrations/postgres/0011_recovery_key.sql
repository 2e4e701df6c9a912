-- To whom back-ups are sealed.

-- One row, once a recovery key was made. It belongs to the whole database, because a back-up is of the whole database. The
-- portal's role neither reads nor writes it: whoever could replace the recipient could read the next back-up.
CREATE TABLE recovery_key (
    -- Always 1: there is one recovery key.
    one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    -- Its public half, an age recipient; the key itself is on paper and nowhere else.
    recipient TEXT NOT NULL CHECK (recipient LIKE 'age1%'),
    -- When it was made.
    created_at TIMESTAMPTZ NOT NULL
);
