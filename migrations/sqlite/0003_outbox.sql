-- What was promised with a change of state, and what the sandbox delivered.

-- Messages and record updates, promised in the transaction of the change that promises them.
CREATE TABLE outbox (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- Which; also the id a provider is given, so that nothing is sent twice.
    id BLOB NOT NULL CHECK (length(id) = 16),
    -- For which registration, if for one.
    registration_id BLOB,
    -- What it is.
    kind TEXT NOT NULL CHECK (kind IN ('code_sms', 'link_email', 'link_reminder', 'record_update', 'record_create',
        'notice_old_contact', 'notice_registered_again')),
    -- Where it stands.
    state TEXT NOT NULL CHECK (state IN ('promised', 'sent', 'failed', 'expired', 'cancelled')),
    -- Not to be delivered before.
    not_before TEXT NOT NULL,
    -- Not to be delivered from then on.
    expires_at TEXT NOT NULL,
    -- Sealed under a key outside the database; erased once sent, failed, expired or cancelled.
    sealed BLOB,
    -- How often a worker took it; also tells a worker whether it still holds the lease.
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    -- Until when a worker has it to itself.
    leased_until TEXT,
    -- When it was promised.
    created_at TEXT NOT NULL,
    -- When it was sent, or given up.
    finished_at TEXT,
    PRIMARY KEY (practice_id, id),
    CHECK ((sealed IS NOT NULL) = (state = 'promised')),
    CHECK ((finished_at IS NULL) = (state = 'promised'))
) STRICT;

CREATE INDEX outbox_due ON outbox (not_before) WHERE state = 'promised';
CREATE INDEX outbox_by_registration ON outbox (practice_id, registration_id);
CREATE INDEX outbox_by_end ON outbox (finished_at) WHERE finished_at IS NOT NULL;

-- Messages of the sandbox's senders, for "the patient's phone". Empty in every other mode.
CREATE TABLE sandbox_messages (
    -- Whose.
    practice_id BLOB NOT NULL,
    -- The promise it was delivered for: delivered twice, it is here once.
    outbox_id BLOB NOT NULL CHECK (length(outbox_id) = 16),
    -- In order of arrival, from 1.
    position INTEGER NOT NULL CHECK (position >= 1),
    -- How it was sent.
    channel TEXT NOT NULL CHECK (channel IN ('sms', 'email')),
    -- To which number or address.
    recipient TEXT NOT NULL,
    -- Of an email; NULL for a text.
    subject TEXT,
    -- Plain text.
    body_text TEXT NOT NULL,
    -- Of an email; NULL for a text.
    body_html TEXT,
    -- When.
    sent_at TEXT NOT NULL,
    PRIMARY KEY (practice_id, outbox_id),
    UNIQUE (practice_id, position)
) STRICT;
