import type { StaffProblem } from '../bindings';
import type { Kiosk } from '../kiosk/kiosk.svelte';
import { Desk } from './desk.svelte';
import { fieldWords, staffProblemFrom } from './problems';

/** No staff member's password is shorter: whoever plays with the keys does not come as far as a try. */
export const SHORTEST_PASSWORD = 8;

/** A kiosk's admin mode, from the first of the initials to the lock. It goes with the screen that shows it. */
export class Admin {
  step = $state<'initials' | 'password'>('initials');
  initials = $state('');
  password = $state('');
  problem = $state.raw<StaffProblem | null>(null);
  doing = $state(false);
  desk = $state.raw<Desk | null>(null);
  /** The patient's answers are still here: what becomes of them is asked. */
  asksAboutPatient = $state(false);

  readonly #kiosk: Kiosk;
  #gone = false;
  /** Rust has said since the unlocking that it will lock by itself. */
  #seenUnlocked = false;

  constructor(kiosk: Kiosk) {
    this.#kiosk = kiosk;
  }

  readonly mayTry = $derived(
    !this.doing && Array.from(this.password.normalize('NFKC')).length >= SHORTEST_PASSWORD,
  );

  wrong(field: 'initials' | 'password'): string | null {
    const found = this.problem?.fields?.find((refused) => refused.field === field);
    return found ? fieldWords(found) : null;
  }

  toPassword(): void {
    if (this.initials.trim() === '') {
      this.problem = { code: 'fields_refused', fields: [{ field: 'initials', code: 'missing' }] };
      return;
    }
    this.problem = null;
    this.step = 'password';
  }

  toInitials(): void {
    if (this.doing) return;
    this.problem = null;
    this.password = '';
    this.step = 'initials';
  }

  async unlock(): Promise<void> {
    if (!this.mayTry) return;
    this.doing = true;
    this.problem = null;
    try {
      const you = await this.#kiosk.unlock(this.initials, this.password);
      // Whoever went back to the patient meanwhile is not let in behind their back.
      if (this.#left()) {
        this.#kiosk.lockAgain();
        return;
      }
      this.#seenUnlocked = false;
      this.initials = '';
      this.desk = new Desk(this.#kiosk.staffBackend, you, this.#ended, { atKiosk: true });
    } catch (thrown) {
      if (this.#left()) return;
      this.problem = staffProblemFrom(thrown);
      if (this.wrong('initials') !== null) this.step = 'initials';
    } finally {
      this.password = '';
      this.doing = false;
    }
  }

  #left(): boolean {
    return this.#gone;
  }

  /** The portal lets them in no more; the kiosk may not know yet. */
  readonly #ended = (): void => {
    this.#dropDesk();
    this.step = 'initials';
    this.problem = { code: 'not_signed_in' };
  };

  #dropDesk(): void {
    this.desk?.end();
    this.desk = null;
    this.asksAboutPatient = false;
  }

  /** With each pulse: a kiosk that locked itself shows nothing more of this. */
  heard(locksIn: number | null): void {
    if (!this.desk) return;
    if (locksIn !== null) this.#seenUnlocked = true;
    else if (this.#seenUnlocked) this.#kiosk.backToPatient();
  }

  askToLock(): void {
    if (this.#kiosk.inVisit) this.asksAboutPatient = true;
    else this.lock(false);
  }

  lock(resume: boolean): void {
    this.#dropDesk();
    this.#kiosk.lock(resume);
  }

  /** The screen that shows it goes away. */
  leave(): void {
    this.#gone = true;
    this.#dropDesk();
    this.initials = '';
    this.password = '';
    this.problem = null;
  }
}
