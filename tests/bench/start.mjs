// How long a window takes to its first painted screen, and what memory all its processes take then.

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

import { familyOf, killed } from '../driver/machine.mjs';

/** A window that has painted goes on working for a moment; memory is read once that is over. */
const SETTLE_MS = 3_000;

/** Starts `program` `times` times, one after the other. */
export async function measureStart({ program, args, environment, times }) {
  const runs = [];
  for (let run = 0; run < times; run += 1) runs.push(await once(program, args, environment));
  return { startMs: median(runs.map((it) => it.startMs)), pssMb: median(runs.map((it) => it.pssMb)) };
}

async function once(program, args, environment) {
  const started = performance.now();
  const child = spawn(program, args, { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    const startMs = (await painted(child)) - started;
    await new Promise((go) => setTimeout(go, SETTLE_MS));
    return { startMs, pssMb: await pssOf(child.pid) };
  } finally {
    const gone = new Promise((go) => child.once('exit', go));
    for (const member of (await familyOf(child.pid)).reverse()) killed(member);
    await gone;
  }
}

async function painted(child) {
  for await (const line of createInterface({ input: child.stderr })) {
    if (/\bpainted\b/.test(line)) return performance.now();
  }
  throw new Error('it ended before it painted');
}

async function pssOf(pid) {
  let kb = 0;
  for (const member of await familyOf(pid)) {
    const rollup = await readFile(`/proc/${member}/smaps_rollup`, 'utf8').catch(() => '');
    kb += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
  return kb / 1024;
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** The smallest number that `share` of all are not above. */
export function percentile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}
