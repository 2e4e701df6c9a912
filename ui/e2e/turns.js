// What is walked: each scene in each of its forms, and each check, in a window of its own.
import { checks } from './checks.js';
import { consoleChecks } from './consoleChecks.js';
import { consoleScenes } from './consoleScenes.js';
import { kioskChecks, kioskConsoleScenes, kioskStaffScenes } from './kioskScenes.js';
import { logChecks, logScenes } from './logScenes.js';
import { CONSOLE, PATIENTS, scrolls, wrongWithAccess, wrongWithLayout } from './look.js';
import { recordConsoleScenes, recordScenes } from './recordScenes.js';
import { registerConsoleChecks, registerConsoleScenes, registerScenes } from './registerScenes.js';
import { press, scenes } from './scenes.js';
import { staffChecks, staffScenes } from './staffScenes.js';
import {
  vouchingChecks,
  vouchingConsoleChecks,
  vouchingConsoleScenes,
  vouchingScenes,
} from './vouchingScenes.js';
import { DESKTOP, LANDSCAPE, PORTRAIT } from './window.js';

/** @typedef {import('playwright-core').Page} Page */
/**
 * @typedef {object} Turn
 * @property {string} name
 * @property {string} address
 * @property {{ width: number, height: number }} viewport
 * @property {'light' | 'dark' | 'contrast'} [machine]
 * @property {(page: Page) => Promise<unknown>} walk
 * @property {(page: Page) => Promise<string[]>} [look] what is wrong where the walk ends; a check has none
 */

/** @param {string} choice */
const eased = (choice) => async (/** @type {Page} */ page) => {
  for (const id of ['ease', choice, 'ease-close']) await press(page, id);
};

/** Chosen on the first screen, as a person would. @type {Record<string, (page: Page) => Promise<unknown>>} */
const choices = {
  dark: eased('theme-dark'),
  contrast: eased('theme-contrast'),
  largest: eased('size-largest'),
  rtl: (page) => press(page, 'language-ar-XB'),
};

/** A small panel has 15.6 inches, as it is calibrated. @type {Record<string, string>} */
const QUERIES = { rtl: 'mode=sandbox', small: 'mm=5.5' };

/** @param {import('./look.js').Measures} [measures] */
const seen = (measures) => async (/** @type {Page} */ page) => {
  await page.evaluate(() => document.fonts.ready);
  return [...(await wrongWithAccess(page)), ...(await wrongWithLayout(page, measures))];
};

/** @param {import('./look.js').Measures} [measures] */
const seenWhole = (measures) => async (/** @type {Page} */ page) => [
  ...(await seen(measures)(page)),
  ...(await scrolls(page)).map((box) => `must be scrolled: ${box}`),
];

/** @param {import('./scenes.js').Scene} scene @param {string} kiosk @returns {Turn[]} */
function turnsAtKiosk({ name, query = '', walk, landscape, looks = [], measures }, kiosk) {
  const forms = Object.entries({ portrait: PORTRAIT, ...(landscape && { landscape: LANDSCAPE }) });
  return forms.flatMap(([form, viewport]) =>
    ['light', ...looks].map((look) => ({
      name: `${name}-${form}-${look}`,
      address: `${kiosk}/?${QUERIES[look] ?? query}`,
      viewport,
      walk: async (page) => {
        await choices[look]?.(page);
        await walk(page);
      },
      // Lists of staff are as long as they are.
      look: (look === 'light' && (measures ?? PATIENTS) === PATIENTS ? seenWhole : seen)(measures),
    })),
  );
}

/** @param {import('./consoleScenes.js').ConsoleScene} scene @param {string} desk @returns {Turn[]} */
function turnsAtDesk({ name, query = '', hash = '', walk, viewport = DESKTOP, looks = [] }, desk) {
  return /** @type {const} */ (['light', ...looks]).map((machine) => ({
    name: `${name}-${machine}`,
    address: `${desk}/staff/?${query}${hash}`,
    viewport,
    machine,
    walk,
    look: seen(CONSOLE),
  }));
}

/** @param {{ kiosk: string, desk: string }} origins @param {string} part of the names of those wanted */
export function turns({ kiosk, desk }, part) {
  const wanted = (/** @type {{ name: string }} */ { name }) => name.includes(part);
  const named = (/** @type {Record<string, (page: Page) => Promise<unknown>>} */ all) =>
    Object.entries(all).map(([name, walk]) => ({ name, walk }));
  return [
    ...[
      ...scenes,
      ...staffScenes,
      ...kioskStaffScenes,
      ...recordScenes,
      ...registerScenes,
      ...vouchingScenes,
    ]
      .filter(wanted)
      .flatMap((scene) => turnsAtKiosk(scene, kiosk)),
    ...[
      ...consoleScenes,
      ...kioskConsoleScenes,
      ...logScenes,
      ...recordConsoleScenes,
      ...registerConsoleScenes,
      ...vouchingConsoleScenes,
    ]
      .filter(wanted)
      .flatMap((scene) => turnsAtDesk(scene, desk)),
    ...named({ ...checks, ...staffChecks, ...kioskChecks, ...vouchingChecks })
      .filter(wanted)
      .map((check) => ({ ...check, address: `${kiosk}/`, viewport: PORTRAIT })),
    ...named({ ...consoleChecks, ...logChecks, ...registerConsoleChecks, ...vouchingConsoleChecks })
      .filter(wanted)
      .map((check) => ({ ...check, address: `${desk}/staff/`, viewport: DESKTOP })),
  ];
}
