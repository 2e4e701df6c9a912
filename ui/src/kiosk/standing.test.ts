import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../App.svelte';
import { FakeBackend } from '../backend/fake';
import { keyboard } from '../keyboard/keyboard.svelte';
// Read beforehand: on a busy machine that takes longer than the test.
import '../staff/AdminMode.svelte';
import { FRONT_DOOR } from '../staff/fakeKiosks';
import { ENGLISH, texts } from '../texts/texts.svelte';
import { ease } from './ease.svelte';
import { Kiosk } from './kiosk.svelte';
import { minutesAndSeconds } from './cleaning.svelte';

vi.mock('./chime', () => ({ chime: vi.fn(() => Promise.resolve()) }));

configure({ asyncUtilTimeout: 4000 });

let fake: FakeBackend;
let kiosk: Kiosk;

const shown = (): string | null =>
  document.querySelector('main')?.getAttribute('data-screen') ?? null;
const press = (id: string): Promise<boolean> => fireEvent.click(screen.getByTestId(id));
const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
const words = (id: string): string =>
  screen
    .getByTestId(id)
    .textContent.replaceAll(/[\u2066-\u2069]/g, '')
    .trim();
const aloud = (): string => words('cleaning-aloud');
const decide = (act: 'pause' | 'resume'): void => {
  fake.staff.kiosks.run(FRONT_DOOR, act);
};
const clean = (seconds: number): void => {
  fake.staff.kiosks.clean(FRONT_DOOR, seconds);
};

async function open(): Promise<void> {
  await kiosk.refresh();
  render(App, { kiosk });
  await pass(0);
}

beforeEach(() => {
  vi.useFakeTimers();
  fake = new FakeBackend();
  kiosk = new Kiosk(fake);
});

afterEach(() => {
  vi.useRealTimers();
  cleanup();
  texts.language = ENGLISH;
  ease.reset();
  keyboard.hardware = false;
});

describe('a kiosk that staff paused', () => {
  it('sends whoever comes to reception, within two seconds, and welcomes again as soon', async () => {
    await open();
    decide('pause');
    await pass(2000);
    expect(shown()).toBe('paused');
    expect(document.querySelector('h1')?.textContent).toBe('See reception to sign up');
    expect(screen.getByTestId('practice-name').textContent).toBe('Willow Lane Practice');
    for (const id of ['start', 'privacy', 'ask-for-help', 'start-again'])
      expect(screen.queryByTestId(id), id).toBeNull();
    expect(screen.queryByTestId('staff-open')).not.toBeNull();
    decide('resume');
    await pass(2000);
    expect(shown()).toBe('welcome');
    expect(screen.queryByTestId('start')).not.toBeNull();
  });

  it('is paused from its first frame on', async () => {
    decide('pause');
    await open();
    expect(shown()).toBe('paused');
  });

  it('lets whoever has begun go on to the end, and only then is paused', async () => {
    await open();
    await press('start');
    await pass(10);
    decide('pause');
    await pass(20_000);
    expect(shown()).toBe('name');
    await fireEvent.input(screen.getByTestId('given-name'), { target: { value: 'Ada' } });
    await fireEvent.input(screen.getByTestId('family-name'), { target: { value: 'Lovelace' } });
    await press('continue');
    await pass(10);
    expect(shown()).toBe('date-of-birth');
    kiosk.leave();
    await pass(10);
    expect(shown()).toBe('paused');
  });

  it('does not stop whoever has pressed Start a moment before', async () => {
    fake.delay('start', 4000);
    await open();
    await press('start');
    decide('pause');
    await pass(3000);
    expect(shown()).toBe('welcome');
    await pass(1500);
    expect(shown()).toBe('name');
  });

  it('does not take the privacy notice from whoever reads it', async () => {
    await open();
    await press('privacy');
    decide('pause');
    await pass(4000);
    expect(shown()).toBe('privacy');
    await press('back');
    expect(shown()).toBe('paused');
  });

  it('says that it is out of service rather than paused', async () => {
    decide('pause');
    fake.currentStatus = {
      ...fake.currentStatus,
      phase: { phase: 'out_of_service', reason: 'key_store_locked' },
    };
    await open();
    expect(shown()).toBe('out-of-service');
  });

  it('leaves nothing of what was refused meanwhile once it takes patients again', async () => {
    fake.fail('start', { code: 'out_of_service' });
    await open();
    decide('pause');
    await press('start');
    await pass(2000);
    expect(shown()).toBe('paused');
    decide('resume');
    await pass(2000);
    expect(shown()).toBe('welcome');
    expect(screen.queryByTestId('error-summary')).toBeNull();
  });

  it('asks its Rust side less often while somebody is at the glass', async () => {
    await open();
    const asked = async (): Promise<number> => {
      const before = fake.called('status').length;
      await pass(30_000);
      return fake.called('status').length - before;
    };
    expect(await asked()).toBe(20);
    await press('start');
    await pass(10);
    expect(await asked()).toBe(6);
  });
});

describe('a glass that is cleaned', () => {
  it('shows nothing but that, and counts down each second', async () => {
    await open();
    clean(107);
    await pass(1500);
    expect(shown()).toBe('cleaning');
    expect(words('cleaning-left')).toBe('It works again in 1:46');
    expect(document.querySelectorAll('button, a, input, dialog')).toHaveLength(0);
    const seen = [];
    for (let second = 0; second < 8; second += 1) {
      await pass(1000);
      seen.push(words('cleaning-left').slice(-4));
    }
    expect(seen).toEqual(['1:45', '1:44', '1:43', '1:42', '1:41', '1:40', '1:39', '1:38']);
  });

  it('ends by itself with the welcome screen', async () => {
    await open();
    clean(20);
    await pass(19_900);
    expect(shown()).toBe('cleaning');
    await pass(700);
    expect(shown()).toBe('welcome');
  });

  it('ends sooner when staff stop it', async () => {
    await open();
    clean(120);
    await pass(2000);
    expect(shown()).toBe('cleaning');
    fake.staff.kiosks.run(FRONT_DOOR, 'stop_cleaning');
    await pass(2000);
    expect(shown()).toBe('welcome');
  });

  it('counts on, and ends, where Rust says nothing for a while', async () => {
    await open();
    clean(20);
    await pass(1500);
    fake.hang('status');
    await pass(10_000);
    expect(words('cleaning-left')).toBe('It works again in 0:09');
    await pass(12_600);
    expect(shown()).toBe('welcome');
  });

  it('never says a longer time than a second ago', async () => {
    await open();
    clean(30);
    let last = Infinity;
    for (let times = 0; times < 280; times += 1) {
      await pass(100);
      if (shown() !== 'cleaning') continue;
      const left = Number(words('cleaning-left').slice(-2));
      expect(left).toBeLessThanOrEqual(last);
      last = left;
    }
    expect(last).toBeLessThanOrEqual(3);
  });

  it('swallows every click, touch and key', async () => {
    await open();
    clean(60);
    await pass(1500);
    const heard = vi.fn();
    const names = ['pointerdown', 'pointerup', 'click', 'touchstart', 'keydown', 'keyup'];
    for (const name of names) document.addEventListener(name, heard);
    const before = fake.calls.filter(({ command }) => command !== 'status').length;
    for (const name of names) {
      const event = name.startsWith('key')
        ? new KeyboardEvent(name, { key: 'Enter', bubbles: true, cancelable: true })
        : new Event(name, { bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
      expect(event.defaultPrevented, name).toBe(true);
    }
    await pass(10);
    expect(heard).not.toHaveBeenCalled();
    expect(shown()).toBe('cleaning');
    expect(fake.calls.filter(({ command }) => command !== 'status')).toHaveLength(before);
    await pass(1000);
    expect(fake.called('pulse').flat()).not.toContain(true);
    await pass(60_000);
    document.body.click();
    expect(heard).toHaveBeenCalledOnce();
    for (const name of names) document.removeEventListener(name, heard);
  });

  it('sees off whoever was there, with nothing left of what they typed', async () => {
    await open();
    ease.size = 'largest';
    await press('start');
    await pass(10);
    await fireEvent.input(screen.getByTestId('given-name'), { target: { value: 'Ada' } });
    await press('ask-for-help');
    clean(10);
    await pass(5000);
    expect(shown()).toBe('cleaning');
    expect(document.body.innerHTML).not.toContain('Ada');
    expect(kiosk.answers.typed.givenName).toBe('');
    await pass(10_000);
    expect(shown()).toBe('welcome');
    expect(screen.queryByTestId('help-panel')).toBeNull();
    expect(ease.size).toBe('normal');
  });

  it('closes the choices that somebody left open', async () => {
    await open();
    await press('ease');
    expect(screen.queryByTestId('ease-panel')).not.toBeNull();
    clean(5);
    await pass(1500);
    expect(screen.queryByTestId('ease-panel')).toBeNull();
    await pass(5000);
    expect(shown()).toBe('welcome');
    expect(screen.queryByTestId('ease-panel')).toBeNull();
  });

  it('is said aloud when it begins and when it is over, and not between', async () => {
    await open();
    expect(aloud()).toBe('');
    clean(20);
    await pass(1500);
    const began = aloud();
    expect(began).toBe('This screen is being cleaned');
    for (let second = 0; second < 15; second += 1) {
      await pass(1000);
      expect(aloud()).toBe(began);
    }
    await pass(5000);
    expect(aloud()).toBe('This screen works again.');
    await fireEvent.pointerDown(document.body);
    expect(aloud()).toBe('');
  });

  it('covers staff screens, and staff have to come in again', async () => {
    vi.useRealTimers();
    await kiosk.refresh();
    render(App, { kiosk });
    await press('staff-open');
    await waitFor(() => screen.getByTestId('staff-initials'));
    await fireEvent.input(screen.getByTestId('staff-initials'), { target: { value: 'mb' } });
    await fireEvent.submit(screen.getByTestId('unlock-next'));
    await waitFor(() => screen.getByTestId('staff-password'));
    const password = { target: { value: 'teapot-meadow' } };
    await fireEvent.input(screen.getByTestId('staff-password'), password);
    await fireEvent.submit(screen.getByTestId('unlock-next'));
    await waitFor(() => screen.getByTestId('nav-kiosks'));
    await press('nav-kiosks');
    const [here] = await waitFor(() => screen.getAllByTestId('kiosk-clean'));
    if (here) await fireEvent.click(here);
    await fireEvent.submit(await waitFor(() => screen.getByTestId('confirm-yes')));
    await waitFor(() => screen.getByTestId('kiosk-done'));
    await kiosk.refresh();
    await waitFor(() => {
      expect(shown()).toBe('cleaning');
    });
    expect(document.body.innerHTML).not.toMatch(/Maya|Front door/);
    expect(kiosk.staff.isOpen).toBe(false);
    fake.staff.kiosks.run(FRONT_DOOR, 'stop_cleaning');
    await kiosk.refresh();
    await waitFor(() => {
      expect(shown()).toBe('welcome');
    });
    expect(screen.queryByTestId('nav-kiosks')).toBeNull();
  });

  it.each([
    [120, '2:00'],
    [107, '1:47'],
    [9, '0:09'],
    [0, '0:00'],
  ])('says %i seconds as %s', (seconds, said) => {
    expect(minutesAndSeconds(seconds)).toBe(said);
  });
});
