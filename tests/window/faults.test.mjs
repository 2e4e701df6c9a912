// The portal is gone, broken or slow at each call: the patient keeps what they typed, is told what to do, and goes on.

import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';

import { STEPS, goTo } from '../driver/journey.mjs';
import { KEYS, Kiosk } from '../driver/kiosk.mjs';
import { until } from '../driver/machine.mjs';
import { somebody } from './patients.mjs';

/** Each call of the kiosk: on which screen it is made, its path, and a field whose text must stay. */
const CALLS = [
  ['check', /\/registrations$/, null, 'code'],
  ['code', /\/code\/check$/, 'code', 'password'],
  ['password', /\/password$/, 'password', 'done'],
];

const FAULTS = ['gone', 500, 10_000];

for (const [at, [screen, path, field, next]] of CALLS.entries()) {
  test(`the portal fails while the patient is at ${screen}`, async () => {
    const kiosk = await Kiosk.onNewMachine({ faulty: true });
    try {
      await kiosk.ready();
      const patient = somebody(30 + at);
      await goTo(kiosk, patient, screen, { how: KEYS });
      const { act } = STEPS.find((step) => step.screen === screen);
      for (const fault of FAULTS) {
        kiosk.faulty.fail(path, fault);
        if (field === null) await act(kiosk, patient, KEYS);
        else if (fault === FAULTS[0]) await act(kiosk, patient, KEYS);
        else await kiosk.touch('continue');
        await until(`the call fails (${fault})`, () => kiosk.faulty.failed > 0);
        if (fault === 10_000) break;
        ok((await kiosk.text('error-summary')).length > 0, `after ${fault} the patient is told what to do`);
        equal(await kiosk.screen(), screen, `after ${fault} the screen stays`);
        if (field !== null) ok((await kiosk.value(field)).length > 0, `after ${fault} the answer stays`);
        kiosk.faulty.mend();
      }
      // Ten seconds are slow and no failure: the patient waits, or is told and tries again.
      await until(`${next} is shown, or the patient is told`, async () =>
        (await kiosk.screen()) === next || (await kiosk.has('error-summary')), 40_000);
      kiosk.faulty.mend();
      if ((await kiosk.screen()) === screen) await kiosk.touch(screen === 'check' ? 'confirm' : 'continue');
      await kiosk.shows(next, 30_000);
      equal((await kiosk.sandbox.received(patient, 'sms')).length, 1, 'however often it was asked, one text was sent');
    } finally {
      await kiosk.stop();
    }
  });
}
