// Admin mode at a kiosk: how staff come in, what they see there, and how they give the screen back.
import assert from 'node:assert/strict';
import { STAFF_AT_KIOSK } from './look.js';
import { fill, on, press, tell, type, walks } from './scenes.js';

/** @typedef {import('playwright-core').Page} Page */

/** @param {Page} page */
export async function toPassword(page) {
  await press(page, 'staff-open');
  await on(page, 'unlock-initials');
  await type(page, 'mb');
  await press(page, 'unlock-next');
  await on(page, 'unlock-password');
}

/** @param {Page} page */
export async function unlock(page) {
  await toPassword(page);
  await type(page, 'teapot-meadow');
  await press(page, 'unlock-next');
  await on(page, 'today');
  await page.waitForSelector('[data-testid=registration-row]');
}

/** @param {string} screen @param {(page: Page) => Promise<unknown>} then */
const from = (screen, then) => async (/** @type {Page} */ page) => {
  await walks[screen]?.(page);
  await then(page);
};

/** @param {(page: Page) => Promise<unknown>} then */
const unlocked = (then) =>
  from('welcome', async (page) => {
    await unlock(page);
    await then(page);
  });

/** @param {Page} page @param {number} at */
const openRow = async (page, at) => {
  await page.locator('[data-testid=registration-row]').nth(at).tap();
  await on(page, 'registration');
  await page.waitForSelector('[data-testid=reference]');
};

/** @param {Page} page @param {number} at */
const openReview = async (page, at) => {
  await press(page, 'nav-reviews');
  await page.waitForSelector('[data-testid=review-row]');
  await page.locator('[data-testid=review-row]').nth(at).tap();
  await on(page, 'review');
  await page.waitForSelector('[data-testid=reject]');
};

/** @type {import('./scenes.js').Scene[]} */
export const staffScenes = [
  {
    name: 'staff-unlock-initials',
    walk: from('welcome', async (page) => {
      await press(page, 'staff-open');
      await on(page, 'unlock-initials');
      await type(page, 'mb');
    }),
    landscape: true,
    looks: ['dark', 'small'],
  },
  {
    name: 'staff-unlock-password',
    walk: from('email', async (page) => {
      await toPassword(page);
      await type(page, 'teapot');
    }),
    landscape: true,
    looks: ['contrast'],
  },
  {
    name: 'staff-unlock-locked',
    walk: from('welcome', async (page) => {
      await tell(page, (fake) => fake.fail('unlock', { code: 'locked', retry_after_s: 300 }));
      await toPassword(page);
      await type(page, 'teapot-meadow');
      await press(page, 'unlock-next');
      await page.waitForSelector('[data-testid=trouble]');
    }),
    landscape: true,
  },
  {
    name: 'staff-today',
    walk: unlocked(async () => undefined),
    landscape: true,
    looks: ['dark', 'largest', 'small'],
    measures: STAFF_AT_KIOSK,
  },
  {
    name: 'staff-today-search',
    walk: unlocked(async (page) => {
      await fill(page, 'search', 'ade');
      await page.waitForFunction(
        () => document.querySelectorAll('[data-testid=registration-row]').length === 1,
      );
    }),
    landscape: true,
    measures: STAFF_AT_KIOSK,
  },
  {
    name: 'staff-help-call',
    query: 'mode=sandbox',
    walk: unlocked(async (page) => {
      await tell(page, (fake) => {
        fake.staff.ring(20);
        fake.locksIn = 12;
      });
      await page.waitForSelector('[data-testid=help-call]');
      await page.waitForSelector('[data-testid=locks-in]');
    }),
    landscape: true,
    measures: STAFF_AT_KIOSK,
  },
  {
    name: 'staff-registration',
    walk: unlocked(async (page) => {
      await openRow(page, 1);
      await press(page, 'help-correct_email');
      await type(page, 'sam@');
    }),
    landscape: true,
    measures: STAFF_AT_KIOSK,
  },
  {
    name: 'staff-reviews',
    walk: unlocked(async (page) => {
      await press(page, 'nav-reviews');
      await page.waitForSelector('[data-testid=review-row]');
    }),
    landscape: true,
    measures: STAFF_AT_KIOSK,
  },
  {
    name: 'staff-review',
    walk: unlocked(async (page) => {
      await openReview(page, 1);
      await press(page, 'same-person');
      await page.waitForSelector('[data-testid=confirm]');
    }),
    landscape: true,
    looks: ['dark'],
    measures: STAFF_AT_KIOSK,
  },
  {
    name: 'staff-members',
    walk: unlocked(async (page) => {
      await press(page, 'nav-staff');
      await page.waitForSelector('[data-testid=member]');
    }),
    landscape: true,
    measures: STAFF_AT_KIOSK,
  },
  {
    name: 'staff-lock',
    walk: from('email', async (page) => {
      await unlock(page);
      await press(page, 'lock');
      await page.waitForSelector('[data-testid=lock-panel]');
    }),
    landscape: true,
    measures: STAFF_AT_KIOSK,
  },
];

/** @type {Record<string, (page: Page) => Promise<void>>} */
export const staffChecks = {
  async 'staff give the screen back with what the patient typed'(page) {
    await walks['mobile']?.(page);
    await type(page, '07700');
    await unlock(page);
    await press(page, 'lock');
    await press(page, 'lock-resume');
    await on(page, 'mobile');
    assert.equal(await page.locator('[data-testid=mobile]').inputValue(), '07700');
    assert.deepEqual(await page.evaluate('fake.called("lock")'), [[true]]);
    assert.ok(!/Adeyemi|Maya|Nowak/.test(await page.content()));
  },

  async 'staff end and wipe what the patient typed'(page) {
    await walks['mobile']?.(page);
    await type(page, '07700');
    await unlock(page);
    await press(page, 'lock');
    await press(page, 'lock-wipe');
    await on(page, 'welcome');
    assert.deepEqual(await page.evaluate('fake.called("lock")'), [[false]]);
    assert.ok(!/07700|Malley|Adeyemi/.test(await page.content()));
  },

  async 'a child at the Staff button comes to no try'(page) {
    await walks['welcome']?.(page);
    await toPassword(page);
    await type(page, 'qwertyu');
    // A child does not wait until the button is one that does something.
    for (let times = 0; times < 5; times += 1)
      await page.locator('[data-testid=unlock-next]').tap({ force: true });
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate('fake.called("unlock").length'), 0);
    await press(page, 'back-to-patient');
    await on(page, 'welcome');
    await press(page, 'staff-open');
    await on(page, 'unlock-initials');
    assert.equal(await page.locator('[data-testid=staff-initials]').inputValue(), '');
  },

  async 'a kiosk that locked itself shows nothing of the staff screens'(page) {
    await walks['welcome']?.(page);
    await unlock(page);
    const told = Number(await page.evaluate('fake.called("pulse").length'));
    await page.waitForFunction(
      (then) => /** @type {any} */ (globalThis).fake.called('pulse').length > then,
      told,
    );
    await tell(page, (fake) => {
      fake.unlocked = false;
    });
    await on(page, 'welcome');
    assert.ok(!/Adeyemi|Maya|Nowak/.test(await page.content()));
  },

  async 'staff correct an email and send a new link with fingers alone'(page) {
    await walks['welcome']?.(page);
    await unlock(page);
    await openRow(page, 1);
    await press(page, 'help-correct_email');
    await type(page, 'sam');
    await press(page, 'confirm-yes');
    await page.getByText('Enter an email address').waitFor();
    await press(page, 'email');
    await type(page, '@');
    await page.locator('[data-key="gmail.com"]').tap();
    await press(page, 'confirm-yes');
    await page.getByText('it has no link yet').waitFor();
    await press(page, 'help-send_new_link');
    await press(page, 'confirm-yes');
    await page.getByText('A new link is on its way').waitFor();
  },
};
