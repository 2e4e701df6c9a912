import type {
  RegistrationShown,
  RegistrationState,
  ReviewReason,
  ReviewView,
  StaffHelpKind,
  StaffMember,
  StaffPermission,
  StaffSignedIn,
} from '../bindings';

export const ALL_PERMISSIONS: StaffPermission[] = [
  'see_patients',
  'help_patients',
  'settle_reviews',
  'see_staff',
  'change_staff',
  'see_kiosks',
  'run_kiosks',
  'settle_sync',
  'see_figures',
  'see_access_log',
];

export const MAYA: StaffSignedIn = {
  id: '018f2f6e-0000-7000-8000-0000000000a1',
  name: 'Maya Brandt',
  initials: 'MB',
  role: 'manager',
  may: ALL_PERMISSIONS,
  practice_name: 'Willow Lane Practice',
  time_zone: 'Europe/London',
};

/** Names that somebody may type to do harm, or because it is theirs. */
export const HOSTILE_NAMES = {
  script: '<script>alert(1)</script><img src=x onerror=alert(2)>',
  bidi: 'Anna \u202egro.elpmaxe\u2069 Weiß',
  long: 'Wolfeschlegelsteinhausenbergerdorff '.repeat(3).slice(0, 100),
  emoji: 'Zoë 👩🏽‍🚀 Ōkāreka',
  arabic: 'محمد عبد الله',
};

let serial = 0;
export const idOf = (): string =>
  `018f2f6e-0000-7000-8000-${(++serial).toString(16).padStart(12, '0')}`;

export const minutesAgo = (minutes: number): string =>
  new Date(Date.now() - minutes * 60_000).toISOString();

const MAY: Partial<Record<RegistrationState, StaffHelpKind[]>> = {
  awaiting_code: ['resend_code', 'correct_mobile', 'correct_email', 'restart', 'cancel'],
  awaiting_password: [
    'send_new_link',
    'correct_mobile',
    'correct_email',
    'restart',
    'finish',
    'cancel',
  ],
  awaiting_link: [
    'send_new_link',
    'correct_mobile',
    'correct_email',
    'restart',
    'finish',
    'cancel',
  ],
  awaiting_terms: ['correct_mobile', 'correct_email', 'restart', 'cancel'],
  registered: ['unlink'],
  locked: ['restart'],
  expired: ['restart'],
  abandoned: ['restart'],
};

/** What was proven is changed, or replaced, by whoever has seen who it is. */
const NEEDS_ID: Partial<Record<RegistrationState, StaffHelpKind[]>> = {
  awaiting_password: ['correct_mobile', 'finish'],
  awaiting_link: ['correct_mobile', 'finish'],
  awaiting_terms: ['correct_mobile', 'correct_email'],
};

const ACTS: Partial<Record<RegistrationState, string[]>> = {
  awaiting_code: ['details_confirmed', 'code_sent'],
  awaiting_password: ['details_confirmed', 'code_sent', 'code_right'],
  registered: [
    'details_confirmed',
    'code_sent',
    'code_right',
    'password_set',
    'link_sent',
    'link_opened',
    'terms_accepted',
    'account_made',
    'record_linked',
    'record_updated',
  ],
};
const SENT = ['details_confirmed', 'code_sent', 'code_right', 'password_set', 'link_sent'];

type Allowed = Pick<RegistrationShown, 'may' | 'needs_id'>;

export const allowedIn = (state: RegistrationState): Allowed => ({
  may: MAY[state] ?? [],
  needs_id: NEEDS_ID[state] ?? [],
});

export function registration(
  name: string | null,
  date_of_birth: string | null,
  state: RegistrationState,
  began: number,
): RegistrationShown {
  const n = serial;
  const id = idOf();
  return {
    row: {
      id,
      reference: `KT${(n % 8) + 2}-${(n * 7) % 10}QF`,
      name,
      date_of_birth,
      mobile: name === null ? null : '07••• •••982',
      email: name === null ? null : `${name.charAt(0).toLowerCase()}•••@example.org`,
      state,
      kiosk: n % 3 === 0 ? 'Waiting room' : 'Front door',
      confirmed_at: minutesAgo(began),
    },
    version: 3,
    ...allowedIn(state),
    ids_seen: [],
    linked:
      state === 'registered' && name !== null
        ? { patient: idOf(), name, date_of_birth, since: minutesAgo(began - 2) }
        : null,
    may_resend_in_s: 0,
    history: (ACTS[state] ?? SENT).map((act, at) => ({
      at: minutesAgo(began - at * 0.4),
      act,
      by: null,
    })),
  };
}

export const registrations = (): RegistrationShown[] => [
  registration('Zofia O’Malley', '1985-03-27', 'awaiting_code', 2),
  registration('Samuel Adeyemi', '1990-11-02', 'awaiting_link', 11),
  registration(HOSTILE_NAMES.arabic, '1974-06-15', 'awaiting_password', 14),
  registration('Grace Whitfield', '1951-01-30', 'handed_to_desk', 22),
  registration('Tomasz Nowak', '1988-08-08', 'registered', 41),
  registration(HOSTILE_NAMES.script, '2001-02-03', 'awaiting_terms', 55),
  registration(HOSTILE_NAMES.long, '1969-12-24', 'locked', 73),
  registration(HOSTILE_NAMES.bidi, '1995-05-05', 'declined', 90),
  registration(HOSTILE_NAMES.emoji, '1979-04-19', 'abandoned', 130),
  registration('Priya Raman', '1993-09-09', 'registered', 60 * 26),
  registration('Ellis Hart', '1964-07-21', 'expired', 60 * 80),
  registration(null, null, 'superseded', 60 * 24 * 9),
];

export function review(
  given_name: string,
  family_name: string,
  reason: ReviewReason,
  since: number,
  records: 0 | 1 | 2 = 1,
): ReviewView {
  const different = reason === 'name_and_date_agree_contact_differs';
  const one: ReviewView['in_question'][number] = {
    patient: idOf(),
    version: 7,
    may_be_outdated: false,
    given_name: { value: given_name, agreement: 'same' },
    family_name: { value: family_name, agreement: 'same' },
    date_of_birth: { value: '1985-03-27', agreement: 'same' },
    phones: [
      {
        value: different ? '07700 900 118' : '07700 900 982',
        agreement: different ? 'different' : 'same',
      },
      { value: '0113 496 0110', agreement: 'different' },
    ],
    email: { value: null, agreement: 'missing' },
  };
  const two: ReviewView['in_question'][number] = {
    ...one,
    patient: idOf(),
    may_be_outdated: true,
    given_name: { value: 'Ollie', agreement: 'similar' },
    date_of_birth: { value: '1985-03-28', agreement: 'similar' },
    phones: [{ value: '07700 900 982', agreement: 'same' }],
    email: { value: 'the.family@example.org', agreement: 'different' },
  };
  return {
    row: {
      id: idOf(),
      name: `${given_name} ${family_name}`,
      reference: 'KT5-4QF',
      reason,
      since: minutesAgo(since),
    },
    registered: {
      given_name,
      family_name,
      date_of_birth: '1985-03-27',
      mobile: '07700 900 982',
      mobile_proven: true,
      email: records === 0 ? null : `${family_name.toLowerCase().slice(0, 12)}@example.org`,
      email_proven: records !== 0,
    },
    in_question: [one, two].slice(0, records),
    not_searched: records === 2,
    settled: null,
  };
}

export const reviews = (): ReviewView[] => [
  review('Joanna', 'Marsh', 'name_and_date_agree_contact_differs', 60 * 27),
  review('Oliver', 'Bell', 'contact_on_another_record', 60 * 5, 2),
  review('Grace', 'Whitfield', 'no_email', 22, 0),
  review(HOSTILE_NAMES.script, HOSTILE_NAMES.bidi, 'date_agrees_name_similar', 9),
];

export const members = (): StaffMember[] => [
  { id: idOf(), name: 'Amara Osei', initials: 'AO', role: 'receptionist', standing: 'active' },
  { id: idOf(), name: 'Ben Fielding', initials: 'BF', role: 'it', standing: 'active' },
  { id: idOf(), name: 'Chloé Dupont', initials: 'CD', role: 'receptionist', standing: 'invited' },
  {
    id: idOf(),
    name: 'Dev Patel',
    initials: 'DP',
    role: 'receptionist',
    standing: 'invitation_expired',
  },
  { id: MAYA.id, name: MAYA.name, initials: MAYA.initials, role: 'manager', standing: 'active' },
];
