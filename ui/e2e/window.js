// The built interface behind the same rules as in the kiosk's window: its content security policy, and a frozen
// Object.prototype. Served from memory of a folder on a port of its own.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

/**
 * @param {string} folder
 * @param {{ base?: string, page?: string }} [place] where it is served, and what answers for the folder itself
 * @returns {Promise<{ origin: string, close: () => void }>}
 */
export async function serve(folder, { base = '/', page = 'index.html' } = {}) {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://kiosk').pathname);
    if (path === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    const within = path.startsWith(base) ? path.slice(base.length) : 'elsewhere';
    const file = join(folder, within === '' ? page : within);
    stat(file).then(
      () => {
        response.writeHead(200, {
          'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
          'content-security-policy': POLICY,
        });
        createReadStream(file).pipe(response);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { origin: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}

export const openBrowser = () =>
  chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium-headless-shell',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

export const PORTRAIT = { width: 1080, height: 1920 };
export const LANDSCAPE = { width: 1920, height: 1080 };
/** A colleague's own machine. */
export const DESKTOP = { width: 1440, height: 900 };

/**
 * @param {import('playwright-core').Browser} browser
 * @param {{ width: number, height: number }} viewport
 * @param {'light' | 'dark' | 'contrast'} [machine] how the machine is set; a kiosk does not ask
 */
export async function openWindow(browser, viewport, machine = 'light') {
  const context = await browser.newContext({
    viewport,
    hasTouch: true,
    reducedMotion: 'reduce',
    colorScheme: machine === 'dark' ? 'dark' : 'light',
    contrast: machine === 'contrast' ? 'more' : 'no-preference',
  });
  await context.addInitScript('Object.freeze(Object.prototype)');
  const page = await context.newPage();
  page.setDefaultTimeout(4000);
  /** @type {string[]} */
  const said = [];
  page.on('console', (message) => {
    // Chromium's own advice about forms is not ours.
    if (!message.text().startsWith('[DOM]')) said.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => said.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith('http://127.0.0.1:')) said.push(`network: ${request.url()}`);
  });
  return { page, said, close: () => context.close() };
}
