import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './backend/fake';
import { chime } from './kiosk/chime';
import { Kiosk } from './kiosk/kiosk.svelte';

vi.mock('./kiosk/chime', () => ({ chime: vi.fn(() => Promise.resolve()) }));

let fake: FakeBackend;
let kiosk: Kiosk;

async function open(): Promise<void> {
  await kiosk.refresh();
  render(App, { kiosk });
}

const press = (id: string): Promise<boolean> => fireEvent.click(screen.getByTestId(id));
const shown = (): string | null =>
  document.querySelector('main')?.getAttribute('data-screen') ?? null;
/** Without the marks that keep numbers together in a right-to-left language. */
const words = (id: string): string =>
  screen.getByTestId(id).textContent.replaceAll(/[\u2066-\u2069]/g, '');

beforeEach(() => {
  fake = new FakeBackend();
  kiosk = new Kiosk(fake);
});

afterEach(() => {
  vi.useRealTimers();
  vi.clearAllMocks();
  cleanup();
});

describe('the window', () => {
  it('welcomes by the name of the practice', async () => {
    await open();
    expect(shown()).toBe('welcome');
    expect(screen.getByTestId('practice-name').textContent).toBe('Willow Lane Practice');
    expect(screen.queryByTestId('sandbox-badge')).toBeNull();
    expect(screen.queryByTestId('language-ar-XB')).toBeNull();
  });

  it('says on every screen that it is a sandbox, and offers the other direction there', async () => {
    fake.currentStatus = { ...fake.currentStatus, mode: 'sandbox' };
    await open();
    expect(screen.getByTestId('sandbox-badge')).toBeTruthy();
    await press('language-ar-XB');
    expect(document.documentElement.dir).toBe('rtl');
    expect(document.documentElement.lang).toBe('ar-XB');
    kiosk.leave();
    await waitFor(() => {
      expect(document.documentElement.dir).toBe('ltr');
    });
  });

  it('follows the calibration of the panel', async () => {
    fake.currentStatus = { ...fake.currentStatus, css_px_per_mm: 5.5 };
    await open();
    expect(document.documentElement.style.getPropertyValue('--mm')).toBe('5.5px');
  });

  it('goes to the first question and waits calmly on the way', async () => {
    fake.delay('start', 10);
    await open();
    await press('start');
    expect(screen.getByTestId('start').textContent).toContain('Getting ready');
    await waitFor(() => {
      expect(shown()).toBe('name');
    });
  });

  it('leads from the summary to the field, with the same words', async () => {
    await open();
    await press('start');
    await waitFor(() => screen.getByTestId('given-name'));
    await press('continue');
    const summary = await waitFor(() => screen.getByTestId('error-summary'));
    expect(document.activeElement).toBe(summary);
    expect(screen.getAllByText('Enter your first name')).toHaveLength(2);
    const [link] = summary.querySelectorAll('a');
    if (!link) throw new Error('no link');
    await fireEvent.click(link);
    expect(document.activeElement).toBe(screen.getByTestId('given-name'));
  });

  it('leads from check-your-answers to the refused field, and reads out why', async () => {
    await open();
    kiosk.screen = 'check';
    fake.fail('confirm', {
      code: 'fields_refused',
      fields: [{ field: 'mobile', code: 'mobile_is_landline' }],
    });
    await waitFor(() => screen.getByTestId('confirm'));
    await press('confirm');
    const summary = await waitFor(() => screen.getByTestId('error-summary'));
    expect(shown()).toBe('mobile');
    expect(document.activeElement).toBe(summary);
  });

  it('takes the problem away while it tries again, and says it anew', async () => {
    await open();
    kiosk.screen = 'email';
    const field = await waitFor(() => screen.getByTestId<HTMLInputElement>('email'));
    await fireEvent.input(field, { target: { value: 'ada' } });
    await press('continue');
    const first = await waitFor(() => screen.getByTestId('error-summary'));
    field.focus();
    fake.delay('checkEmail', 20);
    await press('continue');
    expect(screen.queryByTestId('error-summary')).toBeNull();
    expect(field.getAttribute('aria-invalid')).toBeNull();
    const second = await waitFor(() => screen.getByTestId('error-summary'));
    expect(second).not.toBe(first);
    expect(document.activeElement).toBe(second);
    expect(field.value).toBe('ada');
  });

  it('keeps the focus on the screen while it tries again', async () => {
    await open();
    kiosk.screen = 'check';
    fake.fail('confirm', { code: 'portal_unreachable' });
    await waitFor(() => screen.getByTestId('confirm'));
    await press('confirm');
    await waitFor(() => screen.getByTestId('try-again'));
    fake.hang('confirm');
    screen.getByTestId('try-again').focus();
    await press('try-again');
    expect(screen.queryByTestId('error-summary')).toBeNull();
    expect(document.activeElement?.textContent).toBe('Is this all right?');
  });

  it('forgets what was wrong with two names when there is one', async () => {
    await open();
    await press('start');
    await waitFor(() => screen.getByTestId('given-name'));
    await press('continue');
    await waitFor(() => screen.getByTestId('error-summary'));
    await press('one-name');
    expect(screen.queryByTestId('error-summary')).toBeNull();
    expect(document.activeElement).toBe(screen.getByTestId('family-name'));
  });

  it('asks whether somebody is still there', async () => {
    await open();
    fake.idle = { kind: 'warning', seconds_left: 20 };
    await kiosk.pulse();
    await waitFor(() => screen.getByTestId('more-time'));
    await press('more-time');
    expect(fake.called('pulse').at(-1)).toEqual([true]);
    await waitFor(() => {
      expect(screen.queryByTestId('more-time')).toBeNull();
    });
  });

  it.each(['desk', 'done'] as const)('says when the %s screen clears itself', async (last) => {
    await open();
    kiosk.screen = last;
    fake.idle = { kind: 'clearing', seconds_left: 28 };
    await kiosk.pulse();
    await waitFor(() => {
      expect(words('clears')).toContain('clears itself in 28 seconds');
    });
    await press('more-time');
    expect(fake.called('pulse').at(-1)).toEqual([true]);
    await waitFor(() => {
      expect(words('clears')).toContain('clears itself in 3 minutes');
    });
    fake.idle = { kind: 'clearing', seconds_left: 90 };
    await kiosk.pulse();
    await waitFor(() => {
      expect(words('clears')).toContain('clears itself in 90 seconds');
    });
  });

  it('says how long the password is while it is typed, aloud only when that changes', async () => {
    await open();
    kiosk.screen = 'password';
    const field = await waitFor(() => screen.getByTestId<HTMLInputElement>('password'));
    const typed = async (value: string): Promise<[string, string]> => {
      await fireEvent.input(field, { target: { value } });
      return [words('password-length').trim(), words('password-length-aloud').trim()];
    };
    expect(await typed('')).toEqual(['', '']);
    const aloud = 'A bit short. Use 12 letters or signs, or more.';
    expect(await typed('teapot')).toEqual(['A bit short: 6 more letters or signs', aloud]);
    expect(await typed('teapot-mead')).toEqual(['A bit short: 1 more letter or sign', aloud]);
    // One character each after NFKC, as Rust counts them.
    expect(await typed('e\u0301'.repeat(11))).toEqual([
      'A bit short: 1 more letter or sign',
      aloud,
    ]);
    expect(await typed('🫖'.repeat(12))).toEqual(['Long enough', 'Long enough']);
    expect(fake.called('setPassword')).toEqual([]);
  });

  it.each(['welcome', 'privacy', 'name', 'desk', 'done'] as const)(
    'has help at hand on %s',
    async (where) => {
      await open();
      kiosk.screen = where;
      await waitFor(() => {
        expect(shown()).toBe(where);
      });
      await press('ask-for-help');
      await waitFor(() => screen.getByTestId('help-reference'));
      expect(fake.called('askForHelp')).toEqual([['asked_for_help']]);
    },
  );

  it('says that someone is coming, and gives the reference where nobody hears', async () => {
    vi.useFakeTimers();
    await open();
    fake.helpStandsAt = 'ringing';
    await press('ask-for-help');
    await vi.advanceTimersByTimeAsync(0);
    expect(words('help-panel')).toContain('We’re asking someone to come to you');
    expect(screen.queryByTestId('help-reference')).toBeNull();
    fake.helpStandsAt = 'coming';
    await vi.advanceTimersByTimeAsync(2000);
    expect(words('help-panel')).toContain('Someone is coming');
    fake.fail('helpStands', { code: 'portal_unreachable' });
    await vi.advanceTimersByTimeAsync(2000);
    expect(words('help-panel')).toContain('Tell them this reference');
    expect(screen.queryByTestId('help-reference')).not.toBeNull();
  });

  it('lets the desk hear that somebody asks for help', async () => {
    await open();
    expect(chime).not.toHaveBeenCalled();
    await press('ask-for-help');
    expect(chime).toHaveBeenCalledOnce();
  });

  it('hides the password again ten seconds after it was shown', async () => {
    vi.useFakeTimers();
    await open();
    kiosk.screen = 'password';
    await vi.advanceTimersByTimeAsync(0);
    const type = (): string => screen.getByTestId<HTMLInputElement>('password').type;
    await fireEvent.input(screen.getByTestId('password'), { target: { value: 'teapot' } });
    expect(type()).toBe('password');
    await press('show-password');
    expect([type(), words('show-password')]).toEqual(['text', 'Hide']);
    await vi.advanceTimersByTimeAsync(9900);
    expect(type()).toBe('text');
    await vi.advanceTimersByTimeAsync(100);
    expect([type(), words('show-password')]).toEqual(['password', 'Show']);
    expect(kiosk.answers.typed.password).toBe('teapot');
  });

  it('has nothing to start again before the first question', async () => {
    await open();
    expect(screen.queryByTestId('start-again')).toBeNull();
  });

  it('sends to the desk without a reference when none can be had in time', async () => {
    vi.useFakeTimers();
    fake.currentStatus = { ...fake.currentStatus, practice: null, phase: { phase: 'starting' } };
    fake.hang('askForHelp');
    await open();
    await press('ask-for-help');
    expect(words('help-panel')).toContain('Making your reference');
    await vi.advanceTimersByTimeAsync(6000);
    expect(words('help-panel')).toContain('Tell the desk that you were at this screen');
    expect(words('help-panel')).not.toContain('What you typed');
  });

  it('is fresh again for the next person when somebody walks away from the first screens', async () => {
    vi.useFakeTimers();
    await open();
    await press('privacy');
    await press('ask-for-help');
    await press('ease');
    await vi.advanceTimersByTimeAsync(0);
    await press('theme-dark');
    await fireEvent.pointerDown(document.body);
    await vi.advanceTimersByTimeAsync(89_000);
    expect(screen.queryByTestId('help-panel')).not.toBeNull();
    await vi.advanceTimersByTimeAsync(1000);
    expect(shown()).toBe('welcome');
    expect(screen.queryByTestId('help-panel')).toBeNull();
    expect(screen.queryByTestId('ease-panel')).toBeNull();
    expect(document.documentElement.dataset['theme']).toBe('light');
  });

  it('never goes back to the start by itself once questions are asked', async () => {
    vi.useFakeTimers();
    await open();
    await press('start');
    await vi.advanceTimersByTimeAsync(10);
    expect(shown()).toBe('name');
    await fireEvent.pointerDown(document.body);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(shown()).toBe('name');
  });

  it('asks whoever sets it up to join a portal, in groups of four', async () => {
    fake.currentStatus = {
      ...fake.currentStatus,
      practice: null,
      phase: { phase: 'not_connected', former_address: null },
    };
    await open();
    expect(shown()).toBe('connect');
    expect(screen.queryByTestId('ask-for-help')).toBeNull();
    expect(screen.queryByTestId('start-again')).toBeNull();
    const code = screen.getByTestId<HTMLInputElement>('enrolment-code');
    const typed = async (value: string): Promise<string> => {
      await fireEvent.input(code, { target: { value } });
      return code.value;
    };
    expect(await typed('kt49')).toBe('KT49');
    expect(await typed('KT49q')).toBe('KT49-Q');
    expect(await typed('kt49 qfmd 7cxw')).toBe('KT49-QFMD-7CXW');
    expect(await typed('KT49-QFMD-7CXWX')).toBe('KT49-QFMD-7CXWX');
    await typed('KT49-QFMD-7CXW');
    await fireEvent.input(screen.getByTestId('portal-address'), {
      target: { value: 'register.example.org' },
    });
    fake.fail('connect', { code: 'portal_not_trusted' });
    await press('continue');
    const summary = await waitFor(() => screen.getByTestId('error-summary'));
    expect(summary.textContent).toContain('does not trust');
    expect(code.value).toBe('KT49-QFMD-7CXW');
    await press('try-again');
    await waitFor(() => {
      expect(shown()).toBe('welcome');
    });
    expect(fake.called('connect')).toHaveLength(2);
  });

  it('says that the code is not the one, and not that the screen is out of service', async () => {
    fake.currentStatus = {
      ...fake.currentStatus,
      phase: { phase: 'not_connected', former_address: 'https://register.example.org' },
    };
    await open();
    expect(document.body.textContent).toContain('was joined before');
    fake.fail('connect', { code: 'kiosk_not_accepted' });
    await press('continue');
    const summary = await waitFor(() => screen.getByTestId('error-summary'));
    expect(summary.textContent).toContain('does not know this code');
    expect(screen.queryByTestId('problem-help')).toBeNull();
  });

  it('takes away a code that somebody left there, and not while they type', async () => {
    vi.useFakeTimers();
    fake.currentStatus = {
      ...fake.currentStatus,
      practice: null,
      phase: { phase: 'not_connected', former_address: null },
    };
    await open();
    const typed = async (id: string, value: string): Promise<void> => {
      await fireEvent.pointerDown(screen.getByTestId(id));
      await fireEvent.input(screen.getByTestId(id), { target: { value } });
    };
    const code = screen.getByTestId<HTMLInputElement>('enrolment-code');
    await typed('portal-address', 'register.example.org');
    await typed('enrolment-code', 'kt49qf');
    await vi.advanceTimersByTimeAsync(89_000);
    await typed('enrolment-code', 'kt49qfmd');
    await vi.advanceTimersByTimeAsync(89_000);
    expect(code.value).toBe('KT49-QFMD');
    await vi.advanceTimersByTimeAsync(1000);
    expect([code.value, kiosk.enrolmentCode, shown()]).toEqual(['', '', 'connect']);
    expect(kiosk.portalAddress).toBe('register.example.org');
  });

  it('learns by itself that the portal no longer accepts the kiosk, and says what staff can do', async () => {
    vi.useFakeTimers();
    await open();
    fake.currentStatus = {
      ...fake.currentStatus,
      practice: null,
      phase: { phase: 'out_of_service', reason: 'kiosk_not_accepted' },
    };
    await vi.advanceTimersByTimeAsync(6000);
    expect(shown()).toBe('out-of-service');
    expect(words('out-of-service-reason')).toMatch(/kiosk_not_accepted.*kiosk enrol/s);
  });

  it('welcomes again by itself once the portal serves the kiosk, with nothing left of what was wrong', async () => {
    vi.useFakeTimers();
    await open();
    const { currentStatus } = fake;
    fake.currentStatus = {
      ...currentStatus,
      practice: null,
      phase: { phase: 'out_of_service', reason: 'not_a_portal' },
    };
    fake.fail('start', { code: 'out_of_service' });
    await press('start');
    await vi.advanceTimersByTimeAsync(10);
    expect(shown()).toBe('out-of-service');
    fake.currentStatus = currentStatus;
    await vi.advanceTimersByTimeAsync(6000);
    expect(shown()).toBe('welcome');
    expect(screen.queryByTestId('error-summary')).toBeNull();
  });

  it('sends people to the desk when it is out of service, with a reason for staff', async () => {
    fake.currentStatus = {
      ...fake.currentStatus,
      practice: null,
      phase: { phase: 'out_of_service', reason: 'database_unreadable' },
    };
    await open();
    expect(shown()).toBe('out-of-service');
    expect(screen.getByTestId('out-of-service-reason').textContent).toContain(
      'database_unreadable',
    );
  });

  it('empties a field that leaves the page', async () => {
    await open();
    await press('start');
    const field = await waitFor(() => screen.getByTestId<HTMLInputElement>('given-name'));
    await fireEvent.input(field, { target: { value: 'Ada' } });
    expect(kiosk.answers.typed.givenName).toBe('Ada');
    kiosk.leave();
    await waitFor(() => {
      expect(shown()).toBe('welcome');
    });
    expect(field.value).toBe('');
    expect(document.body.innerHTML).not.toContain('Ada');
  });
});

describe('the built window', () => {
  it('has no trace of the stand-in for Rust', () => {
    expect(existsSync('dist/assets'), 'built before by `npm run build`').toBe(true);
    for (const name of readdirSync('dist/assets').filter((file) => file.endsWith('.js'))) {
      const script = readFileSync(`dist/assets/${name}`, 'utf8');
      expect(script).not.toMatch(/Willow Lane|gmial|KT4-9QF/);
      expect(script).not.toMatch(/console\.(log|debug|info)\(/);
    }
  });
});
