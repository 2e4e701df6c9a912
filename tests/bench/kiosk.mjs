// `cargo xtask bench kiosk` builds everything, then runs this. Prints one table; measures, and judges nothing.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { Machine, freePort } from '../driver/machine.mjs';
import { measureStart, median, percentile } from './start.mjs';
import { measureSteps } from './steps.mjs';

const STARTS = 10;
const STEPS = 200;

const machine = await Machine.set();
let rows;
try {
  // A kiosk of a practice finds a keyring and starts none.
  const environment = { ...machine.environment(), ...(await machine.logIn()) };
  const window = ['--mode', 'sandbox', '--data-dir', machine.data, '--window-size', '1080x1920', '--report-paint'];
  const kiosk = {
    program: process.env.VESTIBULE_RELEASED,
    args: [...window, '--portal-address', `127.0.0.1:${await freePort()}`, '--phone-address', `127.0.0.1:${await freePort()}`],
    environment,
  };
  const bare = { program: process.env.VESTIBULE_BARE, args: [], environment };
  // The first start of each fills caches and, for the kiosk, the database: it is not counted.
  await measureStart({ ...kiosk, times: 1 });
  await measureStart({ ...bare, times: 1 });
  const kioskStart = await measureStart({ ...kiosk, times: STARTS });
  const bareStart = await measureStart({ ...bare, times: STARTS });
  const steps = await measureSteps(STEPS);
  const { registrations_per_s, hashes_alone_per_s } = JSON.parse(process.env.VESTIBULE_RATE);

  rows = [
    ['start to first painted welcome', ms(kioskStart.startMs), ms(bareStart.startMs), ratio(kioskStart.startMs, bareStart.startMs), 'at most 1.30'],
    ['memory of all processes (PSS)', mb(kioskStart.pssMb), mb(bareStart.pssMb), ratio(kioskStart.pssMb, bareStart.pssMb), 'at most 1.30'],
    [`touch to next question, median of ${steps.length}`, ms(median(steps)), '', '', ''],
    [`touch to next question, p99 of ${steps.length}`, ms(percentile(steps, 0.99)), '', '', 'at most 100 ms'],
    ['interface, gzip, without fonts', `${(await bundleBytes() / 1000).toFixed(1)} kB`, '', '', 'at most 150 kB'],
    ['whole registrations over HTTP', perS(registrations_per_s), perS(hashes_alone_per_s), ratio(registrations_per_s, hashes_alone_per_s), 'at least 0.85'],
  ];
} finally {
  await machine.stop();
}

const heads = ['what', 'Vestibule', 'bare', 'ratio', 'wanted'];
const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at].length)));
for (const row of [heads, widths.map((width) => '-'.repeat(width)), ...rows]) {
  console.log(`| ${row.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |`);
}
console.log('Bare: a Tauri window with a static page; argon2id with the same parameters, as many hashes as a registration needs, and nothing else.');

function ms(number) {
  return `${number.toFixed(0)} ms`;
}

function mb(number) {
  return `${number.toFixed(0)} MB`;
}

function perS(number) {
  return `${number.toFixed(2)} /s`;
}

function ratio(ours, bare) {
  return (ours / bare).toFixed(2);
}

async function bundleBytes() {
  const dist = new URL('../../ui/dist/', import.meta.url).pathname;
  const names = await readdir(dist, { recursive: true });
  let bytes = 0;
  for (const name of names.filter((it) => /\.(js|css|html|svg)$/.test(it))) {
    bytes += gzipSync(await readFile(join(dist, name))).length;
  }
  return bytes;
}
