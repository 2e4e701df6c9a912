// The portal as a program on a server, behind TLS of an authority of its own, on an encrypted file.

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

  /** Serves until `machine` is stopped. */
  static async start(machine) {
    const portal = new Portal();
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
      `database_file = "${inFolder('practice.db')}"`,
      `master_key_file = "${inFolder('master-key')}"`,
      `listen_address = "127.0.0.1:${port}"`,
      `sandbox_phone_address = "127.0.0.1:${phone}"`,
      `certificate_file = "${inFolder('server.pem')}"`,
      `certificate_key_file = "${inFolder('server.key')}"`,
    ].join('\n'));
    await portal.command('migrate');
    // Nothing of the test's own surroundings: the program refuses variables that it does not know.
    await machine.startAlone(process.env.PORTAL_PROGRAM, ['--config', inFolder('portal.toml'), 'serve']);
    await until('the portal serves', () => portal.sandbox.messages().then(() => true, () => false), 60_000);
    return portal;
  }

  /** What a command of the program prints. */
  async command(...words) {
    const { stdout } = await run(process.env.PORTAL_PROGRAM, ['--config', join(this.#folder, 'portal.toml'), ...words], { env: {} });
    return stdout;
  }

  /** A code that makes one machine the kiosk of this name. */
  async code(name) {
    const [, code] = /^Code: (\S+)$/m.exec(await this.command('kiosk', 'enrol', '--name', name));
    return code;
  }
}
