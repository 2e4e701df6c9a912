import { readFileSync, writeFileSync } from 'node:fs';
import { typesOf } from './messages.js';

const texts = new URL('../src/texts/', import.meta.url);
writeFileSync(
  new URL('messages.d.ts', texts),
  typesOf(readFileSync(new URL('en-GB.ftl', texts), 'utf8')),
);
