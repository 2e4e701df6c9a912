// The kiosk without WebDriver, as a patient meets it: its window has no memory, and is touched where the finger lands.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';

import { GLASS_SIZE } from './kiosk.mjs';
import { familyOf, freePort, until } from './machine.mjs';
import { Sandbox } from './sandbox.mjs';

const run = promisify(execFile);

export class UndrivenKiosk {
  #process;

  constructor(machine) {
    this.machine = machine;
  }

  static async start(machine) {
    const kiosk = new UndrivenKiosk(machine);
    const [portal, phone] = await Promise.all([freePort(), freePort()]);
    kiosk.sandbox = new Sandbox(`http://127.0.0.1:${phone}`);
    kiosk.#process = await machine.start(process.env.VESTIBULE_KIOSK, [
      '--mode', 'sandbox',
      '--data-dir', machine.data,
      '--portal-address', `127.0.0.1:${portal}`,
      '--phone-address', `127.0.0.1:${phone}`,
      '--window-size', GLASS_SIZE,
      '--report-paint',
    ]);
    await kiosk.painted(1);
    await until('the kiosk is ready', async () => / ready /.test(await machine.said()), 60_000);
    return kiosk;
  }

  get pid() {
    return this.#process.pid;
  }

  /** Waits until so many welcome screens were painted: one for each window. */
  async painted(times) {
    await until(`window ${times} is painted`, async () => (await this.machine.said()).split(' painted ').length > times, 30_000);
  }

  /** Touches where a driven kiosk was touched. Where the next touch is on another screen, waits for the glass to change and be still. */
  async touchAgain(touches) {
    for (const [at, { screen, x, y }] of touches.entries()) {
      const next = touches[at + 1];
      const leadsOn = next !== undefined && next.screen !== screen;
      const before = leadsOn ? await this.#glass() : null;
      await run('xdotool', ['mousemove', '--sync', String(x), String(y), 'click', '1']);
      if (leadsOn) await this.#stillAfter(before);
    }
  }

  async #stillAfter(before) {
    let last = before;
    await until('the next screen is there and still', async () => {
      const now = await this.#glass();
      const still = now !== before && now === last;
      last = now;
      return still;
    }, 30_000);
  }

  async #glass() {
    const { stdout } = await run('import', ['-window', 'root', 'rgb:-'], { encoding: 'buffer', maxBuffer: 64 << 20 });
    return createHash('sha256').update(stdout).digest('hex');
  }

  async stop() {
    for (const member of (await familyOf(this.pid)).reverse()) {
      try {
        process.kill(member, 'SIGKILL');
      } catch (error) {
        if (error.code !== 'ESRCH') throw error;
      }
    }
    await this.machine.stop();
  }
}
