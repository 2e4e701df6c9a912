// What a picture cannot show.
import assert from 'node:assert/strict';
import { press, type, walks } from './scenes.js';

/** @typedef {import('playwright-core').Page} Page */

/** @param {Page} page @param {string} id */
const value = (page, id) => page.locator(`[data-testid="${id}"]`).inputValue();

/** @type {Record<string, (page: Page) => Promise<void>>} */
export const checks = {
  async 'leaving clears the page at once'(page) {
    await walks['check']?.(page);
    await page.evaluate('fake.hang("leave")');
    await press(page, 'start-again');
    await press(page, 'leave-yes');
    await page.waitForSelector('main[data-screen=welcome]');
    const html = await page.content();
    assert.ok(!/Malley|07700|zofia|1985/i.test(html));
  },

  async 'real keys put ours away, and a finger brings them back'(page) {
    await walks['name']?.(page);
    await page.keyboard.type('Ada');
    assert.equal(await page.locator('.keyboard').count(), 0);
    assert.equal(await value(page, 'given-name'), 'Ada');
    await press(page, 'family-name');
    assert.equal(await page.locator('.keyboard').count(), 1);
    assert.equal(await value(page, 'given-name'), 'Ada');
  },

  async 'keys type at the caret and keep it'(page) {
    await walks['name']?.(page);
    await type(page, 'Ana');
    await page.locator('[data-testid=given-name]').evaluate((field) => {
      /** @type {HTMLInputElement} */ (field).setSelectionRange(1, 1);
    });
    await type(page, 'n');
    assert.equal(await value(page, 'given-name'), 'Anna');
    await page.locator('[data-key=backspace]').tap();
    assert.equal(await value(page, 'given-name'), 'Ana');
  },

  async 'accents replace the letter before the caret'(page) {
    await walks['name']?.(page);
    await type(page, 'Zo');
    await page.locator('[data-key=accents]').tap();
    await page.getByRole('button', { name: 'ö', exact: true }).tap();
    assert.equal(await value(page, 'given-name'), 'Zö');
  },

  async 'the code is shown in threes and sent as typed'(page) {
    await walks['code']?.(page);
    await type(page, '123456');
    assert.equal(await value(page, 'code'), '123 456');
  },

  async 'the whole way works with real keys alone'(page) {
    await page.locator('[data-testid=start]').focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('main[data-screen=name]');
    await page.keyboard.type('Ada');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Lovelace');
    await page.keyboard.press('Enter');
    await page.waitForSelector('main[data-screen=date-of-birth]');
    await page.keyboard.type('10');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Dec');
    await page.keyboard.press('Tab');
    await page.keyboard.type('1980');
    await page.keyboard.press('Enter');
    await page.waitForSelector('main[data-screen=email]');
    await page.keyboard.type('ada@example.com');
    await page.keyboard.press('Enter');
    await page.waitForSelector('main[data-screen=mobile]');
    await page.keyboard.type('07700 900123');
    await page.keyboard.press('Enter');
    await page.waitForSelector('main[data-screen=check]');
  },

  async 'changing the number keeps every answer'(page) {
    await walks['code']?.(page);
    await press(page, 'change-number');
    await page.waitForSelector('main[data-screen=mobile]');
    assert.equal(await value(page, 'mobile'), '07700900123');
    await page.locator('[data-key=backspace]').tap();
    await type(page, '4');
    await press(page, 'continue');
    await page.waitForSelector('main[data-screen=check]');
    const text = await page.locator('main').innerText();
    assert.match(text, /07700900124/);
    assert.match(text, /Zofia O'Malley/);
  },

  async 'the first frame is reported once'(page) {
    await page.waitForFunction(
      () => /** @type {any} */ (globalThis).fake.called('painted').length > 0,
    );
    await page.waitForTimeout(300);
    assert.equal(await page.evaluate('fake.called("painted").length'), 1);
  },
};
