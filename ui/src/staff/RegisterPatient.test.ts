import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RecordObstacle, RecordToRegister, StaffProblem } from '../bindings';
import Console from './Console.svelte';
import { FakeStaff } from './fake';
import { HOSTILE_NAMES } from './fakePeople';
import { Session } from './session.svelte';

vi.mock('../kiosk/chime', () => ({ chime: vi.fn(() => Promise.resolve()) }));

configure({ asyncUtilTimeout: 4000 });

let fake: FakeStaff;

const there = (id: string): Promise<HTMLElement> => waitFor(() => screen.getByTestId(id));
const press = async (id: string): Promise<void> => {
  await fireEvent.click(await there(id));
};
const type = async (id: string, value: string): Promise<void> => {
  await fireEvent.input(await there(id), { target: { value } });
};
const valueOf = (id: string): string => screen.getByTestId<HTMLInputElement>(id).value;
const at = (name: string): Promise<void> =>
  waitFor(() => {
    expect(document.querySelector('main')?.getAttribute('data-screen')).toBe(name);
  });
const submit = async (field: string): Promise<void> => {
  const { form } = screen.getByTestId<HTMLInputElement>(field);
  if (!form) throw new Error(`${field} is in no form`);
  await fireEvent.submit(form);
};
const rows = (): HTMLElement[] => screen.queryAllByTestId('record-row');
const waits = (): boolean =>
  screen.getByTestId('register-yes').getAttribute('aria-disabled') === 'true';

async function desk(): Promise<void> {
  const session = new Session(fake, null);
  render(Console, { session });
  await session.resume();
  await at('today');
}

async function find(search: string): Promise<void> {
  await type('search-records', search);
  await submit('search-records');
}

function recordOf(name: string): RecordToRegister {
  const found = fake.records.records.find((each) => each.name === name);
  if (!found) throw new Error(`no record of ${name}`);
  return found;
}

async function open(name: string): Promise<RecordToRegister> {
  await desk();
  await press('register');
  await find(name);
  await press('record-row');
  await at('record');
  return recordOf(name);
}

const register = async (): Promise<void> => {
  await submit('mobile');
};

beforeEach(() => {
  fake = new FakeStaff();
});

afterEach(() => {
  cleanup();
});

describe('the search for a record', () => {
  it('is there for whoever may help patients', async () => {
    fake.you = { ...fake.you, may: ['see_patients'] };
    await desk();
    expect(screen.queryByTestId('register')).toBeNull();
  });

  it('asks nothing until somebody says whom they look for', async () => {
    await desk();
    await press('register');
    await at('find_record');
    await find('   ');
    await waitFor(() => screen.getByText('Type a name or a date of birth'));
    await type('search-records', 'bren');
    expect(fake.called('find_records')).toEqual([]);
    await submit('search-records');
    await waitFor(() => {
      expect(rows()).toHaveLength(6);
    });
    expect(fake.called('find_records')).toEqual([{ ask: 'find_records', search: 'bren' }]);
    expect(screen.queryByText('Type a name or a date of birth')).toBeNull();
  });

  it('shows contacts masked, and says what a record lacks', async () => {
    await desk();
    await press('register');
    await find('brennan');
    await waitFor(() => {
      expect(rows().length).toBeGreaterThan(0);
    });
    const text = rows().map((row) => row.textContent);
    expect(text[0]).toContain('07••• •••118');
    expect(text.find((row) => row.includes('Edmund'))).toContain('No mobile, no email');
    expect(text.find((row) => row.includes('Ruth'))).toContain('Date of birth not known');
    expect(document.body.textContent).not.toContain('07700 900 118');
  });

  it('says when nobody was found, and when there are more', async () => {
    await desk();
    await press('register');
    await find('nobody');
    expect((await there('empty')).textContent).toContain('nobody');
    const one = recordOf('Aoife Brennan');
    fake.records.records = Array.from({ length: 21 }, (_, n) => ({ ...one, id: `r${String(n)}` }));
    await find('aoife');
    await waitFor(() => screen.getByText(/first 20. Type more/));
    expect(rows()).toHaveLength(20);
  });

  it('is as it was when somebody comes back from a record', async () => {
    await open('Aoife Brennan');
    await press('back');
    await at('find_record');
    expect(valueOf('search-records')).toBe('Aoife Brennan');
    await there('record-row');
  });

  it.each(Object.entries(HOSTILE_NAMES))('shows a hostile name as text: %s', async (_, name) => {
    await desk();
    await press('register');
    fake.records.records = [{ ...recordOf('Aoife Brennan'), name }];
    await find(name);
    await press('record-row');
    await at('record');
    expect(document.querySelectorAll('script, img')).toHaveLength(0);
    expect(document.querySelector('h1')?.textContent).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  });
});

describe('a record', () => {
  it('is registered with what it holds, once somebody has seen who it is', async () => {
    const { id } = await open('Aoife Brennan');
    expect([valueOf('mobile'), valueOf('email')]).toEqual(['07700 900 118', 'aoife.b@example.org']);
    expect(waits()).toBe(true);
    await register();
    expect(fake.called('register_patient')).toEqual([]);
    await press('id-passport');
    expect(waits()).toBe(false);
    await register();
    await at('registration');
    expect(fake.called('register_patient')).toEqual([
      {
        ask: 'register_patient',
        id,
        version: 5,
        mobile: '07700 900 118',
        email: 'aoife.b@example.org',
        id_seen: 'passport',
      },
    ]);
    expect(screen.getByTestId('helped').textContent).toContain('A code is on its way');
    expect(document.querySelector('h1')?.textContent).toBe('Aoife Brennan');
    expect(screen.getByTestId('id-seen-line').textContent).toContain('Passport');
  });

  it('shows what it holds beside what somebody types instead', async () => {
    await open('Aoife Brennan');
    expect(screen.queryByText(/In the record/)).toBeNull();
    await type('mobile', '07700 900 555');
    screen.getByText(/In the record/);
    await type('mobile', '07700 900 118');
    expect(screen.queryByText(/In the record/)).toBeNull();
  });

  it('that holds no contacts begins with empty fields', async () => {
    await open('Edmund Brennan');
    expect([valueOf('mobile'), valueOf('email')]).toEqual(['', '']);
    expect(screen.getByTestId('held-mobile').textContent).toBe('Nothing there');
    await press('id-known_to_staff');
    await register();
    await waitFor(() => screen.getByText('Enter the mobile number'));
    screen.getByText('Enter the email address');
  });

  const refusals: StaffProblem[] = [
    { code: 'fields_refused', fields: [{ field: 'mobile', code: 'mobile_is_landline' }] },
    { code: 'changed_meanwhile' },
    { code: 'record_of_another_account' },
    { code: 'limit_reached', retry_after_s: 300 },
    { code: 'not_possible_now' },
    { code: 'portal_unreachable' },
  ];

  it.each(refusals.map((problem) => [problem.code, problem] as const))(
    'keeps what was typed and chosen after %s',
    async (code, problem) => {
      await open('Aoife Brennan');
      await type('mobile', '07700 900 555');
      await type('email', 'new@example.org');
      await press('id-photo_card');
      fake.fail('register_patient', problem);
      await register();
      if (code === 'fields_refused') await waitFor(() => screen.getByText(/home or work phone/));
      else await there('trouble');
      expect([valueOf('mobile'), valueOf('email')]).toEqual(['07700 900 555', 'new@example.org']);
      await register();
      await at('registration');
      expect(fake.called('register_patient').at(-1)).toMatchObject({
        mobile: '07700 900 555',
        email: 'new@example.org',
        id_seen: 'photo_card',
      });
    },
  );

  it('that changed meanwhile is shown anew, and what nobody touched follows it', async () => {
    const { id } = await open('Aoife Brennan');
    await type('email', 'new@example.org');
    await press('id-passport');
    fake.records.change(id, { mobile: '07700 900 777' });
    await register();
    await there('trouble');
    await waitFor(() => {
      expect(screen.getByTestId('held-mobile').textContent).toBe('07700 900 777');
    });
    expect([valueOf('mobile'), valueOf('email')]).toEqual(['07700 900 777', 'new@example.org']);
    await register();
    await at('registration');
    expect(fake.called('register_patient').at(-1)).toMatchObject({ version: 6 });
  });
});

describe('a record that stands in the way', () => {
  const SAID: [string, RecordObstacle, RegExp][] = [
    ['Brennan O’Shea', 'has_account', /they can sign in.*send a new one/],
    ['Ruth Brennan', 'details_lacking', /Complete the record first/],
    ['Maeve Brennan', 'too_young', /from 16 on/],
    ['Colm Brennan', 'marked', /you decide in a review/],
    ['Ingrid Vollan', 'not_searched_here', /register at a kiosk/],
  ];

  it.each(SAID)('%s says why and what to do: %s', async (name, obstacle, step) => {
    await open(name);
    const card = await there('obstacle');
    expect(card.dataset['obstacle']).toBe(obstacle);
    expect(card.textContent).toMatch(step);
    expect(screen.queryByTestId('register-form')).toBeNull();
  });

  it('with an account leads to their registration', async () => {
    await open('Brennan O’Shea');
    await press('look-under-today');
    await at('today');
    expect(valueOf('search')).toBe('1988-12-01');
    expect(fake.called('today').at(-1)).toEqual({
      ask: 'today',
      search: '1988-12-01',
      by_itself: false,
    });
  });
});
