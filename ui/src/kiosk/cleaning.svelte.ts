import type { KioskStanding } from '../bindings';
import { never } from './screens';

/** A glass that Rust says nothing more of answers again by itself, so long after its time was over. */
const GRACE_S = 3;

/** The time in which the glass answers to no touch. Rust says how much of it is left; between its answers it is counted here. */
export class Cleaning {
  /** Seconds; `null` while nobody cleans. */
  leftS = $state<number | null>(null);
  /** As many as there were when this window first heard of it. */
  ofS = $state(0);
  #endsAt = 0;

  readonly underWay = $derived(this.leftS !== null);

  heard(said: KioskStanding): void {
    switch (said.standing) {
      case 'open':
      case 'paused':
        this.leftS = null;
        break;
      case 'cleaning':
        if (this.leftS === null) this.ofS = said.left_s;
        this.#endsAt = performance.now() + said.left_s * 1000;
        this.leftS = said.left_s > 0 ? said.left_s : null;
        break;
      default:
        never(said);
    }
  }

  count(): void {
    if (this.leftS === null) return;
    const left = Math.ceil((this.#endsAt - performance.now()) / 1000);
    this.leftS = left > -GRACE_S ? Math.max(left, 0) : null;
  }
}

/** 107 as "1:47". */
export function minutesAndSeconds(seconds: number): string {
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
}
