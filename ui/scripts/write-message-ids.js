import { readFileSync, writeFileSync } from 'node:fs';
import { FILES, typesOf } from './messages.js';

const texts = new URL('../src/texts/', import.meta.url);
for (const [file, types] of FILES)
  writeFileSync(new URL(types, texts), typesOf(readFileSync(new URL(file, texts), 'utf8'), file));
