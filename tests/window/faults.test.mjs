// The portal is gone, broken or slow at each call: the patient keeps what they typed, is told what to do, and goes on.

import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';

import { STEPS, goTo } from '../driver/journey.mjs';
import { KEYS, Kiosk } from '../driver/kiosk.mjs';
import { until } from '../driver/machine.mjs';
import { somebody } from './patients.mjs';

/** Each call a patient waits for: the screen it is made on, its path, the field whose text must stay, and what follows. */
const CALLS = [
  { screen: 'check', path: /\/registrations$/, field: null, next: 'code' },
  { screen: 'code', path: /\/code\/check$/, field: 'code', next: 'password' },
  { screen: 'password', path: /\/password$/, field: 'password', next: 'done' },
];

/** No connection; an answer that is no answer of ours; an answer that comes later than the kiosk waits. */
const FAULTS = ['gone', 500, 10_000];

for (const [at, { screen, path, field, next }] of CALLS.entries()) {
  test(`the portal fails while the patient is at ${screen}`, async () => {
    const kiosk = await Kiosk.onNewMachine({ faulty: true });
    try {
      await kiosk.ready();
      const patient = somebody(30 + at);
      await goTo(kiosk, patient, screen, { how: KEYS });
      const step = STEPS.find((it) => it.screen === screen);
      await step.answer?.(kiosk, patient, KEYS);
      let ask = () => kiosk.touch(step.next);
      for (const fault of FAULTS) {
        kiosk.faulty.fail(path, fault);
        await ask();
        await until(`the call meets the fault (${fault})`, () => kiosk.faulty.failed > 0);
        await kiosk.answers(20_000);
        equal(await kiosk.screen(), screen, `after ${fault} the screen stays`);
        ok((await kiosk.text('error-summary')).length > 0, `after ${fault} the patient is told what to do`);
        if (field !== null) ok((await kiosk.value(field)).length > 0, `after ${fault} the answer stays`);
        kiosk.faulty.mend();
        ask = () => kiosk.touch('try-again');
      }
      await ask();
      await kiosk.shows(next, 30_000);
      await kiosk.sandbox.code(patient);
      equal((await kiosk.sandbox.received(patient, 'sms')).length, 1, 'however often it was asked, one text was sent');
      if (next === 'done') {
        await kiosk.sandbox.link(patient);
        equal((await kiosk.sandbox.received(patient, 'email')).length, 1, 'and one email');
      }
    } finally {
      await kiosk.stop();
    }
  });
}
