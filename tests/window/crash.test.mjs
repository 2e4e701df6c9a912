// The power is cut at each step: what was acknowledged is kept, nothing is done twice, and the next patient waits no longer than 5 s.

import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';

import { PASSWORD, STEPS, goTo } from '../driver/journey.mjs';
import { KEYS, Kiosk } from '../driver/kiosk.mjs';
import { Machine } from '../driver/machine.mjs';
import { Browser } from '../driver/phone.mjs';
import { somebody } from './patients.mjs';

const WELCOME_WITHIN_MS = 5_000;

/** Messages a patient has been sent when a screen shows: texts, emails. */
const SENT = { code: [1, 0], password: [1, 0], done: [1, 1] };

/** The same once the kiosk is back: whoever was making a password goes on on their own phone, so their link is sent. */
const SENT_AFTERWARDS = { ...SENT, password: [1, 1] };

for (const [number, { screen }] of STEPS.entries()) {
  test(`the kiosk is killed while it shows ${screen}`, async () => {
    const machine = await Machine.set();
    const patient = somebody(number);
    try {
      const [texts, emails] = SENT[screen] ?? [0, 0];
      const killed = await Kiosk.start(machine);
      await killed.ready();
      await goTo(killed, patient, screen, { how: KEYS });
      if (texts > 0) await killed.sandbox.code(patient);
      if (emails > 0) await killed.sandbox.link(patient);
      await killed.kill();

      const kiosk = await Kiosk.start(machine);
      try {
        ok((await kiosk.paintedAfterMs()) <= WELCOME_WITHIN_MS, 'the next patient is welcome in time');
        await kiosk.ready();
        const [textsAfterwards, emailsAfterwards] = SENT_AFTERWARDS[screen] ?? [0, 0];
        if (emailsAfterwards > 0) await kiosk.sandbox.link(patient);
        equal((await kiosk.sandbox.received(patient, 'sms')).length, textsAfterwards, 'texts, none lost, none twice');
        equal((await kiosk.sandbox.received(patient, 'email')).length, emailsAfterwards, 'emails, none lost, none twice');
        if (texts > 0) await goesOnOnThePhone(kiosk, patient, screen);
      } finally {
        await kiosk.kill();
      }
    } finally {
      await machine.stop();
    }
  });
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
