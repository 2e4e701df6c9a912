import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Problem, ProblemCode, RegistrationState } from '../bindings';
import { FakeBackend } from '../backend/fake';
import { PSEUDO, texts } from '../texts/texts.svelte';
import { ease } from './ease.svelte';
import { Kiosk } from './kiosk.svelte';
import { FIELD_WORDS, PROBLEM_WORDS, problemFrom, problemWords } from './problems';
import { screenFor } from './screens';
import { answerEverything, settled, toCode, toPassword } from './testWalks';

let fake: FakeBackend;
let kiosk: Kiosk;

beforeEach(() => {
  fake = new FakeBackend();
  kiosk = new Kiosk(fake);
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the way through', () => {
  it('asks one thing after the other and sends the answers as typed', async () => {
    await answerEverything(kiosk);
    expect(kiosk.screen).toBe('check');
    kiosk.continue();
    await settled();
    expect(kiosk.screen).toBe('code');
    expect(fake.called('confirm')).toEqual([
      [
        {
          given_name: 'Ada',
          family_name: 'Lovelace',
          date_of_birth: { day: '10', month: '12', year: '1980' },
          email: 'ada@example.com',
          mobile: '07700 900123',
        },
      ],
    ]);
  });

  it('ends at done with nothing of the person left', async () => {
    await toPassword(kiosk);
    kiosk.answers.typed.password = 'teapot-meadow-lantern';
    kiosk.continue();
    await settled();
    expect(kiosk.screen).toBe('done');
    expect(kiosk.card?.reference).toBe('KT4-9QF');
    expect(JSON.stringify(kiosk.answers.typed)).not.toMatch(/Ada|07700|teapot|123/);
  });

  it('lets a person with one name say so', async () => {
    kiosk.start();
    await settled();
    kiosk.answers.typed.oneName = true;
    kiosk.answers.typed.familyName = 'Sukarno';
    kiosk.continue();
    await settled();
    expect(fake.called('checkName')).toEqual([[null, 'Sukarno']]);
  });

  it('has words of its own for the only name, left empty', async () => {
    kiosk.screen = 'name';
    kiosk.answers.typed.oneName = true;
    kiosk.continue();
    await settled();
    expect(kiosk.wrong('family_name')).toBe('Enter your name');
    kiosk.answers.typed.oneName = false;
    expect(kiosk.wrong('family_name')).toBe('Enter your last name');
  });

  it('shows a screen for every state', () => {
    const states: Record<RegistrationState, string> = {
      awaiting_code: 'code',
      awaiting_password: 'password',
      awaiting_link: 'done',
      awaiting_terms: 'done',
      registered: 'done',
      handed_to_desk: 'desk',
      expired: 'desk',
      abandoned: 'desk',
      declined: 'desk',
      locked: 'desk',
      superseded: 'desk',
    };
    for (const [state, screen] of Object.entries(states))
      expect(screenFor(state as RegistrationState)).toBe(screen);
  });
});

describe('a suggestion about the email', () => {
  beforeEach(async () => {
    kiosk.screen = 'email';
    kiosk.answers.typed.email = 'ada@gmial.com';
    kiosk.continue();
    await settled();
  });

  it('is asked, not decided', () => {
    expect([kiosk.screen, kiosk.answers.suggestion]).toEqual(['email', 'ada@gmail.com']);
  });

  it('is used when wanted', async () => {
    kiosk.useSuggestion();
    await settled();
    expect([kiosk.screen, kiosk.answers.typed.email]).toEqual(['mobile', 'ada@gmail.com']);
  });

  it('is left when not', () => {
    kiosk.keepMine();
    expect([kiosk.screen, kiosk.answers.typed.email]).toEqual(['mobile', 'ada@gmial.com']);
  });
});

describe('changing an answer', () => {
  it('comes straight back to check-your-answers', async () => {
    await answerEverything(kiosk);
    kiosk.change('name');
    expect(kiosk.screen).toBe('name');
    kiosk.answers.typed.givenName = 'Augusta';
    kiosk.continue();
    await settled();
    expect([kiosk.screen, kiosk.answers.typed.givenName]).toEqual(['check', 'Augusta']);
  });

  it('can be thought better of', async () => {
    await answerEverything(kiosk);
    kiosk.change('date-of-birth');
    kiosk.answers.typed.dateOfBirth.day = '11';
    kiosk.back();
    expect([kiosk.screen, kiosk.answers.typed.dateOfBirth.day]).toEqual(['check', '10']);
  });

  it('of the number keeps all answers', async () => {
    await toCode(kiosk);
    kiosk.changeNumber();
    await settled();
    expect(kiosk.screen).toBe('mobile');
    expect(kiosk.answers.typed.familyName).toBe('Lovelace');
    kiosk.continue();
    await settled();
    expect(kiosk.screen).toBe('check');
  });

  it('leads back to the field that was refused at the end', async () => {
    await answerEverything(kiosk);
    fake.fail('confirm', {
      code: 'fields_refused',
      fields: [{ field: 'mobile', code: 'mobile_is_landline' }],
    });
    kiosk.continue();
    await settled();
    expect(kiosk.screen).toBe('mobile');
    expect(kiosk.wrong('mobile')).toContain('home or work phone');
    kiosk.continue();
    await settled();
    expect(kiosk.screen).toBe('check');
  });
});

describe('a portal that is away', () => {
  it('ends with a reference, and with nothing of the person left', async () => {
    await answerEverything(kiosk);
    fake.portalIsAway = true;
    kiosk.continue();
    await settled();
    expect([kiosk.screen, kiosk.keptReference]).toEqual(['kept', 'KT4-9QF']);
    expect(JSON.stringify(kiosk.answers.typed)).not.toContain('Ada');
    kiosk.leave();
    expect([kiosk.screen, kiosk.keptReference]).toEqual(['welcome', '']);
  });

  const full: ProblemCode[] = ['journal_full', 'texts_unavailable'];

  it.each(full)('%s leads to the desk with every answer kept', async (code) => {
    await answerEverything(kiosk);
    fake.fail('confirm', { code });
    kiosk.continue();
    await settled();
    expect(kiosk.screen).toBe('check');
    expect(kiosk.answers.typed.givenName).toBe('Ada');
    expect(kiosk.problem && problemWords(kiosk.problem)?.way).toBe('desk');
  });
});

describe('trouble', () => {
  const keeps: ProblemCode[] = ['portal_unreachable', 'portal_slow', 'unforeseen', 'busy'];

  it.each(keeps)('%s keeps every answer and can be tried again', async (code) => {
    await answerEverything(kiosk);
    const before = JSON.stringify(kiosk.answers.typed);
    fake.fail('confirm', { code });
    kiosk.continue();
    await settled();
    expect(kiosk.screen).toBe('check');
    expect(JSON.stringify(kiosk.answers.typed)).toBe(before);
    expect(kiosk.problem && problemWords(kiosk.problem)?.way).toBe('try_again');
    kiosk.tryAgain();
    await settled();
    expect([kiosk.screen, kiosk.problem]).toEqual(['code', null]);
  });

  it('tries again with what stands in the field by then', async () => {
    kiosk.screen = 'email';
    kiosk.answers.typed.email = 'ada@example.com';
    fake.fail('checkEmail', { code: 'portal_unreachable' });
    kiosk.continue();
    await settled();
    kiosk.answers.typed.email = 'ada@example.org';
    kiosk.tryAgain();
    await settled();
    expect(fake.called('checkEmail')).toEqual([['ada@example.com'], ['ada@example.org']]);
    expect(kiosk.screen).toBe('mobile');
  });

  it('never loses a password that was refused', async () => {
    await toPassword(kiosk);
    kiosk.answers.typed.password = 'short';
    kiosk.continue();
    await settled();
    expect(kiosk.answers.typed.password).toBe('short');
    expect(kiosk.wrong('password')).not.toBeNull();
  });

  it('counts the tries of the code in words', async () => {
    await toCode(kiosk);
    kiosk.answers.typed.code = '111111';
    kiosk.continue();
    await settled();
    expect(kiosk.problem && problemWords(kiosk.problem)?.step).toMatch(/4/);
  });

  it('has words for all of it', () => {
    for (const code of Object.keys(PROBLEM_WORDS))
      expect(problemWords({ code: code as ProblemCode })?.text).toMatch(/\./);
    expect(Object.keys(FIELD_WORDS)).toHaveLength(31);
  });

  it('of an unknown kind is unforeseen', () => {
    const thrown: unknown[] = ['x', null, {}, { code: 3 }, { code: 'toString' }, new Error('x')];
    for (const each of thrown) expect(problemFrom(each)).toEqual({ code: 'unforeseen' });
    const problem: Problem = { code: 'busy', retry_after_s: 2 };
    expect(problemFrom(problem)).toBe(problem);
  });

  it('does nothing twice when pressed twice', async () => {
    await answerEverything(kiosk);
    kiosk.continue();
    kiosk.continue();
    kiosk.continue();
    await settled();
    expect(fake.called('confirm')).toHaveLength(1);
  });
});

describe('leaving', () => {
  it('clears everything before Rust has answered', async () => {
    await toCode(kiosk);
    texts.language = PSEUDO;
    ease.theme = 'dark';
    fake.hang('leave');
    kiosk.leave();
    expect(kiosk.screen).toBe('welcome');
    expect(kiosk.view).toBeNull();
    expect(JSON.stringify(kiosk.answers.typed)).not.toMatch(/Ada|07700|1980/);
    expect([texts.language.tag, ease.theme]).toEqual(['en-GB', 'light']);
    expect(fake.called('leave')).toHaveLength(1);
  });

  it('drops an answer that comes for somebody who has left', async () => {
    await answerEverything(kiosk);
    vi.useFakeTimers();
    fake.delay('confirm', 5);
    kiosk.continue();
    kiosk.leave();
    await vi.runAllTimersAsync();
    expect([kiosk.screen, kiosk.view, kiosk.problem]).toEqual(['welcome', null, null]);
  });

  it('asks first when there is something to lose', async () => {
    kiosk.start();
    await settled();
    kiosk.answers.typed.givenName = 'A';
    kiosk.askToLeave();
    expect([kiosk.asksToLeave, kiosk.screen]).toEqual([true, 'name']);
  });

  it('does not ask when nothing was typed', async () => {
    kiosk.start();
    await settled();
    kiosk.askToLeave();
    expect([kiosk.asksToLeave, kiosk.screen]).toEqual([false, 'welcome']);
  });
});

describe('time', () => {
  it('tells Rust of touches since the last pulse, once', async () => {
    kiosk.touch();
    await kiosk.pulse();
    await kiosk.pulse();
    expect(fake.called('pulse')).toEqual([[true], [false]]);
  });

  it('shows what Rust says about idleness, and more time counts as a touch', async () => {
    fake.idle = { kind: 'warning', seconds_left: 30 };
    await kiosk.pulse();
    expect(kiosk.idle.kind).toBe('warning');
    kiosk.moreTime();
    expect(kiosk.idle.kind).toBe('active');
    expect(fake.called('pulse').at(-1)).toEqual([true]);
  });

  it('tells a touch again that was not heard', async () => {
    fake.fail('pulse', { code: 'unforeseen' });
    kiosk.touch();
    await kiosk.pulse();
    await kiosk.pulse();
    expect(fake.called('pulse')).toEqual([[true], [true]]);
  });

  it('counts down with what Rust says, never by itself', async () => {
    await toCode(kiosk);
    expect(kiosk.next?.may_resend_in_s).toBe(60);
    await kiosk.pulse();
    expect(kiosk.next?.may_resend_in_s).toBe(59);
  });
});
