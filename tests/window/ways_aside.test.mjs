// What a patient does who does not go straight through: changes the number, has no mobile or no email, asks for help, wants
// another code.

import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';

import { STEPS, goTo } from '../driver/journey.mjs';
import { KEYS, Kiosk } from '../driver/kiosk.mjs';
import { until } from '../driver/machine.mjs';
import { XANTHIPPE, ZEBEDIAH, somebody } from './patients.mjs';

const REFERENCE = /^[A-Z0-9]{3}-[A-Z0-9]{3}$/;

/** Between a code and the next one. */
const FIRST_GAP_MS = 60_000;

async function atKiosk(what) {
  const kiosk = await Kiosk.onNewMachine();
  try {
    await kiosk.ready();
    await what(kiosk);
  } finally {
    await kiosk.stop();
  }
}

test('a patient who mistyped the number changes it: every other answer stays, the first code is dead', () =>
  atKiosk(async (kiosk) => {
    await goTo(kiosk, ZEBEDIAH, 'code', { how: KEYS });
    const dead = await kiosk.sandbox.code(ZEBEDIAH);
    await kiosk.touch('change-number');
    await kiosk.shows('mobile');
    equal((await kiosk.value('mobile')).replaceAll(' ', ''), ZEBEDIAH.mobile.replaceAll(' ', ''), 'the number is there to be corrected');

    await kiosk.clear('mobile');
    await kiosk.type('mobile', XANTHIPPE.mobile.replaceAll(' ', ''), KEYS);
    await kiosk.touch('continue');
    await kiosk.shows('check');
    match(await kiosk.text('answer-name'), new RegExp(ZEBEDIAH.family));
    match(await kiosk.text('answer-email'), new RegExp(ZEBEDIAH.email));
    await kiosk.touch('confirm');
    await kiosk.shows('code');
    equal((await kiosk.text('sent-to')).replaceAll(' ', ''), XANTHIPPE.mobile.replaceAll(' ', ''), 'the new number is shown in full');

    const live = await kiosk.sandbox.code(XANTHIPPE);
    notEqual(live, dead);
    await kiosk.type('code', dead, KEYS);
    await kiosk.touch('continue');
    await until('the first code is refused', async () => (await kiosk.attribute('error-summary', 'data-code')) === 'code_wrong');
    await kiosk.clear('code');
    await kiosk.type('code', live, KEYS);
    await kiosk.touch('continue');
    await kiosk.shows('password');
    equal((await kiosk.sandbox.received(ZEBEDIAH, 'sms')).length, 1, 'nothing more went to the first number');
  }));

test('a patient without a mobile gets a reference for the desk, may come back, and no text is sent', () =>
  atKiosk(async (kiosk) => {
    await goTo(kiosk, XANTHIPPE, 'mobile', { how: KEYS });
    await kiosk.touch('no-mobile');
    await kiosk.shows('desk');
    match(await kiosk.text('desk-reference'), REFERENCE);
    await kiosk.touch('back');
    await kiosk.shows('mobile');
    await kiosk.touch('no-mobile');
    await kiosk.shows('desk');
    await kiosk.leaveBy('finish');
    await until('a fresh window is painted', async () => (await kiosk.machine.painted()) > 1);
    deepEqual(await kiosk.sandbox.messages(), [], 'no message was sent to anybody');
  }));

test('a patient without email proves the mobile; staff have a review, and nobody has an account or an email', () =>
  atKiosk(async (kiosk) => {
    const patient = { ...XANTHIPPE, email: '' };
    await goTo(kiosk, patient, 'email', { how: KEYS });
    await kiosk.touch('no-email');
    const [mobile, check] = ['mobile', 'check'].map((screen) => STEPS.find((step) => step.screen === screen));
    await kiosk.shows('mobile');
    await mobile.answer(kiosk, patient, KEYS);
    await kiosk.touch(mobile.next);
    await kiosk.shows('check');
    await kiosk.touch(check.next);
    await kiosk.shows('code');
    await kiosk.type('code', await kiosk.sandbox.code(patient), KEYS);
    await kiosk.touch('continue');
    await kiosk.shows('desk');
    const reference = await kiosk.text('desk-reference');
    const [review] = await until('staff have a review', async () => {
      const reviews = await kiosk.sandbox.reviews();
      return reviews.length > 0 ? reviews : null;
    });
    equal(review.reference, reference);
    equal(review.reason, 'no_email');
    deepEqual((await kiosk.sandbox.messages()).map(({ channel }) => channel), ['sms'], 'one text, no email');
  }));

test('help is there on every screen, names a reference, and takes no answer away', () =>
  atKiosk(async (kiosk) => {
    const patient = somebody(50);
    const asks = async (screen, when) => {
      if (when !== 'asked') return;
      await kiosk.touch('ask-for-help');
      match(await kiosk.text('help-reference'), REFERENCE, `help at ${screen}`);
      await kiosk.touch('help-close');
      equal(await kiosk.screen(), screen, 'the patient is where they were');
    };
    await goTo(kiosk, patient, 'check', { how: KEYS, seen: asks });
    match(await kiosk.text('answer-name'), new RegExp(patient.family));
  }));

test('a patient whose text is lost gets another code after a minute, and the first one is dead', () =>
  atKiosk(async (kiosk) => {
    await goTo(kiosk, XANTHIPPE, 'code', { how: KEYS });
    const first = await kiosk.sandbox.code(XANTHIPPE);
    ok(await kiosk.has('resend-wait'), 'the countdown is shown');
    ok(!(await kiosk.has('resend')), 'and no button before its time');
    await until('another code may be asked for', () => kiosk.has('resend'), FIRST_GAP_MS + 15_000);
    await kiosk.touch('resend');
    const second = await kiosk.sandbox.code(XANTHIPPE, 2);
    notEqual(second, first);
    await kiosk.type('code', first, KEYS);
    await kiosk.touch('continue');
    await until('the first code is refused', async () => (await kiosk.attribute('error-summary', 'data-code')) === 'code_wrong');
    await kiosk.clear('code');
    await kiosk.type('code', second, KEYS);
    await kiosk.touch('continue');
    await kiosk.shows('password');
  }));
