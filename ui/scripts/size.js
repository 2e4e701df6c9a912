// Fails when what a browser must parse grows past its budget. Fonts are read apart.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** @type {[string, string, number][]} what, the page that loads it, kB */
const EAGER = [
  ['the first frame of the kiosk', 'dist/index.html', 150],
  ['the staff console', 'dist-staff/staff.html', 150],
];
const STAFF_SCREENS_KB = 60;

/** @param {string} path */
const textOf = (path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** @param {string} text @returns {string[]} names of scripts and styles that stand in it */
const named = (text) =>
  [...text.matchAll(/assets\/([\w.-]+\.(?:js|css))/g)].map(([, name]) => name ?? '');

/** @param {string} script @returns {string[]} what it cannot run without; not what it loads on demand */
const needed = (script) =>
  [...script.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)].map(
    ([, name]) => name ?? '',
  );

/** @param {string} page @returns {Set<string>} what it loads before its first frame */
function eagerOf(page) {
  const folder = page.slice(0, page.indexOf('/'));
  /** @type {Set<string>} */
  const found = new Set();
  const open = named(textOf(page));
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    if (name.endsWith('.js')) open.push(...needed(textOf(`${folder}/assets/${name}`)));
  }
  return found;
}

/** @param {string} folder @param {Iterable<string>} names @param {string} what @param {number} budget */
function weigh(folder, names, what, budget) {
  let total = 0;
  for (const name of names) {
    const size = gzipSync(textOf(`${folder}/assets/${name}`)).length;
    total += size;
    process.stdout.write(`  ${name} ${(size / 1000).toFixed(1)} kB gzip\n`);
  }
  process.stdout.write(`${what}: ${(total / 1000).toFixed(1)} of ${budget} kB\n`);
  if (total > budget * 1000) process.exitCode = 1;
}

for (const [what, page, budget] of EAGER)
  weigh(page.slice(0, page.indexOf('/')), eagerOf(page), what, budget);

const eager = eagerOf('dist/index.html');
const later = readdirSync(new URL('../dist/assets/', import.meta.url)).filter(
  (name) => /\.(js|css)$/.test(name) && !eager.has(name),
);
if (later.length === 0) throw new Error('the staff screens are not loaded on demand');
weigh('dist', later, 'the staff screens of the kiosk', STAFF_SCREENS_KB);
