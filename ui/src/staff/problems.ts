import type {
  Field,
  FieldProblem,
  FieldProblemCode,
  StaffProblem,
  StaffProblemCode,
} from '../bindings';
import { FIELD_WORDS } from '../kiosk/problems';
import type { PlainId } from '../texts/staffMessages';
import { t } from '../texts/staffTexts';
import { inEnglish } from '../texts/texts.svelte';

/** What can be done beside the words. */
export type WayOn = 'none' | 'try_again';

interface ProblemWords {
  text: PlainId;
  step: PlainId;
  way: WayOn;
}

const words = (text: PlainId, step: PlainId, way: WayOn = 'none'): ProblemWords => ({
  text,
  step,
  way,
});

const unforeseen = words('problem-unforeseen', 'problem-unforeseen-step', 'try_again');

const PROBLEM_WORDS: Record<StaffProblemCode, ProblemWords> = {
  fields_refused: words('problem-fields', 'problem-fields-step'),
  not_let_in: words('problem-not-let-in', 'problem-not-let-in-step'),
  locked: words('problem-locked', 'problem-locked-step'),
  not_signed_in: words('problem-not-signed-in', 'problem-not-signed-in-step'),
  not_permitted: words('problem-not-permitted', 'problem-not-permitted-step'),
  not_found: words('problem-not-found', 'problem-not-found-step'),
  changed_meanwhile: words('problem-changed', 'problem-changed-step'),
  already_settled: words('problem-already-settled', 'problem-already-settled-step'),
  digits_wrong: words('problem-digits', 'problem-digits-step'),
  not_possible_now: words('problem-not-possible', 'problem-not-possible-step'),
  record_of_another_account: words('problem-other-account', 'problem-other-account-step'),
  account_shows_another_record: words('problem-own-account', 'problem-own-account-step'),
  proven_later: words('problem-proven-later', 'problem-proven-later-step'),
  change_under_way: words('problem-under-way', 'problem-under-way-step'),
  record_made: words('problem-record-made', 'problem-record-made-step'),
  too_late: words('problem-too-late', 'problem-too-late-step'),
  limit_reached: words('problem-limit', 'problem-limit-step'),
  invitation_not_accepted: words('problem-invitation', 'problem-invitation-step'),
  last_manager: words('problem-last-manager', 'problem-last-manager-step'),
  days_not_possible: words('problem-days', 'problem-days-step'),
  too_much: words('problem-too-much', 'problem-too-much-step'),
  busy: words('problem-busy', 'problem-busy-step', 'try_again'),
  malformed_request: unforeseen,
  kiosk_not_accepted: words('problem-kiosk', 'problem-kiosk-step'),
  portal_unreachable: words('problem-unreachable', 'problem-unreachable-step', 'try_again'),
  unforeseen,
};

/** Longer is said in minutes: nobody counts that many seconds. */
const LONGEST_IN_SECONDS = 90;

export function retryWords(seconds: number): string {
  return seconds > LONGEST_IN_SECONDS
    ? t('problem-retry-minutes', { minutes: Math.ceil(seconds / 60) })
    : t('problem-retry', { seconds });
}

export function problemWords(problem: StaffProblem): { text: string; step: string; way: WayOn } {
  const { text, step, way } = PROBLEM_WORDS[problem.code];
  const wait = problem.retry_after_s;
  return { text: t(text), step: wait ? retryWords(wait) : t(step), way };
}

export function isStaffProblem(thrown: unknown): thrown is StaffProblem {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    'code' in thrown &&
    typeof thrown.code === 'string' &&
    Object.hasOwn(PROBLEM_WORDS, thrown.code)
  );
}

/** What an ask rejected with; anything that is not a `StaffProblem` is unforeseen. */
export function staffProblemFrom(thrown: unknown): StaffProblem {
  return isStaffProblem(thrown) ? thrown : { code: 'unforeseen' };
}

const MISSING: Partial<Record<Field, PlainId>> = {
  initials: 'field-initials-missing',
  staff_name: 'field-staff-name-missing',
  email: 'field-email-missing',
  mobile: 'field-mobile-missing',
  password: 'field-password-missing',
};

/** Where colleagues need other words than the patient who types the same into the kiosk. */
const OWN: Partial<Record<FieldProblemCode, PlainId | Partial<Record<Field, PlainId>>>> = {
  missing: MISSING,
  too_long: { initials: 'field-initials-malformed', staff_name: 'field-too-long' },
  initials_malformed: 'field-initials-malformed',
  initials_taken: 'field-initials-taken',
  password_too_short: 'field-password-short',
  password_own_details: 'field-password-own',
  mobile_country_refused: 'field-mobile-country',
};

export function fieldWords({ field, code }: FieldProblem): string {
  const own = OWN[code];
  const id = typeof own === 'string' ? own : own?.[field];
  if (id) return t(id);
  const patients = FIELD_WORDS[code];
  return inEnglish(typeof patients === 'string' ? patients : patients[field]);
}
