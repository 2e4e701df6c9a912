// The patient's own phone: real pages in Chromium, as small as a phone. Playwright comes with the interface's packages.

import { createRequire } from 'node:module';

const { chromium } = createRequire(new URL('../../ui/package.json', import.meta.url))('playwright-core');

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true, locale: 'en-GB', reducedMotion: 'reduce' };
const DESK = { viewport: { width: 1280, height: 1000 }, deviceScaleFactor: 1.25, locale: 'en-GB', reducedMotion: 'reduce' };

export class Browser {
  #chromium;

  static async open() {
    const browser = new Browser();
    browser.#chromium = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      headless: true,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    return browser;
  }

  /** A phone that never saw the practice's pages; without JavaScript unless asked. */
  async phone(more = {}) {
    const context = await this.#chromium.newContext({ ...PHONE, javaScriptEnabled: false, ...more });
    return context.newPage();
  }

  /** A wide page, for the record beside the phone. */
  async desk(more = {}) {
    const context = await this.#chromium.newContext({ ...DESK, ...more });
    return context.newPage();
  }

  async close() {
    await this.#chromium.close();
  }
}
