import type { Field, StaffProblem, StaffSignedIn } from '../bindings';
import type { ConsoleBackend } from './backend';
import { Desk } from './desk.svelte';
import { fieldWords, staffProblemFrom } from './problems';

/** What the browser shows, and why somebody has to sign in. */
export type Stage =
  | { at: 'asking' }
  | { at: 'sign-in'; why: 'first' | 'signed-out' | 'ended' | 'sign-out-failed' }
  | { at: 'invitation' }
  | { at: 'desk'; desk: Desk };

/** Who is let in at this browser. The session itself is a cookie that no script can read. */
export class Session {
  stage = $state.raw<Stage>({ at: 'asking' });
  initials = $state('');
  password = $state('');
  problem = $state.raw<StaffProblem | null>(null);
  doing = $state(false);

  readonly #backend: ConsoleBackend;
  #token: string | null;

  /** `token` is that of an invitation, out of the address. */
  constructor(backend: ConsoleBackend, token: string | null) {
    this.#backend = backend;
    this.#token = token;
    if (token !== null) this.stage = { at: 'invitation' };
  }

  wrong(field: Field): string | null {
    const found = this.problem?.fields?.find((refused) => refused.field === field);
    return found ? fieldWords(found) : null;
  }

  /** Whether somebody is let in already. */
  async resume(): Promise<void> {
    if (this.stage.at === 'invitation') return;
    this.stage = { at: 'asking' };
    this.problem = null;
    try {
      const answer = await this.#backend.ask({ ask: 'who_am_i' });
      if (answer.answer === 'you') this.#open(answer.you);
      else this.problem = { code: 'unforeseen' };
    } catch (thrown) {
      const problem = staffProblemFrom(thrown);
      if (problem.code === 'not_signed_in') this.stage = { at: 'sign-in', why: 'first' };
      else this.problem = problem;
    }
  }

  #open(you: StaffSignedIn): void {
    this.initials = '';
    this.password = '';
    this.problem = null;
    const desk = new Desk(this.#backend, you, () => {
      this.stage = { at: 'sign-in', why: 'ended' };
    });
    this.stage = { at: 'desk', desk };
  }

  async #enter(enter: () => Promise<StaffSignedIn>): Promise<void> {
    if (this.doing) return;
    this.doing = true;
    this.problem = null;
    try {
      this.#open(await enter());
    } catch (thrown) {
      this.problem = staffProblemFrom(thrown);
      // Typed anew after a wrong one; kept where the way to the portal was at fault.
      if (this.problem.code === 'not_let_in') this.password = '';
    } finally {
      this.doing = false;
    }
  }

  signIn(): Promise<void> {
    return this.#enter(() => this.#backend.signIn(this.initials, this.password));
  }

  takeUpInvitation(): Promise<void> {
    const token = this.#token ?? '';
    return this.#enter(async () => {
      const you = await this.#backend.takeUpInvitation(token, this.password);
      this.#token = null;
      return you;
    });
  }

  /** Forgets at once what was shown, and then tells the portal. */
  async signOut(): Promise<void> {
    if (this.stage.at === 'desk') this.stage.desk.end();
    this.initials = '';
    this.password = '';
    this.problem = null;
    this.stage = { at: 'sign-in', why: 'signed-out' };
    try {
      await this.#backend.signOut();
    } catch (thrown) {
      if (staffProblemFrom(thrown).code !== 'not_signed_in')
        this.stage = { at: 'sign-in', why: 'sign-out-failed' };
    }
  }

  /** Instead of taking up an invitation that does not work any more. */
  leaveInvitation(): void {
    this.#token = null;
    this.password = '';
    this.stage = { at: 'asking' };
    void this.resume();
  }
}
