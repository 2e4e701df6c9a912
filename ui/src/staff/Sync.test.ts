import {
  cleanup,
  configure,
  fireEvent,
  render,
  screen,
  waitFor,
  within,
} from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import Console from './Console.svelte';
import { FakeStaff } from './fake';
import { Session } from './session.svelte';

vi.mock('../kiosk/chime', () => ({ chime: vi.fn(() => Promise.resolve()) }));

configure({ asyncUtilTimeout: 4000 });

let fake: FakeStaff;

const press = async (id: string, at = 0): Promise<void> => {
  const found = await waitFor(() => {
    const button = screen.getAllByTestId(id)[at];
    if (!button) throw new Error(`no ${id}`);
    return button;
  });
  await fireEvent.click(found);
};
const at = (name: string): Promise<void> =>
  waitFor(() => {
    expect(document.querySelector('main')?.getAttribute('data-screen')).toBe(name);
  });
const confirmed = async (): Promise<void> => {
  await fireEvent.submit(await waitFor(() => screen.getByTestId('confirm')));
};
const changes = (): HTMLElement[] => screen.queryAllByTestId('change');
const change = (row: number): HTMLElement => {
  const found = changes()[row];
  if (!found) throw new Error(`no change ${String(row)}`);
  return found;
};

async function records(): Promise<void> {
  const session = new Session(fake, null);
  render(Console, { session });
  await session.resume();
  await press('nav-sync');
  await at('sync');
}

async function byHand(): Promise<void> {
  await records();
  await press('by-hand-open');
  await at('by_hand');
  await waitFor(() => screen.getAllByTestId('task'));
}

beforeEach(() => {
  fake = new FakeStaff();
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('the practice’s records', () => {
  it('say calmly that everything has arrived', async () => {
    fake.sync.onTheirWay = 0;
    await records();
    await waitFor(() => screen.getByText('Everything has arrived'));
    expect(changes()).toHaveLength(0);
    expect(screen.queryByTestId('by-hand-open')).toBeNull();
  });

  it('need nobody while changes are on their way', async () => {
    await records();
    await waitFor(() => screen.getByText('Nothing needs you'));
    screen.getByText(/changes are on their way. They need nobody/);
  });

  it('offer what the portal allows, and nothing else', async () => {
    fake.sync.worry('a-review');
    await records();
    await waitFor(() => {
      expect(changes()).toHaveLength(5);
    });
    const offered = changes().map((row) =>
      within(row)
        .queryAllByRole('button')
        .map((button) => button.getAttribute('data-testid')),
    );
    expect(offered).toEqual([
      ['open-review', 'change-retry'],
      ['change-retry', 'change-review'],
      ['open-review'],
      [],
      ['change-review'],
    ]);
  });

  it('are tried again once it is confirmed', async () => {
    fake.sync.worry('a-review');
    await records();
    await press('change-retry');
    await press('confirm-no');
    expect(fake.called('see_to_change')).toEqual([]);
    const { registration } = fake.sync.trouble[0] ?? {};
    await press('change-retry');
    await confirmed();
    await waitFor(() => screen.getByText('It is being tried again.'));
    const asked = { ask: 'see_to_change', registration, act: 'retry' };
    expect(fake.called('see_to_change')).toEqual([asked]);
    expect(changes()).toHaveLength(4);
    expect(screen.queryByTestId('confirm')).toBeNull();
  });

  it('lead to the review that was opened of a difference', async () => {
    fake.sync.worry('a-review');
    await records();
    await press('change-review', 1);
    await confirmed();
    await waitFor(() => screen.getByTestId('seen-to'));
    expect(within(change(4)).queryByTestId('change-review')).toBeNull();
    within(change(4)).getByLabelText(/Open the review: .?Jo O’Brien-Smith/);
  });

  it('say what went wrong, and how it stands now', async () => {
    fake.sync.worry('a-review');
    await records();
    await press('change-retry');
    fake.fail('see_to_change', { code: 'not_possible_now' });
    await confirmed();
    await waitFor(() => screen.getByTestId('trouble'));
    expect(screen.queryByTestId('seen-to')).toBeNull();
    expect(fake.called('sync')).toHaveLength(2);
  });

  it('take the mark from lost details that somebody knows of', async () => {
    fake.sync.worry('a-review');
    await records();
    await waitFor(() => screen.getByText(/Details of .?3.? patients were lost/));
    screen.getByText(/1.? of them is new/);
    await press('know');
    await confirmed();
    await waitFor(() => screen.getByText('You know of this'));
    const journal = fake.sync.journals[0]?.id;
    expect(fake.called('know_of_lost')).toEqual([{ ask: 'know_of_lost', journal, lost: 3 }]);
    expect(screen.queryByTestId('know')).toBeNull();
  });
});

describe('what is entered by hand', () => {
  it('is ticked one by one', async () => {
    fake.sync.leaveToHands();
    const { registration } = fake.sync.byHand[0] ?? {};
    await byHand();
    expect(screen.getAllByTestId('task')).toHaveLength(3);
    await press('done');
    await confirmed();
    await waitFor(() => screen.getByTestId('ticked'));
    const asked = { ask: 'entered_by_hand', registration, purpose: 'update' };
    expect(fake.called('entered_by_hand')).toEqual([asked]);
    expect(screen.getAllByTestId('task')).toHaveLength(2);
  });

  it('is shown anew when a colleague was first', async () => {
    fake.sync.leaveToHands();
    await byHand();
    await press('done');
    fake.fail('entered_by_hand', { code: 'changed_meanwhile' });
    fake.sync.byHand = fake.sync.byHand.slice(1);
    await confirmed();
    await waitFor(() => screen.getByTestId('trouble'));
    await waitFor(() => {
      expect(screen.getAllByTestId('task')).toHaveLength(2);
    });
    expect(screen.queryByTestId('ticked')).toBeNull();
  });

  it('can be copied at the desk, and names the person where a record is made', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal('navigator', { clipboard: { writeText } });
    fake.sync.leaveToHands();
    await byHand();
    const made = screen.getAllByTestId('task')[1] ?? document.body;
    expect(within(made).getAllByTestId('to-enter')).toHaveLength(4);
    await fireEvent.click(within(made).getByLabelText(/Copy: .?Mobile/));
    await waitFor(() => within(made).getAllByText('Copied'));
    expect(writeText.mock.calls).toEqual([['+447700900456']]);
  });
});
