/** Puts `text` where the caret is, as a hardware key would. */
export function insert(field: HTMLInputElement, text: string): void {
  const from = field.selectionStart ?? field.value.length;
  const to = field.selectionEnd ?? from;
  replace(field, from, to, text);
}

export function backspace(field: HTMLInputElement): void {
  const from = field.selectionStart ?? field.value.length;
  const to = field.selectionEnd ?? from;
  if (from !== to) replace(field, from, to, '');
  else if (from > 0) replace(field, from - lengthBefore(field.value, from), from, '');
}

/** The letter before the caret. */
export function letterBefore(field: HTMLInputElement): string {
  const at = field.selectionStart ?? field.value.length;
  return at === 0 ? '' : field.value.slice(at - lengthBefore(field.value, at), at);
}

function replace(field: HTMLInputElement, from: number, to: number, text: string): void {
  field.setRangeText(text, from, to, 'end');
  field.setSelectionRange(from + text.length, from + text.length);
  field.dispatchEvent(
    new InputEvent('input', { bubbles: true, inputType: text ? 'insertText' : 'deleteContent' }),
  );
}

/** UTF-16 units of the character before `at`: two for a pair, and its accents with it. */
function lengthBefore(value: string, at: number): number {
  const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(
    value.slice(0, at),
  );
  let length = 1;
  for (const { segment } of segments) length = segment.length;
  return length;
}
