// What was killed, and what did not hold.

import { median } from '../bench/start.mjs';
import { KIOSK, KIOSK_AS_IT_STARTS, KIOSK_WITHOUT_PORTAL, PORTAL, WINDOW } from './plan.mjs';

export class Report {
  rounds = [];
  kills = new Map([KIOSK, KIOSK_AS_IT_STARTS, KIOSK_WITHOUT_PORTAL, WINDOW, PORTAL].map((victim) => [victim, 0]));
  /** At which screen the last patient to be seen was when something was killed. */
  screens = new Map();
  /** From a kill to the next painted welcome screen. */
  welcomesMs = [];
  registered = 0;
  neverBegun = 0;
  acknowledged = 0;
  checked = 0;
  broken = [];

  killed(victim, screen) {
    this.kills.set(victim, this.kills.get(victim) + 1);
    if (screen !== null) this.screens.set(screen, (this.screens.get(screen) ?? 0) + 1);
  }

  /** Something that must hold, and whether it does. */
  holds(whether, what) {
    this.checked += 1;
    if (!whether) this.broken.push(what);
  }

  /** Why the counts prove nothing, if they do not. */
  provesNothing() {
    if (this.registered === 0) return 'nobody registered';
    return this.acknowledged === 0 ? 'nothing was acknowledged before a kill' : null;
  }

  toString() {
    const of = (victim) => this.kills.get(victim);
    const all = [...this.kills.values()].reduce((sum, count) => sum + count, 0);
    const screens = [...this.screens].map(([screen, count]) => `${screen} ${count}`).join(', ');
    return [
      `rounds: ${this.rounds.length} (${this.rounds.join('; ')})`,
      `kills: ${all}`,
      `  kiosks: ${of(KIOSK) + of(KIOSK_AS_IT_STARTS) + of(KIOSK_WITHOUT_PORTAL)}`,
      `    of them while they started: ${of(KIOSK_AS_IT_STARTS)}`,
      `    of them while their portal was away: ${of(KIOSK_WITHOUT_PORTAL)}`,
      `  processes that draw the window: ${of(WINDOW)}`,
      `  portals beside a kiosk: ${of(PORTAL)}`,
      `  the patient had last seen: ${screens}`,
      ...(this.welcomesMs.length > 0
        ? [`welcome screen after a kill: ${median(this.welcomesMs).toFixed(0)} ms in the median, ${Math.max(...this.welcomesMs).toFixed(0)} ms at most`]
        : []),
      `registrations: ${this.registered} registered, ${this.neverBegun} never begun`,
      `steps acknowledged before a kill: ${this.acknowledged}`,
      `invariants: ${this.checked} checked, ${this.broken.length} broken`,
      ...this.broken.map((what) => `BROKEN: ${what}`),
    ].join('\n');
  }
}
