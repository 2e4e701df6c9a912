import { beforeEach, describe, expect, it } from 'vitest';
import type { ProblemCode } from '../bindings';
import { FakeBackend } from '../backend/fake';
import { Kiosk } from './kiosk.svelte';
import { problemWords } from './problems';
import { settled, toCode } from './testWalks';

let fake: FakeBackend;
let kiosk: Kiosk;

beforeEach(() => {
  fake = new FakeBackend();
  kiosk = new Kiosk(fake);
});

describe('joining a portal', () => {
  const ask = async (former_address: string | null = null): Promise<void> => {
    fake.currentStatus = {
      ...fake.currentStatus,
      practice: null,
      phase: { phase: 'not_connected', former_address },
    };
    await kiosk.refresh();
  };

  it('comes before the welcome, sends what was typed, and leads to it', async () => {
    await ask();
    expect([kiosk.screen, kiosk.portalAddress]).toEqual(['connect', '']);
    kiosk.portalAddress = 'register.example.org';
    kiosk.enrolmentCode = 'KT49-QFMD-7CXW';
    kiosk.continue();
    await settled();
    expect(fake.called('connect')).toEqual([['register.example.org', 'KT49-QFMD-7CXW']]);
    await settled();
    expect([kiosk.screen, kiosk.enrolmentCode]).toEqual(['welcome', '']);
  });

  it('begins again with the address of the portal that it was joined to before', async () => {
    await ask('https://register.example.org');
    expect([kiosk.screen, kiosk.portalAddress]).toEqual([
      'connect',
      'https://register.example.org',
    ]);
    kiosk.portalAddress = 'other.example.org';
    await kiosk.refresh();
    expect(kiosk.portalAddress).toBe('other.example.org');
    kiosk.portalAddress = '';
    await kiosk.refresh();
    expect(kiosk.portalAddress, 'who clears it types another').toBe('');
  });

  it('says by the fields what is wrong with them', async () => {
    await ask();
    kiosk.portalAddress = 'http://register.example.org';
    kiosk.continue();
    await settled();
    expect(kiosk.screen).toBe('connect');
    expect(kiosk.wrong('portal_address')).toMatch(/starts with https/);
    expect(kiosk.wrong('enrolment_code')).toMatch(/Enter the code/);
  });

  const met: ProblemCode[] = [
    'kiosk_not_accepted',
    'portal_unreachable',
    'portal_slow',
    'portal_not_trusted',
    'not_a_portal',
    'portal_at_another_address',
    'portal_of_another_mode',
    'key_store_unusable',
    'credential_not_kept',
  ];

  it.each(met)('%s has words of its own, keeps what was typed, and can be mended', async (code) => {
    await ask();
    kiosk.portalAddress = 'register.example.org';
    kiosk.enrolmentCode = 'KT49-QFMD-7CXW';
    fake.fail('connect', { code });
    kiosk.continue();
    await settled();
    expect([kiosk.screen, kiosk.portalAddress, kiosk.enrolmentCode]).toEqual([
      'connect',
      'register.example.org',
      'KT49-QFMD-7CXW',
    ]);
    const words = problemWords({ code }, true);
    expect(words?.text).not.toBe(problemWords({ code })?.text);
    expect(['correct', 'try_again']).toContain(words?.way);
    kiosk.enrolmentCode = '3467-9CDF-GHJK';
    kiosk.continue();
    await settled();
    await settled();
    expect(kiosk.screen).toBe('welcome');
    expect(fake.called('connect').at(-1)).toEqual(['register.example.org', '3467-9CDF-GHJK']);
  });

  it('asks Rust at once what became of a kiosk that the portal refuses', async () => {
    await toCode(kiosk);
    fake.fail('checkCode', { code: 'kiosk_not_accepted' });
    fake.currentStatus = {
      ...fake.currentStatus,
      phase: { phase: 'out_of_service', reason: 'kiosk_not_accepted' },
    };
    kiosk.answers.typed.code = '123456';
    kiosk.continue();
    await settled();
    expect(kiosk.outOfService).toBe('kiosk_not_accepted');
  });
});
