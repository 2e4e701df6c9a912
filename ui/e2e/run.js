// Walks to every screen and state, in every form, checks it and takes its picture.
// `node e2e/run.js [part of a scene's name]`
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checks } from './checks.js';
import { consoleChecks } from './consoleChecks.js';
import { consoleScenes } from './consoleScenes.js';
import { kioskChecks, kioskConsoleScenes, kioskStaffScenes } from './kioskScenes.js';
import { CONSOLE, PATIENTS, scrolls, wrongWithAccess, wrongWithLayout } from './look.js';
import { logChecks, logScenes } from './logScenes.js';
import { recordConsoleScenes, recordScenes } from './recordScenes.js';
import { press, scenes } from './scenes.js';
import { staffChecks, staffScenes } from './staffScenes.js';
import {
  vouchingChecks,
  vouchingConsoleChecks,
  vouchingConsoleScenes,
  vouchingScenes,
} from './vouchingScenes.js';
import { DESKTOP, LANDSCAPE, openBrowser, openWindow, PORTRAIT, serve } from './window.js';

const only = process.argv[2] ?? '';
const ui = fileURLToPath(new URL('..', import.meta.url));
const builtAs = (/** @type {string} */ name) =>
  fileURLToPath(new URL(`../../target/${name}`, import.meta.url));
const pictures = fileURLToPath(new URL('../../target/screens', import.meta.url));
mkdirSync(pictures, { recursive: true });

/** @param {string} mode @param {string} folder */
function build(mode, folder) {
  execFileSync(
    process.execPath,
    [
      'node_modules/vite/bin/vite.js',
      'build',
      '--mode',
      mode,
      '--outDir',
      folder,
      '--emptyOutDir',
      '--logLevel',
      'warn',
    ],
    { cwd: ui, stdio: 'inherit' },
  );
}

const built = builtAs('ui-screens');
const builtConsole = builtAs('ui-console-screens');
build('screens', built);
build('console-screens', builtConsole);

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
const desk = await serve(builtConsole, { base: '/staff/', page: 'staff.html' });
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
  for (const scene of [
    ...scenes,
    ...staffScenes,
    ...kioskStaffScenes,
    ...recordScenes,
    ...vouchingScenes,
  ].filter(({ name }) => name.includes(only))) {
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
          wrong = [
            ...(await wrongWithAccess(page)),
            ...(await wrongWithLayout(page, scene.measures)),
            ...said,
          ];
          // Lists of staff are as long as they are.
          if (look === 'light' && (scene.measures ?? PATIENTS) === PATIENTS)
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
  for (const scene of [
    ...consoleScenes,
    ...kioskConsoleScenes,
    ...logScenes,
    ...recordConsoleScenes,
    ...vouchingConsoleScenes,
  ].filter(({ name }) => name.includes(only))) {
    for (const look of /** @type {const} */ (['light', ...(scene.looks ?? [])])) {
      const name = `${scene.name}-${look}`;
      const {
        page,
        said,
        close: closeWindow,
      } = await openWindow(browser, scene.viewport ?? DESKTOP, look);
      /** @type {string[]} */
      let wrong = [];
      try {
        await page.goto(`${desk.origin}/staff/?${scene.query ?? ''}${scene.hash ?? ''}`);
        await scene.walk(page);
        await page.evaluate(() => document.fonts.ready);
        wrong = [
          ...(await wrongWithAccess(page)),
          ...(await wrongWithLayout(page, CONSOLE)),
          ...said,
        ];
      } catch (error) {
        wrong = [String(error), ...said];
      }
      await page.screenshot({ path: `${pictures}/${name}.png` });
      report(name, wrong);
      await closeWindow();
    }
  }
  for (const [name, check, viewport, address] of [
    ...Object.entries({ ...checks, ...staffChecks, ...kioskChecks, ...vouchingChecks }).map(
      ([name, check]) => /** @type {const} */ ([name, check, PORTRAIT, `${origin}/`]),
    ),
    ...Object.entries({ ...consoleChecks, ...logChecks, ...vouchingConsoleChecks }).map(
      ([name, check]) => /** @type {const} */ ([name, check, DESKTOP, `${desk.origin}/staff/`]),
    ),
  ]) {
    if (!name.includes(only)) continue;
    const { page, said, close: closeWindow } = await openWindow(browser, viewport);
    try {
      await page.goto(address);
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
  desk.close();
}
process.stdout.write(`${passed} passed, ${failed} failed; pictures in target/screens\n`);
process.exitCode = failed > 0 ? 1 : 0;
