import type { Backend } from '../backend';
import type { Idle, KioskStatus, NextAction } from '../bindings';
import { Cleaning } from './cleaning.svelte';

/** What the window hears of Rust without anybody pressing anything: its status, and once a second the time. */
export class Heartbeat {
  status = $state.raw<KioskStatus | null>(null);
  idle = $state.raw<Idle>({ kind: 'active' });
  next = $state.raw<NextAction | null>(null);
  /** Seconds until admin mode locks itself; `null` where nobody unlocked it. */
  locksIn = $state.raw<number | null>(null);
  readonly cleaning = new Cleaning();

  protected readonly backend: Backend;
  /** Counts the people; an answer that arrives for somebody who has left is dropped. */
  protected person = 0;
  #touched = false;
  #pulsing = false;

  constructor(backend: Backend) {
    this.backend = backend;
  }

  readonly sandbox = $derived(this.status?.mode === 'sandbox');
  readonly outOfService = $derived(
    this.status?.phase.phase === 'out_of_service' ? this.status.phase.reason : null,
  );

  /** Staff let it take nobody new. */
  readonly paused = $derived(this.status?.standing.standing === 'paused');

  async refresh(): Promise<void> {
    try {
      this.status = await this.backend.status();
      this.cleaning.heard(this.status.standing);
    } catch {
      // The next poll asks again; the welcome screen needs nothing from it.
    }
  }

  touch(): void {
    this.#touched = true;
  }

  async pulse(): Promise<void> {
    if (this.#pulsing) return;
    this.#pulsing = true;
    const person = this.person;
    const touched = this.#touched;
    this.#touched = false;
    try {
      const pulse = await this.backend.pulse(touched);
      if (person !== this.person) return;
      this.idle = pulse.idle;
      this.locksIn = pulse.locks_in_s;
      if (pulse.next) this.next = pulse.next;
    } catch {
      // Rust's idle clock runs without us; a touch that was not heard is told again.
      this.#touched ||= touched;
    } finally {
      this.#pulsing = false;
    }
  }

  moreTime(): void {
    this.touch();
    // The question goes away at once; a countdown stands until Rust says how long it has become.
    if (this.idle.kind === 'warning') this.idle = { kind: 'active' };
    void this.pulse();
  }

  async painted(): Promise<void> {
    try {
      await this.backend.painted();
    } catch {
      // Only a measurement is lost.
    }
  }
}
