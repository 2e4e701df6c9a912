// The rest of a registration on the patient's own phone, wherever it was left: each page says what to do.

import { PASSWORD } from './journey.mjs';

const BUTTON = 'main form button[type="submit"]';

/** What a patient does on the page of this heading. */
const PAGES = {
  'Enter the code from our text': async (way) => {
    // Shown again, it says that the code is used up: then there is another way in.
    if (way.triedCode) return way.phone.goto(new URL('/f', way.phone.url()).href);
    way.triedCode = true;
    await way.phone.fill('#mobile', way.patient.mobile);
    await way.typeCode();
  },
  'Finish signing up': async (way) => {
    await way.phone.fill('#mobile', way.patient.mobile);
    await way.asksForCode();
  },
  'Enter your code': (way) => way.typeCode(),
  'Nearly done': (way) => way.asksForCode(),
  'Create a password': (way) => way.typePassword(),
  'Enter your password': (way) => way.typePassword(),
  'Open the email we sent': async (way) => way.phone.goto(way.rehosted(await way.sandbox.link(way.patient))),
  'Read and accept the terms': (way) => way.press('button[value="accept"]'),
};

/** No way is longer. */
const MOST_PAGES = 10;

class Way {
  /** Texts that must have come before the newest code is typed. */
  texts = 1;
  triedCode = false;

  constructor(phone, { patient, sandbox, rehosted }) {
    Object.assign(this, { phone, patient, sandbox, rehosted });
  }

  async press(button) {
    await Promise.all([this.phone.waitForNavigation(), this.phone.locator(button).first().click()]);
  }

  async asksForCode() {
    this.texts = (await this.sandbox.received(this.patient, 'sms')).length + 1;
    await this.press(BUTTON);
  }

  async typeCode() {
    await this.phone.fill('#code', await this.sandbox.code(this.patient, this.texts));
    await this.press(BUTTON);
  }

  async typePassword() {
    await this.phone.fill('#password', PASSWORD);
    await this.press(BUTTON);
  }
}

/**
 * Opens `address`, does what each page asks for, and gives the headings of the pages, of which the last one says that it is over.
 * `rehosted` turns the address in an email into one that leads to the portal where it is now.
 */
export async function finishOnPhone(phone, address, { patient, sandbox, rehosted = (link) => link }) {
  const way = new Way(phone, { patient, sandbox, rehosted });
  await phone.goto(rehosted(address));
  const headings = [];
  for (;;) {
    const heading = await phone.locator('h1').first().innerText();
    headings.push(heading);
    const does = PAGES[heading];
    if (!does) return headings;
    if (headings.length > MOST_PAGES) throw new Error(`the phone goes in circles: ${headings.join(' > ')}`);
    await does(way);
  }
}
