// Three guided registrations in the real window and on real phone pages. `cargo xtask run --demo` runs this.

import { copyFile, mkdir, readdir } from 'node:fs/promises';
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

/** What README shows, and the picture it is; the rest stays where the demo left it. */
const KEPT = {
  'film.webp': /^film\.webp$/,
  'welcome.png': /-number-welcome-asked-kiosk\.png$/,
  'name.png': /-number-name-answered-kiosk\.png$/,
  'done.png': /-number-done-asked-kiosk\.png$/,
  'terms.png': /-number-terms-phone\.png$/,
  'record.png': /-number-record-record\.png$/,
};

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
  const made = await readdir(pictures);
  for (const [name, wanted] of Object.entries(KEPT)) {
    const found = made.find((it) => wanted.test(it));
    if (!found) throw new Error(`the demo made no ${name}`);
    await copyFile(join(pictures, found), join(kept, name));
  }
  console.log(`Kept for the README: ${kept}`);
}
