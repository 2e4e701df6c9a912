import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../App.svelte';
import { FakeBackend } from '../backend/fake';
import { keyboard } from '../keyboard/keyboard.svelte';
import { Kiosk } from '../kiosk/kiosk.svelte';
import { ENGLISH, PSEUDO, texts } from '../texts/texts.svelte';

vi.mock('../kiosk/chime', () => ({ chime: vi.fn(() => Promise.resolve()) }));

// The screens are read on demand, which takes longer the first time on a busy machine.
configure({ asyncUtilTimeout: 4000 });

let fake: FakeBackend;
let kiosk: Kiosk;

const press = async (id: string): Promise<void> => {
  await fireEvent.click(await waitFor(() => screen.getByTestId(id)));
};
const typed = async (id: string, value: string): Promise<void> => {
  await fireEvent.input(await waitFor(() => screen.getByTestId(id)), { target: { value } });
};
const at = (name: string): Promise<void> =>
  waitFor(() => {
    expect(document.querySelector('main')?.getAttribute('data-screen')).toBe(name);
  });
const submit = async (): Promise<void> => {
  await fireEvent.submit(screen.getByTestId('unlock-next'));
};

async function toPassword(): Promise<void> {
  await press('staff-open');
  await typed('staff-initials', 'mb');
  await submit();
  await at('unlock-password');
}

async function unlock(): Promise<void> {
  await toPassword();
  await typed('staff-password', 'teapot-meadow');
  await submit();
  await at('today');
}

async function typeAName(): Promise<void> {
  await press('start');
  await typed('given-name', 'Ada');
}

beforeEach(async () => {
  fake = new FakeBackend();
  kiosk = new Kiosk(fake);
  await kiosk.refresh();
  render(App, { kiosk });
});

afterEach(() => {
  vi.useRealTimers();
  cleanup();
  texts.language = ENGLISH;
});

describe('admin mode', () => {
  it.each(['welcome', 'name', 'code', 'done', 'desk', 'connect'] as const)(
    'has its button on %s',
    async (where) => {
      kiosk.screen = where;
      await at(where);
      expect(screen.getByTestId('staff-open').textContent.trim()).toBe('Staff');
    },
  );

  it('takes no try from whoever plays with the keys', async () => {
    await press('staff-open');
    await at('unlock-initials');
    await submit();
    await waitFor(() => screen.getByText('Enter the initials'));
    await typed('staff-initials', 'q');
    await submit();
    await at('unlock-password');
    for (const password of ['', 'qwertyu', 'e\u0301'.repeat(7)]) {
      await typed('staff-password', password);
      await submit();
    }
    expect(screen.getByTestId('unlock-next').getAttribute('aria-disabled')).toBe('true');
    expect(fake.called('unlock')).toEqual([]);
    await press('back-to-patient');
    await at('welcome');
    expect(document.body.innerHTML).not.toContain('qwertyu');
  });

  it('says what is wrong, with nothing left of the password', async () => {
    await toPassword();
    await typed('staff-password', 'not-the-one');
    await submit();
    const trouble = await waitFor(() => screen.getByTestId('trouble'));
    expect(trouble.textContent).toContain('don’t go together');
    expect(screen.getByTestId<HTMLInputElement>('staff-password').value).toBe('');
    fake.fail('unlock', { code: 'locked', retry_after_s: 300 });
    await typed('staff-password', 'not-the-one');
    await submit();
    await waitFor(() => {
      expect(screen.getByTestId('trouble').dataset['code']).toBe('locked');
    });
  });

  it('gives the screen back with what the patient typed', async () => {
    await typeAName();
    await unlock();
    expect(document.body.innerHTML).not.toContain('Ada');
    await press('lock');
    await press('lock-resume');
    await at('name');
    expect(screen.getByTestId<HTMLInputElement>('given-name').value).toBe('Ada');
    expect(fake.called('lock')).toEqual([[true]]);
    expect(document.body.innerHTML).not.toMatch(/Adeyemi|Maya/);
  });

  it('ends and wipes the visit when staff say so', async () => {
    await typeAName();
    await unlock();
    await press('lock');
    await press('lock-wipe');
    await at('welcome');
    expect([kiosk.answers.typed.givenName, fake.called('lock'), fake.called('leave')]).toEqual([
      '',
      [[false]],
      [],
    ]);
  });

  it('locks without a question where no patient was', async () => {
    await unlock();
    await press('lock');
    await at('welcome');
    expect(fake.called('lock')).toEqual([[false]]);
  });

  it('is in English meanwhile, and the patient’s language comes back', async () => {
    texts.language = PSEUDO;
    await typeAName();
    await unlock();
    expect([texts.language.tag, document.documentElement.dir]).toEqual(['en-GB', 'ltr']);
    await press('lock');
    await press('lock-resume');
    await at('name');
    expect([texts.language.tag, document.documentElement.dir]).toEqual(['ar-XB', 'rtl']);
  });

  it('says when it locks itself in the last seconds, and shows nothing once it did', async () => {
    await unlock();
    await kiosk.pulse();
    expect(screen.queryByTestId('locks-in')).toBeNull();
    fake.locksIn = 15;
    await kiosk.pulse();
    const words = await waitFor(() => screen.getByTestId('locks-in').textContent);
    expect(words.replaceAll(/[\u2066-\u2069]/g, '')).toBe('Locks in 15 seconds');
    fake.unlocked = false;
    await kiosk.pulse();
    await at('welcome');
    expect(document.body.innerHTML).not.toMatch(/Adeyemi|Maya/);
    expect(fake.called('lock')).toEqual([]);
  });

  it('does not take a pulse from before the unlocking for a lock', async () => {
    fake.delay('pulse', 30);
    const before = kiosk.pulse();
    fake.unlocked = false;
    await unlock();
    await before;
    await at('today');
  });

  it('asks who they are again when the portal lets them in no more', async () => {
    await unlock();
    fake.staff.signedIn = false;
    await press('nav-reviews');
    await at('unlock-initials');
    expect(document.body.innerHTML).not.toMatch(/Adeyemi|Maya/);
    expect(screen.getByTestId('trouble').dataset['code']).toBe('not_signed_in');
  });

  it('locks again behind whoever went back before the answer came', async () => {
    await toPassword();
    fake.delay('unlock', 30);
    await typed('staff-password', 'teapot-meadow');
    await submit();
    await press('back-to-patient');
    await at('welcome');
    await waitFor(() => {
      expect(fake.called('lock')).toEqual([[true]]);
    });
  });

  it('is put away with the first screens when everybody walked off', async () => {
    await toPassword();
    vi.useFakeTimers();
    await fireEvent.pointerDown(document.body);
    await vi.advanceTimersByTimeAsync(91_000);
    expect(kiosk.staff.isOpen).toBe(false);
  });

  it('brings the keys only while somebody types', async () => {
    await unlock();
    expect(keyboard.visible).toBe(false);
    (await waitFor(() => screen.getByTestId('search'))).focus();
    await waitFor(() => screen.getByTestId('keyboard'));
    screen.getByTestId('search').blur();
    await fireEvent.click(document.body);
    await waitFor(() => {
      expect(screen.queryByTestId('keyboard')).toBeNull();
    });
  });
});
