// A patient leaves at each screen. Nothing of theirs stays, and the phone can go on.

import { deepEqual, equal, ok } from 'node:assert/strict';
import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { STEPS, goTo } from '../driver/journey.mjs';
import { KEYS, Kiosk } from '../driver/kiosk.mjs';
import { Machine, until } from '../driver/machine.mjs';
import { filesNaming, markersOf } from '../driver/traces.mjs';
import { XANTHIPPE } from './patients.mjs';

/** What lies half typed in the field of a screen when the patient leaves. */
const HALF_TYPED = {
  name: ['given-name', XANTHIPPE.given],
  'date-of-birth': ['dob-day', XANTHIPPE.born[0]],
  email: ['email', XANTHIPPE.email],
  mobile: ['mobile', XANTHIPPE.mobile],
  code: ['code', '123456'],
  password: ['password', 'Xanthippe was here'],
};

const LEAVABLE = STEPS.map(({ screen }) => screen).filter((screen) => screen !== 'welcome');

/** A second window was painted: the first is gone, and what it knew with it. */
async function wiped(kiosk) {
  await until('a fresh window is painted', async () => (await kiosk.machine.painted()) > 1, 20_000);
}

for (const screen of LEAVABLE) {
  test(`nothing stays behind of a patient who leaves at ${screen}`, async () => {
    const kiosk = await Kiosk.onNewMachine();
    try {
      await kiosk.ready();
      await goTo(kiosk, XANTHIPPE, screen, { how: KEYS });
      if (HALF_TYPED[screen]) await kiosk.type(...HALF_TYPED[screen], KEYS);
      if (screen === 'done') await kiosk.leaveBy('finish');
      else {
        await kiosk.touch('start-again');
        await kiosk.leaveBy('leave-yes');
      }
      await wiped(kiosk);
      deepEqual(await filesNaming(kiosk.machine.folder, await kiosk.pid(), [...markersOf(XANTHIPPE), 'Xanthippe was here']), []);
      if (screen === 'code') ok(await kiosk.sandbox.code(XANTHIPPE), 'the text with the address of the code page is there');
      if (screen === 'password' || screen === 'done') ok(await kiosk.sandbox.link(XANTHIPPE), 'the link is sent by itself');
    } finally {
      await kiosk.stop();
    }
  });
}

test('a patient who stands still is asked after a minute and wiped half a minute later', async () => {
  const kiosk = await Kiosk.onNewMachine();
  try {
    await kiosk.ready();
    await goTo(kiosk, XANTHIPPE, 'date-of-birth', { how: KEYS });
    await until('the kiosk asks', () => kiosk.has('more-time'), 75_000);
    await until('a fresh window is painted', async () => (await kiosk.machine.painted()) > 1, 45_000);
    deepEqual(await filesNaming(kiosk.machine.folder, await kiosk.pid(), markersOf(XANTHIPPE)), []);
  } finally {
    await kiosk.stop();
  }
});

test('a trace that is left is found: in a file, and in one that was deleted while it is open', async () => {
  const machine = await Machine.set();
  const path = join(machine.data, 'left.bin');
  await writeFile(path, Buffer.from(`\0\0${XANTHIPPE.family}\0`, 'utf16le'));
  const held = await open(path);
  try {
    deepEqual(await filesNaming(machine.folder, undefined, markersOf(XANTHIPPE)), [path]);
    await rm(path);
    equal((await filesNaming(machine.folder, process.pid, markersOf(XANTHIPPE))).length, 1);
  } finally {
    await held.close();
    await machine.stop();
  }
});
