import type { KioskAct, KioskRow, KioskStanding, StaffAnswer, StaffAsk } from '../bindings';
import { never } from '../kiosk/screens';
import { minutesAgo } from './fakePeople';

type Asked = Extract<StaffAsk, { ask: 'kiosks' | 'run_kiosk' }>;

export const FRONT_DOOR = '018f2f6e-0000-7000-8000-0000000000c1';
export const WAITING_ROOM = '018f2f6e-0000-7000-8000-0000000000c2';
export const FIRST_FLOOR = '018f2f6e-0000-7000-8000-0000000000c3';
export const CHILDREN = '018f2f6e-0000-7000-8000-0000000000c4';

const CLEANS_FOR_S = 120;

const kiosk = (id: string, name: string, more: Partial<KioskRow> = {}): KioskRow => ({
  id,
  name,
  online: true,
  seen_at: minutesAgo(0),
  version: '1.4.0',
  in_use: false,
  kept: 0,
  standing: { standing: 'open' },
  restarts: false,
  ...more,
});

/** Kiosks of the stand-in. */
export class FakeKiosks {
  rows: KioskRow[] = [
    kiosk(WAITING_ROOM, 'Waiting room', { in_use: true }),
    kiosk(FRONT_DOOR, 'Front door'),
    kiosk(FIRST_FLOOR, 'First floor', {
      online: false,
      seen_at: minutesAgo(200),
      version: '1.3.2',
      kept: 2,
    }),
    kiosk(CHILDREN, 'Children’s corner', { standing: { standing: 'paused' }, restarts: true }),
  ];
  /** At whose glass it is asked. */
  here: string | null = null;

  /** When those that are being cleaned answer again, by this machine's uptime. */
  readonly #cleanUntil = new Map<string, number>();

  answer(ask: Asked): StaffAnswer {
    if (ask.ask === 'run_kiosk') this.run(ask.id, ask.act);
    const rows = this.rows.map((row) => ({ ...row, standing: this.standingOf(row.id) }));
    return { answer: 'kiosks', rows, here: this.here };
  }

  change(id: string, to: Partial<KioskRow>): void {
    this.rows = this.rows.map((row) => (row.id === id ? { ...row, ...to } : row));
  }

  run(id: string, act: KioskAct): void {
    switch (act) {
      case 'pause':
        this.change(id, { standing: { standing: 'paused' } });
        break;
      case 'resume':
        this.change(id, { standing: { standing: 'open' } });
        break;
      case 'clean':
        this.clean(id, CLEANS_FOR_S);
        break;
      case 'stop_cleaning':
        this.#cleanUntil.delete(id);
        break;
      case 'restart':
        this.change(id, { restarts: true });
        break;
      default:
        never(act);
    }
  }

  clean(id: string, seconds: number): void {
    this.#cleanUntil.set(id, performance.now() + seconds * 1000);
  }

  standingOf(id: string): KioskStanding {
    const left = Math.ceil(((this.#cleanUntil.get(id) ?? 0) - performance.now()) / 1000);
    if (left > 0) return { standing: 'cleaning', left_s: left };
    return this.rows.find((row) => row.id === id)?.standing ?? { standing: 'open' };
  }
}
