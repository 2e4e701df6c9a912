// The staff console in a colleague's browser.
import assert from 'node:assert/strict';
import { on, tell } from './scenes.js';

/** @typedef {import('playwright-core').Page} Page */
/**
 * @typedef {object} ConsoleScene
 * @property {string} name
 * @property {string} [query]
 * @property {string} [hash]
 * @property {(page: Page) => Promise<unknown>} walk
 * @property {{ width: number, height: number }} [viewport]
 * @property {readonly ('dark' | 'contrast')[]} [looks]
 */

const SOON_MS = 6000;

/** @param {Page} page @param {string} id @param {number} [at] */
const press = (page, id, at = 0) => page.locator(`[data-testid="${id}"]`).nth(at).click();

/** @param {Page} page @param {string} id */
const there = (page, id) => page.waitForSelector(`[data-testid="${id}"]`, { timeout: SOON_MS });

/** @param {Page} page */
async function today(page) {
  await on(page, 'today');
  await there(page, 'registration-row');
}

/** @param {number} at @param {(page: Page) => Promise<unknown>} [then] */
const registration =
  (at, then = async () => undefined) =>
  async (/** @type {Page} */ page) => {
    await today(page);
    await press(page, 'registration-row', at);
    await there(page, 'reference');
    await then(page);
  };

/** @param {Page} page */
async function reviews(page) {
  await today(page);
  await press(page, 'nav-reviews');
  await there(page, 'review-row');
}

/** @param {number} at @param {(page: Page) => Promise<unknown>} [then] */
const review =
  (at, then = async () => undefined) =>
  async (/** @type {Page} */ page) => {
    await reviews(page);
    await press(page, 'review-row', at);
    await there(page, 'reject');
    await then(page);
  };

/** @param {(page: Page) => Promise<unknown>} then */
const staff = (then) => async (/** @type {Page} */ page) => {
  await today(page);
  await press(page, 'nav-staff');
  await there(page, 'member');
  await then(page);
};

const LOOKS = /** @type {const} */ (['dark', 'contrast']);
const NARROW = { width: 1024, height: 768 };

/** @type {ConsoleScene[]} */
export const consoleScenes = [
  {
    name: 'console-sign-in',
    query: 'signed-in=no',
    walk: async (page) => {
      await on(page, 'sign-in');
      await page.keyboard.type('MB');
    },
    looks: LOOKS,
  },
  {
    name: 'console-sign-in-refused',
    query: 'signed-in=no',
    walk: async (page) => {
      await on(page, 'sign-in');
      await page.keyboard.type('MB');
      await page.keyboard.press('Tab');
      await page.keyboard.type('wrong');
      await page.keyboard.press('Enter');
      await there(page, 'trouble');
    },
  },
  {
    name: 'console-invitation',
    query: 'signed-in=no',
    hash: '#invitation=3q2-7wAAAAB4nGP4',
    walk: async (page) => {
      await on(page, 'invitation');
      await page.keyboard.type('short');
      await page.keyboard.press('Enter');
      await page.getByText('Make it longer').waitFor();
    },
  },
  { name: 'console-today', walk: today, looks: LOOKS },
  { name: 'console-today-narrow', walk: today, viewport: NARROW },
  {
    name: 'console-today-empty',
    query: 'empty',
    walk: (page) => there(page, 'empty'),
  },
  {
    name: 'console-today-nothing-found',
    walk: async (page) => {
      await today(page);
      await press(page, 'search');
      await page.keyboard.type('<script>x');
      await there(page, 'empty');
    },
  },
  {
    name: 'console-help-call',
    walk: async (page) => {
      await today(page);
      await tell(page, (fake) => {
        fake.ring(20);
        fake.locked = ['AO'];
      });
      await there(page, 'help-call');
    },
    looks: LOOKS,
  },
  {
    name: 'console-away',
    walk: async (page) => {
      await today(page);
      await tell(page, (fake) =>
        fake.fail('attention', ...Array(9).fill({ code: 'portal_unreachable' })),
      );
      await there(page, 'away');
    },
  },
  { name: 'console-registration', walk: registration(0), looks: LOOKS },
  { name: 'console-registration-hostile', walk: registration(5) },
  { name: 'console-registration-long', walk: registration(6) },
  {
    name: 'console-registration-cancel',
    walk: registration(0, (page) => press(page, 'help-cancel')),
  },
  {
    name: 'console-registration-mobile-refused',
    walk: registration(0, async (page) => {
      await press(page, 'help-correct_mobile');
      await page.keyboard.type('01134960110');
      await page.keyboard.press('Enter');
      await page.getByText('home or work phone').waitFor();
    }),
  },
  {
    name: 'console-registration-corrected',
    walk: registration(1, async (page) => {
      await press(page, 'help-correct_email');
      await page.keyboard.type('sam@example.com');
      await page.keyboard.press('Enter');
      await there(page, 'helped');
    }),
  },
  {
    name: 'console-registration-changed',
    walk: registration(0, async (page) => {
      await tell(page, (fake) => fake.fail('help', { code: 'changed_meanwhile' }));
      await press(page, 'help-resend_code');
      await press(page, 'confirm-yes');
      await there(page, 'trouble');
    }),
  },
  { name: 'console-reviews', walk: reviews, looks: LOOKS },
  {
    name: 'console-reviews-empty',
    query: 'empty',
    walk: async (page) => {
      await there(page, 'empty');
      await press(page, 'nav-reviews');
      await on(page, 'reviews');
      await there(page, 'empty');
    },
  },
  { name: 'console-review', walk: review(0), looks: LOOKS },
  {
    name: 'console-review-two-records',
    walk: review(1, async (page) => {
      await press(page, 'same-person', 1);
      await there(page, 'confirm');
    }),
    looks: LOOKS,
  },
  { name: 'console-review-no-record', walk: review(2) },
  { name: 'console-review-hostile', walk: review(3) },
  {
    name: 'console-review-different',
    walk: review(0, (page) => press(page, 'different-person')),
  },
  {
    name: 'console-review-settled',
    walk: review(0, async (page) => {
      await press(page, 'same-person');
      await press(page, 'confirm-yes');
      await there(page, 'just-settled');
    }),
  },
  {
    name: 'console-review-settled-first',
    walk: review(0, async (page) => {
      await tell(page, (fake) => {
        const { row } = fake.reviews[0];
        const at = new Date().toISOString();
        fake.reviews[0] = {
          ...fake.reviews[0],
          settled: { review: row, word: 'rejected', by: 'AO', at },
        };
      });
      await press(page, 'same-person');
      await press(page, 'confirm-yes');
      await there(page, 'trouble');
    }),
  },
  {
    name: 'console-review-undo',
    walk: review(0, async (page) => {
      await press(page, 'reject');
      await press(page, 'confirm-yes');
      await there(page, 'just-settled');
      await press(page, 'open-again');
      await there(page, 'confirm');
    }),
  },
  { name: 'console-staff', walk: staff(async () => undefined), looks: LOOKS },
  {
    name: 'console-staff-invite',
    walk: staff(async (page) => {
      await press(page, 'invite');
      await page.keyboard.type('Erin Shaw');
      await page.keyboard.press('Tab');
      await page.keyboard.type('AO');
      await page.keyboard.press('Enter');
      await page.getByText('A colleague has these initials').waitFor();
    }),
  },
  {
    name: 'console-staff-invited',
    walk: staff(async (page) => {
      await press(page, 'invite');
      await page.keyboard.type('Erin Shaw');
      await page.keyboard.press('Tab');
      await page.keyboard.type('ES');
      await page.keyboard.press('Enter');
      await there(page, 'invitation');
    }),
    looks: ['dark'],
  },
  {
    name: 'console-staff-remove',
    walk: staff((page) => press(page, 'remove')),
  },
  {
    name: 'console-staff-as-it',
    query: 'role=it',
    walk: (page) => there(page, 'member'),
  },
  {
    name: 'console-signed-out',
    walk: async (page) => {
      await today(page);
      await press(page, 'sign-out');
      await there(page, 'signed-out');
    },
  },
];

/** @param {Page} page what has the focus, by its test id */
const focused = (page) =>
  page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? '');

/** @param {Page} page @param {string} id presses Tab until it has the focus */
async function tabTo(page, id) {
  for (let times = 0; times < 40; times += 1) {
    if ((await focused(page)) === id) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${id} is not reached by Tab`);
}

/** @type {Record<string, (page: Page) => Promise<void>>} */
export const consoleChecks = {
  async 'console: a review is settled and undone with the keyboard alone'(page) {
    await today(page);
    await tabTo(page, 'nav-reviews');
    await page.keyboard.press('Enter');
    await there(page, 'review-row');
    await tabTo(page, 'review-row');
    await page.keyboard.press('Enter');
    await on(page, 'review');
    await there(page, 'same-person');
    await tabTo(page, 'same-person');
    await page.keyboard.press('Enter');
    await there(page, 'confirm');
    assert.equal(await focused(page), 'confirm');
    await page.keyboard.press('Escape');
    assert.equal(await focused(page), 'same-person');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'confirm-yes');
    await page.keyboard.press('Enter');
    await there(page, 'just-settled');
    assert.equal(await page.evaluate('fake.called("settle_review").length'), 1);
    await tabTo(page, 'undo');
    await page.keyboard.press('Enter');
    await there(page, 'opened-again');
    assert.equal(await page.evaluate('fake.called("open_review_again").length'), 1);
  },

  async 'console: the same person takes three taps from the list'(page) {
    await reviews(page);
    let taps = 0;
    for (const id of ['review-row', 'same-person', 'confirm-yes']) {
      await there(page, id);
      await page.locator(`[data-testid="${id}"]`).first().tap();
      taps += 1;
    }
    await there(page, 'just-settled');
    assert.equal(taps, 3);
    assert.match(await page.locator('[data-testid=just-settled]').innerText(), /is linked/);
  },

  async 'console: Enter held down confirms nothing'(page) {
    await review(0)(page);
    await page.locator('[data-testid=same-person]').focus();
    for (let times = 0; times < 6; times += 1) await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    assert.equal(await page.evaluate('fake.called("settle_review").length'), 0);
  },

  async 'console: new rows come in above without moving what is read, or the focus'(page) {
    await page.setViewportSize({ width: 1440, height: 520 });
    await today(page);
    const row = page.locator('[data-testid=registration-row]', { hasText: 'Priya' });
    await row.scrollIntoViewIfNeeded();
    await row.focus();
    const before = await row.boundingBox();
    const asked = await page.evaluate('fake.called("today").length');
    await tell(page, (fake) => {
      const [first] = fake.registrations;
      const add = (/** @type {number} */ n) => ({
        ...first,
        row: { ...first.row, id: `new-${n}` },
      });
      fake.registrations = [add(1), add(2), add(3), ...fake.registrations];
    });
    await page.waitForFunction(
      (then) => /** @type {any} */ (globalThis).fake.called('today').length > then,
      Number(asked),
      { timeout: SOON_MS },
    );
    await page.waitForFunction(
      () => document.querySelectorAll('[data-testid=registration-row]').length === 15,
    );
    const after = await row.boundingBox();
    assert.ok(Math.abs((before?.y ?? 0) - (after?.y ?? 0)) < 2, `${before?.y} and ${after?.y}`);
    assert.equal(await focused(page), 'registration-row');
    assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ''), /Priya/);
  },

  async 'console: a session that ended shows sign-in and nothing of before'(page) {
    await today(page);
    await tell(page, (fake) => {
      fake.signedIn = false;
    });
    await page.waitForSelector('main[data-screen=sign-in]', { timeout: SOON_MS });
    assert.ok(!/Adeyemi|Nowak|Maya/.test(await page.content()));
    assert.match(await page.locator('main').innerText(), /You were signed out/);
  },

  async 'console: the secret of an invitation does not stay in the address'(page) {
    const { origin } = new URL(page.url());
    await page.goto('about:blank');
    await page.goto(`${origin}/staff/?signed-in=no#invitation=abc-123`);
    await on(page, 'invitation');
    assert.ok(!page.url().includes('invitation'));
    await page.keyboard.type('teapot-meadow');
    await page.keyboard.press('Enter');
    await today(page);
    assert.deepEqual(await page.evaluate('fake.called("invitation")'), [
      ['abc-123', 'teapot-meadow'],
    ]);
  },

  async 'console: hostile names are text'(page) {
    await today(page);
    assert.equal(await page.locator('script:not([src])').count(), 0);
    assert.equal(await page.locator('main img').count(), 0);
    assert.match(await page.locator('main').innerText(), /<script>alert\(1\)<\/script>/);
    assert.ok(!/[\u202a-\u202e\u2066-\u2069]/.test(await page.locator('ul').innerText()));
  },
};
