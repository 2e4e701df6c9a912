import type { Problem } from '../bindings';
import { Heartbeat } from './heartbeat.svelte';
import { problemFrom } from './problems';

/** What the patient is waiting for. */
export type Doing =
  | 'connect'
  | 'start'
  | 'check'
  | 'confirm'
  | 'code'
  | 'resend'
  | 'change-number'
  | 'password'
  | 'on-phone'
  | 'words';

/** What is asked of Rust because somebody pressed something: one thing at a time. */
export abstract class Errands extends Heartbeat {
  doing = $state<Doing | null>(null);
  /** What was done last, until something else is asked for. */
  done = $state<Doing | null>(null);
  problem = $state.raw<Problem | null>(null);

  #retry: (() => void) | null = null;

  /** Rust said no. */
  protected abstract refused(problem: Problem): void;

  protected run<T>(doing: Doing, ask: () => Promise<T>, then: (answer: T) => void): void {
    // A second press while the first is under way is the same press.
    if (this.doing) return;
    const person = this.person;
    this.doing = doing;
    this.done = null;
    // What was wrong before may not be wrong now; if it is, it is said anew.
    this.problem = null;
    ask()
      .then(
        (answer) => {
          if (person !== this.person) return;
          this.doing = null;
          this.done = doing;
          this.#retry = null;
          then(answer);
        },
        (thrown: unknown) => {
          if (person !== this.person) return;
          this.doing = null;
          this.#retry = () => {
            this.run(doing, ask, then);
          };
          this.refused(problemFrom(thrown));
        },
      )
      .catch(() => {
        // Only what `then` shows can throw; the person is not left with a dead button.
        if (person === this.person) this.problem = { code: 'unforeseen' };
      });
  }

  tryAgain(): void {
    this.#retry?.();
  }

  protected forgetErrand(): void {
    this.doing = null;
    this.done = null;
    this.problem = null;
    this.#retry = null;
  }
}
