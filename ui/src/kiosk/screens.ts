import type { Field, RegistrationState } from '../bindings';

export type Screen =
  | 'connect'
  | 'welcome'
  | 'privacy'
  | 'name'
  | 'date-of-birth'
  | 'email'
  | 'mobile'
  | 'check'
  | 'code'
  | 'password'
  | 'done'
  | 'kept'
  | 'desk'
  | 'paused'
  | 'out-of-service';

export type Question = 'name' | 'date-of-birth' | 'email' | 'mobile';

/** Why the desk screen is shown. */
export type AtDesk = 'handed_over' | 'no_mobile' | 'under16' | 'ended';

/** The questions in order; each one's answer is checked before the next is asked. */
const QUESTIONS: readonly Question[] = ['name', 'date-of-birth', 'email', 'mobile'];

/** What the patient types, counted aloud as "Step 2 of 6". */
export const STEPS: readonly Screen[] = [...QUESTIONS, 'code', 'password'];

export function isQuestion(screen: Screen): screen is Question {
  return (QUESTIONS as readonly Screen[]).includes(screen);
}

export function questionAfter(question: Question): Question | 'check' {
  return QUESTIONS[QUESTIONS.indexOf(question) + 1] ?? 'check';
}

export function questionBefore(question: Question): Question | null {
  return QUESTIONS[QUESTIONS.indexOf(question) - 1] ?? null;
}

/** The screen for where Rust says a registration stands. */
export function screenFor(state: RegistrationState): Screen {
  switch (state) {
    case 'awaiting_code':
      return 'code';
    case 'awaiting_password':
      return 'password';
    case 'awaiting_link':
    case 'awaiting_terms':
    case 'registered':
      return 'done';
    case 'handed_to_desk':
    case 'expired':
    case 'abandoned':
    case 'declined':
    case 'locked':
    case 'superseded':
      return 'desk';
    default:
      return never(state);
  }
}

/** The screen on which a field is typed: where a refusal at the end leads back to. */
export const SCREEN_OF: Record<Field, Screen> = {
  given_name: 'name',
  family_name: 'name',
  date_of_birth: 'date-of-birth',
  date_of_birth_day: 'date-of-birth',
  date_of_birth_month: 'date-of-birth',
  date_of_birth_year: 'date-of-birth',
  email: 'email',
  mobile: 'mobile',
  code: 'code',
  password: 'password',
  portal_address: 'connect',
  enrolment_code: 'connect',
  // Staff type these on screens of their own.
  initials: 'welcome',
  staff_name: 'welcome',
};

/** The element a link in the error summary leads to. */
export const ELEMENT_OF: Record<Field, string> = {
  given_name: 'given-name',
  family_name: 'family-name',
  date_of_birth: 'dob-day',
  date_of_birth_day: 'dob-day',
  date_of_birth_month: 'dob-month',
  date_of_birth_year: 'dob-year',
  email: 'email',
  mobile: 'mobile',
  code: 'code',
  password: 'password',
  portal_address: 'portal-address',
  enrolment_code: 'enrolment-code',
  initials: 'initials',
  staff_name: 'staff-name',
};

export function never(value: never): never {
  throw new TypeError(`not expected: ${String(value)}`);
}
