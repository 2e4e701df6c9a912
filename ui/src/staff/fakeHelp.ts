import type {
  HistoryLine,
  RegistrationRow,
  RegistrationShown,
  RegistrationState,
  StaffAsk,
  StaffHelp,
} from '../bindings';
import { never } from '../kiosk/screens';
import { allowedIn, idOf, minutesAgo, registration } from './fakePeople';
import { type FakeRecords, maskedEmail, maskedMobile } from './fakeRecords';
import { refuse, refuseFields, wrongWithEmail, wrongWithMobile } from './fakeRefusals';

type Register = Extract<StaffAsk, { ask: 'register_patient' }>;

/** What became of a registration, and the one that began in its place. */
export interface Helped {
  now: RegistrationShown;
  begun?: RegistrationShown;
}

const RESEND_IN_S = 60;

const line = (act: string, by: string | null): HistoryLine => ({ at: minutesAgo(0), act, by });

/** What a staff member with the initials `by` does for a patient. */
export function helped(shown: RegistrationShown, help: StaffHelp, by: string): Helped {
  const { row } = shown;
  if (!shown.may.includes(help.kind)) refuse({ code: 'not_possible_now' });
  const id_seen = 'id_seen' in help ? help.id_seen : null;
  if (id_seen === null && shown.needs_id.includes(help.kind)) refuse({ code: 'malformed_request' });
  const ids_seen =
    id_seen === null ? shown.ids_seen : [...shown.ids_seen, { at: minutesAgo(0), id_seen, by }];
  const change = (act: string, to: Partial<RegistrationRow> = {}): RegistrationShown => ({
    ...shown,
    row: { ...row, ...to },
    version: shown.version + 1,
    ...allowedIn(to.state ?? row.state),
    ids_seen,
    history: [...shown.history, line(act, by)],
  });
  const anew = (to: Partial<RegistrationRow> = {}): RegistrationShown => ({
    ...shown,
    row: { ...row, ...to, id: idOf(), reference: 'KT9-3QF', state: 'awaiting_code' },
    version: 1,
    ...allowedIn('awaiting_code'),
    ids_seen,
    may_resend_in_s: RESEND_IN_S,
    history: [line('details_confirmed', by), line('code_sent', null)],
  });
  switch (help.kind) {
    case 'resend_code':
      return { now: change('code_sent') };
    case 'send_new_link':
      return { now: change('link_sent') };
    case 'correct_email': {
      refuseFields(...wrongWithEmail(help.email));
      // Whose address was proven proves the new one.
      const state: RegistrationState = row.state === 'awaiting_terms' ? 'awaiting_link' : row.state;
      return { now: change('email_corrected', { email: maskedEmail(help.email), state }) };
    }
    case 'correct_mobile':
      refuseFields(...wrongWithMobile(help.mobile));
      return {
        now: change('mobile_corrected', { state: 'abandoned' }),
        begun: anew({ mobile: maskedMobile(help.mobile) }),
      };
    case 'restart': {
      const state = row.state.startsWith('awaiting') ? 'abandoned' : row.state;
      return { now: change('registration_restarted', { state }), begun: anew() };
    }
    case 'finish':
      return { now: change('registration_finished_by_staff', { state: 'handed_to_desk' }) };
    case 'unlink':
      if (shown.linked?.patient !== help.patient) refuse({ code: 'changed_meanwhile' });
      return { now: { ...change('record_unlinked'), linked: null, may: [] } };
    case 'cancel':
      return { now: change('registration_cancelled', { state: 'abandoned' }) };
    default:
      return never(help);
  }
}

/** A registration that a staff member begins from a record. */
export function begunFrom(records: FakeRecords, ask: Register, by: string): RegistrationShown {
  const record = records.of(ask.id);
  if (record.version !== ask.version) refuse({ code: 'changed_meanwhile' });
  if (record.obstacle === 'has_account') refuse({ code: 'record_of_another_account' });
  if (record.obstacle !== null) refuse({ code: 'not_possible_now' });
  refuseFields(...wrongWithMobile(ask.mobile), ...wrongWithEmail(ask.email));
  const made = registration(record.name, record.date_of_birth, 'awaiting_code', 0);
  const mobile = maskedMobile(ask.mobile);
  return {
    ...made,
    row: { ...made.row, mobile, email: maskedEmail(ask.email), kiosk: null },
    version: 1,
    may_resend_in_s: RESEND_IN_S,
    ids_seen: [{ at: minutesAgo(0), id_seen: ask.id_seen, by }],
    history: [line('registration_begun_by_staff', by), line('code_sent', null)],
  };
}
