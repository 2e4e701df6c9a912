// The portal is gone, broken or slow at each call: the patient keeps what they typed, is told what to do, and goes on.

import { equal, match, ok } from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { STEPS, goTo } from '../driver/journey.mjs';
import { KEYS, Kiosk } from '../driver/kiosk.mjs';
import { Machine, until } from '../driver/machine.mjs';
import { somebody } from './patients.mjs';

/** No connection; an answer that is no answer of ours; an answer that comes later than the kiosk waits. And what is told of each. */
const FAULTS = [
  ['gone', 'portal_unreachable'],
  [500, 'unforeseen'],
  [10_000, 'portal_slow'],
];

/** Each call a patient waits for, but the one that begins, which is asked again without them: the screen it is made on, the button, its path, and what follows. */
const CALLS = [
  { screen: 'code', button: 'continue', path: /\/code\/check$/, field: 'code', next: 'password' },
  { screen: 'code', button: 'resend', path: /\/code\/send$/, next: 'code', texts: 2 },
  { screen: 'code', button: 'change-number', path: /\/abandon$/, next: 'mobile' },
  { screen: 'password', button: 'continue', path: /\/password$/, field: 'password', next: 'done', emails: 1 },
  { screen: 'password', button: 'on-my-phone', path: /\/leave$/, next: 'done', emails: 1 },
];

async function withFaults(what) {
  const kiosk = await Kiosk.onNewMachine({ faulty: true });
  try {
    await kiosk.ready();
    await what(kiosk);
  } finally {
    await kiosk.stop();
  }
}

/** What lies in the kiosk's journal. */
async function journalOf(kiosk) {
  const folder = join(kiosk.machine.data, 'journal');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.entry'));
  return Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')));
}

/** When the portal may send a text to somebody who has left. */
function isDaytime() {
  const hour = Number(new Intl.DateTimeFormat('en-GB', { hour: 'numeric', hourCycle: 'h23', timeZone: 'Europe/London' }).format(new Date()));
  return hour >= 8 && hour <= 20;
}

/** A form of the portal's own page. */
function submitted(kiosk, path, fields) {
  return fetch(new URL(path, kiosk.portal), {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { 'sec-fetch-site': 'same-origin' },
  });
}

/** What a patient has typed before they press the button. */
async function answerAt(kiosk, patient, { screen, field, button }) {
  if (field !== undefined) await STEPS.find((step) => step.screen === screen).answer(kiosk, patient, KEYS);
  if (button === 'resend') await until('another code may be asked for', () => kiosk.has('resend'), 75_000);
}

async function meets(kiosk, path, fault, ask) {
  kiosk.faulty.fail(path, fault);
  await ask();
  await until(`the call meets the fault (${fault})`, () => kiosk.faulty.failed > 0);
}

for (const [at, call] of CALLS.entries()) {
  const { screen, button, path, field, next, texts = 1, emails = 0 } = call;
  test(`the portal fails while the patient presses ${button} at ${screen}`, () =>
    withFaults(async (kiosk) => {
      const patient = somebody(30 + at);
      await goTo(kiosk, patient, screen, { how: KEYS });
      if (screen === 'code') await kiosk.sandbox.code(patient);
      await answerAt(kiosk, patient, call);
      const typed = field === undefined ? null : await kiosk.value(field);
      let again = button;
      for (const [fault, code] of FAULTS) {
        await meets(kiosk, path, fault, () => kiosk.touch(again));
        await until(`${code} is told`, async () => (await kiosk.attribute('error-summary', 'data-code')) === code, 20_000);
        await kiosk.answers();
        equal(await kiosk.screen(), screen, `after ${fault} the screen stays`);
        if (typed !== null) equal(await kiosk.value(field), typed, `after ${fault} the answer stays`);
        // Asked in between, as a patient would who reads "try again, or ask for help".
        await kiosk.touch('ask-for-help');
        ok(await kiosk.text('help-reference'), 'and help is there');
        await kiosk.touch('help-close');
        kiosk.faulty.mend();
        again = 'try-again';
      }
      await kiosk.touch(again);
      if (button === 'resend') await kiosk.sandbox.code(patient, texts);
      await kiosk.shows(next, 30_000);
      await kiosk.sandbox.code(patient, texts);
      equal((await kiosk.sandbox.received(patient, 'sms')).length, texts, 'however often it was asked, it was done once');
      if (emails > 0) await kiosk.sandbox.link(patient);
      equal((await kiosk.sandbox.received(patient, 'email')).length, emails, 'and the email was sent once');
    }));
}

for (const [at, [fault]] of FAULTS.entries()) {
  test(`the portal is ${fault} for a moment while the patient confirms: the kiosk asks again by itself, and it is done once`, () =>
    withFaults(async (kiosk) => {
      const patient = somebody(50 + at);
      await goTo(kiosk, patient, 'check', { how: KEYS });
      await meets(kiosk, /\/registrations$/, fault, () => kiosk.touch('confirm'));
      kiosk.faulty.mend();
      await kiosk.shows('code', 30_000);
      await kiosk.sandbox.code(patient);
      equal((await kiosk.sandbox.received(patient, 'sms')).length, 1);
    }));
}

test('the portal stays away: the patient gets a reference and goes, and what they typed is handed over when it is back', () =>
  withFaults(async (kiosk) => {
    const patient = somebody(53);
    await goTo(kiosk, patient, 'check', { how: KEYS });
    const began = performance.now();
    await meets(kiosk, /./, 'gone', () => kiosk.touch('confirm'));
    await kiosk.shows('kept', 40_000);
    ok(performance.now() - began < 30_000, 'nobody waits for longer than half a minute');
    match(await kiosk.text('kept-reference'), /^[A-Z0-9]{3}-[A-Z0-9]{3}$/);
    const kept = await journalOf(kiosk);
    equal(kept.length, 1);
    for (const typed of [patient.family, patient.email]) ok(!kept[0].includes(typed), 'nobody can read it here');

    // The window is on its way to clear itself: from here on the patient is on their own phone.
    kiosk.faulty.mend();
    await until('everything is handed over', async () => (await journalOf(kiosk)).length === 0, 90_000);
    if (isDaytime()) {
      const code = await kiosk.sandbox.code(patient);
      const page = await submitted(kiosk, '/c', { mobile: patient.mobile, code });
      match(await page.text(), /type="password"/, 'and the code leads on, on the patient’s own phone');
    }
    // Nobody is woken by a text that waited: at night it is the portal that keeps it.
    equal((await kiosk.sandbox.received(patient, 'sms')).length, isDaytime() ? 1 : 0);
  }));

test('the portal fails while the patient asks for help: they are told to go to the desk, and may ask again', () =>
  withFaults(async (kiosk) => {
    await goTo(kiosk, somebody(40), 'email', { how: KEYS });
    for (const [fault] of FAULTS) {
      await meets(kiosk, /\/desk-references$/, fault, () => kiosk.touch('ask-for-help'));
      await until(`after ${fault} there are words without a reference`, () => kiosk.has('help-without'), 20_000);
      ok(!(await kiosk.has('help-reference')));
      await kiosk.touch('help-close');
      kiosk.faulty.mend();
      equal(await kiosk.screen(), 'email');
    }
    await kiosk.touch('ask-for-help');
    ok(await kiosk.text('help-reference'));
  }));

test('the portal fails while a patient without a mobile is sent to the desk: the way there is told all the same', () =>
  withFaults(async (kiosk) => {
    await goTo(kiosk, somebody(41), 'mobile', { how: KEYS });
    for (const [fault] of FAULTS) {
      await meets(kiosk, /\/desk-references$/, fault, () => kiosk.touch('no-mobile'));
      await kiosk.shows('desk');
      await until(`after ${fault} there are words without a reference`, () => kiosk.has('desk-without'), 20_000);
      ok(!(await kiosk.has('desk-reference')));
      kiosk.faulty.mend();
      await kiosk.touch('back');
      await kiosk.shows('mobile');
    }
  }));

for (const [fault] of FAULTS) {
  test(`the portal is ${fault} when the kiosk starts: it gets ready once the portal is there`, async () => {
    const machine = await Machine.set();
    const kiosk = await Kiosk.start(machine, { fault: [/\/practice$/, fault] });
    try {
      await until('the practice was asked for', () => kiosk.faulty.failed > 0, 30_000);
      equal(await kiosk.screen(), 'welcome', 'patients see the welcome screen meanwhile');
      kiosk.faulty.mend();
      await kiosk.ready();
      await goTo(kiosk, somebody(42), 'name');
    } finally {
      await kiosk.kill();
      await kiosk.faulty.close();
      await machine.stop();
    }
  });
}
