// A machine joins a portal on a server, at the glass, and stops belonging to it.

import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { goTo } from '../driver/journey.mjs';
import { GLASS, KEYS, Kiosk } from '../driver/kiosk.mjs';
import { Machine, until } from '../driver/machine.mjs';
import { Portal } from '../driver/portal.mjs';
import { XANTHIPPE } from './patients.mjs';

/** A kiosk that nobody touches finds out within a minute; one that is used at once, and its window within 5 s. */
const TOLD_WITHIN_MS = 10_000;

async function onMachine(what) {
  const machine = await Machine.set();
  let last = null;
  const start = async (options) => (last = await Kiosk.start(machine, options));
  try {
    await what(machine, await Portal.start(machine), start);
  } catch (error) {
    throw new Error(`${error.message}\n--- on the machine:\n${await machine.said()}`, { cause: error });
  } finally {
    await last?.kill();
    await machine.stop();
  }
}

/** Without the folder that only a driven window has, and without what every patient sees of the practice. */
async function kept(machine) {
  const names = await readdir(machine.data, { recursive: true });
  const of = (name) => name.split('/')[0];
  return names.filter((name) => of(name) !== 'driven-webview' && !['journal', 'journal/practice.json'].includes(name));
}

async function typed(kiosk) {
  return [await kiosk.value('portal-address'), await kiosk.value('enrolment-code')];
}

async function joins(kiosk, portal, how) {
  await kiosk.shows('connect');
  if ((await kiosk.value('portal-address')) === '') await kiosk.type('portal-address', portal.address, how);
  await kiosk.type('enrolment-code', await portal.code('Front desk'), how);
  await kiosk.touch('continue');
  await kiosk.shows('welcome', 30_000);
  await until('the practice is shown', async () => (await kiosk.text('practice-name')) === 'Willow Lane', 30_000);
}

test('a machine joins a portal at the glass, registers patients, finds it again, and is told when it is revoked', () =>
  onMachine(async (machine, portal, start) => {
    const options = { remote: portal, environment: await machine.logIn() };
    const first = await start(options);
    await joins(first, portal, GLASS);
    first.sandbox = portal.sandbox;
    await goTo(first, XANTHIPPE, 'done', { how: KEYS });
    match(await portal.sandbox.link(XANTHIPPE), new RegExp(`^https://${portal.address}/`), 'the portal on the server did it');
    deepEqual(await kept(machine), [], 'the key store keeps the credential, and no file does');
    await first.kill();

    const again = await start(options);
    await again.shows('welcome');
    await until('the practice is shown', async () => (await again.text('practice-name')) === 'Willow Lane', 30_000);

    await portal.command('kiosk', 'revoke', '--name', 'Front desk');
    await again.touch('ask-for-help');
    await again.shows('out-of-service', TOLD_WITHIN_MS);
    match(await again.text('out-of-service-reason'), /kiosk_not_accepted.*kiosk enrol/s);
    await again.kill();

    const revoked = await start(options);
    await revoked.shows('out-of-service', TOLD_WITHIN_MS);
    match(await revoked.text('out-of-service-reason'), /kiosk_not_accepted.*--join-again/s);
    await revoked.kill();

    const joinedAgain = await start({ ...options, joinAgain: true });
    await joinedAgain.shows('connect');
    match(await joinedAgain.text('connect-hint'), /was joined before/);
    equal(await joinedAgain.value('portal-address'), `https://${portal.address}`, 'the address need not be typed again');
    await joins(joinedAgain, portal, KEYS);
    await joinedAgain.kill();

    const after = await start(options);
    await after.shows('welcome');
    await until('the practice is shown', async () => (await after.text('practice-name')) === 'Willow Lane', 30_000);
    const asked = (await machine.said()).split('out of service; the portal is asked again').length - 1;
    equal(asked, 2, 'the log says it once for each kiosk that was refused');
  }));

test('a patient at the glass of a kiosk that is revoked is sent to the desk, and their window goes', () =>
  onMachine(async (machine, portal, start) => {
    const kiosk = await start({ remote: portal, environment: await machine.logIn() });
    await joins(kiosk, portal, KEYS);
    kiosk.sandbox = portal.sandbox;
    await goTo(kiosk, XANTHIPPE, 'code', { how: KEYS });
    await kiosk.type('code', '000000', KEYS);
    const painted = await machine.painted();
    await portal.command('kiosk', 'revoke', '--name', 'Front desk');
    // It finds out by what is asked next, or by itself before that.
    await kiosk.leaveBy('continue');
    await until('a fresh window is painted', async () => (await machine.painted()) > painted);
    match(await machine.said(), /out of service; the portal is asked again.*KioskNotAccepted/);
  }));

test('a machine that logs in by itself keeps its credential sealed under the key of its systemd credential', () =>
  onMachine(async (machine, portal, start) => {
    const credentials = join(machine.folder, 'credentials');
    await mkdir(credentials);
    await writeFile(join(credentials, 'vestibule-master-key'), Buffer.alloc(32, 7));
    const options = { remote: portal, environment: { CREDENTIALS_DIRECTORY: credentials } };
    const first = await start(options);
    await joins(first, portal, KEYS);
    await first.kill();
    deepEqual(await kept(machine).then((names) => names.filter((name) => !name.startsWith('keyring'))), ['connection-sandbox.sealed']);
    const sealed = await readFile(join(machine.data, 'connection-sandbox.sealed'), 'latin1');
    ok(!sealed.includes('localhost') && !sealed.includes('Front desk'), 'nothing of it is in the clear');
    const again = await start(options);
    await again.shows('welcome');
    await until('the practice is shown', async () => (await again.text('practice-name')) === 'Willow Lane', 30_000);
  }));

test('whatever is wrong with address, certificate or code is told on the screen, and what was typed stays', () =>
  onMachine(async (machine, portal, start) => {
    const environment = await machine.logIn();
    const code = await portal.code('Front desk');
    const trusting = await start({ remote: {}, environment });
    await trusting.shows('connect');
    await trusting.touch('continue');
    await until('both fields are marked', () => trusting.measure("arguments[arguments.length - 1](document.querySelectorAll('[aria-invalid=\"true\"]').length === 2)"));
    await trusting.type('portal-address', portal.address, KEYS);
    await trusting.type('enrolment-code', code, KEYS);
    const told = async (kiosk, what) => {
      await kiosk.touch('continue');
      await until(`${what} is told`, async () => (await kiosk.attribute('error-summary', 'data-code')) === what, 20_000);
      await kiosk.answers();
      equal(await kiosk.screen(), 'connect');
    };
    await told(trusting, 'portal_not_trusted');
    deepEqual(await typed(trusting), [portal.address, code]);
    await trusting.kill();

    const kiosk = await start({ remote: portal, environment });
    await kiosk.shows('connect');
    await kiosk.type('portal-address', 'localhost:1', KEYS);
    await kiosk.type('enrolment-code', 'KT49QFMD7CXW', KEYS);
    await told(kiosk, 'portal_unreachable');
    await kiosk.clear('portal-address');
    await kiosk.type('portal-address', portal.address, KEYS);
    await told(kiosk, 'kiosk_not_accepted');
    deepEqual(await typed(kiosk), [portal.address, 'KT49-QFMD-7CXW']);
    await kiosk.clear('enrolment-code');
    await kiosk.type('enrolment-code', code, KEYS);
    await kiosk.touch('continue');
    await kiosk.shows('welcome', 30_000);
    doesNotMatch(await machine.said(), new RegExp(`${code}|${code.replaceAll('-', '')}`), 'no log has the code');
  }));
