// The whole way through, in the real window.

import { doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { test } from 'node:test';

import { PASSWORD, goTo } from '../driver/journey.mjs';
import { GLASS, KEYS, Kiosk } from '../driver/kiosk.mjs';
import { Machine } from '../driver/machine.mjs';
import { Browser } from '../driver/phone.mjs';
import { XANTHIPPE, ZEBEDIAH } from './patients.mjs';

async function finishOnPhone(kiosk, patient) {
  const browser = await Browser.open();
  try {
    const phone = await browser.phone();
    await phone.goto(await kiosk.sandbox.link(patient));
    await phone.fill('#password', PASSWORD);
    await Promise.all([phone.waitForNavigation(), phone.click('main form button[type="submit"]')]);
    await Promise.all([phone.waitForNavigation(), phone.click('button[value="accept"]')]);
  } finally {
    await browser.close();
  }
}

for (const [how, patient] of [[GLASS, ZEBEDIAH], [KEYS, XANTHIPPE]]) {
  test(`a patient who types ${how} registers and the practice has their record`, async () => {
    const kiosk = await Kiosk.onNewMachine();
    try {
      await kiosk.ready();
      ok(await kiosk.has('sandbox-badge'), 'the sandbox says that it is one');
      await goTo(kiosk, patient, 'done', { how });
      match(await kiosk.text('done-reference'), /^[A-Z0-9]{3}-[A-Z0-9]{3}$/);
      equal((await kiosk.sandbox.patients(patient.family)).length, 0, 'no record before the terms are accepted');
      await finishOnPhone(kiosk, patient);
      const [record] = await kiosk.sandbox.recordsWithin(patient.family, 10_000);
      const mobile = record.fields.find((field) => field.field === 'mobile');
      match(mobile.verified, /verified/);
    } finally {
      await kiosk.stop();
    }
  });
}

test('where a keyring is unlocked the key is kept in it, and found again after a restart', async () => {
  const machine = await Machine.set();
  try {
    const environment = await machine.logIn();
    const before = await Kiosk.start(machine, { environment });
    await before.ready();
    await goTo(before, XANTHIPPE, 'code', { how: KEYS });
    await before.sandbox.code(XANTHIPPE);
    await before.kill();
    const after = await Kiosk.start(machine, { environment });
    await after.ready();
    equal((await after.sandbox.received(XANTHIPPE, 'sms')).length, 1, 'the database opens with the same key');
    await after.kill();
    doesNotMatch(await machine.said(), /started one of its own/);
  } finally {
    await machine.stop();
  }
});

test('every screen keeps what was typed when the patient goes back', async () => {
  const kiosk = await Kiosk.onNewMachine();
  try {
    await kiosk.ready();
    await goTo(kiosk, XANTHIPPE, 'check', { how: KEYS });
    for (const screen of ['mobile', 'email', 'date-of-birth', 'name']) {
      await kiosk.touch('back');
      await kiosk.shows(screen);
    }
    equal(await kiosk.value('given-name'), XANTHIPPE.given);
    equal(await kiosk.value('family-name'), XANTHIPPE.family);
  } finally {
    await kiosk.stop();
  }
});

/** What somebody types who means no good, or means well and slips; and what the kiosk finds wrong with which field. */
const SLIPS = {
  name: [['given-name', '<script>alert(1)</script>'], ['family-name', '123']],
  'date-of-birth': [['dob-day', '31'], ['dob-month', '2'], ['dob-year', '1990']],
  email: [['email', "ada@@example.org'; DROP TABLE"]],
  mobile: [['mobile', '02079460000']],
  code: [['code', '12']],
  password: [['password', 'password1234']],
};

test('whatever is typed, the patient is told beside the field what to do, keeps it, and goes on', async () => {
  const kiosk = await Kiosk.onNewMachine();
  try {
    await kiosk.ready();
    const slip = async (screen, when) => {
      const typed = SLIPS[screen];
      if (when !== 'asked' || !typed) return;
      for (const [field, text] of typed) await kiosk.type(field, text, KEYS);
      await kiosk.touch('continue');
      ok(await kiosk.text('error-summary'), `${screen}: a summary says what to do`);
      equal(await kiosk.screen(), screen);
      ok(await kiosk.measure("arguments[arguments.length - 1](document.querySelectorAll('[aria-invalid=\"true\"]').length)"), `${screen}: the field is marked`);
      for (const [field, text] of typed) equal(await kiosk.value(field), text, `${screen}: what was typed stays`);
      for (const [field] of typed) await kiosk.clear(field);
    };
    await goTo(kiosk, XANTHIPPE, 'done', { how: KEYS, seen: slip });
    equal((await kiosk.sandbox.received(XANTHIPPE, 'sms')).length, 1);
  } finally {
    await kiosk.stop();
  }
});
