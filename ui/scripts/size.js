// Fails when what a kiosk must parse before its first frame grows past the budget. Fonts are read apart.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 150;

const assets = new URL('../dist/assets/', import.meta.url);
let total = 0;
for (const name of readdirSync(assets)) {
  if (!/\.(js|css)$/.test(name)) continue;
  const size = gzipSync(readFileSync(new URL(name, assets))).length;
  total += size;
  process.stdout.write(`${name} ${(size / 1000).toFixed(1)} kB gzip\n`);
}
process.stdout.write(`together ${(total / 1000).toFixed(1)} of ${BUDGET_KB} kB\n`);
process.exitCode = total > BUDGET_KB * 1000 ? 1 : 0;
