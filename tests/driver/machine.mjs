// What a test takes from the machine: folders, ports, processes. Everything is given back by `Machine.stop`.

import { spawn } from 'node:child_process';
import { mkdtemp, mkdir, open, readFile, readdir, readlink, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Asks until the answer is truthy; how often is no part of what is tested. */
export async function until(what, ask, withinMs = 15_000) {
  const end = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((go) => setTimeout(go, 25));
  }
}

export async function freePort() {
  const server = createServer();
  await new Promise((go) => server.listen(0, '127.0.0.1', go));
  const { port } = server.address();
  await new Promise((go) => server.close(go));
  return port;
}

/** A home of its own: whatever a program writes for its user is under `folder`. */
export class Machine {
  #processes = [];

  constructor(folder) {
    this.folder = folder;
    this.log = join(folder, 'log.txt');
    this.data = join(folder, 'data');
  }

  static async set() {
    const machine = new Machine(await mkdtemp(join(tmpdir(), 'vestibule-')));
    for (const name of ['data', 'home', 'run', 'tmp']) {
      await mkdir(join(machine.folder, name), { mode: 0o700 });
    }
    return machine;
  }

  environment() {
    return {
      ...process.env,
      HOME: join(this.folder, 'home'),
      TMPDIR: join(this.folder, 'tmp'),
      XDG_RUNTIME_DIR: join(this.folder, 'run'),
      XDG_CACHE_HOME: join(this.folder, 'home/.cache'),
      XDG_CONFIG_HOME: join(this.folder, 'home/.config'),
      XDG_DATA_HOME: join(this.folder, 'home/.local/share'),
    };
  }

  /** Starts a program whose output goes to the log. */
  async start(program, args, more = {}) {
    const log = await open(this.log, 'a');
    const child = spawn(program, args, {
      env: { ...this.environment(), ...more },
      stdio: ['ignore', log.fd, log.fd],
    });
    await log.close();
    this.#processes.push(child);
    return child;
  }

  async said() {
    return readFile(this.log, 'utf8').catch(() => '');
  }

  async stop() {
    for (const child of this.#processes.reverse()) await ended(child);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((go) => child.once('exit', go));
  child.kill('SIGKILL');
  await gone;
}

/** The processes that run `program`. */
export async function pidsOf(program) {
  const pids = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const running = await readlink(`/proc/${name}/exe`).catch(() => '');
    if (running === program) pids.push(Number(name));
  }
  return pids;
}

/** A process and all it started, as long as they run. */
export async function familyOf(pid) {
  const parents = new Map();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
    if (stat) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const family = [pid];
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  }
  return family;
}
