import type { Kiosk } from './kiosk.svelte';

/** Ways through the flow that several tests begin with. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

export async function answerEverything(kiosk: Kiosk): Promise<void> {
  kiosk.start();
  await settled();
  kiosk.answers.givenName = 'Ada';
  kiosk.answers.familyName = 'Lovelace';
  kiosk.continue();
  await settled();
  kiosk.answers.dateOfBirth = { day: '10', month: '12', year: '1980' };
  kiosk.continue();
  await settled();
  kiosk.answers.email = 'ada@example.com';
  kiosk.continue();
  await settled();
  kiosk.answers.mobile = '07700 900123';
  kiosk.continue();
  await settled();
}

export async function toCode(kiosk: Kiosk): Promise<void> {
  await answerEverything(kiosk);
  kiosk.continue();
  await settled();
}

export async function toPassword(kiosk: Kiosk): Promise<void> {
  await toCode(kiosk);
  kiosk.code = '123 456';
  kiosk.continue();
  await settled();
}
