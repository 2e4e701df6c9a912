import type { StaffProblem, StaffSignedIn, UnlockDigits, UnlockStands } from '../bindings';
import type { Kiosk } from '../kiosk/kiosk.svelte';
import { never } from '../kiosk/screens';
import { Desk } from './desk.svelte';
import { fieldWords, staffProblemFrom } from './problems';

/** No staff member's password is shorter: whoever plays with the keys does not come as far as a try. */
export const SHORTEST_PASSWORD = 8;

/** How far somebody is who wants to be let in: typing, waiting for the desk with its digits, or not let in by anybody there. */
export type Step = 'initials' | 'password' | 'digits' | 'nobody';

/** The answers that whoever asked the desk is not let in by it. */
const NOBODY: readonly StaffProblem['code'][] = ['not_let_in', 'not_signed_in'];

/** A kiosk's admin mode, from the first of the initials to the lock. It goes with the screen that shows it. */
export class Admin {
  step = $state<Step>('initials');
  initials = $state('');
  password = $state('');
  problem = $state.raw<StaffProblem | null>(null);
  doing = $state<'unlock' | 'ask' | null>(null);
  /** What the desk was asked last, as long as somebody waits for it here. */
  asked = $state.raw<UnlockDigits | null>(null);
  secondsLeft = $state(0);
  desk = $state.raw<Desk | null>(null);
  /** The patient's answers are still here: what becomes of them is asked. */
  asksAboutPatient = $state(false);

  readonly #kiosk: Kiosk;
  #gone = false;
  #looking = false;
  /** Rust has said since the unlocking that it will lock by itself. */
  #seenUnlocked = false;

  constructor(kiosk: Kiosk) {
    this.#kiosk = kiosk;
  }

  readonly mayTry = $derived(
    this.doing === null && Array.from(this.password.normalize('NFKC')).length >= SHORTEST_PASSWORD,
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
    this.#go('password');
  }

  toInitials(): void {
    if (this.doing === null) this.#go('initials');
  }

  /** Instead of waiting for the desk. */
  usePassword(): void {
    if (this.doing === null) this.#go('password');
  }

  #go(step: Step): void {
    this.step = step;
    this.problem = null;
    this.password = '';
    this.asked = null;
  }

  async unlock(): Promise<void> {
    if (!this.mayTry) return;
    this.doing = 'unlock';
    this.problem = null;
    try {
      this.#open(await this.#kiosk.staff.unlock(this.initials, this.password));
    } catch (thrown) {
      this.#refused(thrown);
    } finally {
      this.password = '';
      this.doing = null;
    }
  }

  #open(you: StaffSignedIn): void {
    // Whoever went back to the patient meanwhile is not let in behind their back.
    if (this.#left()) {
      this.#kiosk.staff.lock(true);
      return;
    }
    // Let in twice, by the password and by the desk: the kiosk holds to the last.
    this.#dropDesk();
    this.#seenUnlocked = false;
    this.initials = '';
    this.asked = null;
    this.desk = new Desk(this.#kiosk.staff.backend, you, this.#ended, { atKiosk: true });
  }

  #refused(thrown: unknown): void {
    if (this.#left()) return;
    this.problem = staffProblemFrom(thrown);
    if (this.wrong('initials') !== null) this.step = 'initials';
  }

  // ---------------------------------------------------------------- a colleague lets them in

  /** Nobody has to type a password before watching eyes. */
  async askDesk(): Promise<void> {
    if (this.doing !== null) return;
    this.doing = 'ask';
    this.problem = null;
    this.password = '';
    try {
      const asked = await this.#kiosk.staff.askToUnlock(this.initials);
      if (this.#left() || this.desk) return;
      this.#go('digits');
      this.asked = asked;
      this.secondsLeft = asked.lives_s;
    } catch (thrown) {
      this.#refused(thrown);
    } finally {
      this.doing = null;
    }
  }

  /** Whether somebody has let them in; asked every two seconds, and never twice at once. */
  async look(): Promise<void> {
    const { asked } = this;
    if (asked === null || this.#looking) return;
    this.#looking = true;
    try {
      this.#heard(await this.#kiosk.staff.unlockStands(), asked);
    } catch (thrown) {
      if (asked === this.asked) this.#notHeard(staffProblemFrom(thrown));
    } finally {
      this.#looking = false;
    }
  }

  #heard(answer: UnlockStands, asked: UnlockDigits): void {
    // Rust has opened the kiosk with that answer: it holds, wherever they are by now.
    if (answer.stands === 'let_in') this.#open(answer.you);
    // What is said of an earlier ask says nothing of this one.
    else if (asked === this.asked) {
      switch (answer.stands) {
        case 'waiting':
          this.problem = null;
          break;
        case 'not_let_in':
          this.#go('nobody');
          break;
        default:
          never(answer);
      }
    }
  }

  #notHeard(problem: StaffProblem): void {
    if (NOBODY.includes(problem.code)) this.#go('nobody');
    else this.problem = problem;
  }

  /** A second has gone by. */
  tick(): void {
    if (this.asked === null) return;
    this.secondsLeft -= 1;
    if (this.secondsLeft <= 0) this.#go('nobody');
  }

  #left(): boolean {
    return this.#gone;
  }

  /** The portal lets them in no more; the kiosk may not know yet. */
  readonly #ended = (): void => {
    this.#dropDesk();
    this.#go('initials');
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
    else if (this.#seenUnlocked) this.#kiosk.staff.backToPatient();
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
    this.#go('initials');
    this.initials = '';
  }
}
