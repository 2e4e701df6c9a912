// Reads the message ids and their arguments out of a Fluent file, and writes them as TypeScript,
// so that a wrong id or a forgotten argument does not compile.
import { parse, Visitor } from '@fluent/syntax';

/** Each Fluent file, and the types written from it. */
export const FILES = /** @type {const} */ ([
  ['en-GB.ftl', 'messages.d.ts'],
  ['staff.en-GB.ftl', 'staffMessages.d.ts'],
]);

class Names extends Visitor {
  /** @param {Set<string>} names */
  constructor(names) {
    super();
    this.names = names;
  }

  /** @param {import('@fluent/syntax').VariableReference} reference */
  visitVariableReference(reference) {
    this.names.add(reference.id.name);
  }
}

/** @param {string} ftl @returns {Map<string, Set<string>>} arguments by message id */
export function messagesOf(ftl) {
  const resource = parse(ftl, {});
  const messages = new Map();
  for (const entry of resource.body) {
    if (entry.type === 'Junk') throw new Error(`not Fluent: ${String(entry.content)}`);
    if (entry.type !== 'Message') continue;
    /** @type {Set<string>} */
    const names = new Set();
    new Names(names).visit(entry);
    messages.set(entry.id.name, names);
  }
  return messages;
}

/** @param {string} ftl @param {string} file its name */
export function typesOf(ftl, file) {
  const lines = [...messagesOf(ftl)].map(([id, names]) => {
    const args = [...names].map((name) => `${name}: string | number`).join('; ');
    return `  '${id}': ${args === '' ? 'null' : `{ ${args} }`};`;
  });
  return [
    `// Written by \`npm run texts\` from ${file}.`,
    'export interface Messages {',
    ...lines,
    '}',
    'export type MessageId = keyof Messages;',
    '/** Messages that need no arguments. */',
    'export type PlainId = { [Id in MessageId]: Messages[Id] extends null ? Id : never }[MessageId];',
    '',
  ].join('\n');
}
