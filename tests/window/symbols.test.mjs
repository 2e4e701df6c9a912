// WebKit uses SQLite too: were the kiosk's exported, WebKit's calls would land in the encrypted one.

import { deepEqual, ok } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

test('the kiosk exports nothing of its database', async () => {
  const { stdout } = await promisify(execFile)('nm', ['--dynamic', process.env.VESTIBULE_KIOSK], { maxBuffer: 64 << 20 });
  const symbols = stdout.split('\n').filter(Boolean);
  ok(symbols.length > 100, 'nm read the program');
  deepEqual(symbols.filter((line) => /\s[TWBDRV]\s+sqlite3/.test(line)), []);
});
