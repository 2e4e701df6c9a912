import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Desk } from './desk.svelte';
import { FakeStaff } from './fake';
import { CHILDREN, FIRST_FLOOR, FRONT_DOOR, WAITING_ROOM } from './fakeKiosks';
import { HOSTILE_NAMES, MAYA } from './fakePeople';
import Kiosks from './screens/Kiosks.svelte';

let fake: FakeStaff;
let desk: Desk;

const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
const plainText = (element: HTMLElement): string =>
  element.textContent.replaceAll(/[\u2066-\u2069]/g, '').replaceAll(/\s+/g, ' ');

async function open(may = MAYA.may, atKiosk = false): Promise<void> {
  desk = new Desk(fake, { ...MAYA, may }, vi.fn(), { atKiosk });
  desk.go({ at: 'kiosks' });
  await pass(0);
  render(Kiosks, { desk });
  await pass(0);
}

const cards = (): string[] =>
  screen.getAllByTestId('kiosk').map((card) => card.querySelector('h2')?.textContent ?? '');

function card(name: string): HTMLElement {
  const found = screen
    .getAllByTestId('kiosk')
    .find((each) => each.querySelector('h2')?.textContent === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

const standing = (name: string): string =>
  plainText(within(card(name)).getByTestId('kiosk-standing')).trim();
const buttons = (name: string): (string | undefined)[] =>
  within(card(name))
    .queryAllByRole('button')
    .map((button) => button.dataset['testid']);

async function press(name: string, id: string): Promise<void> {
  await fireEvent.click(within(card(name)).getByTestId(id));
  await pass(0);
}

async function confirm(name: string): Promise<void> {
  await fireEvent.submit(within(card(name)).getByTestId('confirm-yes'));
  await pass(0);
}

const done = (): string => plainText(screen.getByTestId('kiosk-done')).trim();

beforeEach(() => {
  vi.useFakeTimers();
  fake = new FakeStaff();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('the kiosks', () => {
  it('are shown with how they are', async () => {
    await open();
    expect(cards()).toEqual(['Waiting room', 'Front door', 'First floor', 'Children’s corner']);
    expect(plainText(card('Waiting room'))).toMatch(/Online.*Somebody is at it.*Version 1\.4\.0/);
    expect(plainText(card('Front door'))).toContain('Nobody is at it');
    expect(within(card('Front door')).queryByTestId('kiosk-kept')).toBeNull();
    expect(within(card('Front door')).queryByTestId('kiosk-restarts')).toBeNull();
    const first = plainText(card('First floor'));
    expect(first).toMatch(/Not heard of since \d\d:\d\d|Not heard of since \w{3} \d/);
    expect(first).toContain('2 people’s details are kept there');
    expect(first).toContain('it does once it is heard of again');
    expect(first, 'nobody can know').not.toMatch(/Online|is at it/);
    expect(plainText(card('Children’s corner'))).toContain('Restarts once nobody is at it');
    expect(['Waiting room', 'Children’s corner'].map(standing)).toEqual(['Open', 'Paused']);
    expect(screen.queryByTestId('kiosk-here')).toBeNull();
  });

  it('begin with the one whose glass it is', async () => {
    fake.kiosks.here = FRONT_DOOR;
    await open(MAYA.may, true);
    expect(cards()[0]).toBe('Front door');
    expect(screen.getAllByTestId('kiosk-here')).toHaveLength(1);
    expect(within(card('Front door')).getByTestId('kiosk-here').textContent).toBe('This kiosk');
    const [first] = within(card('Front door')).getAllByRole('button');
    expect(first?.dataset['testid']).toBe('kiosk-clean');
  });

  it('that were never heard of say so, whatever they are called', async () => {
    fake.kiosks.change(FRONT_DOOR, {
      name: HOSTILE_NAMES.script,
      online: false,
      seen_at: null,
      version: null,
    });
    await open();
    const text = plainText(card(HOSTILE_NAMES.script));
    expect(text).toContain('Never heard of');
    expect(text).not.toContain('Version');
    expect(document.querySelector('script, img')).toBeNull();
  });

  it('say how the first one comes to be there', async () => {
    fake.kiosks.rows = [];
    await open();
    expect(screen.queryAllByTestId('kiosk')).toEqual([]);
    expect(screen.getByTestId('empty').textContent).toContain('vestibule-portal kiosk enrol');
  });

  it('are asked for again every three seconds, and never two at once', async () => {
    await open();
    expect(fake.called('kiosks')).toEqual([{ ask: 'kiosks', by_itself: false }]);
    fake.kiosks.change(FRONT_DOOR, { in_use: true });
    await pass(3000);
    expect(fake.called('kiosks').slice(1)).toEqual([{ ask: 'kiosks', by_itself: true }]);
    expect(plainText(card('Front door'))).toContain('Somebody is at it');
    fake.hang('kiosks');
    await pass(30_000);
    expect(fake.called('kiosks')).toHaveLength(3);
    cleanup();
    await pass(30_000);
    expect(fake.called('kiosks')).toHaveLength(3);
  });

  it('count down by themselves while they are cleaned', async () => {
    fake.kiosks.clean(FRONT_DOOR, 107);
    await open();
    expect(standing('Front door')).toBe('Being cleaned, 1:47');
    await pass(1000);
    expect(standing('Front door')).toBe('Being cleaned, 1:46');
    await pass(1000);
    expect(standing('Front door')).toBe('Being cleaned, 1:45');
    await pass(106_000);
    expect(standing('Front door')).toBe('Open');
  });
});

describe('running kiosks', () => {
  it('is for those who may', async () => {
    await open(['see_kiosks']);
    expect(cards()).toHaveLength(4);
    expect(screen.queryAllByRole('button')).toEqual([]);
    expect(screen.queryByTestId('kiosk-away')).toBeNull();
  });

  it('offers what can be done now', async () => {
    fake.kiosks.clean(WAITING_ROOM, 60);
    await open();
    expect(buttons('Front door')).toEqual(['kiosk-clean', 'kiosk-pause', 'kiosk-restart']);
    expect(buttons('Waiting room')).toEqual(['kiosk-stop_cleaning', 'kiosk-restart']);
    expect(buttons('Children’s corner')).toEqual(['kiosk-resume', 'kiosk-clean']);
  });

  it('pauses and opens again with one press each', async () => {
    await open();
    await press('Front door', 'kiosk-pause');
    expect(standing('Front door')).toBe('Paused');
    expect(done()).toBe('Front door takes nobody new. Whoever is at it carries on.');
    await press('Front door', 'kiosk-resume');
    expect(standing('Front door')).toBe('Open');
    expect(done()).toBe('Front door takes patients again.');
    expect(fake.called('run_kiosk')).toEqual([
      { ask: 'run_kiosk', id: FRONT_DOOR, act: 'pause' },
      { ask: 'run_kiosk', id: FRONT_DOOR, act: 'resume' },
    ]);
  });

  it('cleans only after a word of what that means for whoever is there', async () => {
    await open();
    await press('Waiting room', 'kiosk-clean');
    expect(fake.called('run_kiosk')).toEqual([]);
    const asks = plainText(screen.getByTestId('confirm'));
    expect(asks).toContain('For two minutes nothing works that is touched there');
    expect(asks).toContain('Somebody is at it now. They are seen off');
    await press('Waiting room', 'confirm-no');
    expect(screen.queryByTestId('confirm')).toBeNull();
    await press('Waiting room', 'kiosk-clean');
    await confirm('Waiting room');
    expect(fake.called('run_kiosk')).toEqual([
      { ask: 'run_kiosk', id: WAITING_ROOM, act: 'clean' },
    ]);
    expect(standing('Waiting room')).toBe('Being cleaned, 2:00');
    await press('Waiting room', 'kiosk-stop_cleaning');
    expect(standing('Waiting room')).toBe('Open');
  });

  it('says at the glass itself that it locks', async () => {
    fake.kiosks.here = FRONT_DOOR;
    await open(MAYA.may, true);
    await press('Front door', 'kiosk-clean');
    expect(plainText(screen.getByTestId('confirm'))).toContain('This screen locks');
  });

  it('restarts once it is confirmed, and does not offer it again meanwhile', async () => {
    await open();
    await press('Front door', 'kiosk-restart');
    expect(plainText(screen.getByTestId('confirm'))).toContain('Whoever is there finishes first');
    await confirm('Front door');
    expect(done()).toBe('Front door restarts once nobody is at it.');
    expect(buttons('Front door')).toEqual(['kiosk-clean', 'kiosk-pause']);
  });

  it('says that one that is not heard of does it later', async () => {
    await open();
    await press('First floor', 'kiosk-pause');
    expect(fake.called('run_kiosk')).toEqual([{ ask: 'run_kiosk', id: FIRST_FLOOR, act: 'pause' }]);
    expect(done()).toBe('First floor is not heard of. It does this once it is.');
  });

  it('asks no more about what a colleague did meanwhile', async () => {
    await open();
    await press('Front door', 'kiosk-clean');
    fake.kiosks.clean(FRONT_DOOR, 60);
    await pass(3000);
    expect(screen.queryByTestId('confirm')).toBeNull();
    expect(buttons('Front door')).toEqual(['kiosk-stop_cleaning', 'kiosk-restart']);
  });

  it('says when it was not done, and changes nothing', async () => {
    await open();
    fake.fail('run_kiosk', { code: 'portal_unreachable' });
    await press('Children’s corner', 'kiosk-resume');
    expect(screen.getByTestId('trouble').dataset['code']).toBe('portal_unreachable');
    expect(standing('Children’s corner')).toBe('Paused');
    expect(screen.queryByTestId('kiosk-done')).toBeNull();
    expect(fake.kiosks.standingOf(CHILDREN)).toEqual({ standing: 'paused' });
  });

  it('does not show a kiosk as it was before', async () => {
    await open();
    const answer = fake.kiosks.answer({ ask: 'kiosks', by_itself: true });
    let tell: () => void = () => undefined;
    const late = new Promise<void>((resolve) => (tell = resolve));
    vi.spyOn(fake, 'ask').mockImplementationOnce(() => late.then(() => answer));
    await pass(3000);
    await press('Front door', 'kiosk-pause');
    tell();
    await pass(0);
    expect(standing('Front door')).toBe('Paused');
  });
});
