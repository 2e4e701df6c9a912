import type { PlainId } from '../texts/messages';

/** Which keys a field needs. */
export type Keys =
  'name' | 'email' | 'digits' | 'telephone' | 'password' | 'address' | 'enrolment' | 'search';

/** Which keys are on show. */
export type LayoutName = Keys | 'symbols';

/** "letters" leads back to whichever layout the field began with. */
export type KeyAct =
  | { act: 'type'; text: string }
  | { act: 'backspace' }
  | { act: 'shift' }
  | { act: 'accents' }
  | { act: 'layout'; to: 'symbols' | 'letters' };

export type Key = KeyAct & {
  /** Width in half keys. */
  span: number;
  /** Half keys left free before it. */
  gap: number;
  /** Spoken name, where the sign on the key does not speak for itself. */
  spoken?: PlainId;
  /** Words on the key, where it is not what it types. */
  shown?: PlainId;
};

export interface Layout {
  /** Half keys in a row. */
  halves: number;
  rows: readonly (readonly Key[])[];
}

const SPOKEN: Partial<Record<string, PlainId>> = {
  '@': 'key-at',
  '.': 'key-dot',
  ',': 'key-comma',
  '-': 'key-hyphen',
  _: 'key-underscore',
  "'": 'key-apostrophe',
  '+': 'key-plus',
  '/': 'key-slash',
  '\\': 'key-backslash',
  ':': 'key-colon',
  ';': 'key-semicolon',
  '!': 'key-exclamation',
  '?': 'key-question',
  '#': 'key-hash',
  '£': 'key-pound',
  $: 'key-dollar',
  '%': 'key-percent',
  '&': 'key-ampersand',
  '*': 'key-star',
  '=': 'key-equals',
  '(': 'key-open',
  ')': 'key-shut',
  '"': 'key-quote',
  ' ': 'key-space',
};

function key(text: string, span = 2, gap = 0): Key {
  const spoken = SPOKEN[text];
  return { act: 'type', text, span, gap, ...(spoken ? { spoken } : {}) };
}

const keys = (letters: string): Key[] => Array.from(letters, (letter) => key(letter));
const after = (gap: number, [first, ...rest]: Key[]): Key[] =>
  first ? [{ ...first, gap }, ...rest] : [];

const backspace = (span: number): Key => ({
  act: 'backspace',
  span,
  gap: 0,
  spoken: 'key-backspace',
});
const shift: Key = {
  act: 'shift',
  span: 3,
  gap: 0,
  spoken: 'key-shift',
  shown: 'key-shift-word',
};
const accents: Key = {
  act: 'accents',
  span: 4,
  gap: 0,
  spoken: 'key-accents',
  shown: 'key-accents-word',
};
const toSymbols = (span: number): Key => ({
  act: 'layout',
  to: 'symbols',
  span,
  gap: 0,
  spoken: 'key-symbols',
  shown: 'key-symbols-word',
});
const space = (span: number): Key => ({ ...key(' ', span), shown: 'key-space' });

const letters = [keys('qwertyuiop'), after(1, keys('asdfghjkl'))];
const lastLetters: Key[] = [shift, ...keys('zxcvbnm'), backspace(3)];

const password: Layout = {
  halves: 20,
  rows: [
    keys('1234567890'),
    ...letters,
    lastLetters,
    [toSymbols(4), key('-'), space(8), key('.'), accents],
  ],
};

export const LAYOUTS: Record<LayoutName, Layout> = {
  name: {
    halves: 20,
    rows: [...letters, lastLetters, [accents, key("'"), space(10), key('-'), key('.')]],
  },
  password,
  // Names, references and dates in one field.
  search: password,
  symbols: {
    halves: 20,
    rows: [
      keys('1234567890'),
      keys('!"£$%&*()='),
      after(1, keys("@#'+-_/\\:")),
      after(3, [...keys(';?,.<>~'), backspace(3)]),
      [
        {
          act: 'layout',
          to: 'letters',
          span: 4,
          gap: 0,
          spoken: 'key-letters',
          shown: 'key-letters-word',
        },
        space(16),
      ],
    ],
  },
  email: {
    halves: 20,
    rows: [
      keys('1234567890'),
      ...letters,
      [...keys('_zxcvbnm-'), backspace(2)],
      [
        toSymbols(3),
        key('@', 3),
        key('.'),
        key('.co.uk', 4),
        key('gmail.com', 4),
        key('outlook.com', 4),
      ],
    ],
  },
  address: {
    halves: 20,
    rows: [
      keys('1234567890'),
      keys('qwertyuiop'),
      keys('asdfghjkl-'),
      [...keys('zxcvbnm.:'), backspace(2)],
    ],
  },
  enrolment: {
    halves: 20,
    rows: [keys('1234567890'), ...letters, after(1, [...keys('zxcvbnm'), key('-'), backspace(3)])],
  },
  digits: {
    halves: 6,
    rows: [keys('123'), keys('456'), keys('789'), [key('0', 2, 2), backspace(2)]],
  },
  telephone: {
    halves: 6,
    rows: [keys('123'), keys('456'), keys('789'), [key('+'), key('0'), backspace(2)]],
  },
};

const VARIANTS: Partial<Record<string, string>> = {
  a: 'àáâãäåāăąæ',
  c: 'çćčċĉ',
  d: 'ďđð',
  e: 'èéêëēėęě',
  g: 'ğģġ',
  h: 'ħĥ',
  i: 'ìíîïīįı',
  k: 'ķ',
  l: 'łĺľļ',
  n: 'ñńňņŋ',
  o: 'òóôõöøōőœ',
  r: 'ŕřŗ',
  s: 'śšşșß',
  t: 'ťţțþ',
  u: 'ùúûüūůűų',
  w: 'ŵẁẃẅ',
  y: 'ýÿŷỳ',
  z: 'źżž',
};

/** When no letter stands before the caret: the ones most asked for. */
const COMMON = 'áéíóúäöüłñ';

/** The accented forms of `letter`, in its own case. */
export function variantsOf(letter: string): string[] {
  const variants = Array.from(VARIANTS[letter.toLowerCase()] ?? '');
  return letter === letter.toLowerCase()
    ? variants
    : variants.map((variant) => variant.toUpperCase()).filter((variant) => variant.length === 1);
}

export function commonAccents(): string[] {
  return Array.from(COMMON);
}
