import { describe, expect, it } from 'vitest';
import type { Figures } from '../bindings';
import { byDay, byKiosk, chartTop, spanInWords, sumOf } from './figures';
import { lastDays } from './places';

/** Fluent puts them round what it fills in. */
const ISOLATES = /[\u2068\u2069]/g;

const counted = (day: string, kiosk: string | null, started: number): Figures['days'][number] => ({
  day,
  kiosk,
  started,
  finished: 1,
  reviews: 0,
  help_calls: 2,
});

const FIGURES: Figures = {
  over: 'week',
  from: '2026-10-24',
  to: '2026-10-26',
  days: [
    counted('2026-10-24', 'b', 3),
    counted('2026-10-26', 'a', 4),
    counted('2026-10-26', 'b', 5),
    counted('2026-10-26', null, 1),
  ],
  kiosks: [
    { id: 'b', name: 'Waiting room' },
    { id: 'a', name: 'Front door' },
  ],
  steps: [],
};

describe('figures', () => {
  it('have every day of the period, also on a night when clocks go back', () => {
    const days = byDay(FIGURES).map(({ day, sums }) => [day, sums.started]);
    expect(days).toEqual([
      ['2026-10-24', 3],
      ['2026-10-25', 0],
      ['2026-10-26', 10],
    ]);
  });

  it('have every kiosk by name, and last what began at none', () => {
    const kiosks = byKiosk(FIGURES).map(({ name, sums }) => [name, sums.started]);
    expect(kiosks).toEqual([
      ['Front door', 4],
      ['Waiting room', 8],
      [null, 1],
    ]);
    expect(byKiosk({ ...FIGURES, days: [] }).map(({ name }) => name)).not.toContain(null);
  });

  it('are added up', () => {
    expect(sumOf(FIGURES.days)).toEqual({ started: 13, finished: 4, reviews: 0, help_calls: 8 });
    expect(sumOf([])).toEqual({ started: 0, finished: 0, reviews: 0, help_calls: 0 });
  });

  it('are drawn under a round number', () => {
    expect([[], [3], [7], [10], [13], [47], [61], [230]].map(chartTop)).toEqual([
      4, 4, 8, 10, 20, 50, 80, 300,
    ]);
  });

  it('say how long a step took in a unit that people use', () => {
    expect(
      [1, 119, 120, 7_199, 9_400].map((seconds) => spanInWords(seconds).replaceAll(ISOLATES, '')),
    ).toEqual(['1 second', '119 seconds', '2 minutes', '2 hours', '3 hours']);
  });
});

describe('the last days', () => {
  it('have today among them', () => {
    const now = new Date('2026-03-02T23:30:00Z');
    const days = (many: number) => lastDays(now, many, 'Europe/London');
    expect(days(1)).toEqual({ from: '2026-03-02', to: '2026-03-02' });
    expect(days(7)).toEqual({ from: '2026-02-24', to: '2026-03-02' });
  });

  it('are the practice’s, wherever this machine stands', () => {
    const now = new Date('2026-03-02T23:30:00Z');
    expect(lastDays(now, 1, 'Asia/Kolkata').to).toBe('2026-03-03');
    expect(lastDays(now, 1, 'America/New_York').to).toBe('2026-03-02');
  });
});
