// Outside sandbox mode the kiosk has a key from a key store, or it is out of service: it says why, stores nothing, and no
// password dialog ever comes up over the glass.

import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { Kiosk } from '../driver/kiosk.mjs';
import { Machine, familyOf, until } from '../driver/machine.mjs';

/** A key store has 5 s; the rest is the start of the program itself. */
const OUT_OF_SERVICE_WITHIN_MS = 8_000;

/** Starts a kiosk in live mode, which needs a portal on a server, and gives what its screen and its log say. */
async function outOfService(machine, environment) {
  const started = performance.now();
  const kiosk = await Kiosk.start(machine, { mode: 'live', remote: {}, environment });
  try {
    await kiosk.shows('out-of-service');
    const tookMs = performance.now() - started;
    ok(tookMs <= OUT_OF_SERVICE_WITHIN_MS, `told in time: ${tookMs} ms`);
    deepEqual(await prompters(), [], 'nobody is asked for a password');
    deepEqual((await readdir(machine.data)).filter((name) => name !== 'driven-webview'), [], 'nothing is stored');
    return { reason: await kiosk.text('out-of-service-reason'), log: await machine.said() };
  } finally {
    await kiosk.kill();
  }
}

/** Programs that ask a person for the password of a keyring. */
async function prompters() {
  const names = [];
  for (const pid of await familyOf(1)) names.push(await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => ''));
  return names.map((name) => name.trim()).filter((name) => /prompt|pinentry|seahorse/.test(name));
}

async function onMachine(what) {
  const machine = await Machine.set();
  try {
    await what(machine);
  } finally {
    await machine.stop();
  }
}

test('without a keyring daemon the kiosk is out of service', () =>
  onMachine(async (machine) => {
    const { reason, log } = await outOfService(machine, {});
    match(reason, /key_store_missing/);
    match(log, /start a Secret Service daemon/);
    ok(!/started one of its own/.test(log), 'only the sandbox starts one of its own');
  }));

test('with a locked keyring, as after an automatic log-in, the kiosk is out of service', () =>
  onMachine(async (machine) => {
    const { reason, log } = await outOfService(machine, await machine.logIn({ locked: true }));
    match(reason, /key_store_locked/);
    match(log, /unlock the login keyring/);
  }));

test('a key store that never answers is given up after 5 s', () =>
  onMachine(async (machine) => {
    const { reason, log } = await outOfService(machine, await machine.logIn({ silent: true }));
    match(reason, /key_store_silent/);
    match(log, /did not answer within 5 s/);
  }));

const CREDENTIALS = [
  [0, /key_store_missing/, /refused, or does not hold/],
  [31, /key_store_missing/, /refused, or does not hold/],
];

for (const [bytes, found, words] of CREDENTIALS) {
  test(`a systemd credential of ${bytes} bytes is refused`, () =>
    onMachine(async (machine) => {
      const credentials = join(machine.folder, 'credentials');
      await mkdir(credentials);
      await writeFile(join(credentials, 'vestibule-master-key'), Buffer.alloc(bytes, 7));
      const { reason, log } = await outOfService(machine, { CREDENTIALS_DIRECTORY: credentials });
      match(reason, found);
      match(log, words);
      equal((await readdir(credentials)).length, 1, 'nothing was written beside it');
    }));
}
