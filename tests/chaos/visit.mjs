// A patient at the glass, who goes on as far as they come, and what the screen has told them by then.

import { STEPS } from '../driver/journey.mjs';
import { until } from '../driver/machine.mjs';

/** Screens that say what was done: how many steps, and the messages they mean. */
const ACKNOWLEDGES = {
  code: { steps: 1, texts: 1, emails: 0 },
  kept: { steps: 1, texts: 1, emails: 0 },
  password: { steps: 2, texts: 1, emails: 0 },
  done: { steps: 3, texts: 1, emails: 1 },
};

/** A portal that was killed is back before that; a patient presses "try again" meanwhile. */
const NEXT_WITHIN_MS = 60_000;

export class Visit {
  /** Nothing that the screen shows from now on has been seen by the patient. */
  over = false;
  /** The screen they saw last, and the last of those that told them that something was done. */
  screen = null;
  told = null;
  /** Whether they have finished on their phone. */
  registered = false;
  /** Texts that they were sent in all. */
  texts = 0;

  constructor(patient) {
    this.patient = patient;
  }

  /** Steps that the screen has acknowledged, and the messages that must come. */
  get acknowledged() {
    return ACKNOWLEDGES[this.told] ?? { steps: 0, texts: 0, emails: 0 };
  }

  /** Until the last screen, or until it is over. `onScreen` is told of each before the patient does anything there. */
  async goesOn(kiosk, how, onScreen) {
    for (const { screen, answer, next } of STEPS) {
      await until(`${screen} is shown`, () => this.#isOn(kiosk, [screen, 'kept']), NEXT_WITHIN_MS);
      if (this.over) return;
      this.screen = await kiosk.screen();
      if (this.screen in ACKNOWLEDGES) this.told = this.screen;
      await onScreen(this.screen);
      if (!next || this.screen === 'kept') return;
      if (answer) await answer(kiosk, this.patient, how);
      await kiosk.touch(next);
    }
  }

  async #isOn(kiosk, screens) {
    const shown = await kiosk.screen();
    if (this.over) throw new Error('the visit is over');
    if (screens.includes(shown)) {
      await kiosk.still();
      return true;
    }
    if (await kiosk.has('try-again')) await kiosk.touch('try-again');
    return false;
  }
}
