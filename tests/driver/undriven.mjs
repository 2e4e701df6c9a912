// The kiosk without WebDriver, as a patient meets it: its window has no memory, and is touched where the finger lands.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';

import { GLASS_SIZE } from './kiosk.mjs';
import { familyOf, freePort, killed, until } from './machine.mjs';
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
    await until('the kiosk is ready', async () => /ready/.test(await machine.said()), 60_000);
    return kiosk;
  }

  get pid() {
    return this.#process.pid;
  }

  /** Waits until so many welcome screens were painted: one for each window. */
  async painted(times) {
    await until(`window ${times} is painted`, async () => (await this.machine.painted()) >= times, 30_000);
  }

  /** Touches where a driven kiosk was touched, and waits for the glass wherever a touch changed more than a field. */
  async touchAgain(touches) {
    let together = [];
    for (const [at, { screen, css, x, y }] of touches.entries()) {
      // Keys answer in the frame they are touched in; two frames are left between two keys.
      together.push('mousemove', String(x), String(y), 'click', '1', 'sleep', '0.03');
      const next = touches[at + 1];
      const leadsOn = next !== undefined && (next.screen !== screen || css.includes('start-again'));
      if (!leadsOn && next !== undefined) continue;
      const before = await this.#glass();
      await run('xdotool', together);
      together = [];
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
      killed(member);
    }
    await this.machine.stop();
  }
}
