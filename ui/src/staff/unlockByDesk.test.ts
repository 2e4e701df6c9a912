import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeBackend } from '../backend/fake';
import { Kiosk } from '../kiosk/kiosk.svelte';
import { Admin } from './admin.svelte';
import { MAYA } from './fakePeople';
import Unlock from './Unlock.svelte';

vi.mock('../kiosk/chime', () => ({ chime: vi.fn(() => Promise.resolve()) }));

let fake: FakeBackend;
let kiosk: Kiosk;
let admin: Admin;

const LET_IN = { stands: 'let_in', you: MAYA } as const;

/** However long the fake takes. */
const SLOW_MS = 30;
const slowly = (): Promise<unknown> => vi.advanceTimersByTimeAsync(SLOW_MS);

beforeEach(async () => {
  vi.useFakeTimers();
  fake = new FakeBackend();
  kiosk = new Kiosk(fake);
  await kiosk.refresh();
  admin = new Admin(kiosk);
  admin.initials = 'mb';
  admin.toPassword();
});

afterEach(() => {
  admin.leave();
  cleanup();
  vi.useRealTimers();
});

describe('whoever asks the desk', () => {
  beforeEach(async () => {
    admin.password = 'teapot';
    await admin.askDesk();
  });

  it('is shown two digits, with nothing left of a password', () => {
    expect(fake.called('askToUnlock')).toEqual([['mb']]);
    expect([admin.step, admin.asked?.digits, admin.secondsLeft]).toEqual(['digits', '47', 60]);
    expect(admin.password).toBe('');
  });

  it('is let in as after a password', async () => {
    await admin.look();
    expect([admin.step, admin.desk]).toEqual(['digits', null]);
    fake.unlockStandsAt = LET_IN;
    await admin.look();
    expect([admin.desk?.you, admin.desk?.atKiosk, admin.asked]).toEqual([MAYA, true, null]);
    expect([admin.initials, fake.called('unlock')]).toEqual(['', []]);
  });

  it('is told that nobody would, and can ask again', async () => {
    fake.unlockStandsAt = { stands: 'not_let_in' };
    await admin.look();
    expect([admin.step, admin.asked]).toEqual(['nobody', null]);
    fake.unlockStandsAt = { stands: 'waiting' };
    await admin.askDesk();
    expect([admin.step, admin.secondsLeft]).toEqual(['digits', 60]);
    expect(fake.called('askToUnlock')).toHaveLength(2);
  });

  it('is told that nobody did when the time is over, by itself', async () => {
    for (let second = 1; second < 60; second += 1) admin.tick();
    expect([admin.step, admin.secondsLeft]).toEqual(['digits', 1]);
    admin.tick();
    expect(admin.step).toBe('nobody');
    await admin.look();
    expect(fake.called('unlockStands')).toEqual([]);
  });

  it('is let in by an answer that comes late: the kiosk is open by then', async () => {
    fake.unlockStandsAt = LET_IN;
    fake.delay('unlockStands', SLOW_MS);
    const late = admin.look();
    admin.usePassword();
    expect(admin.step).toBe('password');
    await slowly();
    await late;
    expect(admin.desk?.you).toEqual(MAYA);
  });

  it('hears of this ask only what was said of this one', async () => {
    fake.unlockStandsAt = { stands: 'not_let_in' };
    fake.delay('unlockStands', SLOW_MS);
    const late = admin.look();
    admin.usePassword();
    await admin.askDesk();
    await slowly();
    await late;
    expect([admin.step, admin.asked?.digits]).toEqual(['digits', '47']);
  });

  it('is never asked about twice at once', async () => {
    fake.delay('unlockStands', SLOW_MS);
    const both = [admin.look(), admin.look()];
    await slowly();
    await Promise.all(both);
    expect(fake.called('unlockStands')).toHaveLength(1);
  });

  it('is not let in behind the back of a patient to whom they went back', async () => {
    fake.unlockStandsAt = LET_IN;
    fake.delay('unlockStands', SLOW_MS);
    const late = admin.look();
    admin.leave();
    await slowly();
    await late;
    expect([admin.desk, fake.called('lock')]).toEqual([null, [[true]]]);
    await admin.look();
    expect(fake.called('unlockStands')).toHaveLength(1);
  });

  it('reads that the portal is away, and waits on', async () => {
    fake.fail('unlockStands', { code: 'portal_unreachable' });
    await admin.look();
    expect([admin.step, admin.problem?.code]).toEqual(['digits', 'portal_unreachable']);
    await admin.look();
    expect([admin.step, admin.problem]).toEqual(['digits', null]);
  });

  it.each(['not_let_in', 'not_signed_in'] as const)(
    'is let in by nobody when the answer is %s',
    async (code) => {
      fake.fail('unlockStands', { code });
      await admin.look();
      expect([admin.step, admin.problem, admin.desk]).toEqual(['nobody', null, null]);
    },
  );
});

describe('asking the desk', () => {
  it('shows nothing to whoever went back before the digits came, and locks nothing', async () => {
    fake.delay('askToUnlock', SLOW_MS);
    const late = admin.askDesk();
    admin.leave();
    await slowly();
    await late;
    expect([admin.asked, fake.called('lock')]).toEqual([null, []]);
  });

  it('is one ask, however often it is pressed, and no password goes with it', async () => {
    fake.delay('askToUnlock', SLOW_MS);
    admin.password = 'teapot-meadow';
    const both = [admin.askDesk(), admin.askDesk(), admin.unlock()];
    await slowly();
    await Promise.all(both);
    expect([fake.called('askToUnlock'), fake.called('unlock')]).toEqual([[['mb']], []]);
  });
});

describe('the screen', () => {
  const said = (id: string): string =>
    screen.getByTestId(id).textContent.replaceAll(/[\u2066-\u2069]/g, '');
  const press = async (id: string): Promise<void> => {
    await fireEvent.click(screen.getByTestId(id));
    await vi.advanceTimersByTimeAsync(0);
  };
  const at = (): string | null | undefined =>
    document.querySelector('main')?.getAttribute('data-screen');

  beforeEach(() => {
    render(Unlock, { admin, kiosk });
  });

  it('counts the seconds, and asks every two of them for as long as it is there', async () => {
    await press('ask-desk');
    expect([at(), said('unlock-digits')]).toEqual(['unlock-digits', '4 7']);
    expect(document.activeElement?.tagName).toBe('H1');
    await vi.advanceTimersByTimeAsync(7000);
    expect(said('unlock-left')).toContain('53 more seconds');
    expect(fake.called('unlockStands')).toHaveLength(3);
    await press('use-password');
    expect(at()).toBe('unlock-password');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fake.called('unlockStands')).toHaveLength(3);
    expect(at()).toBe('unlock-password');
  });

  it('says each second to nobody who listens', async () => {
    await press('ask-desk');
    expect(
      screen.getByTestId('unlock-left').closest('[aria-live], [role]')?.tagName,
    ).toBeUndefined();
  });

  it('offers to ask again once nobody has, and says when the desk was asked enough', async () => {
    await press('ask-desk');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(at()).toBe('unlock-nobody');
    fake.fail('askToUnlock', { code: 'limit_reached', retry_after_s: 300 });
    await press('ask-again');
    expect(at()).toBe('unlock-nobody');
    expect(said('trouble')).toContain('asked very often');
    expect(said('trouble')).toContain('again in 5 minutes');
    await press('use-password');
    expect([at(), screen.queryByTestId('trouble')]).toEqual(['unlock-password', null]);
  });
});
