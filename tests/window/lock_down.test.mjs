// What a clever visitor, or a script that got into the page, can do from inside the window: nothing.

import { deepEqual, equal, match } from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { Kiosk } from '../driver/kiosk.mjs';

let kiosk;
let elsewhere;
let address;
const asked = [];

before(async () => {
  elsewhere = createServer((request, answer) => {
    asked.push(request.url);
    answer.end('elsewhere');
  });
  await new Promise((go) => elsewhere.listen(0, '127.0.0.1', go));
  address = `http://127.0.0.1:${elsewhere.address().port}`;
  kiosk = await Kiosk.onNewMachine();
  await kiosk.ready();
});

after(async () => {
  elsewhere.closeAllConnections();
  await new Promise((go) => elsewhere.close(go));
  await kiosk.stop();
});

/** Runs script in the page, which may take as long as a navigation would. */
const inPage = (body, ...args) =>
  kiosk.measure(`const done = arguments[arguments.length - 1]; (async (...args) => { ${body} })(...[...arguments].slice(0, -1)).then(done, (error) => done(String(error)));`, ...args);

/** Two frames and a quarter of a second: an absence cannot be waited for, and a loopback request takes a few milliseconds. */
const SETTLE = 'await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(go, 250))));';

test('the server elsewhere can be asked at all', async () => {
  await fetch(`${address}/control`);
  deepEqual(asked.splice(0), ['/control']);
});

test('the window goes nowhere else, opens no other, and asks nobody else', async () => {
  await inPage(`location.href = args[0] + '/navigated'; ${SETTLE}`, address);
  equal(await inPage(`const opened = window.open(args[0] + '/opened'); ${SETTLE} return opened === null;`, address), true);
  await inPage(`const link = document.createElement('a'); link.href = args[0] + '/blank'; link.target = '_blank'; document.body.append(link); link.click(); link.remove(); ${SETTLE}`, address);
  await inPage(`const frame = document.createElement('iframe'); frame.src = args[0] + '/framed'; document.body.append(frame); ${SETTLE} frame.remove();`, address);
  await inPage(`const form = document.createElement('form'); form.action = args[0] + '/posted'; form.method = 'post'; document.body.append(form); form.submit(); ${SETTLE} form.remove();`, address);
  await inPage(`const image = new Image(); image.src = args[0] + '/image'; ${SETTLE}`, address);
  await inPage(`await fetch(args[0] + '/fetched').catch(() => null); ${SETTLE}`, address);
  deepEqual(asked, [], 'nobody else was asked');
  equal(await kiosk.screen(), 'welcome', 'the kiosk is still there');
});

test('nothing is downloaded', async () => {
  await inPage(`const link = document.createElement('a'); link.href = URL.createObjectURL(new Blob(['downloaded'])); link.download = 'downloaded.txt'; document.body.append(link); link.click(); link.remove(); ${SETTLE}`);
  const files = await readdir(kiosk.machine.folder, { recursive: true });
  deepEqual(files.filter((name) => name.includes('downloaded')), []);
});

test('the page can call the commands of the kiosk and none of Tauri', async () => {
  equal(await inPage('return typeof window.__TAURI__;'), 'undefined');
  const denied = async (command, args = {}) =>
    match(await inPage('return window.__TAURI_INTERNALS__.invoke(args[0], args[1]).then(() => "it was done", (error) => String(error));', command, args), /not allowed|not found/i, command);
  await denied('plugin:updater|check');
  await denied('plugin:webview|create_webview_window', { options: { label: 'kiosk-99', url: address } });
  await denied('plugin:window|close', { label: 'kiosk-0' });
  await denied('plugin:event|emit', { event: 'anything', payload: null });
  await denied('plugin:app|version');
  await denied('plugin:path|resolve_directory', { directory: 1 });
});

test('no menu opens, nothing is dragged, and the prototypes of the page are frozen', async () => {
  const refused = (event) => inPage(`return !document.querySelector('main').dispatchEvent(new ${event.kind}('${event.name}', { bubbles: true, cancelable: true }));`);
  equal(await refused({ kind: 'MouseEvent', name: 'contextmenu' }), true);
  equal(await refused({ kind: 'DragEvent', name: 'dragstart' }), true);
  equal(await inPage('return Object.isFrozen(Object.prototype);'), true);
});
