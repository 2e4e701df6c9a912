import type {
  Field,
  FieldProblem,
  FieldProblemCode,
  OutOfServiceReason,
  Problem,
  ProblemCode,
} from '../bindings';
import { t } from '../texts/texts.svelte';
import type { PlainId } from '../texts/messages';

/** The way on that is offered beside the words. */
export type WayOn = 'correct' | 'try_again' | 'start_again' | 'desk';

interface ProblemWords {
  text: PlainId;
  step: PlainId | 'problem-code-wrong-step';
  way: WayOn;
}

const moved: ProblemWords = {
  text: 'problem-moved-on',
  step: 'problem-moved-on-step',
  way: 'start_again',
};
const unreachable: ProblemWords = {
  text: 'problem-unreachable',
  step: 'problem-unreachable-step',
  way: 'try_again',
};
const unforeseen: ProblemWords = {
  text: 'problem-unforeseen',
  step: 'problem-unforeseen-step',
  way: 'try_again',
};

/** What is said in each situation, and what can be done about it. `fields_refused` speaks through the fields. */
export const PROBLEM_WORDS: Record<Exclude<ProblemCode, 'fields_refused'>, ProblemWords> = {
  code_wrong: { text: 'problem-code-wrong', step: 'problem-code-wrong-step', way: 'correct' },
  code_expired: { text: 'problem-code-expired', step: 'problem-code-expired-step', way: 'correct' },
  code_tries_used_up: {
    text: 'problem-code-tries',
    step: 'problem-code-tries-step',
    way: 'correct',
  },
  number_tries_used_up: {
    text: 'problem-number-tries',
    step: 'problem-number-tries-step',
    way: 'desk',
  },
  resend_too_soon: {
    text: 'problem-resend-soon',
    step: 'problem-resend-soon-step',
    way: 'correct',
  },
  too_many_sends: {
    text: 'problem-too-many-sends',
    step: 'problem-too-many-sends-step',
    way: 'desk',
  },
  not_in_this_state: moved,
  not_found: moved,
  busy: { text: 'problem-busy', step: 'problem-busy-step', way: 'try_again' },
  portal_unreachable: unreachable,
  portal_slow: { text: 'problem-slow', step: 'problem-slow-step', way: 'try_again' },
  texts_unavailable: {
    text: 'problem-texts-unavailable',
    step: 'problem-at-desk-step',
    way: 'desk',
  },
  journal_full: { text: 'problem-journal-full', step: 'problem-at-desk-step', way: 'desk' },
  unforeseen,
  kiosk_not_accepted: {
    text: 'problem-out-of-service',
    step: 'problem-out-of-service-step',
    way: 'desk',
  },
  idempotency_key_reused: unforeseen,
  malformed_request: unforeseen,
  out_of_service: {
    text: 'problem-out-of-service',
    step: 'problem-out-of-service-step',
    way: 'desk',
  },
  portal_not_trusted: unreachable,
  not_a_portal: unreachable,
  portal_at_another_address: unreachable,
  portal_of_another_mode: unreachable,
  key_store_unusable: unforeseen,
  credential_not_kept: unforeseen,
};

/** The same for whoever joins the kiosk to a portal: somebody of the practice, who can mend what is wrong. */
const CONNECT_WORDS: Partial<Record<ProblemCode, ProblemWords>> = {
  kiosk_not_accepted: {
    text: 'connect-code-refused',
    step: 'connect-code-refused-step',
    way: 'correct',
  },
  portal_unreachable: {
    text: 'connect-unreachable',
    step: 'connect-unreachable-step',
    way: 'try_again',
  },
  portal_slow: { text: 'connect-slow', step: 'connect-slow-step', way: 'try_again' },
  portal_not_trusted: {
    text: 'connect-not-trusted',
    step: 'connect-not-trusted-step',
    way: 'try_again',
  },
  not_a_portal: { text: 'connect-no-portal', step: 'connect-no-portal-step', way: 'correct' },
  portal_at_another_address: {
    text: 'connect-other-address',
    step: 'connect-other-address-step',
    way: 'correct',
  },
  portal_of_another_mode: {
    text: 'connect-other-mode',
    step: 'connect-other-mode-step',
    way: 'correct',
  },
  key_store_unusable: {
    text: 'connect-key-store',
    step: 'connect-key-store-step',
    way: 'try_again',
  },
  credential_not_kept: {
    text: 'connect-not-kept',
    step: 'connect-not-kept-step',
    way: 'correct',
  },
};

/** What staff can do about a kiosk that is out of service. */
export const REASON_WORDS: Record<OutOfServiceReason, PlainId> = {
  key_store_missing: 'out-key-store-missing',
  key_store_locked: 'out-key-store-locked',
  key_store_silent: 'out-key-store-silent',
  database_unreadable: 'out-database-unreadable',
  database_too_new: 'out-database-too-new',
  database_of_another_mode: 'out-database-other-mode',
  portal_address_taken: 'out-address-taken',
  data_folder_taken: 'out-folder-taken',
  not_configured: 'out-not-configured',
  live_needs_remote_portal: 'out-live-needs-remote',
  portal_authority_unreadable: 'out-authority-unreadable',
  portal_of_another_mode: 'out-portal-other-mode',
  kiosk_not_accepted: 'out-not-accepted',
  portal_not_trusted: 'out-not-trusted',
  portal_at_another_address: 'out-other-address',
  not_a_portal: 'out-no-portal',
  test_link_not_opened: 'out-test-link',
};

const missing: Record<Field, PlainId> = {
  given_name: 'field-given-missing',
  family_name: 'field-family-missing',
  date_of_birth: 'field-dob-missing',
  date_of_birth_day: 'field-day-missing',
  date_of_birth_month: 'field-month-missing',
  date_of_birth_year: 'field-year-missing',
  email: 'field-email-missing',
  mobile: 'field-mobile-missing',
  code: 'field-code-missing',
  password: 'field-password-missing',
  portal_address: 'field-address-missing',
  enrolment_code: 'field-enrolment-missing',
  initials: 'field-initials-missing',
  staff_name: 'field-staff-name-missing',
};

const tooLong: Record<Field, PlainId> = {
  given_name: 'field-name-too-long',
  family_name: 'field-name-too-long',
  date_of_birth: 'field-dob-too-long',
  date_of_birth_day: 'field-dob-too-long',
  date_of_birth_month: 'field-dob-too-long',
  date_of_birth_year: 'field-dob-too-long',
  email: 'field-email-too-long',
  mobile: 'field-mobile-too-long',
  code: 'field-code-too-long',
  password: 'field-password-too-long',
  portal_address: 'field-address-origin',
  enrolment_code: 'field-enrolment-whole',
  initials: 'field-initials',
  staff_name: 'field-name-too-long',
};

/** The words by a refused field; one for all fields where the code itself names the field. */
export const FIELD_WORDS: Record<FieldProblemCode, PlainId | Record<Field, PlainId>> = {
  missing,
  too_long: tooLong,
  name_character_refused: 'field-name-character',
  name_without_letter: 'field-name-letter',
  date_not_real: 'field-date-not-real',
  year_not_four_digits: 'field-year-four',
  date_not_past: 'field-date-past',
  date_too_long_ago: 'field-date-long-ago',
  under16: 'field-under16',
  email_not_an_address: 'field-email-address',
  email_confusable: 'field-email-confusable',
  mobile_not_a_number: 'field-mobile-number',
  mobile_is_landline: 'field-mobile-landline',
  mobile_is_premium: 'field-mobile-premium',
  mobile_is_shared_cost: 'field-mobile-premium',
  mobile_is_pager: 'field-mobile-pager',
  mobile_is_personal: 'field-mobile-personal',
  mobile_is_voip: 'field-mobile-voip',
  mobile_country_refused: 'field-mobile-country',
  mobile_takes_no_texts: 'field-mobile-no-texts',
  code_not_six_digits: 'field-code-six',
  password_too_short: 'field-password-short',
  password_common: 'field-password-common',
  password_guessable: 'field-password-guessable',
  password_own_details: 'field-password-own',
  password_character_refused: 'field-password-character',
  address_not_an_origin: 'field-address-origin',
  address_not_https: 'field-address-https',
  enrolment_code_not_whole: 'field-enrolment-whole',
  initials_malformed: 'field-initials',
  initials_taken: 'field-initials-taken',
};

export function fieldWords({ field, code }: FieldProblem, oneName: boolean): string {
  if (oneName && field === 'family_name' && code === 'missing') return t('field-only-name-missing');
  const words = FIELD_WORDS[code];
  return t(typeof words === 'string' ? words : words[field]);
}

export function problemWords(
  problem: Problem,
  connecting = false,
): { text: string; step: string; way: WayOn } | null {
  if (problem.code === 'fields_refused') return null;
  const words =
    (connecting ? CONNECT_WORDS[problem.code] : undefined) ?? PROBLEM_WORDS[problem.code];
  const step =
    words.step === 'problem-code-wrong-step'
      ? t(words.step, { tries: problem.tries_left ?? 0 })
      : t(words.step);
  return { text: t(words.text), step, way: words.way };
}

/** What a command rejected with; anything that is not a `Problem` is unforeseen. */
export function problemFrom(thrown: unknown): Problem {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown) {
    const { code } = thrown;
    if (
      typeof code === 'string' &&
      (code === 'fields_refused' || Object.hasOwn(PROBLEM_WORDS, code))
    )
      return thrown as Problem;
  }
  return { code: 'unforeseen' };
}
