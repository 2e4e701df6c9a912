import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
// @ts-expect-error -- a script without types of its own
import { FILES, messagesOf, typesOf } from '../../scripts/messages.js';
import english from './en-GB.ftl?raw';
import staffs from './staff.en-GB.ftl?raw';
import { t as ts } from './staffTexts';
import { rightToLeft } from './rightToLeft';
import { ENGLISH, PSEUDO, t, texts } from './texts.svelte';

const read = messagesOf as (ftl: string) => Map<string, Set<string>>;
const messages = read(english);
const staffMessages = read(staffs);

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.(ts|svelte)$/.test(name) && !/\.test\.ts$|\.d\.ts$/.test(name) ? [path] : [];
  });
}

afterEach(() => {
  texts.language = ENGLISH;
});

describe('the words', () => {
  it('have types written from them', () => {
    for (const [file, types] of FILES as [string, string][]) {
      const ftl = readFileSync(join('src/texts', file), 'utf8');
      const written = readFileSync(join('src/texts', types), 'utf8');
      expect((typesOf as (ftl: string, file: string) => string)(ftl, file)).toBe(written);
    }
  });

  it('are all used', () => {
    const source = sources('src')
      .map((path) => readFileSync(path, 'utf8'))
      .join('\n');
    const unused = [...messages.keys(), ...staffMessages.keys()].filter(
      (id) => !source.includes(`'${id}'`),
    );
    expect(unused).toEqual([]);
  });

  it('all read without a gap', () => {
    for (const language of [ENGLISH, PSEUDO]) {
      texts.language = language;
      for (const [id, names] of messages) {
        const args = Object.fromEntries([...names].map((name) => [name, 2]));
        const read = (texts.get as (id: string, args: unknown) => string).call(texts, id, args);
        expect(read, id).not.toBe(id);
        expect(read, id).not.toMatch(/[{}]/);
      }
    }
    for (const [id, names] of staffMessages) {
      const args = Object.fromEntries([...names].map((name) => [name, 2]));
      const read = (ts as (id: string, args: unknown) => string)(id, args);
      expect(read, id).not.toBe(id);
      expect(read, id).not.toMatch(/[{}]/);
    }
  });

  it('keep the house voice', () => {
    const read = [...(english + staffs).matchAll(/^(?!#)[^=]*=?(.*)$/gm)]
      .map(([, text]) => text)
      .join('\n');
    expect(read).not.toMatch(/\b(please|sorry|invalid|oops|forbidden|error|user|OTP|PIN)\b/i);
  });

  it('count in words', () => {
    expect(t('code-resend-in', { seconds: 1 })).toContain('1');
    expect(t('code-resend-in', { seconds: 1 })).toMatch(/second\b/);
    expect(t('code-resend-in', { seconds: 40 })).toMatch(/seconds/);
  });
});

describe('the right-to-left language', () => {
  it('has no Latin letters of ours', () => {
    texts.language = PSEUDO;
    expect(t('welcome-title')).not.toMatch(/[a-z]/i);
    expect(t('welcome-title')).toMatch(/\p{Script=Arabic}/u);
  });

  it('leaves figures and names alone', () => {
    texts.language = PSEUDO;
    expect(t('privacy-desk', { phone: '0113 496 0110' })).toContain('0113 496 0110');
  });

  it('is longer than English', () => {
    expect(rightToLeft('Continue').length).toBeGreaterThan('Continue'.length * 1.3);
  });
});
