import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReviewView, StaffProblemCode } from '../bindings';
import { chime } from '../kiosk/chime';
import { Desk } from './desk.svelte';
import { FakeStaff } from './fake';
import { ALL_PERMISSIONS, MAYA } from './fakePeople';
import { firstPlaceOf, sectionsOf } from './places';
import { plain } from './plain';
import { fieldWords, problemWords, staffProblemFrom } from './problems';
import { dateInWords, dayInWords, instantInWords } from './times';
import { actInWords } from './words';

vi.mock('../kiosk/chime', () => ({ chime: vi.fn(() => Promise.resolve()) }));

let fake: FakeStaff;
let desk: Desk;
const ended = vi.fn();

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function idOf<T>(list: readonly T[], at: number): T {
  const found = list[at];
  if (!found) throw new Error('not there');
  return found;
}

beforeEach(async () => {
  vi.clearAllMocks();
  fake = new FakeStaff();
  desk = new Desk(fake, MAYA, ended);
  await settled();
});

async function openRegistration(at = 0): Promise<void> {
  desk.go({ at: 'registration', id: idOf(fake.registrations, at).row.id });
  await settled();
}

async function openReview(at = 0): Promise<ReviewView> {
  const review = idOf(fake.reviews, at);
  desk.go({ at: 'review', id: review.row.id });
  await settled();
  return review;
}

const same = (review: ReviewView): Parameters<Desk['settle']>[0] => {
  const { patient, version } = idOf(review.in_question, 0);
  return { word: 'same_person', patient, version };
};

describe('places', () => {
  it('begins with the first that the role has', () => {
    expect(desk.place).toEqual({ at: 'today' });
    expect(desk.today?.rows).toHaveLength(12);
    const it_ = { ...MAYA, may: ['see_staff' as const] };
    expect(firstPlaceOf(it_)).toEqual({ at: 'staff' });
    expect(sectionsOf(it_).map(({ section }) => section)).toEqual(['staff']);
    expect(firstPlaceOf({ ...MAYA, may: [] })).toEqual({ at: 'nothing' });
    expect(sectionsOf({ ...MAYA, may: ALL_PERMISSIONS })).toHaveLength(7);
  });

  it('drops an answer for a place that was left', async () => {
    fake.hang('registration');
    desk.go({ at: 'registration', id: idOf(fake.registrations, 0).row.id });
    desk.go({ at: 'reviews' });
    await settled();
    expect([desk.place.at, desk.registration, desk.loading]).toEqual(['reviews', null, false]);
  });

  it('shows what went wrong, and looks again', async () => {
    fake.fail('reviews', { code: 'portal_unreachable' });
    desk.go({ at: 'reviews' });
    await settled();
    expect(desk.problem?.code).toBe('portal_unreachable');
    desk.look();
    await settled();
    expect([desk.problem, desk.reviews?.in_all]).toEqual([null, 4]);
  });
});

describe('a look that is refused', () => {
  it('is not taken for a reason to look again', async () => {
    const refused = { code: 'not_possible_now' as const };
    fake.fail('registration', refused, refused, refused);
    await openRegistration();
    await settled();
    expect(desk.problem?.code).toBe('not_possible_now');
    expect(fake.called('registration')).toHaveLength(1);
  });
});

describe('what is asked again and again', () => {
  it('asks once at a time while somebody types, and ends with what they typed', async () => {
    const before = fake.called('today').length;
    for (const typed of ['a', 'ad', 'ade']) {
      desk.search = typed;
      void desk.find();
    }
    await settled();
    await settled();
    const asked = fake.called('today').slice(before);
    expect(asked).toEqual([
      { ask: 'today', search: 'a', by_itself: false },
      { ask: 'today', search: 'ade', by_itself: false },
    ]);
    expect(desk.today?.rows.map(({ name }) => name)).toEqual(['Samuel Adeyemi']);
  });

  it('says that the portal is away, and keeps what is shown', async () => {
    fake.fail('today', { code: 'portal_unreachable' });
    await desk.find();
    expect([desk.away, desk.today?.rows.length, desk.problem]).toEqual([true, 12, null]);
    await desk.find();
    expect(desk.away).toBe(false);
  });

  it('rings once for each help call', async () => {
    await desk.attend();
    expect(chime).not.toHaveBeenCalled();
    fake.ring();
    await desk.attend();
    await desk.attend();
    expect(chime).toHaveBeenCalledTimes(1);
    fake.ring();
    await desk.attend();
    expect(chime).toHaveBeenCalledTimes(2);
    const [call] = desk.attention?.help_calls ?? [];
    if (!call) throw new Error('no call');
    desk.answerHelpCall(call);
    await settled();
    expect(desk.attention?.help_calls).toHaveLength(1);
    expect(chime).toHaveBeenCalledTimes(2);
  });
});

describe('help', () => {
  it('names the version that was shown, and shows what became of it', async () => {
    await openRegistration(1);
    expect(
      await desk.help({ kind: 'correct_email', email: 'sam@example.com', id_seen: null }),
    ).toBe(true);
    expect(fake.called('help')).toMatchObject([{ version: 3 }]);
    expect([desk.helped, desk.registration?.row.email]).toEqual([
      'correct_email',
      's•••@example.com',
    ]);
    expect(await desk.help({ kind: 'send_new_link' })).toBe(true);
    expect(fake.called('help').at(-1)).toMatchObject({ version: 4 });
  });

  it('follows to the registration that a corrected mobile begins', async () => {
    await openRegistration();
    const before = desk.registration?.row.id;
    await desk.help({ kind: 'correct_mobile', mobile: '07700 900123', id_seen: null });
    expect(desk.registration?.row.id).not.toBe(before);
    expect(desk.place).toEqual({ at: 'registration', id: desk.registration?.row.id });
    expect(desk.helped).toBe('correct_mobile');
  });

  it('says by the field what is wrong with it, in the words for staff or else the patients’', async () => {
    await openRegistration();
    expect(
      await desk.help({ kind: 'correct_mobile', mobile: '0113 496 0110', id_seen: null }),
    ).toBe(false);
    expect(desk.wrong('mobile')).toContain('home or work phone');
    expect([desk.fieldsTellIt, desk.helped]).toEqual([true, null]);
    expect(fieldWords({ field: 'mobile', code: 'missing' })).toBe('Enter the mobile number');
    expect(fieldWords({ field: 'password', code: 'password_too_short' })).toContain('8 letters');
  });

  it('looks again when it was changed meanwhile, and says so', async () => {
    await openRegistration();
    const asked = fake.called('registration').length;
    fake.fail('help', { code: 'changed_meanwhile' });
    await desk.help({ kind: 'cancel' });
    await settled();
    expect(desk.problem?.code).toBe('changed_meanwhile');
    expect(fake.called('registration')).toHaveLength(asked + 1);
  });

  it('does nothing twice when pressed twice, and leads nowhere meanwhile', async () => {
    await openRegistration();
    const both = [desk.help({ kind: 'resend_code' }), desk.help({ kind: 'resend_code' })];
    desk.go({ at: 'staff' });
    expect(await Promise.all(both)).toEqual([true, false]);
    expect(fake.called('help')).toHaveLength(1);
    expect(desk.place.at).toBe('registration');
  });
});

describe('reviews', () => {
  it('go back to the list once settled, and can be undone from there', async () => {
    const review = await openReview();
    await desk.settle(same(review));
    expect(desk.place).toEqual({ at: 'reviews' });
    expect(desk.justSettled).toEqual({ review: review.row, word: 'same_person' });
    expect([desk.reviews?.waiting.length, desk.reviews?.settled.length]).toEqual([3, 1]);
    await desk.openAgain(review.row);
    expect([desk.justSettled, desk.openedAgain]).toEqual([null, true]);
    expect(desk.reviews?.waiting).toHaveLength(4);
  });

  it('that a colleague settled first are shown as settled', async () => {
    const review = await openReview();
    review.settled = {
      review: review.row,
      word: 'rejected',
      by: 'AO',
      at: '2026-11-30T09:00:00Z',
    };
    await desk.settle(same(review));
    await settled();
    expect(desk.place.at).toBe('review');
    expect([desk.problem?.code, desk.review?.settled?.by]).toEqual(['already_settled', 'AO']);
  });
});

describe('staff', () => {
  it('are invited with a link that is shown until one goes on', async () => {
    desk.go({ at: 'staff' });
    await settled();
    expect(await desk.invite('Erin Shaw', 'ao', 'receptionist')).toBe(false);
    expect(desk.wrong('initials')).toContain('has these initials');
    expect(await desk.invite('Erin Shaw', 'es', 'receptionist')).toBe(true);
    expect(desk.invitation).toContain('#invitation=');
    desk.go({ at: 'today' });
    expect(desk.invitation).toBeNull();
  });

  it('are not removed when they are the last manager', async () => {
    desk.go({ at: 'staff' });
    await settled();
    const maya = fake.members.find(({ id }) => id === MAYA.id);
    if (!maya) throw new Error('no Maya');
    expect(await desk.remove(maya)).toBe(false);
    expect(desk.problem?.code).toBe('last_manager');
  });
});

describe('nobody let in any more', () => {
  const everything = (): string =>
    JSON.stringify([
      desk.today,
      desk.registration,
      desk.reviews,
      desk.review,
      desk.members,
      desk.attention,
      desk.search,
    ]);

  it.each(['attention', 'today', 'help', 'reviews'] as const)(
    'forgets everything when %s says so',
    async (name) => {
      await openRegistration();
      await desk.attend();
      expect(everything()).toContain('Zofia');
      fake.fail(name, { code: 'not_signed_in' });
      if (name === 'attention') await desk.attend();
      else if (name === 'today') await desk.find();
      else if (name === 'help') await desk.help({ kind: 'resend_code' });
      else desk.go({ at: 'reviews' });
      await settled();
      expect(ended).toHaveBeenCalledOnce();
      expect(everything()).not.toMatch(/Zofia|Adeyemi|Marsh/);
      desk.go({ at: 'today' });
      await desk.attend();
      expect([desk.place.at, desk.attention]).toEqual(['nothing', null]);
    },
  );

  it('drops an answer that comes late', async () => {
    const late = desk.find();
    desk.end();
    await late;
    expect(desk.today).toBeNull();
  });
});

describe('words', () => {
  const codes: StaffProblemCode[] = ['not_let_in', 'busy', 'already_settled', 'unforeseen'];

  it.each(codes)('%s says what it is and what to do', (code) => {
    const { text, step } = problemWords({ code });
    expect([text, step].every((words) => words.endsWith('.'))).toBe(true);
  });

  it('say how long to wait', () => {
    const step = (retry_after_s: number): string =>
      problemWords({ code: 'locked', retry_after_s }).step.replaceAll(/[\u2066-\u2069]/g, '');
    expect(step(40)).toBe('You can try again in 40 seconds.');
    expect(step(300)).toBe('You can try again in 5 minutes.');
  });

  it('are unforeseen for what is no problem of the portal', () => {
    const thrown: unknown[] = ['x', null, {}, { code: 3 }, { code: 'toString' }, new Error('x')];
    for (const each of thrown) expect(staffProblemFrom(each)).toEqual({ code: 'unforeseen' });
  });

  it('are there for every act of the access log, and fall back to its name', () => {
    const source = readFileSync('../crates/store/src/access_log/act.rs', 'utf8');
    const acts = source.slice(source.indexOf('As the database writes it'));
    const names = [...acts.matchAll(/Self::\w+ => "(\w+)"/g)].map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThan(40);
    for (const name of names) expect(actInWords(name), name).not.toBe(name);
    expect(actInWords('something_newer')).toBe('something_newer');
    expect(actInWords('constructor')).toBe('constructor');
  });

  it('tell times in the practice’s zone', () => {
    const now = new Date('2026-07-30T12:00:00Z');
    const at = (instant: string): string => instantInWords(instant, 'Europe/London', now);
    expect(at('2026-07-30T08:05:00Z')).toBe('09:05');
    expect(at('2026-07-28T08:05:00Z')).toBe('Tue 28 Jul, 09:05');
    expect(at('2026-07-29T23:30:00Z')).toBe('00:30');
    expect(dateInWords('1985-03-27')).toBe('27 March 1985');
    expect(dateInWords('27.3.85')).toBe('27.3.85');
    expect(dayInWords('2026-07-29T23:30:00Z', 'Europe/London')).toBe('30 July 2026');
    expect(dayInWords('lately', 'Europe/London')).toBe('lately');
  });

  it('show what would turn or hide other words', () => {
    expect(plain('Anna \u202eevil\u2069\n Weiß')).toBe('Anna \ufffdevil\ufffd\ufffd Weiß');
    expect(plain('محمد O’Malley 👩🏽‍🚀')).toBe('محمد O’Malley 👩🏽‍🚀');
  });
});
