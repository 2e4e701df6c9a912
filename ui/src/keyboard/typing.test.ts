import { beforeEach, describe, expect, it } from 'vitest';
import { keyboard } from './keyboard.svelte';
import { commonAccents, type LayoutName, LAYOUTS, variantsOf } from './layouts';
import { backspace, insert, letterBefore } from './typing';

let field: HTMLInputElement;

beforeEach(() => {
  document.body.replaceChildren();
  field = document.createElement('input');
  document.body.append(field);
});

function check(
  value: string,
  selection: [number, number],
  act: () => void,
  expected: string,
  caret: number,
): void {
  field.value = value;
  field.setSelectionRange(...selection);
  act();
  expect(field.value).toBe(expected);
  expect(field.selectionStart).toBe(caret);
}

describe('keys', () => {
  it('type at the caret', () => {
    check(
      'Ana',
      [1, 1],
      () => {
        insert(field, 'n');
      },
      'Anna',
      2,
    );
  });

  it('type over a selection', () => {
    check(
      'Ada',
      [1, 3],
      () => {
        insert(field, 'nn');
      },
      'Ann',
      3,
    );
  });

  it('tell the page as a hardware key would', () => {
    let told = 0;
    field.addEventListener('input', () => {
      told += 1;
    });
    insert(field, 'a');
    backspace(field);
    backspace(field);
    expect(told).toBe(2);
  });

  it('delete the letter before the caret', () => {
    check(
      'Anna',
      [2, 2],
      () => {
        backspace(field);
      },
      'Ana',
      1,
    );
  });

  it('delete a letter with its accents in one press', () => {
    check(
      'Zoe\u0308',
      [4, 4],
      () => {
        backspace(field);
      },
      'Zo',
      2,
    );
  });

  it('know the letter before the caret', () => {
    field.value = 'Zoe';
    field.setSelectionRange(2, 2);
    expect(letterBefore(field)).toBe('o');
  });
});

describe('layouts', () => {
  it.each(Object.entries(LAYOUTS))('%s fits its rows', (_name, { halves, rows }) => {
    for (const row of rows) {
      const width = row.reduce((sum, { span, gap }) => sum + span + gap, 0);
      expect(width).toBeLessThanOrEqual(halves);
      expect(width).toBeGreaterThanOrEqual(halves - 2);
    }
  });

  it('name every sign that does not speak for itself', () => {
    for (const { rows } of Object.values(LAYOUTS))
      for (const key of rows.flat())
        if (key.act === 'type' && /^[^\p{L}\p{N}]$/u.test(key.text) && !'<>~'.includes(key.text))
          expect(key.spoken, key.text).toBeDefined();
  });

  /** What can be typed into a field with these keys, other layouts included. */
  function within(layout: LayoutName): Set<string> {
    const reached = new Set<string>();
    const to = new Set<LayoutName>([layout]);
    for (const each of to)
      for (const key of LAYOUTS[each].rows.flat()) {
        if (key.act === 'type') reached.add(key.text);
        if (key.act === 'layout' && key.to === 'symbols') to.add('symbols');
      }
    return reached;
  }

  it.each(['email', 'password'] as const)('for %s reach what people have there', (layout) => {
    const reached = within(layout);
    for (const sign of "abcdefghijklmnopqrstuvwxyz0123456789.+-_'@")
      expect(reached, sign).toContain(sign);
  });

  it.each(['email', 'password'] as const)('lead from the signs back to %s', (layout) => {
    const undo = keyboard.serve(field, layout);
    keyboard.lead('symbols');
    expect(keyboard.layout).toBe('symbols');
    keyboard.lead('letters');
    expect(keyboard.layout).toBe(layout);
    undo();
  });

  it('keep the case of an accented letter', () => {
    expect(variantsOf('o')).toContain('ö');
    expect(variantsOf('O')).toContain('Ö');
    expect(variantsOf('S')).not.toContain('SS');
    expect(commonAccents()).toHaveLength(10);
  });
});
