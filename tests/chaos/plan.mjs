// What a seed decides: who registers, how they type, what is killed while they do, and when.

import { STEPS } from '../driver/journey.mjs';
import { GLASS, KEYS } from '../driver/kiosk.mjs';

/** What is killed. */
export const KIOSK = 'kiosk';
export const KIOSK_AS_IT_STARTS = 'kiosk as it starts';
export const WINDOW = 'window';
export const PORTAL = 'portal';
export const KIOSK_WITHOUT_PORTAL = 'kiosk without its portal';

/** Where the portal is: in the kiosk's own program, or a program of its own on PostgreSQL. */
export const EMBEDDED = 'embedded';
export const REMOTE = 'remote';

/** A round kills ten times, and each of its faults as often as it stands here. */
const FAULTS = {
  [EMBEDDED]: [KIOSK, KIOSK, KIOSK, KIOSK, KIOSK, KIOSK_AS_IT_STARTS, WINDOW, WINDOW, WINDOW, WINDOW],
  [REMOTE]: [KIOSK, KIOSK, KIOSK, KIOSK_AS_IT_STARTS, WINDOW, WINDOW, PORTAL, PORTAL, KIOSK_WITHOUT_PORTAL, KIOSK_WITHOUT_PORTAL],
};

/** Each at least once in a round or nearly so, and those more often where the kiosk asks something of its portal. */
const SCREENS = [...STEPS.map(({ screen }) => screen), 'check', 'code', 'password'];

/**
 * When it is killed, from the moment the patient sees a screen, or the kiosk starts. Most have gone on to the next screen by then,
 * and a kiosk has painted. One whose portal is away keeps what it was told after 20 s.
 */
const AFTER_MS = { [KIOSK_AS_IT_STARTS]: [0, 900], [KIOSK_WITHOUT_PORTAL]: [18_000, 24_000] };
const ELSE_AFTER_MS = [0, 1_200];

/** The longest that a portal stays away: a patient at the glass waits for it. */
const AWAY_AT_MOST_MS = 1_500;

const GIVEN = ['Xerxine', 'Quillon', 'Zephyrine', 'Ottoline', 'Ferdiad', 'Wilhelmine', 'Balthazar', 'Philomena'];
const FIRST = ['Bran', 'Corv', 'Drum', 'Fenn', 'Grim', 'Hawk', 'Jess', 'Kelt', 'Mord', 'Pask', 'Tver', 'Zond'];
const LAST = ['abolund', 'eckimoor', 'idunack', 'omidale', 'uzacott', 'arrowick', 'evlagram', 'istoberg'];

/** So many days lie between two birthdays, or a multiple of them: none is a slip of the finger from another. */
const DAYS_APART = 37;
const DAY_MS = 86_400_000;

/** Mulberry32: enough to draw a plan, and the same everywhere. */
function drawing(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** All of `things`, in an order of the draw's. */
function shuffled(things, draw) {
  const left = [...things];
  return things.map(() => left.splice(Math.floor(draw() * left.length), 1)[0]);
}

function patientOf(number, draw) {
  const born = new Date(Date.UTC(1941, 0, 3) + (number * 11 + Math.floor(draw() * 10)) * DAYS_APART * DAY_MS);
  const one = (list) => list[Math.floor(draw() * list.length)];
  const [given, family] = [one(GIVEN), `${FIRST[number]}${one(LAST)}`];
  return {
    given,
    family,
    born: [born.getUTCDate(), born.getUTCMonth() + 1, born.getUTCFullYear()].map(String),
    mobile: `07700 9009${String(10 + number)}`,
    email: `${given}.${family}@example.org`.toLowerCase(),
  };
}

/** Of one round: where its portal is, and its kills. */
export function planOf(seed, place, kills) {
  const draw = drawing(seed);
  const faults = shuffled(FAULTS[place], draw).slice(0, kills);
  const screens = shuffled(SCREENS, draw);
  const between = ([least, most]) => Math.floor(least + draw() * (most - least));
  return faults.map((victim, number) => ({
    victim,
    patient: patientOf(number, draw),
    how: draw() < 0.3 ? GLASS : KEYS,
    screen: victim === KIOSK_WITHOUT_PORTAL ? 'check' : screens[number],
    afterMs: between(AFTER_MS[victim] ?? ELSE_AFTER_MS),
    awayMs: between([0, AWAY_AT_MOST_MS]),
  }));
}

/** So many kills, ten to a round, by turns with either place of the portal: each round's seed is one more than the last one's. */
export function roundsOf(seed, kills) {
  const rounds = [];
  for (let left = kills; left > 0; left -= 10) {
    const place = rounds.length % 2 === 0 ? EMBEDDED : REMOTE;
    const itsSeed = seed + rounds.length;
    rounds.push({ place, seed: itsSeed, plan: planOf(itsSeed, place, Math.min(left, 10)) });
  }
  return rounds;
}
