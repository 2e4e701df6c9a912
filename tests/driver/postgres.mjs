// A PostgreSQL of a test's own, on a socket, with the roles and the database of docs/operations.md.

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { until } from './machine.mjs';

const run = promisify(execFile);

/** Where Debian keeps its programs: one folder for each version. */
const VERSIONS = '/usr/lib/postgresql';

/** PostgreSQL refuses to run as root. */
const AS = process.getuid() === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] : [];

export class Cluster {
  #folder;
  #server;

  /** Runs until it is stopped, which must be before `machine` is. */
  static async start(machine) {
    const cluster = new Cluster();
    cluster.#folder = await mkdtemp(join(tmpdir(), 'vestibule-postgres-'));
    if (AS.length > 0) await run('chown', ['postgres', cluster.#folder]);
    const [newest] = (await readdir(VERSIONS)).sort((a, b) => Number(b) - Number(a));
    const data = join(cluster.#folder, 'cluster');
    const words = (program, ...args) => [...AS, join(VERSIONS, newest, 'bin', program), ...args];
    const [initdb, ...how] = words('initdb', '--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C.UTF-8', '--pgdata', data);
    await run(initdb, how, { cwd: cluster.#folder });
    const [postgres, ...options] = words('postgres', '-D', data, '-k', cluster.#folder, '-c', 'listen_addresses=');
    cluster.#server = await machine.startAlone(postgres, options);
    await until('PostgreSQL answers', () => cluster.does('SELECT 1', 'postgres').then(() => true, () => false));
    for (const role of ['vestibule_owner', 'vestibule']) await cluster.does(`CREATE ROLE ${role} LOGIN`, 'postgres');
    await cluster.does('CREATE DATABASE vestibule OWNER vestibule_owner TEMPLATE template0', 'postgres');
    return cluster;
  }

  /** Where `role` finds the portal's database. */
  address(role) {
    return `postgres://${role}@localhost/vestibule?host=${this.#folder}`;
  }

  /** Runs a statement as the server's superuser, and gives what it answers. */
  async does(statement, database = 'vestibule') {
    const how = ['--quiet', '--no-align', '--tuples-only', '--set=ON_ERROR_STOP=1', '--host', this.#folder, '--username=postgres'];
    const { stdout } = await run('psql', [...how, '--command', statement, database]);
    return stdout;
  }

  async stop() {
    const gone = new Promise((go) => this.#server.once('exit', go));
    this.#server.kill('SIGQUIT');
    await gone;
    await rm(this.#folder, { recursive: true, force: true });
  }
}
