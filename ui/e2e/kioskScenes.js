// Staff look after the practice's kiosks, at one of them and in a browser.
import assert from 'node:assert/strict';
import { STAFF_AT_KIOSK } from './look.js';
import { on, press, tell, type, walks } from './scenes.js';
import { unlock } from './staffScenes.js';

/** @typedef {import('playwright-core').Page} Page */

/** @param {Page} page @param {string} id @param {number} [at] */
const there = (page, id, at = 0) => page.locator(`[data-testid="${id}"]`).nth(at).waitFor();

/** @param {Page} page */
async function kiosksHere(page) {
  await walks['welcome']?.(page);
  await unlock(page);
  await press(page, 'nav-kiosks');
  await there(page, 'kiosk');
}

/** @param {(page: Page) => Promise<unknown>} then */
const atKiosk = (then) => async (/** @type {Page} */ page) => {
  await kiosksHere(page);
  await then(page);
};

/** @param {(page: Page) => Promise<unknown>} then */
const inBrowser = (then) => async (/** @type {Page} */ page) => {
  await on(page, 'today');
  await page.locator('[data-testid=nav-kiosks]').click();
  await there(page, 'kiosk');
  await then(page);
};

/** @type {import('./scenes.js').Scene[]} */
export const kioskStaffScenes = [
  {
    name: 'staff-kiosks',
    walk: atKiosk(async () => undefined),
    landscape: true,
    looks: ['dark', 'contrast', 'small'],
    measures: STAFF_AT_KIOSK,
  },
  {
    name: 'staff-kiosks-clean',
    walk: atKiosk(async (page) => {
      await press(page, 'kiosk-clean');
      await there(page, 'confirm');
    }),
    landscape: true,
    measures: STAFF_AT_KIOSK,
  },
];

const LOOKS = /** @type {const} */ (['dark', 'contrast']);

/** @type {import('./consoleScenes.js').ConsoleScene[]} */
export const kioskConsoleScenes = [
  { name: 'console-kiosks', walk: inBrowser(async () => undefined), looks: LOOKS },
  {
    name: 'console-kiosks-narrow',
    walk: inBrowser(async () => undefined),
    viewport: { width: 1024, height: 768 },
  },
  {
    name: 'console-kiosks-clean',
    walk: inBrowser(async (page) => {
      await press(page, 'kiosk-clean');
      await there(page, 'confirm');
    }),
  },
  {
    name: 'console-kiosks-being-cleaned',
    walk: inBrowser(async (page) => {
      await press(page, 'kiosk-clean');
      await press(page, 'confirm-yes');
      await there(page, 'kiosk-done');
    }),
  },
  {
    name: 'console-kiosks-restart-later',
    walk: inBrowser(async (page) => {
      await page.locator('[data-testid=kiosk-restart]').nth(2).click();
      await press(page, 'confirm-yes');
      await there(page, 'kiosk-done');
    }),
  },
  {
    name: 'console-kiosks-hostile',
    walk: inBrowser(async (page) => {
      await tell(page, (fake) => {
        const [row] = fake.kiosks.rows;
        const name = '<script>alert(1)</script> Anna \u202egro.elpmaxe\u2069 '.repeat(2);
        const never = { online: false, seen_at: null, version: null, kept: 1 };
        fake.kiosks.rows = [
          { ...row, name },
          { ...row, id: 'b', name: 'محمد', ...never },
        ];
      });
      await page.getByText('Never heard of').waitFor();
    }),
  },
  {
    name: 'console-kiosks-empty',
    query: 'empty',
    walk: async (page) => {
      await on(page, 'today');
      await page.locator('[data-testid=nav-kiosks]').click();
      await on(page, 'kiosks');
      await there(page, 'empty');
    },
  },
];

/** @param {Page} page */
const left = async (page) => {
  const words = await page.locator('[data-testid=cleaning-left]').innerText();
  const [, minutes, seconds] = /(\d+):(\d\d)/.exec(words) ?? [];
  return Number(minutes) * 60 + Number(seconds);
};

/**
 * Waits until the window has asked Rust once more how things stand.
 * @param {Page} page
 */
async function hears(page) {
  const asked = () => page.evaluate('fake.called("status").length');
  const before = await asked();
  const end = performance.now() + 12_000;
  while ((await asked()) === before) assert.ok(performance.now() < end, 'it does not ask');
}

/** @type {Record<string, (page: Page) => Promise<void>>} */
export const kioskChecks = {
  async 'kiosks: whoever has a cloth in the hand cleans with three taps from the password'(page) {
    await walks['welcome']?.(page);
    await unlock(page);
    for (const id of ['nav-kiosks', 'kiosk-clean', 'confirm-yes']) await press(page, id);
    await on(page, 'cleaning');
    assert.ok(!/Adeyemi|Maya|Nowak/.test(await page.content()));
    assert.equal(await page.locator('button, a, input').count(), 0);
  },

  async 'kiosks: while it is cleaned no touch and no key does anything, and it ends by itself'(
    page,
  ) {
    await walks['email']?.(page);
    await type(page, 'zofia');
    await tell(page, (fake) => fake.staff.kiosks.clean(fake.staff.kiosks.here, 9));
    await on(page, 'cleaning');
    const before = await left(page);
    const asked = await page.evaluate('fake.called("start").length');
    for (const [x, y] of [
      [540, 40],
      [1000, 40],
      [540, 1200],
      [540, 1500],
    ])
      await page.touchscreen.tap(x ?? 0, y ?? 0);
    await page.mouse.click(540, 1300);
    for (const key of ['Tab', 'Enter', 'Escape', 'a', ' ']) await page.keyboard.press(key);
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'BODY');
    await on(page, 'cleaning');
    await page.waitForFunction((then) => {
      const words = document.querySelector('[data-testid=cleaning-left]')?.textContent ?? '';
      return Number(/:(\d\d)/.exec(words)?.[1]) < then;
    }, before);
    await page.waitForSelector('main[data-screen=welcome]', { timeout: 12_000 });
    assert.equal(await page.evaluate('fake.called("start").length'), asked);
    assert.equal(await page.evaluate('fake.called("unlock").length'), 0);
    assert.ok(!/zofia|Malley|1985/i.test(await page.content()));
    await press(page, 'start');
    await on(page, 'name');
  },

  async 'kiosks: paused is for whoever comes next, and staff open it again at the glass'(page) {
    await walks['name']?.(page);
    await tell(page, (fake) => fake.staff.kiosks.run(fake.staff.kiosks.here, 'pause'));
    await hears(page);
    await type(page, 'Zofia');
    assert.equal(await page.locator('[data-testid=given-name]').inputValue(), 'Zofia');
    await press(page, 'start-again');
    await press(page, 'leave-yes');
    await on(page, 'paused');
    assert.equal(await page.locator('[data-testid=start]').count(), 0);
    await unlock(page);
    await press(page, 'nav-kiosks');
    await press(page, 'kiosk-resume');
    await there(page, 'kiosk-done');
    await press(page, 'lock');
    await on(page, 'welcome');
    await there(page, 'start');
  },
};
