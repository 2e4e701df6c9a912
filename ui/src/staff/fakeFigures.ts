import type { DayFigures, Figures, FiguresOver, StaffAnswer, StaffAsk } from '../bindings';
import { lastDays } from './places';

type Asked = Extract<StaffAsk, { ask: 'figures' | 'figures_file' }>;

const LENGTH: Record<FiguresOver, number> = { week: 7, month: 30, quarter: 90 };
const KIOSKS = [
  { id: '018f2f6e-0000-7000-8000-0000000000c1', name: 'Front door' },
  { id: '018f2f6e-0000-7000-8000-0000000000c2', name: 'Waiting room' },
];

/** Counts of the stand-in. */
export class FakeFigures {
  /** A practice where nobody has registered yet. */
  empty = false;

  answer(ask: Asked): StaffAnswer {
    const figures = this.#figures(ask.over);
    if (ask.ask === 'figures') return { answer: 'figures', figures };
    const name = `figures-${figures.from}-to-${figures.to}.csv`;
    return { answer: 'file', name, csv: '\ufeffday,kiosk,started\r\n' };
  }

  #figures(over: FiguresOver): Figures {
    const { from, to } = lastDays(new Date(), LENGTH[over], 'Europe/London');
    const days = this.empty ? [] : daysBefore(to, LENGTH[over]);
    const started = days.reduce((sum, day) => sum + day.started, 0);
    const part = (share: number): number => Math.round(started * share);
    return {
      over,
      from,
      to,
      days,
      kiosks: this.empty ? [] : KIOSKS,
      steps: [
        { step: 'code', stopped: part(0.06), went_on: part(0.94), median_s: 38 },
        { step: 'password', stopped: part(0.01), went_on: part(0.91), median_s: 64 },
        { step: 'link', stopped: part(0.13), went_on: part(0.78), median_s: 9_400 },
        { step: 'terms', stopped: part(0.03), went_on: part(0.75), median_s: 51 },
      ],
    };
  }
}

/** More on Mondays, none on Sundays, and a little of everything. */
function daysBefore(last: string, count: number): DayFigures[] {
  const days: DayFigures[] = [];
  for (let ago = count - 1; ago >= 0; ago -= 1) {
    const date = new Date(Date.parse(last) - ago * 86_400_000);
    const busy = [0, 19, 14, 12, 15, 11, 4][date.getUTCDay()] ?? 0;
    const day = date.toISOString().slice(0, 10);
    KIOSKS.forEach(({ id }, at) => {
      const started =
        busy === 0 ? 0 : Math.max(0, Math.round(busy / (at + 1)) + ((ago * 7 + at) % 5) - 2);
      if (started === 0) return;
      const finished = Math.round(started * (0.62 + ((ago * 3) % 7) / 25));
      const help_calls = (ago + at) % 3;
      days.push({ day, kiosk: id, started, finished, reviews: started > 9 ? 2 : 0, help_calls });
    });
  }
  return days;
}
