import type { Kiosk } from './kiosk.svelte';

/** Ways through the flow that several tests begin with. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

export async function answerEverything(kiosk: Kiosk): Promise<void> {
  kiosk.start();
  await settled();
  kiosk.answers.typed.givenName = 'Ada';
  kiosk.answers.typed.familyName = 'Lovelace';
  kiosk.continue();
  await settled();
  kiosk.answers.typed.dateOfBirth = { day: '10', month: '12', year: '1980' };
  kiosk.continue();
  await settled();
  kiosk.answers.typed.email = 'ada@example.com';
  kiosk.continue();
  await settled();
  kiosk.answers.typed.mobile = '07700 900123';
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
  kiosk.answers.typed.code = '123 456';
  kiosk.continue();
  await settled();
}
