// Staff at the glass and at the desk: the same screens on both ways, in the real window and in a browser.

import { equal, match, ok } from 'node:assert/strict';
import { test } from 'node:test';

import { AMARA } from '../demo/patients.mjs';
import { finishOnPhone } from '../driver/finishing.mjs';
import { goTo } from '../driver/journey.mjs';
import { KEYS, Kiosk } from '../driver/kiosk.mjs';
import { Machine, until } from '../driver/machine.mjs';
import { Browser } from '../driver/phone.mjs';
import { XANTHIPPE, ZEBEDIAH } from './patients.mjs';

/** As `portal::sandbox::SANDBOX_STAFF` has them. */
const RECEPTIONIST = 'RH';
const PASSWORD = 'sandbox teapot';

/** A kiosk whose first patient has registered, and is one whom staff decide about; with its data, and another window. */
async function withReview(what) {
  const machine = await Machine.set();
  const browser = await Browser.open();
  let kiosk = null;
  try {
    kiosk = await Kiosk.start(machine);
    await kiosk.ready();
    await goTo(kiosk, AMARA, 'done', { how: KEYS });
    const { sandbox } = kiosk;
    const headings = await finishOnPhone(await browser.phone(), await sandbox.link(AMARA), { patient: AMARA, sandbox });
    equal(headings.at(-1), 'You’re registered');
    await until('a review waits', async () => (await sandbox.reviews()).length > 0, 30_000);
    await kiosk.kill();
    kiosk = await Kiosk.start(machine);
    await kiosk.ready();
    await what({ kiosk, machine, browser });
  } catch (error) {
    throw new Error(`${error.message}\n--- on the machine:\n${await machine.said()}`, { cause: error });
  } finally {
    await browser.close();
    await kiosk?.kill();
    await machine.stop();
  }
}

async function unlock(kiosk, initials = RECEPTIONIST) {
  await kiosk.touch('staff-open');
  await kiosk.shows('unlock-initials');
  await kiosk.type('staff-initials', initials, KEYS);
  await kiosk.touch('unlock-next');
  await kiosk.shows('unlock-password');
  await kiosk.type('staff-password', PASSWORD, KEYS);
  await kiosk.touch('unlock-next');
  await kiosk.shows('today', 30_000);
}

/** Opens the one registration that a search finds. */
async function find(kiosk, name) {
  await kiosk.type('search', name, KEYS);
  await until('one is found', async () => (await kiosk.count('registration-row')) === 1);
  await kiosk.touch('registration-row');
  await kiosk.shows('registration');
}

test('staff unlock the glass, correct an address, send a link, settle a review, and give the patient the screen back', async () => {
  await withReview(async ({ kiosk, browser }) => {
    const mistyped = { ...XANTHIPPE, email: 'xanthippe@wobblethwaite.invalid' };
    await goTo(kiosk, mistyped, 'done', { how: KEYS });
    await unlock(kiosk);
    await find(kiosk, XANTHIPPE.family);
    ok(!(await kiosk.words()).includes(mistyped.email), 'contacts are masked');
    await kiosk.touch('help-correct_email');
    await kiosk.type('email', XANTHIPPE.email, KEYS);
    await kiosk.touch('confirm-yes');
    await until('the next step is offered', () => kiosk.has('helped'));
    equal((await kiosk.sandbox.received(XANTHIPPE, 'email')).length, 0, 'nothing goes to an address typed in the same step');
    await kiosk.touch('help-send_new_link');
    await kiosk.touch('confirm-yes');
    ok(await kiosk.sandbox.link(XANTHIPPE));
    ok(!(await kiosk.words()).includes('/l/'), 'a link is never shown');

    await kiosk.touch('nav-reviews');
    await kiosk.touch('review-row');
    await kiosk.shows('review');
    const before = (await kiosk.sandbox.reviews()).length;
    await kiosk.touch('same-person');
    await kiosk.touch('confirm-yes');
    await until('it is settled', () => kiosk.has('just-settled'), 30_000);
    await until('it waits no more', async () => (await kiosk.sandbox.reviews()).length === before - 1);

    await kiosk.touch('lock');
    await kiosk.touch('lock-resume');
    await kiosk.shows('done');
    ok(!(await kiosk.has('nav-today')), 'nothing of the staff is there any more');
    const phone = await browser.phone();
    const link = await kiosk.sandbox.link(XANTHIPPE);
    const headings = await finishOnPhone(phone, link, { patient: XANTHIPPE, sandbox: kiosk.sandbox });
    equal(headings.at(-1), 'You’re registered');
  });
});

test('a glass that staff left open locks itself, and the next person finds a window that saw nobody', async () => {
  const kiosk = await Kiosk.onNewMachine();
  try {
    await kiosk.ready();
    await unlock(kiosk);
    const painted = await kiosk.machine.painted();
    await until('it says that it locks', () => kiosk.has('locks-in'), 60_000);
    await until('a fresh window is painted', async () => (await kiosk.machine.painted()) > painted, 30_000);
  } finally {
    await kiosk.stop();
  }
});

test('a child who plays at the staff button comes to no try, and a wrong password to a calm word', async () => {
  const kiosk = await Kiosk.onNewMachine();
  try {
    await kiosk.ready();
    await kiosk.touch('staff-open');
    await kiosk.shows('unlock-initials');
    await kiosk.type('staff-initials', RECEPTIONIST, KEYS);
    await kiosk.touch('unlock-next');
    await kiosk.shows('unlock-password');
    await kiosk.type('staff-password', 'qwerty', KEYS);
    equal(await kiosk.attribute('unlock-next', 'aria-disabled'), 'true');
    await kiosk.type('staff-password', 'uiop', KEYS);
    await kiosk.touch('unlock-next');
    await until('it is refused', () => kiosk.has('trouble'), 30_000);
    equal(await kiosk.attribute('trouble', 'data-code'), 'not_let_in');
    await kiosk.touch('back-to-patient');
    await kiosk.shows('welcome');
  } finally {
    await kiosk.stop();
  }
});

test('the same review is settled in a browser at the desk, by keys alone', async () => {
  await withReview(async ({ kiosk, browser }) => {
    const desk = await browser.desk();
    const troubles = [];
    desk.on('pageerror', (error) => troubles.push(error.message));
    // Whoever is not let in yet is told so with 401; nothing else may be refused, and nothing breaks the page's policy.
    desk.on('response', (response) => {
      if (response.status() >= 400 && response.status() !== 401) troubles.push(`${response.status()} ${response.url()}`);
    });
    desk.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) troubles.push(message.text());
    });
    await desk.goto(`${kiosk.portal}/staff`);
    await desk.getByTestId('initials').fill(RECEPTIONIST);
    await desk.getByTestId('password').fill(PASSWORD);
    await desk.keyboard.press('Enter');
    await desk.waitForSelector('main[data-screen="today"]');
    match(await desk.getByTestId('you').innerText(), /Robin Hale/);
    const press = async (testId) => {
      await desk.getByTestId(testId).first().focus();
      await desk.keyboard.press('Enter');
    };
    await press('nav-reviews');
    await desk.waitForSelector('[data-testid="review-row"]');
    await press('review-row');
    await desk.waitForSelector('main[data-screen="review"]');
    await press('same-person');
    await press('confirm-yes');
    await desk.waitForSelector('[data-testid="just-settled"]');
    await until('it waits no more', async () => (await kiosk.sandbox.reviews()).length === 0);

    // Somebody at the kiosk asks for help: it rings here, and the patient hears that somebody comes.
    await goTo(kiosk, ZEBEDIAH, 'mobile', { how: KEYS });
    await kiosk.touch('ask-for-help');
    await until('it rings', () => kiosk.has('help-ringing'));
    await desk.waitForSelector('[data-testid="help-call"]');
    const call = await desk.getByTestId('help-call').innerText();
    ok(!call.includes(ZEBEDIAH.family), 'never what was typed');
    await press('call-coming');
    await until('somebody comes', () => kiosk.has('help-coming'));

    await press('sign-out');
    await desk.waitForSelector('[data-testid="signed-out"]');
    equal(await desk.getByTestId('practice-name').count(), 0);
    equal(troubles.join('\n'), '');
  });
});
