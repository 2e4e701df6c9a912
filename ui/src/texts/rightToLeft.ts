const LATIN = 'abcdefghijklmnopqrstuvwxyz';
const ARABIC = 'ابصدعفغهيجكلمنوپقرستثڤشخظز';
const VOWELS = new Set('aeiou');

/** Writes Latin letters with Arabic ones, vowels twice. Figures and signs stay. */
export function rightToLeft(english: string): string {
  return Array.from(english, (letter) => {
    const small = letter.toLowerCase();
    const at = LATIN.indexOf(small);
    if (at < 0) return letter;
    const arabic = ARABIC.charAt(at);
    return VOWELS.has(small) ? arabic + arabic : arabic;
  }).join('');
}
