// Walks to every screen and state, in every form, checks it and takes its picture.
// `node e2e/run.js [part of a scene's name]`
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { turns } from './turns.js';
import { openBrowser, openWindow, serve } from './window.js';

const SIDE_BY_SIDE = 2;

const ui = fileURLToPath(new URL('..', import.meta.url));
const target = fileURLToPath(new URL('../../target', import.meta.url));
const pictures = `${target}/screens`;
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
  return folder;
}

const kiosk = await serve(build('screens', `${target}/ui-screens`));
const desk = await serve(build('console-screens', `${target}/ui-console-screens`), {
  base: '/staff/',
  page: 'staff.html',
});
const browser = await openBrowser();
let failed = 0;
let passed = 0;

/** @param {import('./turns.js').Turn} turn @returns {Promise<string[]>} what is wrong */
async function wrongIn({ name, address, viewport, machine, walk, look }) {
  const { page, said, close } = await openWindow(browser, viewport, machine);
  /** @type {string[]} */
  let wrong = [];
  try {
    await page.goto(address);
    await walk(page);
    wrong = (await look?.(page)) ?? [];
  } catch (error) {
    wrong = [String(error)];
  }
  if (look) await page.screenshot({ path: `${pictures}/${name}.png` });
  await close();
  return [...wrong, ...said];
}

/** @param {string} name @param {string[]} wrong */
function report(name, wrong) {
  if (wrong.length === 0) passed += 1;
  else failed += 1;
  if (wrong.length > 0)
    process.stdout.write(`✗ ${name}\n${wrong.map((line) => `    ${line}\n`).join('')}`);
}

try {
  const next = turns({ kiosk: kiosk.origin, desk: desk.origin }, process.argv[2] ?? '').values();
  const walker = async () => {
    for (const turn of next) report(turn.name, await wrongIn(turn));
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, walker));
} finally {
  await browser.close();
  kiosk.close();
  desk.close();
}
process.stdout.write(`${passed} passed, ${failed} failed; pictures in target/screens\n`);
process.exitCode = failed > 0 ? 1 : 0;
