import type { TypedDate } from '../bindings';
import { ENGLISH, type Language, PSEUDO } from '../texts/texts.svelte';

/** "27 3 1985" as "27 March 1985", for reading over; a month that was typed as a word stays as typed. */
export function dateInWords({ day, month, year }: TypedDate, language: Language): string {
  const number = Number(month);
  if (!Number.isInteger(number) || number < 1 || number > 12) return `${day} ${month} ${year}`;
  const tag = language.tag === PSEUDO.tag ? ENGLISH.tag : language.tag;
  const name = new Intl.DateTimeFormat(tag, { month: 'long', timeZone: 'UTC' }).format(
    new Date(Date.UTC(2000, number - 1, 1)),
  );
  return `${day} ${name} ${year}`;
}
