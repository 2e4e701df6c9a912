import type { RecordObstacle, RecordRow, RecordToRegister, StaffAnswer } from '../bindings';
import { HOSTILE_NAMES, idOf } from './fakePeople';
import { refuse } from './fakeRefusals';

const MOST = 20;

interface Held {
  born?: string | null;
  mobile?: string | null;
  email?: string | null;
  obstacle?: RecordObstacle;
}

const record = (name: string, held: Held = {}): RecordToRegister => ({
  id: idOf(),
  version: 5,
  name,
  date_of_birth: held.born === undefined ? '1985-03-27' : held.born,
  mobile: held.mobile === undefined ? '07700 900 982' : held.mobile,
  email: held.email === undefined ? 'someone@example.org' : held.email,
  obstacle: held.obstacle ?? null,
});

export const maskedMobile = (mobile: string): string => `07••• •••${mobile.trim().slice(-3)}`;

export const maskedEmail = (email: string): string =>
  `${email.trim().charAt(0)}•••${email.slice(email.indexOf('@')).trim()}`;

/** Records of the stand-in. */
export class FakeRecords {
  records: RecordToRegister[] = [
    record('Aoife Brennan', {
      born: '1979-06-04',
      mobile: '07700 900 118',
      email: 'aoife.b@example.org',
    }),
    record('Edmund Brennan', { born: '1946-10-12', mobile: null, email: null }),
    record('Maeve Brennan', { born: '2015-02-19', mobile: null, obstacle: 'too_young' }),
    record('Ruth Brennan', { born: null, obstacle: 'details_lacking' }),
    record('Brennan O’Shea', { born: '1988-12-01', email: null, obstacle: 'has_account' }),
    record('Colm Brennan', { born: '1951-07-23', obstacle: 'marked' }),
    record('Ingrid Vollan', { born: '1990-01-15', obstacle: 'not_searched_here' }),
    record(HOSTILE_NAMES.script, { born: '2001-02-03' }),
    record(HOSTILE_NAMES.bidi),
    record(HOSTILE_NAMES.long, { email: `${'long.address.'.repeat(6)}@example.org` }),
    record(HOSTILE_NAMES.arabic, { born: '1974-06-15' }),
  ];

  find(search: string): StaffAnswer {
    const sought = search.toLowerCase();
    const found = this.records
      .filter(
        ({ name, date_of_birth }) =>
          name.toLowerCase().includes(sought) || date_of_birth === sought,
      )
      .toSorted((one, other) => one.name.localeCompare(other.name));
    const row = ({ id, name, date_of_birth, mobile, email }: RecordToRegister): RecordRow => ({
      id,
      name,
      date_of_birth,
      mobile: mobile === null ? null : maskedMobile(mobile),
      email: email === null ? null : maskedEmail(email),
    });
    return { answer: 'records', rows: found.slice(0, MOST).map(row), more: found.length > MOST };
  }

  of(id: string): RecordToRegister {
    const found = this.records.find((each) => each.id === id) ?? refuse({ code: 'not_found' });
    if (found.obstacle === null) return found;
    const born = found.obstacle === 'marked' ? null : found.date_of_birth;
    return { ...found, mobile: null, email: null, date_of_birth: born };
  }

  change(id: string, to: Partial<RecordToRegister>): void {
    this.records = this.records.map((each) =>
      each.id === id ? { ...each, ...to, version: each.version + 1 } : each,
    );
  }
}
