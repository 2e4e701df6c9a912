// The portal as a program on a server, behind TLS of an authority of its own, on an encrypted file or on PostgreSQL.

import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { freePort, until } from './machine.mjs';
import { Sandbox } from './sandbox.mjs';

const run = promisify(execFile);

const CERTIFICATES = `
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test-ca \
    -addext keyUsage=critical,keyCertSign -keyout ca.key -out ca.pem
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server -keyout server.key -out server.csr
  echo subjectAltName=DNS:localhost > server.ext
  openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile server.ext -out server.pem
  chmod 600 server.key`;

export class Portal {
  #folder;
  #machine;
  #server;

  /** Serves until it goes away, or `machine` is stopped. */
  static async start(machine, cluster = null) {
    const portal = new Portal();
    portal.#machine = machine;
    portal.#folder = join(machine.folder, 'portal');
    await mkdir(portal.#folder, { mode: 0o700 });
    await run('sh', ['-euc', CERTIFICATES], { cwd: portal.#folder });
    const inFolder = (name) => join(portal.#folder, name);
    const [port, phone] = await Promise.all([freePort(), freePort()]);
    /** As it is typed at the glass. */
    portal.address = `localhost:${port}`;
    portal.authority = inFolder('ca.pem');
    portal.sandbox = new Sandbox(`http://127.0.0.1:${phone}`);
    await writeFile(inFolder('master-key'), '5a'.repeat(32), { mode: 0o600 });
    await writeFile(inFolder('portal.toml'), [
      'mode = "sandbox"',
      'practice_id = "018f3c9e-7b1a-7c44-9d0e-2f6a5b8c1d20"',
      'practice_name = "Willow Lane"',
      'practice_phone = "01632 960 123"',
      `public_origin = "https://${portal.address}"`,
      `time_zone = "${zoneWhereItIsNoon()}"`,
      cluster ? `database_address = "${cluster.address('vestibule')}"` : `database_file = "${inFolder('practice.db')}"`,
      `master_key_file = "${inFolder('master-key')}"`,
      `listen_address = "127.0.0.1:${port}"`,
      `sandbox_phone_address = "127.0.0.1:${phone}"`,
      `certificate_file = "${inFolder('server.pem')}"`,
      `certificate_key_file = "${inFolder('server.key')}"`,
    ].join('\n'));
    const owner = cluster ? { VESTIBULE_OWNER_ADDRESS: cluster.address('vestibule_owner') } : {};
    await portal.#run(['migrate'], owner);
    await portal.comesBack();
    return portal;
  }

  /** Serves again, at the address it had. */
  async comesBack() {
    // Nothing of the test's own surroundings: the program refuses variables that it does not know.
    this.#server = await this.#machine.startAlone(process.env.PORTAL_PROGRAM, this.#words('serve'));
    await until('the portal serves', () => this.sandbox.messages().then(() => true, () => false), 60_000);
  }

  /** As a power cut would. */
  async goesAway() {
    const gone = new Promise((go) => this.#server.once('exit', go));
    this.#server.kill('SIGKILL');
    await gone;
  }

  /** What a command of the program prints. */
  async command(...words) {
    return this.#run(words, {});
  }

  async #run(words, env) {
    const { stdout } = await run(process.env.PORTAL_PROGRAM, this.#words(...words), { env });
    return stdout;
  }

  #words(...words) {
    return ['--config', join(this.#folder, 'portal.toml'), ...words];
  }

  /** A code that makes one machine the kiosk of this name. */
  async code(name) {
    const [, code] = /^Code: (\S+)$/m.exec(await this.command('kiosk', 'enrol', '--name', name));
    return code;
  }
}

/** Whenever a test runs: at night nobody who has left the kiosk is sent a text. Signs are reversed in these names. */
function zoneWhereItIsNoon() {
  const behind = new Date().getUTCHours() - 12;
  return `Etc/GMT${behind < 0 ? '' : '+'}${behind}`;
}
