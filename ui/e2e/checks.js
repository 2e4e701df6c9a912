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

  async 'the focus shows its dark edge on a choice that is made'(page) {
    const shadow = (/** @type {string} */ id) =>
      page
        .locator(`[data-testid="${id}"]`)
        .evaluate((choice) => getComputedStyle(choice).boxShadow);
    const edge = 'rgb(22, 32, 43) 0px 0px 0px 3px';
    await press(page, 'ease');
    await page.keyboard.press('Tab');
    const made = page.locator('[data-testid="size-normal"][aria-pressed=true]');
    await made.focus();
    assert.equal(await shadow('size-normal'), edge);
    const place = () => page.locator('[data-testid="theme-light"] span').last().boundingBox();
    const chosen = await place();
    await press(page, 'theme-dark');
    assert.deepEqual(await place(), chosen);
    await press(page, 'ease-close');
    await page.goto(`${new URL(page.url()).origin}/?mode=sandbox`);
    await page.keyboard.press('Tab');
    await page.locator('[data-testid="language-en-GB"][aria-pressed=true]').focus();
    assert.equal(await shadow('language-en-GB'), edge);
  },

  async 'the focus shows on keys and on what scrolls, in every theme'(page) {
    const ring = (/** @type {string} */ selector) =>
      page.locator(selector).evaluate((element) => {
        const { outlineColor, boxShadow } = getComputedStyle(element);
        return `${outlineColor} ${boxShadow}`;
      });
    const drawn = (/** @type {string} */ edge) => `rgb(255, 200, 61) ${edge} 0px 0px 0px 3px`;
    await press(page, 'privacy');
    await page.locator('.notice').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Tab');
    assert.equal(await ring('.notice'), drawn('rgb(22, 32, 43)'));
    await press(page, 'back');
    await walks['name']?.(page);
    await page.locator('[data-key=shift]').tap();
    await page.locator('[data-key=shift][aria-pressed=true]').evaluate((key) => {
      key.focus({ focusVisible: true });
    });
    assert.equal(await ring('[data-key=shift]'), drawn('rgb(22, 32, 43)'));
    await page.evaluate(() => document.documentElement.setAttribute('data-theme', 'contrast'));
    assert.equal(await ring('[data-key=shift]'), drawn('rgb(0, 0, 0)'));
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
    for (let frames = 0; frames < 10; frames += 1)
      await page.evaluate(() => new Promise(requestAnimationFrame));
    assert.equal(await page.evaluate('fake.called("painted").length'), 1);
  },
};
