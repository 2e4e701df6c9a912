-- The access log is read by staff, and counted: by time, by place, and by whom it concerned.

CREATE INDEX access_log_by_time ON access_log (practice_id, at, id);
CREATE INDEX access_log_by_kiosk ON access_log (practice_id, kiosk_id, at) WHERE kiosk_id IS NOT NULL;
CREATE INDEX access_log_by_staff_concerned ON access_log (practice_id, about_staff_id, at) WHERE about_staff_id IS NOT NULL;

-- Hold all that is counted, so that ten thousand registrations are counted without looking at their lines.
CREATE INDEX access_log_begun ON access_log (practice_id, act, at, id, kiosk_id, registration_id)
    WHERE act = 'details_confirmed' OR act = 'help_called';
CREATE INDEX access_log_steps ON access_log (practice_id, registration_id, at, act)
    WHERE act IN ('code_right', 'password_set', 'left_for_phone', 'link_opened', 'terms_accepted', 'review_opened');
