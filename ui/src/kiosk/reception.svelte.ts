import type { Backend } from '../backend';
import type { DeskReason, HelpStands } from '../bindings';
import { chime } from './chime';
import type { AtDesk } from './screens';

/** A reference for the desk; `null` until it is there, or for good when it could not be made. */
export interface AskedForHelp {
  reference: string | null;
  failed: boolean;
}

/** Whoever asks for help is not kept waiting for a number: the desk helps without one too. */
const REFERENCE_WITHIN_MS = 5000;

/** The people who help, and the references by which they find whom they help. */
export class Reception {
  /** Why the desk screen is shown. */
  atDesk = $state<AtDesk>('handed_over');
  desk = $state.raw<AskedForHelp | null>(null);
  help = $state.raw<AskedForHelp | null>(null);

  readonly #rust: Backend;
  /** Says, of whoever is at the glass now, whether they still are. */
  readonly #whoIsHere: () => () => boolean;
  /** Settles once the reference for the desk screen is there, or will not come. */
  #sentToDesk = Promise.resolve();

  constructor(rust: Backend, whoIsHere: () => () => boolean) {
    this.#rust = rust;
    this.#whoIsHere = whoIsHere;
  }

  askForHelp(): void {
    void chime();
    this.help = { reference: null, failed: false };
    const asked = this.help;
    const late = setTimeout(() => {
      if (this.help === asked) this.help = { reference: null, failed: true };
    }, REFERENCE_WITHIN_MS);
    void this.#reference('asked_for_help').then((help) => {
      clearTimeout(late);
      if (help && this.help) this.help = help;
    });
  }

  readonly helpStands = (reference: string): Promise<HelpStands> =>
    this.#rust.helpStands(reference);

  /** A registration that the desk finishes, or that has ended, brings its own reference. */
  expects(reference: string, why: 'handed_over' | 'ended'): void {
    this.atDesk = why;
    this.desk = { reference, failed: false };
  }

  /** Somebody cannot go on by themselves; the reference follows. */
  send(why: 'no_mobile' | 'under16'): void {
    this.atDesk = why;
    this.desk = { reference: null, failed: false };
    const sent = this.#reference(why).then((desk) => {
      if (desk && sent === this.#sentToDesk) this.desk = desk;
    });
    this.#sentToDesk = sent;
  }

  /** Whoever was sent answers questions again, unless by then they are not `wanted` back. */
  async callBack(wanted: () => boolean): Promise<void> {
    const isHere = this.#whoIsHere();
    // Rust sends to the desk with its answer; told earlier, it would forget that the patient is back.
    await this.#sentToDesk;
    if (!isHere() || !wanted()) return;
    try {
      await this.#rust.backFromDesk();
    } catch {
      // Rust's idle clock still runs: the screen clears itself early, and nothing is lost to others.
    }
  }

  forget(): void {
    this.desk = null;
    this.help = null;
  }

  async #reference(reason: DeskReason): Promise<AskedForHelp | null> {
    const isHere = this.#whoIsHere();
    try {
      const { reference } = await this.#rust.askForHelp(reason);
      return isHere() ? { reference, failed: false } : null;
    } catch {
      return isHere() ? { reference: null, failed: true } : null;
    }
  }
}
