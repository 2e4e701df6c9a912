// Walks to every screen and state, in every form, checks it and takes its picture.
// `node e2e/run.js [part of a scene's name]`
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checks } from './checks.js';
import { scrolls, wrongWithAccess, wrongWithLayout } from './look.js';
import { press, scenes } from './scenes.js';
import { LANDSCAPE, openBrowser, openWindow, PORTRAIT, serve } from './window.js';

const only = process.argv[2] ?? '';
const ui = fileURLToPath(new URL('..', import.meta.url));
const built = fileURLToPath(new URL('../../target/ui-screens', import.meta.url));
const pictures = fileURLToPath(new URL('../../target/screens', import.meta.url));
mkdirSync(pictures, { recursive: true });

execFileSync(
  process.execPath,
  [
    'node_modules/vite/bin/vite.js',
    'build',
    '--mode',
    'screens',
    '--outDir',
    built,
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ],
  { cwd: ui, stdio: 'inherit' },
);

/** @param {string} choice */
const eased = (choice) => async (/** @type {import('playwright-core').Page} */ page) => {
  for (const id of ['ease', choice, 'ease-close']) await press(page, id);
};

/** Chosen on the first screen, as a person would. @type {Record<string, (page: import('playwright-core').Page) => Promise<unknown>>} */
const looks = {
  light: async () => undefined,
  dark: eased('theme-dark'),
  contrast: eased('theme-contrast'),
  largest: eased('size-largest'),
  rtl: (page) => press(page, 'language-ar-XB'),
  // A panel of 15.6 inches, as it is calibrated.
  small: async () => undefined,
};

/** @type {Record<string, string>} */
const QUERIES = { rtl: 'mode=sandbox', small: 'mm=5.5' };

const { origin, close } = await serve(built);
const browser = await openBrowser();
let failed = 0;
let passed = 0;

/** @param {string} name @param {string[]} wrong */
function report(name, wrong) {
  if (wrong.length === 0) passed += 1;
  else failed += 1;
  if (wrong.length > 0)
    process.stdout.write(`✗ ${name}\n${wrong.map((line) => `    ${line}\n`).join('')}`);
}

try {
  for (const scene of scenes.filter(({ name }) => name.includes(only))) {
    for (const [form, viewport] of Object.entries({ portrait: PORTRAIT, landscape: LANDSCAPE })) {
      if (form === 'landscape' && !scene.landscape) continue;
      for (const look of ['light', ...(scene.looks ?? [])]) {
        const name = `${scene.name}-${form}-${look}`;
        const { page, said, close: closeWindow } = await openWindow(browser, viewport);
        /** @type {string[]} */
        let wrong = [];
        try {
          const query = QUERIES[look] ?? scene.query ?? '';
          await page.goto(`${origin}/?${query}`);
          await looks[look]?.(page);
          await scene.walk(page);
          await page.evaluate(() => document.fonts.ready);
          wrong = [...(await wrongWithAccess(page)), ...(await wrongWithLayout(page)), ...said];
          if (look === 'light')
            for (const box of await scrolls(page)) wrong.push(`must be scrolled: ${box}`);
        } catch (error) {
          wrong = [String(error), ...said];
        }
        await page.screenshot({ path: `${pictures}/${name}.png` });
        report(name, wrong);
        await closeWindow();
      }
    }
  }
  for (const [name, check] of Object.entries(checks)) {
    if (!name.includes(only)) continue;
    const { page, said, close: closeWindow } = await openWindow(browser, PORTRAIT);
    try {
      await page.goto(`${origin}/`);
      await check(page);
      report(name, said);
    } catch (error) {
      report(name, [String(error), ...said]);
    }
    await closeWindow();
  }
} finally {
  await browser.close();
  close();
}
process.stdout.write(`${passed} passed, ${failed} failed; pictures in target/screens\n`);
process.exitCode = failed > 0 ? 1 : 0;
