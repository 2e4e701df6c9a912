// The real kiosk in its real window, driven as a patient would: by touching what is on the glass, or on real keys.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { FaultyPortal } from './faulty_portal.mjs';
import { Machine, familyOf, freePort, killed, pidsOf, until } from './machine.mjs';
import { Sandbox } from './sandbox.mjs';
import { WebDriver } from './webdriver.mjs';

/** Size of the virtual screen, and of the window on it: CSS pixels are the screen's. */
export const GLASS_SIZE = '1080x1920';

const PROGRAM = process.env.VESTIBULE_KIOSK;
const DRIVER = process.env.VESTIBULE_DRIVER;

/** Letters that Unicode does not take apart, and the key whose accents have them: `ui/src/keyboard/layouts.ts`. */
const PLAIN = { ø: 'o', ł: 'l', đ: 'd', ß: 's', æ: 'a', œ: 'o' };

/** Keys by their codes in W3C WebDriver, section 17.4.2. */
const BACKSPACE = '\uE003';
const END = '\uE010';

/** How a patient types. */
export const GLASS = 'on the glass';
export const KEYS = 'on real keys';

/** How the program is told what it is; `portal` and `phone` are ports of a portal that it brings. */
function wordsOf(machine, { mode, portal, phone, remote }) {
  return [
    '--mode', mode,
    '--data-dir', machine.data,
    '--portal-address', `127.0.0.1:${portal}`,
    '--phone-address', `127.0.0.1:${phone}`,
    '--window-size', GLASS_SIZE,
    ...(remote ? ['--portal', 'remote'] : []),
    ...(remote?.authority ? ['--portal-ca', remote.authority] : []),
  ];
}

export class Kiosk {
  #driver;
  #server;
  /** Set to a list, it gets the place on the glass of every touch. */
  touches = null;

  constructor(machine) {
    this.machine = machine;
  }

  /**
   * Starts a kiosk with `machine`'s data; a machine that is stopped later must outlive it. `fault` is a path and what
   * requests for it meet from the start on. `remote` joins a portal on a server instead, whose `authority` may be pinned;
   * `joinAgain` although the machine has joined one before.
   */
  static async start(machine, { mode = 'sandbox', faulty = false, fault = null, environment = {}, remote = null, joinAgain = false } = {}) {
    const kiosk = new Kiosk(machine);
    const [port, nativePort, portal, phone] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    kiosk.portal = `http://127.0.0.1:${portal}`;
    kiosk.sandbox = new Sandbox(`http://127.0.0.1:${phone}`);
    if (faulty || fault) kiosk.faulty = await FaultyPortal.before(portal);
    if (fault) kiosk.faulty.fail(...fault);
    kiosk.#server = await machine.start(DRIVER, ['--port', String(port), '--native-port', String(nativePort)], {
      VESTIBULE_REPORT_PAINT: 'true',
      ...environment,
    });
    const server = `http://127.0.0.1:${port}`;
    await until('tauri-driver answers', () => fetch(`${server}/status`).then((it) => it.ok, () => false));
    const before = await machine.painted();
    const started = performance.now();
    const paints = until('the first window is painted', async () => (await machine.painted()) > before, 30_000);
    const opens = WebDriver.open(server, PROGRAM, [
      ...wordsOf(machine, { mode, portal, phone, remote }),
      ...(kiosk.faulty ? ['--portal-via', kiosk.faulty.address] : []),
      ...(joinAgain ? ['--join-again'] : []),
    ]);
    [kiosk.#driver] = await Promise.all([opens, paints]);
    /** From the start of this program, and of what drives it, to its first painted screen. */
    kiosk.paintedAfterMs = performance.now() - started;
    if (mode === 'sandbox' && !remote) await kiosk.shows('welcome');
    return kiosk;
  }

  /** Waits until the portal behind the window answers. */
  async ready() {
    await until('the kiosk is ready', () => this.#driver.find('[data-testid="practice-name"]:not(:empty)'), 60_000);
    await until('the portal answers', () => fetch(`${this.portal}/readyz`).then((it) => it.ok, () => false), 60_000);
  }

  /** Waits until `screen` is shown and still. */
  async shows(screen, withinMs) {
    await until(`the kiosk shows ${screen}`, () => this.#driver.find(`main[data-screen="${screen}"]`), withinMs);
    await this.still();
  }

  /** Waits until the kiosk is done with what it was asked. */
  async answers(withinMs) {
    await until('the kiosk answers', () => this.#driver.find('main:not([aria-busy="true"])'), withinMs);
  }

  async still() {
    await until('nothing moves', () =>
      this.#driver.run('return document.getAnimations().every((it) => it.playState !== "running" || it.effect.getTiming().iterations === Infinity)'));
  }

  async screen() {
    return this.#driver.run('return document.querySelector("main")?.dataset.screen ?? null');
  }

  /** What stands on the glass, as text. */
  async text(testId) {
    await until(`${testId} is there`, () => this.has(testId));
    return this.#driver.run('return document.querySelector(arguments[0])?.innerText ?? null', selector(testId));
  }

  /** What was typed into a field. */
  async value(testId) {
    return this.#driver.run('return document.querySelector(arguments[0])?.value ?? null', selector(testId));
  }

  async attribute(testId, name) {
    return this.#driver.run('return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? null', selector(testId), name);
  }

  /** Takes back what was typed into a field, on the machine's keyboard. */
  async clear(testId) {
    await this.touch(testId);
    await this.#driver.keys(END + BACKSPACE.repeat(Array.from(await this.value(testId)).length));
  }

  async has(testId) {
    return (await this.#driver.find(selector(testId))) !== null;
  }

  async count(testId) {
    return this.#driver.run('return document.querySelectorAll(arguments[0]).length', selector(testId));
  }

  /** Everything that stands on the glass, as text. */
  async words() {
    return this.#driver.run('return document.body.innerText');
  }

  async touch(testId) {
    await this.touchAt(selector(testId));
  }

  /**
   * Touches what makes the patient leave: the window's process ends with it, and may take the driver's answer along; one that
   * has ended by then takes its session along. What comes of it is for the test to see.
   */
  async leaveBy(testId) {
    await this.touch(testId).catch((error) => {
      if (!/\/click: unknown error|invalid session id: session deleted because of page crash/.test(error.message)) throw error;
    });
  }

  async touchAt(css) {
    const element = await until(`${css} is there`, () => this.#driver.find(css));
    if (this.touches) {
      const script = 'const { x, y, width, height } = document.querySelector(arguments[0]).getBoundingClientRect(); return [x + width / 2, y + height / 2]';
      const [x, y] = await this.#driver.run(script, css);
      this.touches.push({ screen: await this.screen(), css, x: Math.round(x), y: Math.round(y) });
    }
    await this.#driver.click(element);
  }

  /** Types into a field as the patient prefers. */
  async type(testId, text, how = GLASS) {
    await this.touch(testId);
    if (how === KEYS) await this.#driver.keys(text);
    else for (const letter of text.normalize('NFC')) await this.#touchKey(letter);
  }

  async #touchKey(letter) {
    if (await this.#touchPlainKey(letter)) return;
    const plain = PLAIN[letter] ?? letter.normalize('NFD')[0];
    if (plain === letter || !(await this.#touchPlainKey(plain))) throw new Error(`no key for ${letter}`);
    await this.touchAt('[data-key="accents"]');
    const accent = await this.#driver.run(
      `const keys = [...document.querySelectorAll('.accents .key')];
       const found = keys.find((key) => key.innerText.trim() === arguments[0]);
       if (found) found.dataset.wanted = 'yes';
       return Boolean(found);`,
      letter,
    );
    if (!accent) throw new Error(`no accent for ${letter}`);
    await this.touchAt('[data-wanted="yes"]');
  }

  async #touchPlainKey(letter) {
    const upper = letter !== letter.toLowerCase();
    const css = `[data-key="${CSS(letter.toLowerCase())}"]`;
    if ((await this.#driver.find(css)) === null) return false;
    if (/\p{L}/u.test(letter)) await this.#shift(upper);
    await this.touchAt(css);
    return true;
  }

  async #shift(wanted) {
    const held = () => this.#driver.run(`return document.querySelector('[data-key="shift"]')?.ariaPressed ?? null`);
    // Off, once, locked, off: at most two touches lead to either.
    for (let touches = 0; touches < 3; touches += 1) {
      const now = await held();
      if (now === null || (now === 'true') === wanted) return;
      await this.touchAt('[data-key="shift"]');
    }
  }

  /** A picture of the whole screen. The driver's own waits for a frame, and a page on which nothing moves draws none. */
  async screenshot() {
    const { stdout } = await promisify(execFile)('import', ['-window', 'root', 'png:-'], { encoding: 'buffer', maxBuffer: 64 << 20 });
    return stdout;
  }

  /** Runs script in the page: for measuring only, a patient cannot. */
  async measure(script, ...args) {
    return this.#driver.runAsync(script, ...args);
  }

  async pid() {
    const [pid] = await pidsOf(PROGRAM);
    return pid;
  }

  /** As a power cut would: the program and all it started are gone at once. */
  async kill() {
    for (const pid of await pidsOf(PROGRAM)) {
      const family = await familyOf(pid);
      for (const member of family) {
        killed(member);
      }
    }
    await until('the kiosk is gone', async () => (await pidsOf(PROGRAM)).length === 0);
    await this.#stopServer();
  }

  async #stopServer() {
    const gone = new Promise((go) => this.#server.once('exit', go));
    // tauri-driver starts WebKit's driver and does not always take it along.
    for (const member of (await familyOf(this.#server.pid)).reverse()) {
      killed(member);
    }
    if (this.#server.exitCode === null && this.#server.signalCode === null) await gone;
  }

  /** Starts one, which nobody drives, and kills it so many milliseconds later. */
  static async killedAsItStarts(machine, { environment = {}, remote = null, afterMs }) {
    const [portal, phone] = await Promise.all([freePort(), freePort()]);
    const started = await machine.start(PROGRAM, wordsOf(machine, { mode: 'sandbox', portal, phone, remote }), environment);
    const gone = new Promise((go) => started.once('exit', go));
    await new Promise((go) => setTimeout(go, afterMs));
    started.kill('SIGKILL');
    await gone;
  }

  static async onNewMachine(options) {
    const machine = await Machine.set();
    try {
      return await Kiosk.start(machine, options);
    } catch (error) {
      const said = await machine.said();
      await machine.stop();
      throw new Error(`${error.message}\n--- the kiosk said:\n${said}`);
    }
  }

  async stop() {
    await this.kill();
    await this.faulty?.close();
    await this.machine.stop();
  }
}
function selector(testId) {
  return `[data-testid="${testId}"]`;
}

function CSS(text) {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
