// Portal or texts are away: what a patient confirmed is kept on a kiosk that joined a portal on a server, leads to one text, and
// the patient goes on on their own phone. Nobody who reads the kiosk's files meanwhile learns anything.

import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { finishOnPhone } from '../driver/finishing.mjs';
import { goTo } from '../driver/journey.mjs';
import { KEYS, Kiosk } from '../driver/kiosk.mjs';
import { Machine, until } from '../driver/machine.mjs';
import { Browser } from '../driver/phone.mjs';
import { Portal } from '../driver/portal.mjs';
import { Cluster } from '../driver/postgres.mjs';
import { filesNaming, markersOf } from '../driver/traces.mjs';
import { XANTHIPPE, ZEBEDIAH, somebody } from './patients.mjs';

/** A kiosk asks a portal that stays away once a minute; a portal looks at what waits for a text every half minute. */
const TEXTED_WITHIN_MS = 180_000;

/** As `store::texts_are_away` asks. */
const TEXTS_ARE_AWAY =
  "SELECT count(*) FROM text_trouble WHERE other_registration_id IS NOT NULL AND created_at <= now() - interval '20 s'";

const JOINED_AS = 'Front desk';

/** A kiosk that has joined a portal, and may be started as often as `start` is called. */
async function joined({ onPostgres = false }, what) {
  const machine = await Machine.set();
  const cluster = onPostgres ? await Cluster.start(machine) : null;
  let last = null;
  try {
    const portal = await Portal.start(machine, cluster);
    const options = { remote: portal, environment: await machine.logIn() };
    const start = async () => {
      await last?.kill();
      last = await Kiosk.start(machine, options);
      last.sandbox = portal.sandbox;
      return last;
    };
    const kiosk = await start();
    await kiosk.shows('connect');
    await kiosk.type('portal-address', portal.address, KEYS);
    await kiosk.type('enrolment-code', await portal.code(JOINED_AS), KEYS);
    await kiosk.touch('continue');
    await serves(kiosk);
    await what({ machine, portal, cluster, start });
  } catch (error) {
    throw new Error(`${error.message}\n--- on the machine:\n${await machine.said()}`, { cause: error });
  } finally {
    await last?.kill();
    await cluster?.stop();
    await machine.stop();
  }
}

async function serves(kiosk) {
  await kiosk.shows('welcome', 30_000);
  await until('the practice is shown', async () => (await kiosk.text('practice-name')) === 'Willow Lane', 60_000);
}

async function entries(machine) {
  const names = await readdir(join(machine.data, 'journal')).catch(() => []);
  return names.filter((name) => name.endsWith('.entry'));
}

/** Goes through as far as the kiosk lets them, and is told that a text will come. */
async function isKept(kiosk, patient) {
  await goTo(kiosk, patient, 'check', { how: KEYS });
  const asked = performance.now();
  await kiosk.touch('confirm');
  await kiosk.shows('kept', 40_000);
  const waited = performance.now() - asked;
  match(await kiosk.text('kept-reference'), /^[A-Z0-9]{3}-[A-Z0-9]{3}$/);
  return waited;
}

/** In no file of this machine, whether it has a name or not, stands anything that the patient typed. */
async function nothingLiesOpen(kiosk, patient, when) {
  deepEqual(await filesNaming(kiosk.machine.folder, await kiosk.pid(), markersOf(patient)), [], when);
}

/** One text came, leads to the end, and stays the only one. */
async function goesOnOnThePhone({ machine, portal }, patient) {
  await until('the text comes', async () => (await portal.sandbox.received(patient, 'sms')).length > 0, TEXTED_WITHIN_MS);
  const [{ text }] = await portal.sandbox.received(patient, 'sms');
  const [address] = /https:\S+\/c\b/.exec(text);
  const browser = await Browser.open();
  try {
    // The portal's certificate is of an authority that this machine's kiosk knows, and Chromium does not.
    const phone = await browser.phone({ ignoreHTTPSErrors: true });
    const pages = await finishOnPhone(phone, address, { patient, sandbox: portal.sandbox });
    equal(pages.at(-1), 'You’re registered', pages.join(' > '));
  } finally {
    await browser.close();
  }
  const found = await portal.sandbox.recordsWithin(patient.family, 10_000);
  equal(found.length, 1);
  const verified = found[0].fields.filter((field) => /verified/.test(field.verified ?? '')).map((field) => field.field);
  deepEqual(verified.sort(), ['email', 'mobile']);
  await until('nobody waits', async () => !(await portal.command('journal', 'list').catch((failed) => failed.stdout)).includes('waits'), 30_000);
  equal((await portal.sandbox.received(patient, 'sms')).length, 1, 'one text');
  deepEqual(await entries(machine), []);
}

test('a kiosk that starts while its portal is away serves from what it remembers, and the patient finishes on their phone', () =>
  joined({}, async (place) => {
    const { machine, portal, start } = place;
    await portal.goesAway();
    const kiosk = await start();
    await serves(kiosk);
    await isKept(kiosk, ZEBEDIAH);
    equal((await entries(machine)).length, 1);
    await nothingLiesOpen(kiosk, ZEBEDIAH, 'while the portal is away');

    await portal.comesBack();
    await until('everything is handed over', async () => (await entries(machine)).length === 0, TEXTED_WITHIN_MS);
    await nothingLiesOpen(kiosk, ZEBEDIAH, 'once it is handed over');
    await goesOnOnThePhone(place, ZEBEDIAH);
    match(await portal.command('journal', 'list'), new RegExp(`^${JOINED_AS}\tmade 1\tthere 0\tcame 1\tlost 0\t`));
  }));

test('nobody takes the portal’s texts: who confirms then is told at once, and is texted when somebody does', () =>
  joined({ onPostgres: true }, async (place) => {
    const { machine, portal, cluster, start } = place;
    // As a provider that is down: "the patient's phone" is a table, and takes no message.
    await cluster.does('REVOKE INSERT ON sandbox_messages FROM vestibule');
    // Of several people, because one number may be no good.
    for (const number of [60, 61]) await goTo(await start(), somebody(number), 'code', { how: KEYS });
    const kiosk = await start();
    await until('no text of either has gone for long enough', async () => (await cluster.does(TEXTS_ARE_AWAY)).trim() === '1', 60_000);
    const waited = await isKept(kiosk, XANTHIPPE);
    ok(waited < 10_000, `nobody waits for a portal that answers: ${waited} ms`);
    deepEqual(await filesNaming(machine.data, await kiosk.pid(), markersOf(XANTHIPPE)), []);

    await until('the portal has it', async () => (await entries(machine)).length === 0, TEXTED_WITHIN_MS);
    equal((await portal.sandbox.received(XANTHIPPE, 'sms')).length, 0, 'and no text goes');
    await cluster.does('GRANT INSERT ON sandbox_messages TO vestibule');
    await goesOnOnThePhone(place, XANTHIPPE);
  }));

test('a kiosk that is revoked hands over once more what it kept, and can do nothing else', () =>
  joined({}, async (place) => {
    const { machine, portal, start } = place;
    await portal.goesAway();
    const kiosk = await start();
    await serves(kiosk);
    await isKept(kiosk, XANTHIPPE);
    equal((await entries(machine)).length, 1);
    await kiosk.kill();
    await portal.command('kiosk', 'revoke', '--name', JOINED_AS);
    await portal.comesBack();

    const revoked = await start();
    await revoked.shows('out-of-service', 30_000);
    match(await revoked.text('out-of-service-reason'), /kiosk_not_accepted/);
    await until('everything is handed over', async () => (await entries(machine)).length === 0, TEXTED_WITHIN_MS);
    await nothingLiesOpen(revoked, XANTHIPPE, 'once it is handed over');
    await goesOnOnThePhone(place, XANTHIPPE);
    equal(await revoked.screen(), 'out-of-service', 'nobody is served here any more');
    const remembered = await readdir(join(machine.data, 'journal'));
    ok(!remembered.includes('practice.json'), 'nor will be while the portal is away again');
  }));
