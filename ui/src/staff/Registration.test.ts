import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { IdSeen, RegistrationShown } from '../bindings';
import Console from './Console.svelte';
import { FakeStaff } from './fake';
import { plain } from './plain';
import { Session } from './session.svelte';

vi.mock('../kiosk/chime', () => ({ chime: vi.fn(() => Promise.resolve()) }));

configure({ asyncUtilTimeout: 4000 });

let fake: FakeStaff;

const AWAITING_CODE = 0;
const AWAITING_LINK = 1;
const REGISTERED = 4;
const AWAITING_TERMS = 5;
const ABANDONED = 8;

const there = (id: string): Promise<HTMLElement> => waitFor(() => screen.getByTestId(id));
const press = async (id: string): Promise<void> => {
  await fireEvent.click(await there(id));
};
const type = (id: string, value: string): Promise<boolean> =>
  fireEvent.input(screen.getByTestId(id), { target: { value } });
const valueOf = (id: string): string => screen.getByTestId<HTMLInputElement>(id).value;
/** What somebody reads, without the marks that keep directions apart. */
const words = (id: string): string =>
  screen
    .getByTestId(id)
    .textContent.replaceAll(/[\u2066-\u2069]/g, '')
    .replaceAll(/\s+/g, ' ');
const see = async (id: IdSeen): Promise<void> => {
  await fireEvent.click(await there(`id-${id}`));
};
const waits = (id: string): boolean =>
  screen.getByTestId(id).getAttribute('aria-disabled') === 'true';

function registrationAt(row: number): RegistrationShown {
  const found = fake.registrations[row];
  if (!found) throw new Error(`no registration ${String(row)}`);
  return found;
}

async function open(row: number): Promise<RegistrationShown> {
  const session = new Session(fake, null);
  render(Console, { session });
  await session.resume();
  const rows = await waitFor(() => screen.getAllByTestId('registration-row'));
  const found = rows[row];
  if (!found) throw new Error(`no row ${String(row)}`);
  await fireEvent.click(found);
  await there('reference');
  return registrationAt(row);
}

beforeEach(() => {
  fake = new FakeStaff();
});

afterEach(() => {
  cleanup();
});

describe('a start with the same details', () => {
  it('says where the code goes and that this one ends, and shows the one that began', async () => {
    const shown = await open(AWAITING_CODE);
    await press('help-restart');
    expect(words('confirm')).toContain('a new code goes to 07••• •••982');
    expect(words('confirm')).toContain('This one ends');
    expect(fake.called('help')).toEqual([]);
    await press('confirm-yes');
    await there('helped');
    const { id } = shown.row;
    expect(fake.called('help')).toEqual([
      { ask: 'help', id, version: 3, help: { kind: 'restart' } },
    ]);
    expect(words('reference')).toBe('KT9-3QF');
    expect(words('helped')).toContain('a code is on its way');
    expect(screen.queryByTestId('confirm')).toBeNull();
  });

  it('ends nothing that has ended', async () => {
    await open(ABANDONED);
    await press('help-restart');
    expect(words('confirm')).not.toContain('This one ends');
  });
});

describe('to finish without the email', () => {
  it('says what it means, and waits until somebody says what they saw', async () => {
    await open(AWAITING_LINK);
    await press('help-finish');
    for (const said of ['They get no account', 'A review opens', 'not written into the record'])
      expect(words('confirm')).toContain(said);
    expect(waits('confirm-yes')).toBe(true);
    await press('confirm-yes');
    await fireEvent.submit(screen.getByTestId('confirm'));
    expect(fake.called('help')).toEqual([]);
    await see('driving_licence');
    expect(waits('confirm-yes')).toBe(false);
    await press('confirm-yes');
    await there('helped');
    expect(fake.called('help')).toMatchObject([
      { help: { kind: 'finish', id_seen: 'driving_licence' } },
    ]);
    expect(words('id-seen-line')).toMatch(/^\s?Driving licence · MB · \d\d:\d\d\s?$/);
  });

  it('leads to the reviews whoever settles them', async () => {
    await open(AWAITING_LINK);
    await press('help-finish');
    await see('passport');
    await press('confirm-yes');
    await press('to-reviews');
    await waitFor(() => screen.getAllByTestId('review-row'));
    cleanup();
    fake = new FakeStaff();
    fake.you = { ...fake.you, may: ['see_patients', 'help_patients'] };
    await open(AWAITING_LINK);
    await press('help-finish');
    await see('passport');
    await press('confirm-yes');
    await there('helped');
    expect(screen.queryByTestId('to-reviews')).toBeNull();
  });

  it('asks anew what was seen when somebody turns to another act', async () => {
    await open(AWAITING_LINK);
    await press('help-finish');
    await see('passport');
    await press('help-correct_mobile');
    await there('mobile');
    expect(waits('confirm-yes')).toBe(true);
  });
});

describe('a correction', () => {
  it('of what was never proven needs no ID', async () => {
    await open(AWAITING_LINK);
    await press('help-correct_email');
    expect(screen.queryByTestId('id-seen')).toBeNull();
    await type('email', 'sam@example.com');
    await press('confirm-yes');
    await there('helped');
    expect(fake.called('help')).toMatchObject([
      { help: { kind: 'correct_email', email: 'sam@example.com', id_seen: null } },
    ]);
  });

  it.each([
    ['email', 'x', 'sam@example.com'],
    ['mobile', '0113 496 0110', '07700 900123'],
  ] as const)('of a proven %s does, and keeps both when it is refused', async (kind, bad, good) => {
    await open(AWAITING_TERMS);
    await press(`help-correct_${kind}`);
    expect(words('confirm')).toContain('was proven. Make sure who asks you');
    await type(kind, bad);
    expect(waits('confirm-yes')).toBe(true);
    await see('known_to_staff');
    await press('confirm-yes');
    await waitFor(() => {
      expect(screen.getByTestId(kind).getAttribute('aria-invalid')).toBe('true');
    });
    expect([valueOf(kind), waits('confirm-yes')]).toEqual([bad, false]);
    fake.fail('help', { code: 'limit_reached' });
    await type(kind, good);
    await press('confirm-yes');
    await there('trouble');
    expect(valueOf(kind)).toBe(good);
    await press('confirm-yes');
    await there('helped');
    expect(fake.called('help').at(-1)).toMatchObject({
      help: { kind: `correct_${kind}`, [kind]: good, id_seen: 'known_to_staff' },
    });
    expect(words('id-seen-line')).toContain('Known to a colleague');
  });
});

describe('a linked record', () => {
  it('is named, and taken away once it is confirmed', async () => {
    const { linked, row } = await open(REGISTERED);
    expect(words('linked')).toContain('Tomasz Nowak');
    expect(words('linked')).toContain('Born 8 August 1988');
    expect(words('linked')).toMatch(/Linked since \d+ \w+ \d{4}/);
    expect(screen.queryByTestId('no-help')).toBeNull();
    await press('help-unlink');
    for (const said of [
      'no longer sees',
      'gets back what it held',
      'leaves this one out',
      'stay sent',
    ])
      expect(words('unlink')).toContain(said);
    expect(fake.called('help')).toEqual([]);
    await press('unlink-yes');
    await there('helped');
    expect(fake.called('help')).toEqual([
      { ask: 'help', id: row.id, version: 3, help: { kind: 'unlink', patient: linked?.patient } },
    ]);
    expect(screen.queryByTestId('linked')).toBeNull();
  });

  it('is only shown to whoever may not help', async () => {
    fake.you = { ...fake.you, may: ['see_patients'] };
    await open(REGISTERED);
    await there('linked');
    screen.getByTestId('no-help');
    expect(screen.queryByTestId('help-unlink')).toBeNull();
  });

  it('with a hostile name is text', async () => {
    const shown = registrationAt(REGISTERED);
    const name = '\u202e<img src=x>';
    if (shown.linked) shown.linked = { ...shown.linked, name };
    await open(REGISTERED);
    expect(screen.getByTestId('linked').textContent).toContain(plain(name));
    expect(document.querySelector('img')).toBeNull();
  });
});

it('a registration that began at the desk says so', async () => {
  const shown = registrationAt(AWAITING_CODE);
  shown.row = { ...shown.row, kiosk: null };
  await open(AWAITING_CODE);
  await waitFor(() => screen.getByText('At the desk'));
});
