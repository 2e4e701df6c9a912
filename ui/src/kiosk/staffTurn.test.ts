import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeBackend } from '../backend/fake';
import { ENGLISH, PSEUDO, texts } from '../texts/texts.svelte';
import { Kiosk } from './kiosk.svelte';
import { settled, toCode } from './testWalks';

let fake: FakeBackend;
let kiosk: Kiosk;

beforeEach(() => {
  fake = new FakeBackend();
  kiosk = new Kiosk(fake);
});

afterEach(() => {
  texts.language = ENGLISH;
});

describe('staff at the glass', () => {
  it('read English, and the patient reads on as before', async () => {
    await toCode(kiosk);
    texts.language = PSEUDO;
    kiosk.openStaff();
    expect([kiosk.staff.isOpen, texts.language]).toEqual([true, ENGLISH]);
    kiosk.openStaff();
    kiosk.lock(true);
    expect([kiosk.staff.isOpen, texts.language]).toEqual([false, PSEUDO]);
    expect([kiosk.screen, kiosk.view?.reference]).toEqual(['code', 'KT4-9QF']);
    expect(fake.called('lock')).toEqual([[true]]);
  });

  it('find no question of the patient in their way', async () => {
    await toCode(kiosk);
    kiosk.reception.askForHelp();
    kiosk.askToLeave();
    kiosk.openStaff();
    expect([kiosk.reception.help, kiosk.asksToLeave]).toEqual([null, false]);
  });

  it('end a visit before Rust has heard of it, and even if it never does', async () => {
    await toCode(kiosk);
    texts.language = PSEUDO;
    kiosk.openStaff();
    fake.fail('lock', { code: 'unforeseen' });
    kiosk.lock(false);
    expect([kiosk.staff.isOpen, kiosk.screen, kiosk.view]).toEqual([false, 'welcome', null]);
    expect(JSON.stringify(kiosk.answers.typed)).not.toContain('Ada');
    expect(texts.language).toBe(ENGLISH);
    await settled();
    expect(fake.called('lock')).toEqual([[false]]);
  });

  it('ask the portal through Rust', async () => {
    const answer = await kiosk.staff.backend.ask({ ask: 'attention' });
    expect(answer.answer).toBe('attention');
    expect(fake.called('askStaff')).toEqual([[{ ask: 'attention' }]]);
  });
});
