// Three guided registrations in the real window and on real phone pages. `cargo xtask run --demo` runs this.

import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Kiosk } from '../driver/kiosk.mjs';
import { Machine } from '../driver/machine.mjs';
import { Browser } from '../driver/phone.mjs';
import { Film } from './film.mjs';
import { correctedNumber, twins, walkAway } from './stories.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pictures = join(root, 'target/demo');
const kept = join(root, 'docs/media');

/** What README shows; the rest stays where the demo left it. */
const KEPT = [/^film\.webp$/];

const STORIES = [
  ['the corrected number', correctedNumber],
  ['the walk-away', walkAway],
  ['the twins', twins],
];

const machine = await Machine.set();
const browser = await Browser.open();
try {
  const film = await Film.begin(pictures, browser);
  for (const [at, [title, tell]] of STORIES.entries()) {
    console.log(`\nStory ${at + 1} of ${STORIES.length}: ${title}`);
    film.clear();
    // The window is replaced after each patient, and the driver's session goes with it: one patient for each start.
    const kiosk = await Kiosk.start(machine);
    try {
      await kiosk.ready();
      await tell({ kiosk, browser, film });
    } finally {
      await kiosk.kill();
    }
  }
  const made = await film.end();
  console.log(`\nPictures of every step: ${pictures}\nThe film: ${made}`);
  if (process.argv.includes('--keep')) await keep();
} catch (error) {
  console.error(await machine.said());
  throw error;
} finally {
  await browser.close();
  await machine.stop();
}

async function keep() {
  await mkdir(kept, { recursive: true });
  await cp(pictures, kept, {
    recursive: true,
    filter: (path) => path === pictures || KEPT.some((wanted) => wanted.test(path.slice(pictures.length + 1))),
  });
  console.log(`Kept for the README: ${kept}`);
}
