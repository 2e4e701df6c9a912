import type { DayFigures, Figures } from '../bindings';
import { t } from '../texts/staffTexts';

export interface Sums {
  started: number;
  finished: number;
  reviews: number;
  help_calls: number;
}

const NOTHING: Sums = { started: 0, finished: 0, reviews: 0, help_calls: 0 };

export function sumOf(days: readonly DayFigures[]): Sums {
  return days.reduce(
    (sum, day) => ({
      started: sum.started + day.started,
      finished: sum.finished + day.finished,
      reviews: sum.reviews + day.reviews,
      help_calls: sum.help_calls + day.help_calls,
    }),
    NOTHING,
  );
}

/** Every day of the period, also those with nothing to count. */
export function byDay({ days, from, to }: Figures): { day: string; sums: Sums }[] {
  const DAY_MS = 86_400_000;
  const all: { day: string; sums: Sums }[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10);
    all.push({ day, sums: sumOf(days.filter((each) => each.day === day)) });
  }
  return all;
}

/** By the kiosks' names; what began at none comes last. */
export function byKiosk({ days, kiosks }: Figures): { name: string | null; sums: Sums }[] {
  const of = (kiosk: string | null): DayFigures[] => days.filter((day) => day.kiosk === kiosk);
  const named = [...kiosks]
    .sort((one, other) => one.name.localeCompare(other.name, 'en-GB'))
    .map(({ id, name }) => ({ name, sums: sumOf(of(id)) }));
  const atNone = of(null);
  return atNone.length === 0 ? named : [...named, { name: null, sums: sumOf(atNone) }];
}

/** The smallest round number with a half that is not below any of these: where the chart ends. */
export function chartTop(numbers: readonly number[]): number {
  const most = Math.max(4, ...numbers);
  const power = 10 ** Math.floor(Math.log10(most));
  const round = [1, 2, 3, 4, 5, 6, 8, 10].map((factor) => factor * power);
  return round.find((number) => number >= most && number % 2 === 0) ?? 10 * power;
}

const NUMBER = new Intl.NumberFormat('en-GB');

/** With a comma between thousands. */
export const numberInWords = (number: number): string => NUMBER.format(number);

/** In the largest unit that leaves at least two of it. */
export function spanInWords(seconds: number): string {
  if (seconds < 120) return t('time-seconds', { count: seconds });
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return t('time-minutes', { count: minutes });
  return t('time-hours', { count: Math.round(minutes / 60) });
}
