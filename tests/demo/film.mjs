// Pictures of a story, and the film: kiosk, phone and record side by side.

import { execFile } from 'node:child_process';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How long a frame stands, and the last one, in milliseconds. */
const STANDS_MS = 1_500;
const LAST_STANDS_MS = 4_000;
const SIZE = { width: 1080, height: 664 };
/** The film must fit the top of a README. */
const MOST_BYTES = 4_000_000;

export class Film {
  #folder;
  #frames = [];
  #pictures = 0;
  #composer;
  #last = { kiosk: null, phone: null, record: null };

  constructor(folder, composer) {
    this.#folder = folder;
    this.#composer = composer;
  }

  static async begin(folder, browser) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(join(folder, 'frames'), { recursive: true });
    const composer = await browser.desk({ deviceScaleFactor: 1 });
    await composer.setViewportSize(SIZE);
    return new Film(folder, composer);
  }

  /** A new story starts with empty panes. */
  clear() {
    this.#last = { kiosk: null, phone: null, record: null };
  }

  /** Keeps pictures and, in the film, adds a frame of all three panes; a pane without a new picture stays. */
  async add(name, caption, pictures, inFilm) {
    this.#pictures += 1;
    const number = String(this.#pictures).padStart(2, '0');
    for (const [pane, png] of Object.entries(pictures)) {
      this.#last[pane] = png;
      await writeFile(join(this.#folder, `${number}-${name}-${pane}.png`), png);
    }
    if (!inFilm) return;
    const frame = join(this.#folder, 'frames', `${number}.png`);
    await writeFile(frame, await this.#compose(caption));
    this.#frames.push(frame);
  }

  async #compose(caption) {
    const pane = (name, png) =>
      `<figure><figcaption>${name}</figcaption>${png ? `<img src="data:image/png;base64,${png.toString('base64')}">` : '<div class="none"></div>'}</figure>`;
    await this.#composer.setContent(`<!doctype html><style>
      * { box-sizing: border-box; margin: 0 }
      body { display: grid; grid-template: 1fr auto / auto auto 1fr; gap: 12px 14px; padding: 14px 16px; height: 100vh;
             background: #e9e3d8; color: #16202b; font: 17px "Noto Sans", sans-serif }
      figure { display: grid; grid-template-rows: auto 1fr; align-content: start; gap: 5px; min-width: 0; min-height: 0 }
      figcaption { font-size: 14px; color: #46535f }
      img { height: 548px; max-width: 100%; object-fit: contain; object-position: top left; border-radius: 8px }
      .none { height: 548px; width: 256px; border-radius: 8px; border: 2px dashed #c9c1b2 }
      figure:nth-child(3) .none { width: 100% }
      p { grid-column: 1 / -1; font-size: 22px; font-weight: 600 }
    </style>${pane('The kiosk', this.#last.kiosk)}${pane('The patient’s phone', this.#last.phone)}${pane('The practice’s record', this.#last.record)}<p></p>`);
    await this.#composer.locator('p').evaluate((node, text) => { node.textContent = text; }, caption);
    await this.#composer.waitForFunction(() => [...document.images].every((image) => image.complete));
    return this.#composer.screenshot();
  }

  /** Writes the film, as good as its size allows. */
  async end() {
    const film = join(this.#folder, 'film.webp');
    for (const quality of [75, 60, 45, 30]) {
      const frames = this.#frames.flatMap((frame, at) => [
        '-d',
        String(at === this.#frames.length - 1 ? LAST_STANDS_MS : STANDS_MS),
        frame,
      ]);
      await run('img2webp', ['-loop', '0', '-lossy', '-q', String(quality), '-m', '6', ...frames, '-o', film]);
      if ((await stat(film)).size <= MOST_BYTES) return film;
    }
    throw new Error(`the film is larger than ${MOST_BYTES} bytes`);
  }
}
