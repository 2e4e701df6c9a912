// Staff who have seen who somebody is: a patient is registered from their record, and one whose email never comes is finished.

import { equal, match } from 'node:assert/strict';
import { test } from 'node:test';

import { AMARA } from '../demo/patients.mjs';
import { finishOnPhone } from '../driver/finishing.mjs';
import { goTo } from '../driver/journey.mjs';
import { KEYS, Kiosk } from '../driver/kiosk.mjs';
import { until } from '../driver/machine.mjs';
import { Browser } from '../driver/phone.mjs';
import { XANTHIPPE } from './patients.mjs';

/** As `portal::sandbox::SANDBOX_STAFF` has them. */
const RECEPTIONIST = 'RH';
const PASSWORD = 'sandbox teapot';

async function withKiosk(what) {
  const browser = await Browser.open();
  const kiosk = await Kiosk.onNewMachine();
  try {
    await kiosk.ready();
    await what({ kiosk, browser });
  } catch (error) {
    throw new Error(`${error.message}\n--- on the machine:\n${await kiosk.machine.said()}`, { cause: error });
  } finally {
    await browser.close();
    await kiosk.stop();
  }
}

test('a patient whom the machine would leave to staff is registered from the record at the desk, goes on on their phone, and is linked', async () => {
  await withKiosk(async ({ kiosk, browser }) => {
    const desk = await browser.desk();
    await desk.goto(`${kiosk.portal}/staff`);
    await desk.getByTestId('initials').fill(RECEPTIONIST);
    await desk.getByTestId('password').fill(PASSWORD);
    await desk.keyboard.press('Enter');
    await desk.getByTestId('register').click();
    await desk.getByTestId('search-records').fill(`${AMARA.given} ${AMARA.family}`);
    await desk.keyboard.press('Enter');
    await desk.getByTestId('record-row').click();
    await desk.waitForSelector('main[data-screen="record"]');
    await desk.getByTestId('mobile').fill(AMARA.mobile);
    await desk.getByTestId('email').fill(AMARA.email);
    equal(await desk.getByTestId('register-yes').getAttribute('aria-disabled'), 'true', 'ID is no option');
    await desk.getByTestId('id-passport').check();
    await desk.getByTestId('register-yes').click();
    await desk.waitForSelector('main[data-screen="registration"]');
    match(await desk.locator('main').innerText(), /At the desk/);

    const { sandbox } = kiosk;
    await sandbox.code(AMARA);
    const [text] = await sandbox.received(AMARA, 'sms');
    const [codePage] = /https?:\/\/\S+/.exec(text.text);
    const headings = await finishOnPhone(await browser.phone(), codePage, { patient: AMARA, sandbox });
    equal(headings.at(-1), 'You’re registered');
    equal((await sandbox.reviews()).length, 0, 'nothing is left to decide');

    await desk.getByTestId('nav-today').click();
    await desk.getByTestId('registration-row').first().click();
    await desk.getByTestId('linked').waitFor();
    match(await desk.getByTestId('linked').innerText(), /Amara Okafor/);
    await desk.getByTestId('help-unlink').click();
    await desk.getByTestId('unlink-yes').click();
    await desk.getByTestId('helped').waitFor();
    await until('the link is gone', async () => (await desk.getByTestId('linked').count()) === 0);
  });
});

test('whose email never comes is finished at the glass by staff who have seen who it is, and reception decides whose record it is', async () => {
  await withKiosk(async ({ kiosk }) => {
    await goTo(kiosk, XANTHIPPE, 'done', { how: KEYS });
    await kiosk.touch('staff-open');
    await kiosk.shows('unlock-initials');
    await kiosk.type('staff-initials', RECEPTIONIST, KEYS);
    await kiosk.touch('unlock-next');
    await kiosk.shows('unlock-password');
    await kiosk.type('staff-password', PASSWORD, KEYS);
    await kiosk.touch('unlock-next');
    await kiosk.shows('today', 30_000);
    await kiosk.touch('registration-row');
    await kiosk.shows('registration');
    await kiosk.touch('help-finish');
    equal(await kiosk.attribute('confirm-yes', 'aria-disabled'), 'true', 'ID is no option');
    await kiosk.touch('id-driving_licence');
    await kiosk.touch('confirm-yes');
    await until('it is done', () => kiosk.has('helped'));
    await until('a review waits', async () => (await kiosk.sandbox.reviews()).length === 1, 30_000);
    equal((await kiosk.sandbox.patients(XANTHIPPE.family)).length, 0, 'no record before somebody has decided');
  });
});
