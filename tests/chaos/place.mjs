// Where a round takes place: a machine with a kiosk that brings its portal, or with one that joined a portal on PostgreSQL.

import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { KEYS, Kiosk } from '../driver/kiosk.mjs';
import { Machine, until } from '../driver/machine.mjs';
import { Portal } from '../driver/portal.mjs';
import { Cluster } from '../driver/postgres.mjs';

const run = promisify(execFile);

/** Of the kiosk's portal, as its unit's service manager would give it. */
const MASTER_KEY_BYTE = 0x5b;

/** The one practice of a portal that a kiosk brings: `embedded::PRACTICE`. */
const PRACTICE_ID = '00000000-0000-0000-0000-000000000001';

export class Embedded {
  bringsPortal = true;
  #config;

  static async set() {
    const place = new Embedded();
    place.machine = await Machine.set();
    const credentials = join(place.machine.folder, 'credentials');
    await mkdir(credentials);
    await writeFile(join(credentials, 'vestibule-master-key'), Buffer.alloc(32, MASTER_KEY_BYTE));
    place.options = { environment: { ...(await place.machine.logIn()), CREDENTIALS_DIRECTORY: credentials } };
    place.#config = await place.#configured();
    return place;
  }

  async start() {
    const kiosk = await Kiosk.start(this.machine, this.options);
    await kiosk.ready();
    return kiosk;
  }

  /** Where its patients' phones find the portal. */
  originOf(kiosk) {
    return kiosk.portal;
  }

  /** What a command of the portal's own program says of the kiosk's database; the kiosk must be gone. */
  async command(...words) {
    const { stdout } = await run(process.env.PORTAL_PROGRAM, ['--config', this.#config, ...words], { env: {} });
    return stdout;
  }

  async #configured() {
    const folder = join(this.machine.folder, 'looked-at');
    await mkdir(folder);
    const key = join(folder, 'master-key');
    await writeFile(key, MASTER_KEY_BYTE.toString(16).repeat(32), { mode: 0o600 });
    const config = join(folder, 'portal.toml');
    await writeFile(config, [
      'mode = "sandbox"',
      `practice_id = "${PRACTICE_ID}"`,
      'practice_name = "Willow Lane Practice"',
      'practice_phone = "01632 960 123"',
      'public_origin = "https://localhost"',
      `database_file = "${join(this.machine.data, 'practice.db')}"`,
      `master_key_file = "${key}"`,
    ].join('\n'));
    return config;
  }

  async stop() {
    await this.machine.stop();
  }
}

export class Remote {
  bringsPortal = false;
  #cluster;
  #joined = false;

  static async set() {
    const place = new Remote();
    place.machine = await Machine.set();
    place.#cluster = await Cluster.start(place.machine);
    place.portal = await Portal.start(place.machine, place.#cluster);
    place.options = { environment: await place.machine.logIn(), remote: place.portal };
    return place;
  }

  async start() {
    const kiosk = await Kiosk.start(this.machine, this.options);
    kiosk.sandbox = this.portal.sandbox;
    if (!this.#joined) await this.#join(kiosk);
    await kiosk.shows('welcome', 30_000);
    await until('the practice is shown', () => kiosk.has('practice-name'), 60_000);
    return kiosk;
  }

  async #join(kiosk) {
    await kiosk.shows('connect');
    await kiosk.type('portal-address', this.portal.address, KEYS);
    await kiosk.type('enrolment-code', await this.portal.code('Front desk'), KEYS);
    await kiosk.touch('continue');
    this.#joined = true;
  }

  originOf() {
    return `https://${this.portal.address}`;
  }

  async command(...words) {
    return this.portal.command(...words);
  }

  async stop() {
    await this.#cluster.stop();
    await this.machine.stop();
  }
}
