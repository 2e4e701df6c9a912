// What the desk wants of a kiosk, seen on its glass: paused, cleaned, begun anew, opened to a colleague.

import { doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { test } from 'node:test';

import { goTo } from '../driver/journey.mjs';
import { KEYS, Kiosk } from '../driver/kiosk.mjs';
import { until } from '../driver/machine.mjs';
import { Browser } from '../driver/phone.mjs';
import { ZEBEDIAH } from './patients.mjs';

/** As `portal::sandbox::SANDBOX_STAFF` has them. */
const RECEPTIONIST = 'RH';
const MANAGER = 'MP';
const PASSWORD = 'sandbox teapot';

/** A kiosk, and a browser at the desk in which this staff member is signed in and looks at the kiosks. */
async function withDesk(initials, what) {
  const browser = await Browser.open();
  const kiosk = await Kiosk.onNewMachine();
  try {
    await kiosk.ready();
    const desk = await browser.desk();
    await desk.goto(`${kiosk.portal}/staff`);
    await desk.getByTestId('initials').fill(initials);
    await desk.getByTestId('password').fill(PASSWORD);
    await desk.keyboard.press('Enter');
    await desk.getByTestId('nav-kiosks').click();
    await desk.waitForSelector('main[data-screen="kiosks"]');
    await until('the kiosk is heard of', async () => (await desk.getByTestId('kiosk-away').count()) === 0);
    await what({ kiosk, desk });
  } catch (error) {
    throw new Error(`${error.message}\n--- on the machine:\n${await kiosk.machine.said()}`, { cause: error });
  } finally {
    await browser.close();
    await kiosk.stop();
  }
}

async function run(desk, act) {
  await desk.getByTestId(`kiosk-${act}`).click();
  const confirm = desk.getByTestId('confirm-yes');
  if (await confirm.count()) await confirm.click();
}

const standing = (desk) => desk.getByTestId('kiosk-standing').innerText();

test('a paused kiosk sends whoever comes to reception, and one who has begun goes on', async () => {
  await withDesk(RECEPTIONIST, async ({ kiosk, desk }) => {
    await goTo(kiosk, ZEBEDIAH, 'mobile', { how: KEYS });
    await run(desk, 'pause');
    await desk.getByTestId('kiosk-resume').waitFor();
    await kiosk.touch('ask-for-help');
    await until('they still ask for help', () => kiosk.has('help-ringing'));
    equal(await kiosk.screen(), 'mobile');
    await run(desk, 'resume');
    await desk.getByTestId('kiosk-pause').waitFor();
  });
  await withDesk(RECEPTIONIST, async ({ kiosk, desk }) => {
    await run(desk, 'pause');
    await kiosk.shows('paused', 15_000);
    ok(!(await kiosk.has('start')), 'nobody begins');
    ok(await kiosk.has('staff-open'), 'staff can open it again at the glass');
    await run(desk, 'resume');
    await kiosk.shows('welcome', 15_000);
  });
});

test('a glass that is cleaned answers to no touch, and again when the desk ends it', async () => {
  await withDesk(RECEPTIONIST, async ({ kiosk, desk }) => {
    await run(desk, 'clean');
    await kiosk.shows('cleaning', 15_000);
    match(await kiosk.text('cleaning-left'), /1:\d\d|2:00/);
    ok(!(await kiosk.has('staff-open')) && !(await kiosk.has('start')), 'there is nothing to touch');
    match(await standing(desk), /clean/i);
    await run(desk, 'stop_cleaning');
    await kiosk.shows('welcome', 15_000);
  });
});

test('staff at the glass lay a cloth on it: admin mode locks, and the window that saw them is gone', async () => {
  await withDesk(MANAGER, async ({ kiosk, desk }) => {
    await kiosk.touch('staff-open');
    await kiosk.shows('unlock-initials');
    await kiosk.type('staff-initials', RECEPTIONIST, KEYS);
    await kiosk.touch('unlock-next');
    await kiosk.shows('unlock-password');
    await kiosk.type('staff-password', PASSWORD, KEYS);
    await kiosk.touch('unlock-next');
    await kiosk.shows('today', 30_000);
    await kiosk.touch('nav-kiosks');
    await kiosk.shows('kiosks');
    const painted = await kiosk.machine.painted();
    await kiosk.touch('kiosk-clean');
    await kiosk.leaveBy('confirm-yes');
    await until('a fresh window is painted', async () => (await kiosk.machine.painted()) > painted, 30_000);
    await until('the desk sees that it is cleaned', async () => /clean/i.test(await standing(desk)), 15_000);
  });
});

test('a kiosk that is asked to begins anew once nobody is at the glass', async () => {
  await withDesk(MANAGER, async ({ kiosk, desk }) => {
    await goTo(kiosk, ZEBEDIAH, 'mobile', { how: KEYS });
    const painted = await kiosk.machine.painted();
    await run(desk, 'restart');
    await desk.getByTestId('kiosk-restarts').waitFor();
    equal(await kiosk.screen(), 'mobile', 'whoever has begun goes on');
    equal(await kiosk.machine.painted(), painted);
    await kiosk.touch('start-again');
    await kiosk.leaveBy('leave-yes');
    const saidSince = async () => (await kiosk.machine.said()).split('staff want the program to begin anew')[1];
    await until('it begins anew', async () => (await saidSince()) !== undefined, 30_000);
    await until('it is painted and ready', async () => /painted.*ready|ready.*painted/s.test(await saidSince()), 60_000);
    doesNotMatch(await saidSince(), /out of service/);
    await until('the desk sees that it has', async () => (await desk.getByTestId('kiosk-restarts').count()) === 0, 15_000);
  });
});

test('a colleague at the desk lets somebody in who types no password before watching eyes', async () => {
  await withDesk(MANAGER, async ({ kiosk, desk }) => {
    await kiosk.touch('staff-open');
    await kiosk.shows('unlock-initials');
    await kiosk.type('staff-initials', RECEPTIONIST, KEYS);
    await kiosk.touch('unlock-next');
    await kiosk.shows('unlock-password');
    await kiosk.touch('ask-desk');
    await kiosk.shows('unlock-digits');
    const digits = (await kiosk.text('unlock-digits')).replaceAll(/\D/g, '');
    equal(digits.length, 2);
    await desk.getByTestId('unlock-call').waitFor();
    match(await desk.getByTestId('unlock-call').innerText(), /Robin Hale/);
    await desk.getByTestId('vouch-digits').fill(digits);
    await desk.getByTestId('vouch-let-in').click();
    await kiosk.shows('today', 15_000);
    match(await kiosk.text('you'), /Robin Hale/);
  });
});
