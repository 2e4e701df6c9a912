// What a test takes from the machine: folders, ports, processes. Everything is given back by `Machine.stop`.

import { execFile, spawn } from 'node:child_process';
import { mkdtemp, mkdir, open, readFile, readdir, readlink, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

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

  /** Without a session bus the kiosk starts a keyring of its own, which nothing else on this machine can have locked. */
  environment() {
    const { DBUS_SESSION_BUS_ADDRESS: _, ...rest } = process.env;
    return {
      ...rest,
      HOME: join(this.folder, 'home'),
      TMPDIR: join(this.folder, 'tmp'),
      XDG_RUNTIME_DIR: join(this.folder, 'run'),
      XDG_CACHE_HOME: join(this.folder, 'home/.cache'),
      XDG_CONFIG_HOME: join(this.folder, 'home/.config'),
      XDG_DATA_HOME: join(this.folder, 'home/.local/share'),
    };
  }

  /** Starts a program whose output goes to the log; `typed` is what it reads. */
  async start(program, args, more = {}, typed = null) {
    return this.#start(program, args, { ...this.environment(), ...more }, typed);
  }

  /** The same without anything of our own surroundings. */
  async startAlone(program, args) {
    return this.#start(program, args, {}, null);
  }

  async #start(program, args, env, typed) {
    const log = await open(this.log, 'a');
    const child = spawn(program, args, {
      env,
      stdio: [typed === null ? 'ignore' : 'pipe', log.fd, log.fd],
    });
    await log.close();
    child.stdin?.end(typed);
    this.#processes.push(child);
    return child;
  }

  /**
   * A session bus with a keyring on it, unlocked as a desk machine has it after its log-in; locked as after an automatic one;
   * or there and never answering. Returns the environment that names it.
   */
  async logIn({ locked = false, silent = false } = {}) {
    const socket = join(this.folder, 'run/bus');
    const bus = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}` };
    await this.start('dbus-daemon', ['--session', '--nofork', `--address=${bus.DBUS_SESSION_BUS_ADDRESS}`]);
    await until('the session bus is there', () => stat(socket).then(() => true, () => false));
    const keyring = await this.#keyring(bus, ['--unlock'], 'password');
    if (locked) {
      await ended(keyring);
      await until('the keyring has ended', async () => !(await this.#hasKeyring(bus)));
      await this.#keyring(bus, [], '');
    }
    if (silent) keyring.kill('SIGSTOP');
    return bus;
  }

  async #keyring(bus, how, typed) {
    const keyring = await this.start('gnome-keyring-daemon', ['--foreground', ...how, '--components=secrets'], bus, typed);
    await until('the keyring is there', () => this.#hasKeyring(bus));
    return keyring;
  }

  async #hasKeyring(bus) {
    const owned = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.secrets'];
    const { stdout } = await promisify(execFile)('dbus-send', owned, { env: { ...process.env, ...bus } });
    return stdout.includes('true');
  }

  async said() {
    return readFile(this.log, 'utf8').catch(() => '');
  }

  /** Screens painted so far: one for each window. */
  async painted() {
    return (await this.said()).split('painted').length - 1;
  }

  async stop() {
    for (const child of this.#processes.reverse()) await ended(child);
    await this.#endStrays();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** What the kiosk's own bus started outlives it for a moment, and may hold a file system under our folder. */
  async #endStrays() {
    const strays = async () => {
      const found = [];
      for (const pid of await pids()) {
        const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
        if (environment.includes(`XDG_RUNTIME_DIR=${this.folder}/`)) found.push(pid);
      }
      return found;
    };
    await until('what was started on this machine has ended', async () => {
      const left = await strays();
      for (const pid of left) killed(pid);
      return left.length === 0;
    });
    const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
    for (const mount of mounts.filter((it) => it.startsWith(`${this.folder}/`))) {
      await promisify(execFile)('umount', ['--lazy', mount]);
    }
  }
}

/** The processes of this computer. */
async function pids() {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
}

/** Ends a process that may have ended by itself. */
export function killed(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
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
  const found = [];
  for (const pid of await pids()) {
    const running = await readlink(`/proc/${pid}/exe`).catch(() => '');
    if (running === program) found.push(pid);
  }
  return found;
}

/** Those of `family` that draw what stands on the glass: WebKit has a process for it, apart from the program. */
export async function drawing(family) {
  const found = [];
  for (const pid of family) {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    if (name.startsWith('WebKitWebProces')) found.push(pid);
  }
  return found;
}

/** A process and all it started, as long as they run. */
export async function familyOf(pid) {
  const parents = new Map();
  for (const member of await pids()) {
    const line = await readFile(`/proc/${member}/stat`, 'utf8').catch(() => null);
    if (line) parents.set(member, Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const family = [pid];
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  }
  return family;
}
