import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeBackend } from '../backend/fake';
import { Kiosk } from './kiosk.svelte';
import { settled } from './testWalks';

let fake: FakeBackend;
let kiosk: Kiosk;

beforeEach(() => {
  fake = new FakeBackend();
  kiosk = new Kiosk(fake);
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the desk', () => {
  it('sends a person without email to the desk after the code', async () => {
    kiosk.screen = 'email';
    kiosk.withoutEmail();
    kiosk.answers.typed.mobile = '07700 900123';
    kiosk.continue();
    await settled();
    kiosk.continue();
    await settled();
    kiosk.answers.typed.code = '123456';
    kiosk.continue();
    await settled();
    expect(kiosk.screen).toBe('desk');
    expect(kiosk.reception.atDesk).toBe('handed_over');
    expect(kiosk.reception.desk?.reference).toBe('KT4-9QF');
  });

  it('sends a person without a mobile to the desk with a reference', async () => {
    kiosk.screen = 'mobile';
    kiosk.withoutMobile();
    await settled();
    expect(fake.called('askForHelp')).toEqual([['no_mobile']]);
    expect([kiosk.screen, kiosk.reception.desk?.reference]).toEqual(['desk', 'KT4-9QF']);
    kiosk.back();
    expect(kiosk.screen).toBe('mobile');
  });

  it('tells Rust when somebody comes back from the desk screen to answer', async () => {
    kiosk.screen = 'mobile';
    kiosk.withoutMobile();
    await settled();
    expect(fake.called('backFromDesk')).toEqual([]);
    fake.fail('backFromDesk', { code: 'unforeseen' });
    kiosk.back();
    await settled();
    expect(fake.called('backFromDesk')).toEqual([[]]);
    expect([kiosk.screen, kiosk.problem]).toEqual(['mobile', null]);
  });

  it('tells Rust so only once the reference has come, or the desk would come last', async () => {
    vi.useFakeTimers();
    kiosk.screen = 'mobile';
    fake.delay('askForHelp', 10);
    kiosk.withoutMobile();
    kiosk.back();
    await vi.advanceTimersByTimeAsync(9);
    expect(fake.called('backFromDesk')).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(fake.called('backFromDesk')).toEqual([[]]);
  });

  it('does not call somebody back who has gone to the desk again', async () => {
    vi.useFakeTimers();
    kiosk.screen = 'mobile';
    fake.delay('askForHelp', 5);
    kiosk.withoutMobile();
    kiosk.back();
    kiosk.withoutMobile();
    await vi.runAllTimersAsync();
    expect(kiosk.screen).toBe('desk');
    expect(fake.called('backFromDesk')).toEqual([]);
  });

  it('sends someone under 16 kindly to the desk', async () => {
    kiosk.screen = 'date-of-birth';
    kiosk.answers.typed.dateOfBirth = { day: '1', month: '1', year: '2019' };
    kiosk.continue();
    await settled();
    expect(fake.called('askForHelp')).toEqual([['under16']]);
    expect([kiosk.screen, kiosk.reception.atDesk, kiosk.problem]).toEqual([
      'desk',
      'under16',
      null,
    ]);
  });
});

describe('a call for help', () => {
  it('with the reference still says to go to the desk', async () => {
    fake.fail('askForHelp', { code: 'portal_unreachable' });
    kiosk.reception.askForHelp();
    expect(kiosk.reception.help).toEqual({ reference: null, failed: false });
    await settled();
    expect(kiosk.reception.help).toEqual({ reference: null, failed: true });
  });
});
