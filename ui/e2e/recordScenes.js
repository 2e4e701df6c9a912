// Whether what patients proved reached the practice's records: what staff see of it, at the desk and at a kiosk.
import { STAFF_AT_KIOSK } from './look.js';
import { on, press, tell, walks } from './scenes.js';
import { unlock } from './staffScenes.js';

/** @typedef {import('playwright-core').Page} Page */

const LOOKS = /** @type {const} */ (['dark', 'contrast']);
const NARROW = { width: 1024, height: 768 };

/** @param {Page} page */
async function worry(page) {
  await tell(page, (fake) => {
    const staff = fake.staff ?? fake;
    staff.sync.worry(staff.reviews[0].row.id);
    staff.sync.leaveToHands();
  });
}

/** @param {Page} page @param {string} id @param {number} [at] */
const click = (page, id, at = 0) => page.locator(`[data-testid="${id}"]`).nth(at).click();

/** @param {(page: Page) => Promise<unknown>} [then] */
const records =
  (then = async () => undefined) =>
  async (/** @type {Page} */ page) => {
    await on(page, 'today');
    await worry(page);
    await click(page, 'nav-sync');
    await page.waitForSelector('[data-testid=change]');
    await then(page);
  };

/** @param {(page: Page) => Promise<unknown>} [then] */
const byHand = (then = async () => undefined) =>
  records(async (page) => {
    await click(page, 'by-hand-open');
    await page.waitForSelector('[data-testid=task]');
    await then(page);
  });

/** @type {import('./consoleScenes.js').ConsoleScene[]} */
export const recordConsoleScenes = [
  { name: 'records', walk: records(), looks: LOOKS },
  { name: 'records-narrow', walk: records(), viewport: NARROW },
  {
    name: 'records-empty',
    walk: async (page) => {
      await on(page, 'today');
      await tell(page, (fake) => {
        fake.sync.onTheirWay = 0;
      });
      await click(page, 'nav-sync');
      await page.waitForSelector('[data-testid=empty]');
    },
  },
  { name: 'records-try-again', walk: records((page) => click(page, 'change-retry')) },
  {
    name: 'records-sent-to-review',
    walk: records(async (page) => {
      await click(page, 'change-review', 1);
      await click(page, 'confirm-yes');
      await page.waitForSelector('[data-testid=seen-to]');
    }),
  },
  { name: 'records-know', walk: records((page) => click(page, 'know')) },
  {
    name: 'records-not-possible',
    walk: records(async (page) => {
      await tell(page, (fake) => fake.fail('see_to_change', { code: 'not_possible_now' }));
      await click(page, 'change-retry');
      await click(page, 'confirm-yes');
      await page.waitForSelector('[data-testid=trouble]');
    }),
  },
  { name: 'records-by-hand', walk: byHand(), looks: LOOKS },
  { name: 'records-by-hand-narrow', walk: byHand(), viewport: NARROW },
  { name: 'records-by-hand-done', walk: byHand((page) => click(page, 'done', 1)) },
];

/** @param {(page: Page) => Promise<unknown>} then */
const unlocked = (then) => async (/** @type {Page} */ page) => {
  await walks['welcome']?.(page);
  await unlock(page);
  await worry(page);
  await press(page, 'nav-sync');
  await page.waitForSelector('[data-testid=change]');
  await then(page);
};

/** @type {import('./scenes.js').Scene[]} */
export const recordScenes = [
  {
    name: 'records-at-kiosk',
    walk: unlocked(async () => undefined),
    landscape: true,
    measures: STAFF_AT_KIOSK,
  },
  {
    name: 'records-at-kiosk-by-hand',
    walk: unlocked(async (page) => {
      await press(page, 'by-hand-open');
      await page.waitForSelector('[data-testid=task]');
    }),
    landscape: true,
    measures: STAFF_AT_KIOSK,
  },
];
