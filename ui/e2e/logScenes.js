// Figures and the access log, as managers see them in a browser.
import assert from 'node:assert/strict';
import { on, tell } from './scenes.js';

/** @typedef {import('playwright-core').Page} Page */

/** @param {Page} page @param {string} id */
const press = (page, id) => page.locator(`[data-testid="${id}"]`).first().click();

/** @param {Page} page @param {string} id */
const there = (page, id) => page.waitForSelector(`[data-testid="${id}"]`, { timeout: 6000 });

/** @param {string} section @param {string} id @param {(page: Page) => Promise<unknown>} [then] */
const walk =
  (section, id, then = async () => undefined) =>
  async (/** @type {Page} */ page) => {
    await on(page, 'today');
    await press(page, `nav-${section}`);
    await there(page, id);
    await then(page);
  };

/** @param {(page: Page) => Promise<unknown>} [then] */
const figures = (then) => walk('figures', 'day-chart', then);

/** @param {(page: Page) => Promise<unknown>} [then] */
const log = (then) => walk('log', 'log-row', then);

const LOOKS = /** @type {const} */ (['dark', 'contrast']);
const NARROW = { width: 1024, height: 768 };
const WHOLE = { width: 1440, height: 1900 };

/** @type {import('./consoleScenes.js').ConsoleScene[]} */
export const logScenes = [
  { name: 'console-figures', walk: figures(), viewport: WHOLE, looks: LOOKS },
  {
    name: 'console-figures-quarter',
    walk: figures(async (page) => {
      await press(page, 'over-quarter');
      await page.getByText('90 days').waitFor();
      await press(page, 'save-file');
      await there(page, 'saved');
    }),
    viewport: WHOLE,
  },
  {
    name: 'console-figures-table',
    walk: figures((page) => press(page, 'as-table')),
    viewport: { width: 1024, height: 1600 },
  },
  {
    name: 'console-figures-empty',
    walk: async (page) => {
      await on(page, 'today');
      await tell(page, (fake) => {
        fake.figures.empty = true;
      });
      await press(page, 'nav-figures');
      await there(page, 'empty');
    },
  },
  { name: 'console-log', walk: log(), looks: LOOKS },
  { name: 'console-log-narrow', walk: log(), viewport: NARROW },
  {
    name: 'console-log-patient',
    walk: log(async (page) => {
      await press(page, 'by-patient');
      await page.keyboard.type('kt4-9qf');
      await page.keyboard.press('Enter');
      await page.waitForFunction(
        () => document.querySelectorAll('[data-testid="log-row"]').length === 24,
      );
    }),
  },
  {
    name: 'console-log-staff',
    walk: log(async (page) => {
      await press(page, 'by-staff');
      await press(page, 'show-log');
      await there(page, 'log-row');
    }),
  },
  {
    name: 'console-log-none',
    walk: log(async (page) => {
      await press(page, 'by-patient');
      await page.keyboard.type('nobody');
      await press(page, 'show-log');
      await there(page, 'empty');
    }),
  },
  {
    name: 'console-log-days-refused',
    walk: log(async (page) => {
      await tell(page, (fake) => fake.fail('access_log', { code: 'days_not_possible' }));
      await press(page, 'show-log');
      await there(page, 'trouble');
    }),
  },
  {
    name: 'console-log-whole',
    walk: log(async (page) => {
      await press(page, 'verify');
      await there(page, 'whole');
    }),
    looks: LOOKS,
  },
  {
    name: 'console-log-altered',
    walk: log(async (page) => {
      await tell(page, (fake) => {
        fake.log.verified = { ...fake.log.verified, whole: false, broken_at: [8811, 8812] };
      });
      await press(page, 'verify');
      await there(page, 'altered');
    }),
    looks: LOOKS,
  },
];

/** @type {Record<string, (page: Page) => Promise<unknown>>} */
export const logChecks = {
  async 'console: a file of the log is handed to the browser under its name'(page) {
    await log()(page);
    const coming = page.waitForEvent('download');
    await press(page, 'save-file');
    const file = await coming;
    assert.match(file.suggestedFilename(), /^access-log-.+\.csv$/);
    await there(page, 'saved');
  },

  async 'console: older lines come below those that are shown'(page) {
    await log()(page);
    const rows = page.locator('[data-testid="log-row"]');
    assert.equal(await rows.count(), 40);
    const first = await rows.first().innerText();
    await press(page, 'older');
    await page.waitForFunction(
      () => document.querySelectorAll('[data-testid="log-row"]').length === 52,
    );
    assert.equal(await rows.first().innerText(), first);
    assert.equal(await page.locator('[data-testid="older"]').count(), 0);
  },

  async 'console: a registration leads to who has seen it'(page) {
    await on(page, 'today');
    await press(page, 'registration-row');
    await there(page, 'reference');
    const reference = await page.locator('[data-testid="reference"]').innerText();
    await press(page, 'seen-by');
    await on(page, 'log');
    await there(page, 'log-reference');
    assert.equal(await page.locator('[data-testid="log-reference"]').inputValue(), reference);
  },
};
