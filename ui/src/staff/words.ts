import type {
  Agreement,
  KioskAct,
  FiguresOver,
  FiguresStep,
  LogActor,
  ByHandPurpose,
  IdSeen,
  RecordObstacle,
  RegistrationState,
  ReviewReason,
  ReviewWordKind,
  StaffHelpKind,
  StaffRole,
  StaffStanding,
  SyncTrouble,
} from '../bindings';
import type { IconName } from '../pieces/Icon.svelte';
import type { MessageId, PlainId } from '../texts/staffMessages';
import { t } from '../texts/staffTexts';

/** How a state looks in a list: still on its way, done, in need of somebody, or over. */
export type Standing = 'under-way' | 'done' | 'at-desk' | 'over';

interface StateWords {
  word: PlainId;
  means: PlainId;
  standing: Standing;
}

export const STATE_WORDS: Record<RegistrationState, StateWords> = {
  awaiting_code: {
    word: 'state-awaiting-code',
    means: 'state-awaiting-code-means',
    standing: 'under-way',
  },
  awaiting_password: {
    word: 'state-awaiting-password',
    means: 'state-awaiting-password-means',
    standing: 'under-way',
  },
  awaiting_link: {
    word: 'state-awaiting-link',
    means: 'state-awaiting-link-means',
    standing: 'under-way',
  },
  awaiting_terms: {
    word: 'state-awaiting-terms',
    means: 'state-awaiting-terms-means',
    standing: 'under-way',
  },
  registered: { word: 'state-registered', means: 'state-registered-means', standing: 'done' },
  handed_to_desk: {
    word: 'state-handed-to-desk',
    means: 'state-handed-to-desk-means',
    standing: 'at-desk',
  },
  expired: { word: 'state-expired', means: 'state-expired-means', standing: 'over' },
  abandoned: { word: 'state-abandoned', means: 'state-abandoned-means', standing: 'over' },
  declined: { word: 'state-declined', means: 'state-declined-means', standing: 'over' },
  locked: { word: 'state-locked', means: 'state-locked-means', standing: 'at-desk' },
  superseded: { word: 'state-superseded', means: 'state-superseded-means', standing: 'over' },
};

/** Where a registration began: colleagues begin some at the desk. */
export const kioskInWords = (kiosk: string | null): string => kiosk ?? t('at-the-desk');

interface HelpWords {
  name: PlainId;
  act: PlainId;
  done: PlainId;
  icon: IconName;
}

export const HELP_WORDS: Record<StaffHelpKind, HelpWords> = {
  resend_code: {
    name: 'help-resend-code',
    act: 'help-resend-code-do',
    done: 'help-resend-code-done',
    icon: 'phone',
  },
  send_new_link: {
    name: 'help-send-new-link',
    act: 'help-send-new-link-do',
    done: 'help-send-new-link-done',
    icon: 'email',
  },
  correct_email: {
    name: 'help-correct-email',
    act: 'help-correct-email-do',
    done: 'help-correct-email-done',
    icon: 'email',
  },
  correct_mobile: {
    name: 'help-correct-mobile',
    act: 'help-correct-mobile-do',
    done: 'help-correct-mobile-done',
    icon: 'phone',
  },
  restart: {
    name: 'help-restart',
    act: 'help-restart-do',
    done: 'help-restart-done',
    icon: 'restart',
  },
  finish: {
    name: 'help-finish',
    act: 'help-finish-do',
    done: 'help-finish-done',
    icon: 'person',
  },
  unlink: {
    name: 'help-unlink',
    act: 'help-unlink-do',
    done: 'help-unlink-done',
    icon: 'different',
  },
  cancel: {
    name: 'help-cancel',
    act: 'help-cancel-do',
    done: 'help-cancel-done',
    icon: 'problem',
  },
};

/** By what somebody knows a patient: as they choose it themselves, and as colleagues read it later. */
export const ID_WORDS: Record<IdSeen, { choose: PlainId; seen: PlainId }> = {
  passport: { choose: 'id-passport', seen: 'id-passport' },
  driving_licence: { choose: 'id-driving-licence', seen: 'id-driving-licence' },
  photo_card: { choose: 'id-photo-card', seen: 'id-photo-card' },
  known_to_staff: { choose: 'id-known-to-me', seen: 'id-known-to-staff' },
};

interface ReasonWords {
  word: PlainId;
  means: PlainId;
}

const reason = (word: PlainId, means: PlainId): ReasonWords => ({ word, means });

export const REASON_WORDS: Record<ReviewReason, ReasonWords> = {
  several_records_agree: reason(
    'reason-several-records-agree',
    'reason-several-records-agree-means',
  ),
  contact_on_another_record: reason(
    'reason-contact-on-another-record',
    'reason-contact-on-another-record-means',
  ),
  name_and_date_agree_contact_differs: reason(
    'reason-name-and-date-agree-contact-differs',
    'reason-name-and-date-agree-contact-differs-means',
  ),
  contact_agrees_name_or_date_differs: reason(
    'reason-contact-agrees-name-or-date-differs',
    'reason-contact-agrees-name-or-date-differs-means',
  ),
  date_agrees_name_similar: reason(
    'reason-date-agrees-name-similar',
    'reason-date-agrees-name-similar-means',
  ),
  account_exists_with_other_contacts: reason(
    'reason-account-exists-with-other-contacts',
    'reason-account-exists-with-other-contacts-means',
  ),
  no_email: reason('reason-no-email', 'reason-no-email-means'),
  record_changed_meanwhile: reason(
    'reason-record-changed-meanwhile',
    'reason-record-changed-meanwhile-means',
  ),
  record_not_written: reason('reason-record-not-written', 'reason-record-not-written-means'),
  name_agrees_date_similar: reason(
    'reason-name-agrees-date-similar',
    'reason-name-agrees-date-similar-means',
  ),
  another_record_is_near: reason(
    'reason-another-record-is-near',
    'reason-another-record-is-near-means',
  ),
  record_marked: reason('reason-record-marked', 'reason-record-marked-means'),
  too_common_to_tell: reason('reason-too-common-to-tell', 'reason-too-common-to-tell-means'),
  short_name_of_somebody_else: reason(
    'reason-short-name-of-somebody-else',
    'reason-short-name-of-somebody-else-means',
  ),
};

/** Why the patient of a record can't be registered at the desk, and what to do instead. */
export const OBSTACLE_WORDS: Record<RecordObstacle, ReasonWords> = {
  has_account: reason('obstacle-has-account', 'obstacle-has-account-step'),
  details_lacking: reason('obstacle-details-lacking', 'obstacle-details-lacking-step'),
  too_young: reason('obstacle-too-young', 'obstacle-too-young-step'),
  marked: reason('obstacle-marked', 'obstacle-marked-step'),
  not_searched_here: reason('obstacle-not-searched', 'obstacle-not-searched-step'),
};

export const AGREEMENT_WORDS: Record<Agreement, { word: PlainId; icon: IconName }> = {
  same: { word: 'agreement-same', icon: 'check' },
  similar: { word: 'agreement-similar', icon: 'similar' },
  different: { word: 'agreement-different', icon: 'different' },
  missing: { word: 'agreement-missing', icon: 'missing' },
};

export const DECISION_WORDS: Record<ReviewWordKind, PlainId> = {
  same_person: 'word-same-person',
  different_person: 'word-different-person',
  rejected: 'word-rejected',
};

export const ROLE_WORDS: Record<StaffRole, { word: PlainId; means: PlainId }> = {
  receptionist: { word: 'role-receptionist', means: 'role-receptionist-means' },
  manager: { word: 'role-manager', means: 'role-manager-means' },
  it: { word: 'role-it', means: 'role-it-means' },
};

export const STANDING_WORDS: Record<StaffStanding, PlainId> = {
  active: 'standing-active',
  invited: 'standing-invited',
  invitation_expired: 'standing-invitation-expired',
};

export const OVER_WORDS: Record<FiguresOver, PlainId> = {
  week: 'figures-week',
  month: 'figures-month',
  quarter: 'figures-quarter',
};

export const STEP_WORDS: Record<FiguresStep, { word: PlainId; means: PlainId }> = {
  code: { word: 'step-code', means: 'step-code-means' },
  password: { word: 'step-password', means: 'step-password-means' },
  link: { word: 'step-link', means: 'step-link-means' },
  terms: { word: 'step-terms', means: 'step-terms-means' },
};

export const ACTOR_WORDS: Record<LogActor, PlainId> = {
  patient: 'actor-patient',
  kiosk: 'actor-kiosk',
  portal: 'actor-portal',
  staff: 'actor-staff',
};

/** By their names in the access log: `Purpose` in `crates/store/src/access_log/entry.rs`. */
const PURPOSE_WORDS: Partial<Record<string, PlainId>> = {
  help_patient: 'purpose-help-patient',
  settle_review: 'purpose-settle-review',
  register_patient: 'purpose-register-patient',
};

export const TROUBLE_WORDS: Record<SyncTrouble, ReasonWords> = {
  record_changed: reason('trouble-record-changed', 'trouble-record-changed-means'),
  not_written: reason('trouble-not-written', 'trouble-not-written-means'),
  promise_unreadable: reason('trouble-promise-unreadable', 'trouble-promise-unreadable-means'),
  new_cannot_be_told: reason('trouble-new-cannot-be-told', 'trouble-new-cannot-be-told-means'),
  refused: reason('trouble-refused', 'trouble-refused-means'),
  record_gone: reason('trouble-record-gone', 'trouble-record-gone-means'),
  record_closed: reason('trouble-record-closed', 'trouble-record-closed-means'),
  too_many_records: reason('trouble-too-many-records', 'trouble-too-many-records-means'),
  not_kept: reason('trouble-not-kept', 'trouble-not-kept-means'),
  not_understood: reason('trouble-not-understood', 'trouble-not-understood-means'),
  in_review: reason('trouble-in-review', 'trouble-in-review-means'),
  waits_long: reason('trouble-waits-long', 'trouble-waits-long-means'),
};

export const BY_HAND_WORDS: Record<ByHandPurpose, PlainId> = {
  update: 'by-hand-update',
  create: 'by-hand-create',
  put_back: 'by-hand-put-back',
};

/** By their names in the log: `ContactField` in `crates/store/src/patients/mod.rs`. */
const FIELD_WORDS: Partial<Record<string, PlainId>> = {
  mobile: 'by-hand-mobile',
  home: 'by-hand-home',
  work: 'by-hand-work',
  email: 'by-hand-email',
};

/** A field that a newer portal knows is better shown by its name than not at all. */
export function fieldInWords(field: string): string {
  const id = Object.hasOwn(FIELD_WORDS, field) ? FIELD_WORDS[field] : undefined;
  return id ? t(id) : field;
}

/** By their names in the access log: `Act` in `crates/store/src/access_log/entry.rs`. */
const ACT_WORDS: Partial<Record<string, PlainId>> = {
  details_confirmed: 'act-details-confirmed',
  code_sent: 'act-code-sent',
  code_right: 'act-code-right',
  password_set: 'act-password-set',
  left_for_phone: 'act-left-for-phone',
  link_sent: 'act-link-sent',
  link_opened: 'act-link-opened',
  registration_locked: 'act-registration-locked',
  terms_accepted: 'act-terms-accepted',
  terms_declined: 'act-terms-declined',
  registration_abandoned: 'act-registration-abandoned',
  registration_expired: 'act-registration-expired',
  registration_superseded: 'act-registration-superseded',
  records_matched: 'act-records-matched',
  review_opened: 'act-review-opened',
  account_made: 'act-account-made',
  account_reset: 'act-account-reset',
  record_linked: 'act-record-linked',
  record_created: 'act-record-created',
  record_updated: 'act-record-updated',
  record_update_undone: 'act-record-update-undone',
  said_not_the_same: 'act-said-not-the-same',
  record_update_left_to_staff: 'act-record-update-left-to-staff',
  record_task_shown: 'act-record-task-shown',
  record_entered_by_hand: 'act-record-entered-by-hand',
  desk_reference_given: 'act-desk-reference-given',
  kiosk_enrolled: 'act-kiosk-enrolled',
  records_imported: 'act-records-imported',
  records_exported: 'act-records-exported',
  records_checked: 'act-records-checked',
  enrolment_opened: 'act-enrolment-opened',
  kiosk_revoked: 'act-kiosk-revoked',
  kept_details_lost: 'act-kept-details-lost',
  kept_details_shown: 'act-kept-details-shown',
  backup_begun: 'act-backup-begun',
  backup_restored: 'act-backup-restored',
  recovery_key_replaced: 'act-recovery-key-replaced',
  review_shown: 'act-review-shown',
  review_settled: 'act-review-settled',
  review_opened_again: 'act-review-opened-again',
  record_unlinked: 'act-record-unlinked',
  staff_invited: 'act-staff-invited',
  staff_invitation_taken_up: 'act-staff-invitation-taken-up',
  staff_removed: 'act-staff-removed',
  staff_let_in: 'act-staff-let-in',
  staff_let_out: 'act-staff-let-out',
  staff_tries_used_up: 'act-staff-tries-used-up',
  registrations_listed: 'act-registrations-listed',
  registrations_searched: 'act-registrations-searched',
  reviews_listed: 'act-reviews-listed',
  registration_shown: 'act-registration-shown',
  email_corrected: 'act-email-corrected',
  mobile_corrected: 'act-mobile-corrected',
  registration_cancelled: 'act-registration-cancelled',
  registration_restarted: 'act-registration-restarted',
  registration_finished_by_staff: 'act-registration-finished-by-staff',
  id_seen: 'act-id-seen',
  records_searched: 'act-records-searched',
  record_shown: 'act-record-shown',
  registration_begun_by_staff: 'act-registration-begun-by-staff',
  help_call_answered: 'act-help-call-answered',
  staff_vouched_for: 'act-staff-vouched-for',
  staff_not_vouched_for: 'act-staff-not-vouched-for',
  kiosk_paused: 'act-kiosk-paused',
  kiosk_resumed: 'act-kiosk-resumed',
  kiosk_cleaned: 'act-kiosk-cleaned',
  kiosk_cleaning_stopped: 'act-kiosk-cleaning-stopped',
  kiosk_restarted: 'act-kiosk-restarted',
  help_called: 'act-help-called',
  access_log_read: 'act-access-log-read',
  access_log_exported: 'act-access-log-exported',
  access_log_verified: 'act-access-log-verified',
  changes_listed: 'act-changes-listed',
  change_tried_again: 'act-change-tried-again',
  change_sent_to_review: 'act-change-sent-to-review',
  lost_details_known: 'act-lost-details-known',
};

/** What a newer portal writes is better shown by its name than not at all. */
function inWords(name: string, words: Partial<Record<string, PlainId>>): string {
  const id = Object.hasOwn(words, name) ? words[name] : undefined;
  return id ? t(id) : name;
}

interface KioskActWords {
  word: PlainId;
  icon: IconName;
  /** What is said once the kiosk will hear of it. */
  done: Extract<MessageId, `kiosk-${string}-done`>;
}

export const KIOSK_ACT_WORDS: Record<KioskAct, KioskActWords> = {
  pause: { word: 'kiosk-pause', icon: 'pause', done: 'kiosk-pause-done' },
  resume: { word: 'kiosk-resume', icon: 'open', done: 'kiosk-resume-done' },
  clean: { word: 'kiosk-clean', icon: 'clean', done: 'kiosk-clean-done' },
  stop_cleaning: {
    word: 'kiosk-stop-cleaning',
    icon: 'check',
    done: 'kiosk-stop-cleaning-done',
  },
  restart: { word: 'kiosk-restart', icon: 'restart', done: 'kiosk-restart-done' },
};
export const actInWords = (act: string): string => inWords(act, ACT_WORDS);

export const purposeInWords = (purpose: string): string => inWords(purpose, PURPOSE_WORDS);
