import type { LogBy, LogRow, LogVerified, StaffAnswer, StaffAsk } from '../bindings';
import { HOSTILE_NAMES, idOf, minutesAgo } from './fakePeople';

type Asked = Extract<StaffAsk, { ask: 'access_log' | 'access_log_file' | 'verify_access_log' }>;

const PAGE = 40;
const FRONT_DOOR = 'Front door';
const STAFF = [
  { id: '018f2f6e-0000-7000-8000-0000000000a1', name: 'MB Maya Brandt', left: false },
  { id: '018f2f6e-0000-7000-8000-0000000000a2', name: `AO ${HOSTILE_NAMES.bidi}`, left: false },
  { id: '018f2f6e-0000-7000-8000-0000000000a3', name: 'JK Jonah Kim', left: true },
];
const KIOSKS = [
  { id: '018f2f6e-0000-7000-8000-0000000000c1', name: FRONT_DOOR, left: false },
  { id: '018f2f6e-0000-7000-8000-0000000000c2', name: 'Waiting room', left: true },
];
const RECORD = '018f2f6e-0000-7000-8000-00000000d4e7';

const line = (minutes: number, act: string, more: Partial<LogRow> = {}): LogRow => ({
  id: idOf(),
  at: minutesAgo(minutes),
  act,
  actor: 'portal',
  by: null,
  at_kiosk: null,
  reference: null,
  record: null,
  purpose: null,
  about: null,
  ...more,
});

/** One patient's way, and what colleagues did meanwhile. */
function visit(minutes: number, reference: string): LogRow[] {
  const maya = { actor: 'staff', by: 'MB' } as const;
  const patient = { actor: 'patient', reference } as const;
  return [
    line(minutes, 'record_updated', { reference, record: RECORD }),
    line(minutes, 'records_matched', { reference, record: RECORD }),
    line(minutes, 'terms_accepted', patient),
    line(minutes + 1, 'link_opened', patient),
    line(minutes + 3, 'registration_shown', { ...maya, reference, purpose: 'help_patient' }),
    line(minutes + 3, 'registrations_searched', { ...maya, reference, purpose: 'help_patient' }),
    line(minutes + 4, 'help_call_answered', { ...maya, reference, at_kiosk: FRONT_DOOR }),
    line(minutes + 4, 'desk_reference_given', { actor: 'kiosk', by: FRONT_DOOR, reference }),
    line(minutes + 4, 'help_called', { ...patient, at_kiosk: FRONT_DOOR }),
    line(minutes + 5, 'password_set', patient),
    line(minutes + 6, 'code_right', patient),
    line(minutes + 7, 'details_confirmed', { ...patient, at_kiosk: FRONT_DOOR }),
    line(minutes + 30, 'staff_invited', { ...maya, about: 'AO' }),
  ];
}

/** The log of the stand-in. */
export class FakeLog {
  rows: LogRow[] = ['KT4-9QF', 'HN3-7RW', 'CM6-4TX', 'KT4-9QF'].flatMap((reference, at) =>
    visit(12 + at * 500, reference),
  );
  verified: LogVerified = {
    whole: true,
    sealed: 18_204,
    waiting: 1,
    broken_at: [],
    head: '9f2c41d07be35a8816c0f4e2b79d5a630d1e8f7c24ab9065e3d7f81b2c4a6e90',
  };

  answer(ask: Asked): StaffAnswer {
    switch (ask.ask) {
      case 'access_log': {
        const rows = this.#sought(ask.by);
        const from = ask.before === null ? 0 : rows.findIndex(({ id }) => id === ask.before) + 1;
        const shown = rows.slice(from, from + PAGE);
        const more = rows.length > from + PAGE;
        return { answer: 'access_log', rows: shown, more, staff: STAFF, kiosks: KIOSKS };
      }
      case 'access_log_file': {
        const name = `access-log-${ask.days.from}-to-${ask.days.to}.csv`;
        return { answer: 'file', name, csv: '\ufefftime (UTC),what\r\n' };
      }
      case 'verify_access_log':
        return { answer: 'access_log_verified', verified: this.verified };
    }
  }

  #sought(by: LogBy): LogRow[] {
    const initials = (id: string): string | undefined =>
      STAFF.find((member) => member.id === id)?.name.slice(0, 2);
    const kiosk = (id: string): string | undefined => KIOSKS.find((each) => each.id === id)?.name;
    return this.rows.filter((row) => {
      switch (by.by) {
        case 'everything':
          return true;
        case 'patient':
          return row.reference === by.reference.trim().toUpperCase();
        case 'staff':
          return row.by === initials(by.id) || row.about === initials(by.id);
        case 'kiosk':
          return row.by === kiosk(by.id) || row.at_kiosk === kiosk(by.id);
      }
    });
  }
}
