// A colleague at the desk lets somebody in who stands at a kiosk: the kiosk's digits, and who is asked for them.
import assert from 'node:assert/strict';
import { on, press, tell, walks } from './scenes.js';
import { toPassword } from './staffScenes.js';

/** @typedef {import('playwright-core').Page} Page */

/** The kiosk asks every two seconds. */
const HEARD_WITHIN_MS = 6000;

/** @param {Page} page @param {string} [from] */
async function toDigits(page, from = 'welcome') {
  await walks[from]?.(page);
  await toPassword(page);
  await press(page, 'ask-desk');
  await on(page, 'unlock-digits');
}

/** @param {Page} page @param {string} screen */
const becomes = (page, screen) =>
  page.waitForSelector(`main[data-screen="${screen}"]`, { timeout: HEARD_WITHIN_MS });

/** @param {Page} page */
async function toNobody(page) {
  await toDigits(page, 'email');
  await tell(page, (fake) => {
    fake.unlockStandsAt = { stands: 'not_let_in' };
  });
  await becomes(page, 'unlock-nobody');
}

const letIn = (/** @type {Page} */ page) =>
  tell(page, (fake) => {
    fake.unlockStandsAt = { stands: 'let_in', you: fake.staff.you };
  });

/** @type {import('./scenes.js').Scene[]} */
export const vouchingScenes = [
  {
    name: 'vouching-digits',
    walk: (page) => toDigits(page, 'email'),
    landscape: true,
    looks: ['dark', 'contrast', 'small'],
  },
  {
    name: 'vouching-portal-away',
    walk: async (page) => {
      await tell(page, (fake) =>
        fake.fail('unlockStands', ...Array(9).fill({ code: 'portal_unreachable' })),
      );
      await toDigits(page);
      await page.waitForSelector('[data-testid=trouble]', { timeout: HEARD_WITHIN_MS });
    },
    landscape: true,
  },
  { name: 'vouching-nobody', walk: toNobody, landscape: true, looks: ['dark', 'small'] },
  {
    name: 'vouching-asked-often',
    walk: async (page) => {
      await toNobody(page);
      await tell(page, (fake) =>
        fake.fail('askToUnlock', { code: 'limit_reached', retry_after_s: 300 }),
      );
      await press(page, 'ask-again');
      await page.waitForSelector('[data-testid=trouble]');
    },
    landscape: true,
  },
];

const NARROW = { width: 1024, height: 768 };

/** @param {Page} page @param {(fake: any) => void} change */
async function atDesk(page, change) {
  await on(page, 'today');
  await page.waitForSelector('[data-testid=registration-row]');
  await tell(page, change);
  await page.waitForSelector('[data-testid=unlock-call]', { timeout: HEARD_WITHIN_MS });
}

const knocks = (/** @type {Page} */ page) => atDesk(page, (fake) => fake.knock());

/** @param {string} code */
const refused = (code) => async (/** @type {Page} */ page) => {
  await page.evaluate((problem) => {
    /** @type {any} */ (globalThis).fake.fail('answer_unlock', { code: problem });
  }, code);
  await knocks(page);
  await page.locator('[data-testid=vouch-digits]').fill('12');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-testid=vouched]');
};

/** @type {import('./consoleScenes.js').ConsoleScene[]} */
export const vouchingConsoleScenes = [
  {
    name: 'vouching-call',
    walk: async (page) => {
      await knocks(page);
      await page.locator('[data-testid=vouch-digits]').click();
      await page.keyboard.type('47');
    },
    looks: ['dark', 'contrast'],
  },
  {
    name: 'vouching-call-narrow',
    walk: (page) =>
      atDesk(page, (fake) => {
        fake.ring(20);
        fake.knock();
        fake.locked = ['CD'];
      }),
    viewport: NARROW,
  },
  {
    name: 'vouching-call-hostile',
    walk: (page) =>
      atDesk(page, (fake) => {
        const [, , , , , script, long] = fake.registrations;
        fake.knock(script.row.name, 'AB', long.row.name);
        fake.knock('Anna \u202egro.elpmaxe\u2069 Weiß', 'AW', '<b>Front</b> door');
      }),
    viewport: NARROW,
  },
  { name: 'vouching-digits-wrong', walk: refused('digits_wrong') },
  { name: 'vouching-over', walk: refused('not_found'), viewport: NARROW },
  {
    name: 'vouching-let-in',
    walk: async (page) => {
      await knocks(page);
      await page.locator('[data-testid=vouch-digits]').fill('47');
      await page.keyboard.press('Enter');
      await page.waitForSelector('[data-testid=vouched]');
    },
    looks: ['dark'],
  },
];

/** @type {Record<string, (page: Page) => Promise<void>>} */
export const vouchingChecks = {
  async 'vouching: the desk lets somebody in, and the patient finds what they typed'(page) {
    await toDigits(page, 'email');
    await letIn(page);
    await becomes(page, 'today');
    assert.equal(await page.evaluate('fake.called("unlock").length'), 0);
    await press(page, 'lock');
    await press(page, 'lock-resume');
    await on(page, 'email');
  },

  async 'vouching: nobody is let in who went back to the patient'(page) {
    const asked = () => page.evaluate('fake.called("unlockStands").length');
    await page.clock.install();
    await toDigits(page);
    await page.clock.runFor(HEARD_WITHIN_MS);
    const before = await asked();
    assert.ok(Number(before) > 0);
    await press(page, 'back-to-patient');
    await on(page, 'welcome');
    await letIn(page);
    await page.clock.runFor(HEARD_WITHIN_MS);
    assert.equal(await asked(), before);
    assert.ok(!/Adeyemi|Maya/.test(await page.content()));
  },
};

/** @param {Page} page */
const focused = (page) =>
  page.evaluate(() => {
    const { activeElement } = document;
    return activeElement?.getAttribute('data-testid') ?? activeElement?.tagName ?? '';
  });

/** @type {Record<string, (page: Page) => Promise<void>>} */
export const vouchingConsoleChecks = {
  async 'vouching: a call takes no focus, and is answered with the keyboard alone'(page) {
    await on(page, 'today');
    await page.locator('[data-testid=search]').focus();
    await page.keyboard.type('ade');
    await knocks(page);
    assert.equal(await focused(page), 'search');
    for (let times = 0; times < 12 && (await focused(page)) !== 'vouch-no'; times += 1)
      await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-testid=vouched]');
    const [{ digits }] = /** @type {any} */ (await page.evaluate('fake.called("answer_unlock")'));
    assert.equal(digits, null);
    assert.equal(await page.locator('[data-testid=search]').inputValue(), 'ade');
  },

  async 'vouching: half the digits are no guess, letters are none, and the focus is not lost'(
    page,
  ) {
    await knocks(page);
    await page.locator('[data-testid=vouch-digits]').focus();
    await page.keyboard.type('x4');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate('fake.called("answer_unlock").length'), 0);
    assert.equal(await focused(page), 'vouch-digits');
    await page.keyboard.type('79');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-testid=vouched]');
    const [{ digits }] = /** @type {any} */ (await page.evaluate('fake.called("answer_unlock")'));
    assert.equal(digits, '47');
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  },

  async 'vouching: the focus is not lost when a call is over while somebody types'(page) {
    await knocks(page);
    await page.locator('[data-testid=vouch-digits]').focus();
    await tell(page, (fake) => {
      fake.unlocks = [];
    });
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1', undefined, {
      timeout: HEARD_WITHIN_MS,
    });
  },
};
