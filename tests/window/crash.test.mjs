// The power is cut at each step: what was acknowledged is kept, nothing is done twice, and the next patient waits no longer than 5 s.

import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';

import { PASSWORD, STEPS, goTo } from '../driver/journey.mjs';
import { KEYS, Kiosk } from '../driver/kiosk.mjs';
import { Machine } from '../driver/machine.mjs';
import { Browser } from '../driver/phone.mjs';
import { somebody } from './patients.mjs';

const WELCOME_WITHIN_MS = 5_000;

/**
 * Messages a patient has been sent once the kiosk is back: texts, emails. Whoever was making a password goes on on their own
 * phone, so their link is sent.
 */
const SENT = { code: [1, 0], password: [1, 1], done: [1, 1] };

for (const [number, { screen }] of STEPS.entries()) {
  test(`the kiosk is killed while it shows ${screen}`, async () => {
    const machine = await Machine.set();
    const patient = somebody(number);
    try {
      const killed = await Kiosk.start(machine);
      await killed.ready();
      await goTo(killed, patient, screen, { how: KEYS });
      // At once: what the screen acknowledges may still wait to be sent.
      await killed.kill();

      const kiosk = await Kiosk.start(machine);
      try {
        ok(kiosk.paintedAfterMs <= WELCOME_WITHIN_MS, `the next patient is welcome in time: ${kiosk.paintedAfterMs} ms`);
        equal(await kiosk.screen(), 'welcome');
        await kiosk.ready();
        const [texts, emails] = SENT[screen] ?? [0, 0];
        if (texts > 0) await kiosk.sandbox.code(patient);
        if (emails > 0) await kiosk.sandbox.link(patient);
        await wereSent(kiosk, patient, texts, emails);
        if (texts > 0) await goesOnOnThePhone(kiosk, patient, screen);
        // Looked at again after work that came later: what was done twice would be there by now.
        await wereSent(kiosk, patient, screen === 'password' ? 2 : texts, emails);
      } finally {
        await kiosk.kill();
      }
    } finally {
      await machine.stop();
    }
  });
}

async function wereSent(kiosk, patient, texts, emails) {
  equal((await kiosk.sandbox.received(patient, 'sms')).length, texts, 'texts, none lost, none twice');
  equal((await kiosk.sandbox.received(patient, 'email')).length, emails, 'emails, none lost, none twice');
}

/** What the kiosk had acknowledged is where the phone goes on. */
async function goesOnOnThePhone(kiosk, patient, screen) {
  const browser = await Browser.open();
  const phone = await browser.phone();
  const submit = () => Promise.all([phone.waitForNavigation(), phone.click('main form button[type="submit"]')]);
  try {
    if (screen === 'code') {
      await phone.goto(`${kiosk.portal}/c`);
      await phone.fill('#mobile', patient.mobile);
      await phone.fill('#code', await kiosk.sandbox.code(patient));
      await submit();
      ok(await phone.locator('#password').isVisible(), 'the code is right: a password is asked for');
    } else if (screen === 'password') {
      await phone.goto(rehosted(await kiosk.sandbox.link(patient), kiosk));
      await submit();
      await phone.fill('#code', await kiosk.sandbox.code(patient, 2));
      await submit();
      ok(await phone.locator('#password').isVisible(), 'the link and a fresh code are right: a password is asked for');
    } else {
      await phone.goto(rehosted(await kiosk.sandbox.link(patient), kiosk));
      await phone.fill('#password', PASSWORD);
      await submit();
      ok(await phone.locator('button[value="accept"]').isVisible(), 'the password is kept: the terms are shown');
    }
  } finally {
    await browser.close();
  }
}

/** The restarted portal has another port; everything else of the address is the patient's. */
function rehosted(link, kiosk) {
  return new URL(new URL(link).pathname, kiosk.portal).href;
}
