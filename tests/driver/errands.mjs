// What whoever keeps the machine types at its terminal: the kiosk's program without a window.

import { execFile, spawn } from 'node:child_process';

const PROGRAM = process.env.VESTIBULE_PLAIN;

function words(machine, args) {
  return ['--mode', 'sandbox', '--data-dir', machine.data, ...args];
}

/** Runs the program to its end: its exit code, and all it wrote to standard output and standard error. */
export function errand(machine, args, more = {}) {
  const env = { ...machine.environment(), ...more };
  return new Promise((done, fail) => {
    const child = execFile(PROGRAM, words(machine, args), { env, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') fail(error);
      else done({ code: error?.code ?? 0, stdout, stderr });
    });
    child.stdin.end();
  });
}

/** Starts the program at a terminal of its own, where what it writes and what is typed there meet. */
export function atTerminal(machine, args, more = {}) {
  const env = { ...machine.environment(), ...more };
  const line = [PROGRAM, ...words(machine, args)].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', `exec ${line}`, '/dev/null'], { env });
  const terminal = { pid: child.pid, shown: '', type: (text) => child.stdin.write(text) };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (terminal.shown += bytes));
  terminal.ended = new Promise((go) => child.once('exit', go));
  return terminal;
}
