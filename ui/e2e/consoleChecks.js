// What a picture of the staff console cannot show.
import assert from 'node:assert/strict';
import { review, reviews, SOON_MS, there, today } from './consoleScenes.js';
import { on, tell } from './scenes.js';

/** @typedef {import('playwright-core').Page} Page */

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
