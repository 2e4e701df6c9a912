// A registration as a patient goes through it, at the kiosk and on the phone, in words of the reception desk.

import { GLASS } from './kiosk.mjs';

export const PASSWORD = 'seven quiet herons walking';

/** Every screen of a registration: what a patient types there, and the button that leads on. */
export const STEPS = [
  { screen: 'welcome', next: 'start' },
  {
    screen: 'name',
    next: 'continue',
    answer: async (kiosk, patient, how) => {
      await kiosk.type('given-name', patient.given, how);
      await kiosk.type('family-name', patient.family, how);
    },
  },
  {
    screen: 'date-of-birth',
    next: 'continue',
    answer: async (kiosk, patient, how) => {
      const [day, month, year] = patient.born;
      await kiosk.type('dob-day', day, how);
      await kiosk.type('dob-month', month, how);
      await kiosk.type('dob-year', year, how);
    },
  },
  { screen: 'email', next: 'continue', answer: (kiosk, patient, how) => kiosk.type('email', patient.email, how) },
  {
    screen: 'mobile',
    next: 'continue',
    answer: (kiosk, patient, how) => kiosk.type('mobile', patient.mobile.replaceAll(' ', ''), how),
  },
  { screen: 'check', next: 'confirm' },
  {
    screen: 'code',
    next: 'continue',
    answer: async (kiosk, patient, how) => kiosk.type('code', await kiosk.sandbox.code(patient), how),
  },
  { screen: 'password', next: 'continue', answer: (kiosk, patient, how) => kiosk.type('password', PASSWORD, how) },
  { screen: 'done' },
];

/** Goes on from the first screen until `last` is shown. `seen` is told of each screen when it asks and when it is answered. */
export async function goTo(kiosk, patient, last, { how = GLASS, seen = async () => {} } = {}) {
  for (const { screen, answer, next } of STEPS) {
    await kiosk.shows(screen, 30_000);
    await seen(screen, 'asked');
    if (screen === last) return;
    if (answer) {
      await answer(kiosk, patient, how);
      await seen(screen, 'answered');
    }
    await kiosk.touch(next);
  }
}
