import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StaffProblemCode, UnlockCall } from '../bindings';
import { chime } from '../kiosk/chime';
import Console from './Console.svelte';
import { Desk } from './desk.svelte';
import { FakeStaff } from './fake';
import { HOSTILE_NAMES, MAYA } from './fakePeople';
import { Session } from './session.svelte';

vi.mock('../kiosk/chime', () => ({ chime: vi.fn(() => Promise.resolve()) }));

configure({ asyncUtilTimeout: 4000 });

let fake: FakeStaff;

beforeEach(() => {
  vi.clearAllMocks();
  fake = new FakeStaff();
});

describe('letting a colleague in', () => {
  let desk: Desk;
  const ended = vi.fn();

  const shown = (): UnlockCall[] => desk.vouching.unanswered(desk.attention?.unlocks ?? []);

  async function knocked(): Promise<UnlockCall> {
    fake.knock();
    await desk.attend();
    const [call] = shown();
    if (!call) throw new Error('nobody asks');
    return call;
  }

  beforeEach(() => {
    desk = new Desk(fake, MAYA, ended);
  });

  it('rings once for each who asks, as it does for a patient', async () => {
    await knocked();
    await desk.attend();
    expect(chime).toHaveBeenCalledTimes(1);
    fake.ring();
    fake.knock('Ben Fielding', 'BF');
    await desk.attend();
    expect(chime).toHaveBeenCalledTimes(2);
  });

  it('asks the portal with the digits as typed, and disturbs nothing on screen', async () => {
    const call = await knocked();
    desk.openedAgain = true;
    await desk.vouching.letIn(call, '07');
    expect(fake.called('answer_unlock')).toEqual([
      { ask: 'answer_unlock', id: call.id, digits: '07' },
    ]);
    expect([desk.vouching.said, shown()]).toEqual([{ call, outcome: 'let_in' }, []]);
    expect([desk.openedAgain, desk.problem]).toEqual([true, null]);
  });

  it('lets nobody in with a plain no', async () => {
    const call = await knocked();
    await desk.vouching.refuse(call);
    expect(fake.called('answer_unlock')).toMatchObject([{ digits: null }]);
    expect(desk.vouching.said?.outcome).toBe('not_let_in');
  });

  it('takes one guess: wrong digits are said, and the ask is gone', async () => {
    const call = await knocked();
    fake.fail('answer_unlock', { code: 'digits_wrong' });
    await desk.vouching.letIn(call, '12');
    expect(desk.vouching.said).toEqual({ call, outcome: { code: 'digits_wrong' } });
    expect([shown(), desk.problem]).toEqual([[], null]);
  });

  it('neither shows nor rings again what an older list brings back', async () => {
    const call = await knocked();
    await desk.vouching.letIn(call, '47');
    fake.unlocks = [call];
    await desk.attend();
    expect(shown()).toEqual([]);
    expect(chime).toHaveBeenCalledTimes(1);
  });

  it.each(['not_found', 'changed_meanwhile'] as const)(
    'is over when somebody was first, or its minute: %s',
    async (code) => {
      const call = await knocked();
      fake.fail('answer_unlock', { code });
      await desk.vouching.letIn(call, '47');
      expect([desk.vouching.said?.outcome, shown()]).toEqual(['over', []]);
    },
  );

  it.each<StaffProblemCode>(['portal_unreachable', 'busy', 'unforeseen'])(
    'can be tried again where the portal did not hear: %s',
    async (code) => {
      const call = await knocked();
      fake.fail('answer_unlock', { code });
      await desk.vouching.letIn(call, '47');
      expect(shown()).toEqual([call]);
      await desk.vouching.letIn(call, '47');
      expect([desk.vouching.said?.outcome, shown()]).toEqual(['let_in', []]);
    },
  );

  it('answers one at a time', async () => {
    const call = await knocked();
    await Promise.all([desk.vouching.letIn(call, '47'), desk.vouching.refuse(call)]);
    expect(fake.called('answer_unlock')).toMatchObject([{ digits: '47' }]);
  });

  it('says nothing to whoever is signed out by then', async () => {
    const call = await knocked();
    fake.fail('answer_unlock', { code: 'not_signed_in' });
    await desk.vouching.letIn(call, '47');
    expect(ended).toHaveBeenCalledOnce();
    expect([desk.vouching.said, shown()]).toEqual([null, []]);
  });

  it('says nothing after a desk that ended while it was asked', async () => {
    const call = await knocked();
    const answered = desk.vouching.letIn(call, '47');
    desk.end();
    await answered;
    expect([desk.vouching.said, desk.attention]).toEqual([null, null]);
  });
});

describe('the console', () => {
  async function open(): Promise<void> {
    const session = new Session(fake, null);
    render(Console, { session });
    await session.resume();
    await waitFor(() => screen.getByTestId('unlock-call'));
  }

  const digits = (): HTMLInputElement => screen.getByTestId('vouch-digits');
  const typed = (value: string): Promise<boolean> =>
    fireEvent.input(digits(), { target: { value } });
  const submit = (): Promise<boolean> => fireEvent.submit(screen.getByTestId('vouch-let-in'));
  const said = async (): Promise<string> => {
    const line = await waitFor(() => screen.getByTestId('vouched'));
    return line.textContent.replaceAll(/[\u2066-\u2069]/g, '');
  };

  afterEach(() => {
    cleanup();
  });

  it('says who asks and where, and takes no focus for it', async () => {
    fake.knock();
    await open();
    expect(
      screen.getByTestId('unlock-call').textContent.replaceAll(/[\u2066-\u2069]/g, ''),
    ).toContain('Amara Osei (AO) asks to be let in at Front door');
    expect(document.activeElement).not.toBe(digits());
    expect([digits().inputMode, digits().autocomplete, digits().maxLength]).toEqual([
      'numeric',
      'off',
      2,
    ]);
  });

  it('sends two digits, never half of them and never letters', async () => {
    fake.knock();
    await open();
    await typed('4x');
    expect(digits().value).toBe('4');
    await submit();
    expect(document.activeElement).toBe(digits());
    expect(fake.called('answer_unlock')).toEqual([]);
    await typed('47');
    await submit();
    expect(await said()).toContain('Amara Osei is let in at Front door.');
    expect(fake.called('answer_unlock')).toMatchObject([{ digits: '47' }]);
    expect(screen.queryByTestId('unlock-call')).toBeNull();
  });

  it('says at the place of the call that the digits were wrong, and not as a trouble of the screen', async () => {
    fake.knock();
    await open();
    fake.fail('answer_unlock', { code: 'digits_wrong' });
    await typed('12');
    await submit();
    expect(await said()).toContain('Nobody was let in');
    expect(screen.queryByTestId('unlock-call')).toBeNull();
    expect(screen.queryByTestId('trouble')).toBeNull();
    await fireEvent.click(screen.getByTestId('vouched-close'));
    expect(screen.queryByTestId('vouched')).toBeNull();
  });

  it.each(Object.entries(HOSTILE_NAMES))('shows a hostile name as text: %s', async (_, name) => {
    fake.knock(name, 'AB', name);
    await open();
    expect(document.querySelectorAll('script, img, iframe')).toHaveLength(0);
    // Our own words are kept apart from names by isolates, and by nothing else that turns them.
    const turns = /[\u202a-\u202e]/;
    expect(screen.getByTestId('unlock-call').textContent).not.toMatch(turns);
    await fireEvent.click(screen.getByTestId('vouch-no'));
    expect(await said()).not.toMatch(turns);
  });
});
