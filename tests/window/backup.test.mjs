// A kiosk that brings its own portal is backed up while it works, and starts again on a fresh machine: the real program, the
// real keyring, the real encrypted file.

import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { cp, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { atTerminal, errand } from '../driver/errands.mjs';
import { goTo } from '../driver/journey.mjs';
import { KEYS, Kiosk } from '../driver/kiosk.mjs';
import { Machine, familyOf, freePort, killed, until } from '../driver/machine.mjs';
import { filesNaming, markersOf } from '../driver/traces.mjs';
import { XANTHIPPE, somebody } from './patients.mjs';

const KEY = /AGE-SECRET-KEY-1[0-9A-Z]{58}/;

/** Bytes of one sealed piece, with its tag (age-encryption.org/v1). */
const PIECE = 64 * 1024 + 16;

/** The machine whose kiosk was backed up, and what whoever keeps it took away. */
let first;

before(async () => {
  const machine = await Machine.set();
  const environment = await machine.logIn();
  const kiosk = await Kiosk.start(machine, { environment });
  await kiosk.ready();
  await goTo(kiosk, XANTHIPPE, 'code', { how: KEYS });
  const code = await kiosk.sandbox.code(XANTHIPPE);
  const asked = await errand(machine, ['--new-recovery-key'], environment);
  equal(asked.code, 0, asked.stderr);
  const [key] = KEY.exec(asked.stdout);
  const file = join(machine.folder, 'first.age');
  const taken = await errand(machine, ['--back-up-to', file], environment);
  equal(taken.code, 0, taken.stderr);
  first = { machine, environment, kiosk, code, key, file, taken };
});

after(() => first?.kiosk.stop());

/** The command that restores these bytes on a machine. */
async function restore(machine, bytes, key, environment) {
  const file = join(machine.folder, 'to-restore.age');
  const keyFile = join(machine.folder, 'recovery-key');
  await writeFile(file, bytes);
  await writeFile(keyFile, `${key}\n`, { mode: 0o600 });
  return errand(machine, ['--restore-from', file, '--recovery-key-file', keyFile], environment);
}

async function onMachine(what) {
  const machine = await Machine.set();
  try {
    await what(machine);
  } finally {
    await machine.stop();
  }
}

/** Databases, and whatever was on its way to become one. */
async function databases(machine) {
  return (await readdir(machine.data)).filter((name) => /^practice\.db|^\.vestibule-/.test(name));
}

test('a back-up is taken while the kiosk works, and names nobody', async () => {
  const { machine, key, file, taken } = first;
  match(taken.stderr, /The back-up is whole: version \d+, \d+ bytes/);
  equal((await stat(file)).mode & 0o777, 0o600, "its owner's alone");
  deepEqual(await filesNaming(machine.folder, undefined, markersOf(XANTHIPPE)), []);
  deepEqual((await filesNaming(machine.folder, undefined, [key])), [], 'the recovery key is kept nowhere');
  const said = await machine.said();
  match(said, /there is no recovery key.*--new-recovery-key/, 'a log is no place for the key: none was made at the start');
  ok(!KEY.test(said));
  equal((await errand(machine, ['--back-up-to', file], first.environment)).code, 1, 'none takes the place of another');
});

test('what is not whole, or not for this key, is refused and leaves nothing', () =>
  onMachine(async (machine) => {
    const environment = await machine.logIn();
    const whole = await readFile(first.file);
    ok(whole.length > PIECE, `more than one piece: ${whole.length} bytes`);
    const refused = async (bytes, key, why) => {
      const { code, stderr } = await restore(machine, bytes, key, environment);
      equal(code, 1, stderr);
      match(stderr, why);
      deepEqual(await databases(machine), []);
    };
    const altered = (at) => Buffer.from(whole).fill(whole[at] ^ 1, at, at + 1);
    const other = (await atTerminalFirstKey()).key;
    await refused(whole, other, /this recovery key does not open this back-up/);
    await refused(whole, 'AGE-SECRET-KEY-1QQQ', /this is no recovery key/);
    await refused(Buffer.from('id,family_name\n1,Obi\n'), first.key, /this is no back-up of Vestibule/);
    for (const length of [whole.length - 1, whole.length - (whole.length % PIECE), PIECE, 300]) {
      await refused(whole.subarray(0, length), first.key, /altered or its end is missing/);
    }
    for (const at of [1000, whole.length - 1]) await refused(altered(at), first.key, /altered or its end is missing/);
    const keyFile = join(machine.folder, 'open-key');
    await writeFile(keyFile, first.key, { mode: 0o644 });
    const open = await errand(machine, ['--restore-from', first.file, '--recovery-key-file', keyFile], environment);
    match(open.stderr, /can be read by others than its owner/);
    const nobody = await errand(machine, ['--restore-from', first.file], environment);
    match(nobody.stderr, /no terminal to ask for the recovery key|no recovery key/);

    // All of that kept no key either.
    const database = join(machine.data, 'practice.db');
    await writeFile(database, 'some database');
    const keyless = await errand(machine, ['--back-up-to', join(machine.folder, 'b.age')], environment);
    match(keyless.stderr, /the key store holds no key/);
    await rm(database);

    // Whoever sits at the terminal types the recovery key, and it is not shown.
    const terminal = atTerminal(machine, ['--restore-from', first.file], environment);
    await until('it asks', () => /Recovery key: /.test(terminal.shown));
    terminal.type(`${first.key}\n`);
    equal(await terminal.ended, 0, terminal.shown);
    match(terminal.shown, /Restored as it was on/);
    ok(!KEY.test(terminal.shown));
  }));

test('a place that holds something is left as it is, and so is a key store', () =>
  onMachine(async (machine) => {
    const { machine: old, environment: where, file, key } = first;
    const whole = await readFile(file);
    const running = await restore(old, whole, key, where);
    equal(running.code, 1);
    match(running.stderr, /a kiosk, or another restore, works in this data folder/);

    const environment = await machine.logIn();
    equal((await restore(machine, whole, key, environment)).code, 0);
    const database = await readFile(join(machine.data, 'practice.db'));
    const twice = await restore(machine, whole, key, environment);
    equal(twice.code, 1);
    match(twice.stderr, /practice\.db is there, and restoring replaces nothing/);
    deepEqual(await readFile(join(machine.data, 'practice.db')), database);

    // Moved away, with its key still in the store: the same key is no obstacle.
    await rename(join(machine.data, 'practice.db'), join(machine.folder, 'moved.db'));
    equal((await restore(machine, whole, key, environment)).code, 0);
    // Another kiosk's key is one.
    const { bytes, key: othersKey } = await atTerminalFirstKey();
    await rename(join(machine.data, 'practice.db'), join(machine.folder, 'moved-too.db'));
    const other = await restore(machine, bytes, othersKey, environment);
    equal(other.code, 1);
    match(other.stderr, /the key store holds another key than the back-up/);
    deepEqual(await databases(machine), []);
    equal((await restore(machine, whole, key, environment)).code, 0, 'the key is still the former one');
  }));

test('a second kiosk does not work in the folder of the first', async () => {
  const { machine, environment } = first;
  const before = (await machine.said()).length;
  const second = await machine.start(process.env.VESTIBULE_PLAIN, ['--mode', 'sandbox', '--data-dir', machine.data, '--window-size', '400x400'], environment);
  await until('it is out of service', async () => /another kiosk, or one that restores a back-up[^]*DataFolderTaken/.test((await machine.said()).slice(before)), 30_000);
  for (const member of (await familyOf(second.pid)).reverse()) killed(member);
});

test('a database without its key gets no new one', () =>
  onMachine(async (machine) => {
    const environment = await machine.logIn();
    const nothing = await errand(machine, ['--back-up-to', join(machine.folder, 'b.age')], environment);
    equal(nothing.code, 1);
    match(nothing.stderr, /there is no database/);
    await writeFile(join(machine.data, 'practice.db'), await readFile(join(first.machine.data, 'practice.db')));
    const lacking = await errand(machine, ['--back-up-to', join(machine.folder, 'b.age')], environment);
    equal(lacking.code, 1);
    match(lacking.stderr, /the key store holds no key for this database/);
    const ports = await Promise.all([freePort(), freePort()]);
    const addresses = ['--portal-address', `127.0.0.1:${ports[0]}`, '--phone-address', `127.0.0.1:${ports[1]}`];
    await machine.start(process.env.VESTIBULE_PLAIN, ['--mode', 'sandbox', '--data-dir', machine.data, ...addresses], environment);
    await until('it is out of service', async () => /does not hold the key of this kiosk[^]*KeyStoreMissing/.test(await machine.said()), 30_000);
    await rename(join(machine.data, 'practice.db'), join(machine.folder, 'moved.db'));
  }));

test('a key that the service manager gives serves a back-up made under it, and no other', () =>
  onMachine(async (machine) => {
    const credentials = async (name, byte) => {
      await mkdir(join(machine.folder, name));
      await writeFile(join(machine.folder, name, 'vestibule-master-key'), Buffer.alloc(32, byte));
      return { CREDENTIALS_DIRECTORY: join(machine.folder, name) };
    };
    const [mine, another] = [await credentials('mine', 7), await credentials('another', 8)];
    const { bytes, key } = await atTerminalFirstKey(mine);
    const refused = await restore(machine, bytes, key, another);
    equal(refused.code, 1);
    match(refused.stderr, /the key store holds another key/);
    const restored = await restore(machine, bytes, key, mine);
    equal(restored.code, 0, restored.stderr);
  }));

// From here on the first machine's kiosk is gone: ending a driven kiosk ends all of them.
test('a restored kiosk starts on a fresh machine and knows the same people', () =>
  onMachine(async (machine) => {
    const environment = await machine.logIn();
    const restored = await restore(machine, await readFile(first.file), first.key, environment);
    equal(restored.code, 0, restored.stderr);
    match(restored.stderr, /Restored as it was on 20\d\d-/);
    deepEqual(await databases(machine), ['practice.db']);
    equal((await stat(join(machine.data, 'practice.db'))).mode & 0o777, 0o600);

    const kiosk = await Kiosk.start(machine, { environment });
    try {
      await kiosk.ready();
      equal(await kiosk.sandbox.code(XANTHIPPE), first.code, 'what was sent before is known');
      const records = await kiosk.sandbox.patients('Okafor');
      ok(records.length >= 2, 'so are the records, a twin among them');
      deepEqual(records, await first.kiosk.sandbox.patients('Okafor'));
      await goTo(kiosk, { ...XANTHIPPE, mobile: '07700 900913' }, 'code', { how: KEYS });
      await kiosk.sandbox.code({ ...XANTHIPPE, mobile: '07700 900913' });
    } finally {
      await kiosk.kill();
    }
    const again = await errand(machine, ['--back-up-to', join(machine.folder, 'again.age')], environment);
    equal(again.code, 0, 'the recovery key is the same, and the key store has the key');
  }));

test('what the journal of the old machine keeps is handed over by the restored kiosk', () =>
  onMachine(async (machine) => {
    const patient = somebody(54);
    const old = await Kiosk.start(first.machine, { environment: first.environment, faulty: true });
    try {
      await old.ready();
      await goTo(old, patient, 'check', { how: KEYS });
      old.faulty.fail(/./, 'gone');
      await old.touch('confirm');
      await old.shows('kept', 40_000);
    } finally {
      await old.kill();
      await old.faulty.close();
    }

    const environment = await machine.logIn();
    equal((await restore(machine, await readFile(first.file), first.key, environment)).code, 0);
    const journal = join(machine.data, 'journal');
    await cp(join(first.machine.data, 'journal'), journal, { recursive: true });
    const entries = async () => (await readdir(journal)).filter((name) => name.endsWith('.entry'));
    equal((await entries()).length, 1);
    const kiosk = await Kiosk.start(machine, { environment });
    try {
      await until('everything is handed over', async () => (await entries()).length === 0, 90_000);
      await until('the portal opens it', async () => /the portal has everything/.test(await machine.said()));
    } finally {
      await kiosk.kill();
    }
  }));

let byDefault;

/**
 * The first start of a kiosk at a terminal, which shows the recovery key, once; and a back-up of it, taken beside it. Without a
 * session bus it has a keyring of its own, and so has the command.
 */
function atTerminalFirstKey(environment = null) {
  if (environment) return firstStart(environment);
  byDefault ??= firstStart({});
  return byDefault;
}

async function firstStart(environment) {
  const machine = await Machine.set();
  try {
    const start = async () => {
      const [portal, phone] = await Promise.all([freePort(), freePort()]);
      const terminal = atTerminal(machine, ['--portal-address', `127.0.0.1:${portal}`, '--phone-address', `127.0.0.1:${phone}`], environment);
      await until('the kiosk is ready', () => /\bready\b/.test(terminal.shown), 60_000);
      return terminal;
    };
    const stop = async (terminal) => {
      for (const member of (await familyOf(terminal.pid)).reverse()) killed(member);
      await terminal.ended;
    };
    const terminal = await start();
    const shown = terminal.shown.match(new RegExp(KEY, 'g'));
    equal(shown?.length, 1, 'shown once');
    const file = join(machine.folder, 'b.age');
    const taken = await errand(machine, ['--back-up-to', file], environment);
    equal(taken.code, 0, taken.stderr);
    await stop(terminal);
    const again = await start();
    ok(!KEY.test(again.shown), 'and not at the next start');
    await stop(again);
    return { bytes: await readFile(file), key: shown[0] };
  } finally {
    await machine.stop();
  }
}
