// WebKitGTK does not let a window without memory be driven, so the driven one has a folder of its own. Here is the other:
// touched through the X server, where a driven kiosk was touched before, and watched from outside.

import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { goTo } from '../driver/journey.mjs';
import { Kiosk } from '../driver/kiosk.mjs';
import { Machine, drawing, familyOf, killed, until } from '../driver/machine.mjs';
import { filesNaming, markersOf } from '../driver/traces.mjs';
import { UndrivenKiosk } from '../driver/undriven.mjs';
import { ZEBEDIAH } from './patients.mjs';

const WELCOME_WITHIN_MS = 5_000;

/** Every touch from Start to the code screen and away, and where it fell. */
async function touchesOf(patient) {
  const kiosk = await Kiosk.onNewMachine();
  try {
    await kiosk.ready();
    kiosk.touches = [];
    await goTo(kiosk, patient, 'code');
    const toCode = kiosk.touches;
    kiosk.touches = [];
    await kiosk.touch('start-again');
    await kiosk.leaveBy('leave-yes');
    return { toCode, away: kiosk.touches };
  } finally {
    await kiosk.stop();
  }
}

test('the window keeps nothing on disk, and a fresh one takes the next patient', async () => {
  const { toCode, away } = await touchesOf(ZEBEDIAH);
  const kiosk = await UndrivenKiosk.start(await Machine.set());
  try {
    await kiosk.touchAgain(toCode);
    await kiosk.sandbox.code(ZEBEDIAH);
    for (const pid of [kiosk.pid, ...(await drawing(await familyOf(kiosk.pid)))])
      match(await readFile(`/proc/${pid}/limits`, 'utf8'), /^Max core file size +0 +0 /m, 'a crash leaves nothing on the disk');
    const nothing = async (when) =>
      deepEqual(await filesNaming(kiosk.machine.folder, kiosk.pid, markersOf(ZEBEDIAH)), [], when);
    await nothing('while the patient waits for the code');
    await kiosk.touchAgain(away);
    await kiosk.painted(2);
    await nothing('after the patient has left');

    await kiosk.touchAgain(toCode);
    await until('the fresh window takes a patient', async () => (await kiosk.sandbox.received(ZEBEDIAH, 'sms')).length === 2, 30_000);
  } finally {
    await kiosk.stop();
  }
});

test('what draws the window is killed, twice: each time a fresh window is painted before the next patient has waited', async () => {
  const kiosk = await UndrivenKiosk.start(await Machine.set());
  try {
    for (const windows of [2, 3]) {
      const before = await drawing(await familyOf(kiosk.pid));
      equal(before.length, 1);
      killed(before[0]);
      const since = performance.now();
      await kiosk.painted(windows);
      ok(performance.now() - since <= WELCOME_WITHIN_MS, 'a fresh window is there in time');
      await until('the former window has gone', async () => (await drawing(await familyOf(kiosk.pid))).length === 1);
    }
  } finally {
    await kiosk.stop();
  }
});

test('what draws the window ends again and again: the program ends, and is started again by whoever watches over it', async () => {
  const kiosk = await UndrivenKiosk.start(await Machine.set());
  try {
    for (const windows of [2, 3, 4, 5, 6]) {
      for (const pid of await drawing(await familyOf(kiosk.pid))) killed(pid);
      await kiosk.painted(windows);
    }
    for (const pid of await drawing(await familyOf(kiosk.pid))) killed(pid);
    await until('the program has ended', () => access(`/proc/${kiosk.pid}`).then(() => false, () => true), 30_000);
  } finally {
    await kiosk.stop();
  }
});

test('an ordinary kiosk refuses to start where somebody wants to drive it', async () => {
  const child = spawn(process.env.VESTIBULE_PLAIN, ['--mode', 'sandbox'], {
    env: { ...process.env, TAURI_WEBVIEW_AUTOMATION: 'true' },
    stdio: 'ignore',
  });
  const code = await new Promise((go) => child.once('exit', go));
  equal(code, 1);
});
