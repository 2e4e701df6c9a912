import type { StaffAsk, StaffProblem, StaffProblemCode, UnlockCall } from '../bindings';

/** What came of an answer. */
export interface Vouched {
  call: UnlockCall;
  outcome: 'let_in' | 'not_let_in' | 'over' | StaffProblem;
}

/** Somebody else answered, or nobody in time. */
const OVER: readonly StaffProblemCode[] = [
  'not_found',
  'changed_meanwhile',
  'already_settled',
  'not_possible_now',
];

/** Nothing that is typed later lets them in: the portal takes one guess. */
const FINAL: readonly StaffProblemCode[] = ['digits_wrong', 'not_permitted'];

/** Letting colleagues in who stand at a kiosk. It goes on beside whatever is on screen, and leaves that as it is. */
export class Vouching {
  /** What came of the last answer, until somebody has read it. */
  said = $state.raw<Vouched | null>(null);
  /** Which of them is being answered. */
  doing = $state<string | null>(null);
  /** An older list that arrives late brings none of them back. */
  #answered = $state.raw<readonly string[]>([]);
  #ended = false;

  /** Asks the portal; what was wrong, or `null`. */
  readonly #ask: (ask: StaffAsk) => Promise<StaffProblem | null>;

  constructor(ask: (ask: StaffAsk) => Promise<StaffProblem | null>) {
    this.#ask = ask;
  }

  unanswered(calls: readonly UnlockCall[]): UnlockCall[] {
    return calls.filter(({ id }) => !this.#answered.includes(id));
  }

  letIn(call: UnlockCall, digits: string): Promise<void> {
    return this.#answer(call, digits);
  }

  refuse(call: UnlockCall): Promise<void> {
    return this.#answer(call, null);
  }

  async #answer(call: UnlockCall, digits: string | null): Promise<void> {
    if (this.doing !== null) return;
    this.doing = call.id;
    this.said = null;
    const problem = await this.#ask({ ask: 'answer_unlock', id: call.id, digits });
    this.doing = null;
    if (this.#ended) return;
    const isOver = problem !== null && OVER.includes(problem.code);
    if (problem === null || isOver || FINAL.includes(problem.code))
      this.#answered = [...this.#answered, call.id];
    const done = digits === null ? 'not_let_in' : 'let_in';
    this.said = { call, outcome: isOver ? 'over' : (problem ?? done) };
  }

  /** Somebody has read what came of it. */
  seen(): void {
    this.said = null;
  }

  /** Nobody is signed in any more. */
  end(): void {
    this.#ended = true;
    this.said = null;
  }
}
