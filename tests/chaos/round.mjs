// One round: patients come to a kiosk one after the other, and each time something is killed.

import { access } from 'node:fs/promises';

import { finishOnPhone } from '../driver/finishing.mjs';
import { Kiosk } from '../driver/kiosk.mjs';
import { drawing, familyOf, killed, until } from '../driver/machine.mjs';
import { filesNaming, markersOf } from '../driver/traces.mjs';
import { ofDatabase, ofVisit } from './judging.mjs';
import { KIOSK, KIOSK_AS_IT_STARTS, KIOSK_WITHOUT_PORTAL, PORTAL, WINDOW } from './plan.mjs';
import { Visit } from './visit.mjs';

const WELCOME_WITHIN_MS = 5_000;

/** Within which whatever was promised has come, and whatever a killed program started has ended. */
const SOON_MS = 30_000;

const REGISTERED = 'You’re registered';

/** Pages that send another text. */
const ASK_FOR_CODE = ['Nearly done', 'Finish signing up'];

export class Round {
  #place;
  #plan;
  #report;
  #browser;
  #kiosk = null;
  /** Its window cannot be driven any more, or shows the end of a visit. */
  #isStale = false;
  #visits = [];

  constructor(place, plan, report, browser) {
    this.#place = place;
    this.#plan = plan;
    this.#report = report;
    this.#browser = browser;
  }

  async run() {
    try {
      for (const fault of this.#plan) await this.#meets(fault);
      for (const visit of this.#visits) await this.#ended(visit);
      this.#report.holds((await this.#kiosk.sandbox.reviews()).length === 0, 'something was left to staff');
    } finally {
      await this.#kiosk?.kill();
    }
    const says = (...words) => this.#place.command(...words);
    const [updates, people, log] = [await says('updates', 'list'), await says('patients', 'export'), await says('access-log', 'verify')];
    this.#judged(ofDatabase(this.#visits, { updates, people, log }));
  }

  #judged(judgements) {
    for (const [whether, what] of judgements) this.#report.holds(whether, what);
  }

  async #meets(fault) {
    if (this.#kiosk === null || this.#isStale) await this.#startsAfresh();
    if (fault.victim === KIOSK_AS_IT_STARTS) await this.#killAsItStarts(fault);
    else await this.#killBeside(fault);
    await this.#nothingLiesOpen(await this.#kiosk.pid());
  }

  async #nothingLiesOpen(pid) {
    const named = await filesNaming(this.#place.machine.folder, pid, this.#visits.flatMap(({ patient }) => markersOf(patient)));
    this.#report.holds(named.length === 0, `somebody is named in ${named.join(', ')}`);
  }

  /** Somebody of the practice switches it off and on. */
  async #startsAfresh() {
    await this.#kiosk?.kill();
    this.#kiosk = await this.#place.start();
    this.#isStale = false;
  }

  async #killAsItStarts({ victim, afterMs }) {
    await this.#kiosk.kill();
    await Kiosk.killedAsItStarts(this.#place.machine, { ...this.#place.options, afterMs });
    this.#report.killed(victim, null);
    await this.#startsAgain();
  }

  /** Somebody registers meanwhile. */
  async #killBeside({ victim, patient, how, screen, afterMs, awayMs }) {
    const visit = new Visit(patient);
    this.#visits.push(visit);
    let strike;
    const struck = new Promise((go, fail) => {
      strike = () => this.#kill(victim, visit, awayMs).then(go, fail);
    });
    const goesOn = visit.goesOn(this.#kiosk, how, async (shown) => {
      if (shown !== screen) return;
      if (victim === KIOSK_WITHOUT_PORTAL) await this.#place.portal.goesAway();
      setTimeout(strike, afterMs);
    });
    // Who cannot go on although nothing was killed must not leave us waiting for the kill.
    const went = goesOn.catch((error) => {
      if (!visit.over) throw error;
    });
    await Promise.race([struck, went.then(() => struck)]);
    if (victim === PORTAL) await went;
    this.#report.acknowledged += visit.acknowledged.steps;
    await this.#kept(visit, victim);
  }

  async #kill(victim, visit, awayMs) {
    this.#report.killed(victim, visit.screen);
    const kills = {
      [PORTAL]: () => this.#killPortal(awayMs),
      [WINDOW]: () => this.#killWindow(),
      [KIOSK]: () => this.#killKiosk(),
      [KIOSK_WITHOUT_PORTAL]: () => this.#killKiosk(() => this.#place.portal.comesBack()),
    };
    visit.over = victim !== PORTAL;
    await kills[victim]();
  }

  async #killPortal(awayMs) {
    await this.#place.portal.goesAway();
    await new Promise((go) => setTimeout(go, awayMs));
    await this.#place.portal.comesBack();
  }

  /** The program alone: what it has started must see for itself that it is gone. */
  async #killKiosk(meanwhile = async () => {}) {
    const pid = await this.#kiosk.pid();
    const [, ...started] = await familyOf(pid);
    killed(pid);
    await this.#kiosk.kill();
    await this.#nothingLiesOpen();
    await meanwhile();
    await this.#startsAgain();
    const ended = await until('what it had started has ended', async () => (await stillRunning(started)).length === 0, SOON_MS).catch(() => false);
    this.#report.holds(ended, 'a killed kiosk leaves processes behind');
  }

  async #killWindow() {
    const { machine } = this.#place;
    const before = await machine.painted();
    const since = performance.now();
    for (const pid of await drawing(await familyOf(await this.#kiosk.pid()))) killed(pid);
    await until('a fresh window is painted', async () => (await machine.painted()) > before, SOON_MS);
    this.#welcomes(performance.now() - since);
  }

  async #startsAgain() {
    this.#kiosk = await this.#place.start();
    this.#welcomes(this.#kiosk.paintedAfterMs);
  }

  #welcomes(afterMs) {
    this.#report.welcomesMs.push(afterMs);
    this.#report.holds(afterMs <= WELCOME_WITHIN_MS, `the next patient waited ${afterMs.toFixed(0)} ms`);
  }

  /** What the screen had acknowledged is there, and the patient goes on from it on their phone. */
  async #kept(visit, victim) {
    const { texts, emails } = visit.acknowledged;
    // A portal that the kiosk does not bring hears nothing of its end, and sends the link ten minutes after the code.
    const isTold = victim === WINDOW || this.#place.bringsPortal;
    const links = visit.told === 'password' && isTold ? 1 : emails;
    const came = await until('what was promised', async () => {
      const received = await this.#received(visit);
      return received.texts >= texts && received.emails >= links;
    }, SOON_MS).catch(() => false);
    this.#report.holds(came, `${victim} killed at ${visit.screen}: ${texts} texts and ${links} emails did not come`);
    if (visit.told !== null) await this.#finishes(visit);
    // The driver does not survive its window; and nobody stands where somebody has finished.
    this.#isStale = victim === WINDOW || victim === PORTAL;
  }

  async #received({ patient }) {
    const of = async (channel) => (await this.#kiosk.sandbox.received(patient, channel)).length;
    return { texts: await of('sms'), emails: await of('email') };
  }

  async #finishes(visit) {
    const { sandbox } = this.#kiosk;
    const rehosted = (link) => new URL(new URL(link).pathname, this.#place.originOf(this.#kiosk)).href;
    const [email] = await sandbox.received(visit.patient, 'email');
    const address = email ? await sandbox.link(visit.patient) : `${this.#place.originOf(this.#kiosk)}/c`;
    const phone = await this.#browser.phone({ ignoreHTTPSErrors: true });
    const pages = await finishOnPhone(phone, address, { patient: visit.patient, sandbox, rehosted });
    await phone.context().close();
    visit.registered = pages.at(-1) === REGISTERED;
    visit.texts = 1 + pages.filter((page) => ASK_FOR_CODE.includes(page)).length;
    this.#report.holds(visit.registered, `whoever was told ${visit.told} came to ${pages.join(' > ')}`);
  }

  /** Nothing happened twice, and nothing happened to whom nobody heard. */
  async #ended(visit) {
    // Whoever was told nothing may have been heard all the same.
    if (!visit.registered && (await this.#received(visit)).texts > 0) await this.#finishes(visit);
    const { sandbox } = this.#kiosk;
    const { family } = visit.patient;
    const records = visit.registered ? await sandbox.recordsWithin(family, SOON_MS).catch(() => []) : await sandbox.patients(family);
    const proven = records.flatMap(({ fields }) => fields ?? []).filter((field) => field.verified).map(({ field }) => field).sort();
    this.#judged(ofVisit(visit, { ...(await this.#received(visit)), records: records.length, proven }));
    this.#report[visit.registered ? 'registered' : 'neverBegun'] += 1;
  }
}

async function stillRunning(pids) {
  const found = await Promise.all(pids.map((pid) => access(`/proc/${pid}`).then(() => pid, () => null)));
  return found.filter((pid) => pid !== null);
}
