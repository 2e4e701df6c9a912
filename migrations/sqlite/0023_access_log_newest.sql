-- Of somebody's lines the newest are read in their order, and no further. Each index has a former one in it, which an older program does
-- not miss.

CREATE INDEX access_log_of_actor ON access_log (practice_id, actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX access_log_of_kiosk ON access_log (practice_id, kiosk_id, at, id) WHERE kiosk_id IS NOT NULL;
CREATE INDEX access_log_of_staff_concerned ON access_log (practice_id, about_staff_id, at, id) WHERE about_staff_id IS NOT NULL;
CREATE INDEX access_log_of_registration ON access_log (practice_id, registration_id, at, id);
CREATE INDEX access_log_of_patient ON access_log (practice_id, patient_id, at, id) WHERE patient_id IS NOT NULL;

DROP INDEX access_log_by_actor;
DROP INDEX access_log_by_kiosk;
DROP INDEX access_log_by_staff_concerned;
DROP INDEX access_log_by_registration;
DROP INDEX access_log_by_patient;
