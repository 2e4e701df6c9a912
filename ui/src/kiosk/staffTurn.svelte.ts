import type { Backend } from '../backend';
import type { StaffSignedIn, UnlockDigits, UnlockStands } from '../bindings';
import type { StaffBackend } from '../staff/backend';
import { ENGLISH, type Language, texts } from '../texts/texts.svelte';

/** Whose turn it is at the glass: a patient's, or staff's, whom the patient's screen waits for. */
export class StaffTurn {
  /** Staff have the window; the patient's screen is not there, and what they typed is. */
  isOpen = $state(false);

  readonly backend: StaffBackend;
  readonly #rust: Backend;
  /** What the patient reads; staff screens are in English. */
  #patientsLanguage: Language = ENGLISH;

  constructor(rust: Backend) {
    this.#rust = rust;
    this.backend = { ask: (ask) => rust.askStaff(ask) };
  }

  open(): void {
    if (this.isOpen) return;
    this.#patientsLanguage = texts.language;
    texts.language = ENGLISH;
    this.isOpen = true;
  }

  backToPatient(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    texts.language = this.#patientsLanguage;
  }

  unlock(initials: string, password: string): Promise<StaffSignedIn> {
    return this.#rust.unlock(initials, password);
  }

  askToUnlock(initials: string): Promise<UnlockDigits> {
    return this.#rust.askToUnlock(initials);
  }

  unlockStands(): Promise<UnlockStands> {
    return this.#rust.unlockStands();
  }

  /** The window shows nothing of staff any more, and Rust is told; the patient's visit goes on if `resume`. */
  lock(resume: boolean): void {
    this.#rust.lock(resume).catch(() => {
      // Rust locks by itself within a minute, and the window holds nothing of the staff screens any more.
    });
  }
}
