-- Each portal looks for what is due in its own practice: its worker has no key to another's promises.

CREATE INDEX outbox_due_by_practice ON outbox (practice_id, not_before) WHERE state = 'promised';
DROP INDEX outbox_due;

CREATE INDEX registrations_due_by_practice ON registrations (practice_id, deadline) WHERE deadline IS NOT NULL;
DROP INDEX registrations_by_deadline;
