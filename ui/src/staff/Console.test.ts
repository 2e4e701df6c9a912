import {
  cleanup,
  configure,
  fireEvent,
  render,
  screen,
  waitFor,
  within,
} from '@testing-library/svelte';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import Console from './Console.svelte';
import { FakeStaff } from './fake';
import { HOSTILE_NAMES, review } from './fakePeople';
import { takeInvitationToken } from './invitationToken';
import { Session } from './session.svelte';

vi.mock('../kiosk/chime', () => ({ chime: vi.fn(() => Promise.resolve()) }));

configure({ asyncUtilTimeout: 4000 });

let fake: FakeStaff;

async function open(token: string | null = null): Promise<Session> {
  const session = new Session(fake, token);
  render(Console, { session });
  await session.resume();
  return session;
}

const press = async (id: string, at = 0): Promise<void> => {
  const found = await waitFor(() => {
    const button = screen.getAllByTestId(id)[at];
    if (!button) throw new Error(`no ${id}`);
    return button;
  });
  await fireEvent.click(found);
};
const typed = (id: string, value: string): Promise<boolean> =>
  fireEvent.input(screen.getByTestId(id), { target: { value } });
const shown = (): string | null =>
  document.querySelector('main')?.getAttribute('data-screen') ?? null;
const at = (name: string): Promise<void> =>
  waitFor(() => {
    expect(shown()).toBe(name);
  });

beforeEach(() => {
  fake = new FakeStaff();
});

afterEach(() => {
  cleanup();
});

describe('the console', () => {
  it('lets in whoever was let in before, and asks everybody else', async () => {
    await open();
    await at('today');
    cleanup();
    fake.signedIn = false;
    await open();
    await at('sign-in');
    expect(screen.queryByTestId('signed-out')).toBeNull();
  });

  it('keeps the initials and not the password after a wrong one', async () => {
    fake.signedIn = false;
    const session = await open();
    await at('sign-in');
    await typed('initials', 'MB');
    await typed('password', 'wrong');
    await fireEvent.submit(screen.getByTestId('enter'));
    await waitFor(() => screen.getByTestId('trouble'));
    expect([session.initials, session.password]).toEqual(['MB', '']);
    await typed('password', 'teapot-meadow');
    await fireEvent.submit(screen.getByTestId('enter'));
    await at('today');
    expect([session.initials, session.password]).toEqual(['', '']);
  });

  it('forgets at once when somebody signs out, and says so if the portal did not hear', async () => {
    await open();
    await waitFor(() => screen.getAllByTestId('registration-row'));
    fake.fail('sign_out', { code: 'portal_unreachable' });
    await press('sign-out');
    await at('sign-in');
    expect(document.body.innerHTML).not.toMatch(/Adeyemi|Nowak|Maya/);
    await press('sign-out-again');
    await waitFor(() => screen.getByTestId('signed-out'));
  });

  it('reads an invitation once and takes it out of the address', async () => {
    globalThis.location.hash = '#invitation=abc-123';
    expect(takeInvitationToken()).toBe('abc-123');
    expect(globalThis.location.hash).toBe('');
    expect(takeInvitationToken()).toBeNull();
    fake.signedIn = false;
    await open('abc-123');
    await at('invitation');
    await typed('password', 'short');
    await fireEvent.submit(screen.getByTestId('enter'));
    await waitFor(() => screen.getByText(/8 letters or more$/));
    await typed('password', 'teapot-meadow');
    await fireEvent.submit(screen.getByTestId('enter'));
    await at('today');
    expect(fake.called('invitation').at(-1)).toEqual(['abc-123', 'teapot-meadow']);
  });

  it('shows only what the role has', async () => {
    fake.you = { ...fake.you, role: 'it', may: ['see_staff'] };
    await open();
    await at('staff');
    expect(screen.queryByTestId('nav-today')).toBeNull();
    expect(screen.queryByTestId('nav-reviews')).toBeNull();
    await waitFor(() => screen.getAllByTestId('member'));
    expect(screen.queryByTestId('invite')).toBeNull();
    expect(screen.queryByTestId('remove')).toBeNull();
  });

  it('offers only what may be done for a registration', async () => {
    await open();
    await press('registration-row', 3);
    await waitFor(() => screen.getByTestId('no-help'));
    await press('back');
    await press('registration-row', 0);
    await waitFor(() => screen.getByTestId('help-resend_code'));
    expect(screen.queryByTestId('help-send_new_link')).toBeNull();
  });

  it('asks before each act, and offers a new link as the next after a corrected email', async () => {
    await open();
    await press('registration-row', 1);
    await press('help-correct_email');
    expect(fake.called('help')).toEqual([]);
    await typed('email', 'sam');
    await press('confirm-yes');
    await waitFor(() => screen.getByText('Enter an email address, like sam@example.com'));
    await typed('email', 'sam@example.com');
    await press('confirm-yes');
    const news = await waitFor(() => screen.getByTestId('helped'));
    expect(news.textContent).toContain('no link yet');
    expect(screen.getByTestId('help-send_new_link').className).toContain('primary');
    expect(screen.queryByTestId('confirm')).toBeNull();
  });

  it('counts the presses from the list to a linked person: three', async () => {
    await open();
    await press('nav-reviews');
    await press('review-row');
    await press('same-person');
    await press('confirm-yes');
    await waitFor(() => screen.getByTestId('just-settled'));
    expect(fake.called('settle_review')).toHaveLength(1);
  });

  it('marks each difference by a word', async () => {
    await open();
    await press('nav-reviews');
    await press('review-row', 1);
    const records = await waitFor(() => screen.getAllByTestId('record'));
    const [, second] = records;
    if (!second) throw new Error('one record');
    for (const word of ['Same', 'Similar', 'Different'])
      expect(within(second).getAllByText(word).length).toBeGreaterThan(0);
  });

  it.each(Object.entries(HOSTILE_NAMES))('shows a hostile name as text: %s', async (_, name) => {
    const [registration] = fake.registrations;
    if (!registration) throw new Error('none');
    fake.registrations = [{ ...registration, row: { ...registration.row, name, kiosk: name } }];
    fake.reviews = [review(name, name, 'several_records_agree', 5)];
    fake.you = { ...fake.you, name, practice_name: name };
    fake.members = fake.members.map((member) => ({ ...member, name }));
    await open();
    const check = (): void => {
      expect(document.querySelectorAll('script, img, iframe')).toHaveLength(0);
      for (const typed of document.querySelectorAll('.typed')) {
        expect(typed.tagName).toBe('BDI');
        expect(['auto', 'ltr']).toContain(typed.getAttribute('dir'));
        expect(typed.textContent).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
      }
    };
    await waitFor(() => screen.getByTestId('registration-row'));
    check();
    fake.ring();
    await press('registration-row');
    await waitFor(() => screen.getByTestId('reference'));
    check();
    await press('nav-reviews');
    await press('review-row');
    await press('same-person');
    expect(screen.getByTestId('confirm').textContent).not.toMatch(/[\u202a-\u202e]/);
    check();
    await press('confirm-yes');
    await waitFor(() => screen.getByTestId('just-settled'));
    check();
    await press('nav-staff');
    await press('remove');
    check();
  });
});

describe('the built console', () => {
  it('has no trace of the stand-in, and needs nothing that its policy forbids', () => {
    expect(existsSync('dist-staff/assets'), 'built before by `npm run build`').toBe(true);
    const page = readFileSync('dist-staff/staff.html', 'utf8');
    expect(page).not.toMatch(/<style|style=|<script(?![^>]*src=)/);
    for (const name of readdirSync('dist-staff/assets')) {
      if (!/\.(js|css)$/.test(name)) continue;
      const text = readFileSync(`dist-staff/assets/${name}`, 'utf8');
      expect(text).not.toMatch(/Willow Lane|Adeyemi|teapot-meadow|Wolfeschlegel/);
      expect(text).not.toMatch(/url\(["']?data:|console\.(log|debug|info)\(|tauri/i);
    }
  });
});
