// A registration as a patient goes through it, at the kiosk and on the phone, in words of the reception desk.

import { GLASS } from './kiosk.mjs';

export const PASSWORD = 'seven quiet herons walking';

/** Every screen of a registration and what a patient does there to get to the next one. */
export const STEPS = [
  { screen: 'welcome', act: (kiosk) => kiosk.touch('start') },
  {
    screen: 'name',
    act: async (kiosk, patient, how) => {
      await kiosk.type('given-name', patient.given, how);
      await kiosk.type('family-name', patient.family, how);
      await kiosk.touch('continue');
    },
  },
  {
    screen: 'date-of-birth',
    act: async (kiosk, patient, how) => {
      const [day, month, year] = patient.born;
      await kiosk.type('dob-day', day, how);
      await kiosk.type('dob-month', month, how);
      await kiosk.type('dob-year', year, how);
      await kiosk.touch('continue');
    },
  },
  {
    screen: 'email',
    act: async (kiosk, patient, how) => {
      await kiosk.type('email', patient.email, how);
      await kiosk.touch('continue');
    },
  },
  {
    screen: 'mobile',
    act: async (kiosk, patient, how) => {
      await kiosk.type('mobile', patient.mobile.replaceAll(' ', ''), how);
      await kiosk.touch('continue');
    },
  },
  { screen: 'check', act: (kiosk) => kiosk.touch('confirm') },
  {
    screen: 'code',
    act: async (kiosk, patient, how) => {
      await kiosk.type('code', await kiosk.sandbox.code(patient), how);
      await kiosk.touch('continue');
    },
  },
  {
    screen: 'password',
    act: async (kiosk, patient, how) => {
      await kiosk.type('password', PASSWORD, how);
      await kiosk.touch('continue');
    },
  },
  { screen: 'done', act: null },
];

/** Goes on from the first screen until `last` is shown. `seen` is told of each screen, before and after the patient acts. */
export async function goTo(kiosk, patient, last, { how = GLASS, seen = async () => {} } = {}) {
  for (const step of STEPS) {
    await kiosk.shows(step.screen, 30_000);
    await seen(step.screen, 'asked');
    if (step.screen === last) return;
    await step.act(kiosk, patient, how);
    await seen(step.screen, 'answered');
  }
}


