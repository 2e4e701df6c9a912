// What staff do who have seen who somebody is: start again, finish, correct, take a record away, register from a record.
import assert from 'node:assert/strict';
import { STAFF_AT_KIOSK } from './look.js';
import { on, press, tell, walks } from './scenes.js';
import { unlock } from './staffScenes.js';

/** @typedef {import('playwright-core').Page} Page */

const AWAITING_CODE = 0;
const AWAITING_LINK = 1;
const REGISTERED = 4;
const AWAITING_TERMS = 5;

/** @param {Page} page @param {string} id */
const there = (page, id) => page.waitForSelector(`[data-testid="${id}"]`);

/** With a keyboard or with the kiosk's keys on the screen. @param {Page} page @param {string} id @param {string} text */
async function fill(page, id, text) {
  await press(page, id);
  await page.locator(`[data-testid="${id}"]`).fill(text);
}

/** @param {number} row @param {(page: Page) => Promise<unknown>} then */
const registration = (row, then) => async (/** @type {Page} */ page) => {
  await page.locator('[data-testid=registration-row]').nth(row).tap();
  await there(page, 'reference');
  await then(page);
};

/** @param {Page} page */
async function seeEmail(page) {
  await press(page, 'help-correct_email');
  await fill(page, 'email', 'new.address@example.org');
  await press(page, 'id-known_to_staff');
}

/** @param {Page} page */
async function finish(page) {
  await press(page, 'help-finish');
  await press(page, 'id-driving_licence');
}

/** @param {Page} page */
async function finished(page) {
  await finish(page);
  await press(page, 'confirm-yes');
  await there(page, 'helped');
}

/** @param {Page} page */
async function search(page) {
  await press(page, 'register');
  await on(page, 'find_record');
}

/** @param {string} sought @param {(page: Page) => Promise<unknown>} then */
const found = (sought, then) => async (/** @type {Page} */ page) => {
  await search(page);
  await fill(page, 'search-records', sought);
  await press(page, 'find-records');
  await then(page);
};

/** @param {string} name @param {(page: Page) => Promise<unknown>} [then] */
const record = (name, then = async () => undefined) =>
  found(name, async (page) => {
    await press(page, 'record-row');
    await on(page, 'record');
    await page.locator('[data-testid=register-form], [data-testid=obstacle]').first().waitFor();
    await then(page);
  });

/** @param {Page} page */
async function chosen(page) {
  await fill(page, 'mobile', '07700 900 555');
  await press(page, 'id-passport');
}

/** @param {Page} page */
async function refused(page) {
  await fill(page, 'mobile', '0113 496 0110');
  await fill(page, 'email', '');
  await press(page, 'id-passport');
  await press(page, 'register-yes');
  await page.getByText('home or work phone').waitFor();
}

/** @param {Page} page */
async function changed(page) {
  await tell(page, (fake) => {
    const { records } = fake.staff ?? fake;
    records.change(records.records[0].id, { mobile: '07700 900 777' });
  });
  await fill(page, 'email', 'new.address@example.org');
  await press(page, 'id-passport');
  await press(page, 'register-yes');
  await there(page, 'trouble');
}

/** @param {Page} page */
async function registered(page) {
  await press(page, 'id-passport');
  await press(page, 'register-yes');
  await there(page, 'helped');
}

/** By what they show; each is looked at in a browser and at a kiosk. @type {Record<string, (page: Page) => Promise<unknown>>} */
const WALKS = {
  restart: registration(AWAITING_CODE, (page) => press(page, 'help-restart')),
  finish: registration(AWAITING_LINK, finish),
  finished: registration(AWAITING_LINK, finished),
  'correct-proven-email': registration(AWAITING_TERMS, seeEmail),
  linked: registration(REGISTERED, (page) => there(page, 'linked')),
  unlink: registration(REGISTERED, (page) => press(page, 'help-unlink')),
  'find-record': search,
  'find-record-results': found('brennan', (page) => there(page, 'record-row')),
  'find-record-none': found('Nobody <b>', (page) => there(page, 'empty')),
  record: record('aoife'),
  'record-chosen': record('aoife', chosen),
  'record-refused': record('aoife', refused),
  'record-changed': record('aoife', changed),
  'record-long': record('wolfe'),
  'record-has-account': record('o’shea'),
  'record-marked': record('colm'),
  'record-registered': record('aoife', registered),
};

const NARROW = { width: 1024, height: 768 };
/** Those that a colleague looks at longest. */
const LOOKED_AT = [
  'finish',
  'unlink',
  'find-record-results',
  'record-chosen',
  'record-has-account',
];
const LOOKS = /** @type {const} */ (['dark', 'contrast']);

/** @type {import('./consoleScenes.js').ConsoleScene[]} */
export const registerConsoleScenes = Object.entries(WALKS).flatMap(([name, walk]) => {
  const inBrowser = async (/** @type {Page} */ page) => {
    await on(page, 'today');
    await there(page, 'registration-row');
    await walk(page);
  };
  const scene = { name: `register-console-${name}`, walk: inBrowser };
  if (!LOOKED_AT.includes(name)) return [scene];
  return [
    { ...scene, looks: LOOKS },
    { ...scene, name: `${scene.name}-narrow`, viewport: NARROW },
  ];
});

/** @type {import('./scenes.js').Scene[]} */
export const registerScenes = Object.entries(WALKS).map(([name, walk]) => ({
  name: `register-kiosk-${name}`,
  walk: async (page) => {
    await walks['welcome']?.(page);
    await unlock(page);
    await walk(page);
  },
  landscape: true,
  ...(LOOKED_AT.includes(name) ? { looks: ['dark', 'contrast', 'largest', 'rtl'] } : {}),
  measures: STAFF_AT_KIOSK,
}));

/** @type {Record<string, (page: Page) => Promise<void>>} */
export const registerConsoleChecks = {
  async 'register-console: a patient is registered with the keyboard alone'(page) {
    await on(page, 'today');
    await there(page, 'registration-row');
    await page.locator('[data-testid=register]').focus();
    await page.keyboard.press('Enter');
    await on(page, 'find_record');
    await page.keyboard.type('aoife');
    await page.keyboard.press('Enter');
    await there(page, 'record-row');
    await page.locator('[data-testid=record-row]').focus();
    await page.keyboard.press('Enter');
    await on(page, 'record');
    await there(page, 'register-form');
    await page.locator('[data-testid=mobile]').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await there(page, 'helped');
    const asked = await page.evaluate('fake.called("register_patient")');
    assert.equal(/** @type {unknown[]} */ (asked).length, 1);
    assert.equal(/** @type {any[]} */ (asked)[0].id_seen, 'driving_licence');
  },
};
