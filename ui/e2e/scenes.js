// Each screen and state a person can see, and how to walk there with a finger.
// `sizes` and `looks` say in which forms it is looked at besides portrait and light.

/** @typedef {import('playwright-core').Page} Page */
/**
 * @typedef {object} Scene
 * @property {string} name
 * @property {string} [query]
 * @property {(page: Page) => Promise<void>} walk
 * @property {boolean} [landscape]
 * @property {readonly ('dark' | 'contrast' | 'largest' | 'rtl' | 'small')[]} [looks]
 * @property {import('./look.js').Measures} [measures] where they are not a patient's
 */

/** @param {Page} page @param {string} id */
export const press = (page, id) => page.locator(`[data-testid="${id}"]`).first().tap();

/** @param {Page} page @param {string} text types on the screen's own keys */
export async function type(page, text) {
  for (const letter of text) {
    const small = letter.toLowerCase();
    const key = page.locator(`[data-key=${JSON.stringify(small)}]`).first();
    if (letter !== small && !(await page.locator('[data-key=shift][aria-pressed=true]').count()))
      await page.locator('[data-key=shift]').tap();
    await key.tap();
  }
}

/** @param {Page} page @param {string} id @param {string} text */
export async function fill(page, id, text) {
  await press(page, id);
  await type(page, text);
}

/** @param {Page} page @param {string} screen */
export const on = (page, screen) => page.waitForSelector(`main[data-screen="${screen}"]`);

/** @param {Page} page @param {(fake: any) => void} change runs beside the stand-in for Rust */
export const tell = (page, change) => page.evaluate(`(${change.toString()})(globalThis.fake)`);

/** @type {Record<string, (page: Page) => Promise<unknown>>} */
export const walks = {
  welcome: (page) => on(page, 'welcome'),
  async name(page) {
    await walks['welcome']?.(page);
    await press(page, 'start');
    await on(page, 'name');
  },
  async 'date-of-birth'(page) {
    await walks['name']?.(page);
    await type(page, 'Zofia');
    await fill(page, 'family-name', "O'Malley");
    await press(page, 'continue');
    await on(page, 'date-of-birth');
  },
  async email(page) {
    await walks['date-of-birth']?.(page);
    await type(page, '27');
    await fill(page, 'dob-month', '3');
    await fill(page, 'dob-year', '1985');
    await press(page, 'continue');
    await on(page, 'email');
  },
  async mobile(page) {
    await walks['email']?.(page);
    await type(page, 'zofia@');
    await page.locator('[data-key="gmail.com"]').tap();
    await press(page, 'continue');
    await on(page, 'mobile');
  },
  async check(page) {
    await walks['mobile']?.(page);
    await type(page, '07700900123');
    await press(page, 'continue');
    await on(page, 'check');
  },
  async code(page) {
    await walks['check']?.(page);
    await press(page, 'confirm');
    await on(page, 'code');
  },
  async password(page) {
    await walks['code']?.(page);
    await type(page, '123456');
    await press(page, 'continue');
    await on(page, 'password');
  },
  async done(page) {
    await walks['password']?.(page);
    await type(page, 'teapot-meadow-lantern');
    await press(page, 'continue');
    await on(page, 'done');
    await page.waitForSelector('[data-testid=qr]');
  },
};

/** @param {string} screen @param {(page: Page) => Promise<unknown>} then */
const from = (screen, then) => async (/** @type {Page} */ page) => {
  await walks[screen]?.(page);
  await then(page);
};

const ALL = /** @type {const} */ (['dark', 'contrast', 'largest', 'rtl', 'small']);

/** The window asks every five seconds. */
const SEEN_WITHIN_MS = 8000;

/** @param {Page} page @param {string} screen @param {object} phase what Rust found out meanwhile */
async function becomes(page, screen, phase) {
  await page.evaluate((now) => {
    const { fake } = /** @type {any} */ (globalThis);
    fake.currentStatus = { ...fake.currentStatus, practice: null, phase: now };
  }, phase);
  await page.waitForSelector(`main[data-screen="${screen}"]`, { timeout: SEEN_WITHIN_MS });
}

/** What a portal can be like, each with words for staff. */
const PORTAL_REASONS = [
  'kiosk_not_accepted',
  'not_a_portal',
  'portal_not_trusted',
  'portal_at_another_address',
  'portal_of_another_mode',
];

/** @param {(page: Page) => Promise<unknown>} then */
const connecting = (then) => async (/** @type {Page} */ page) => {
  await on(page, 'connect');
  await then(page);
};

/** @type {Scene[]} */
export const scenes = [
  {
    name: 'connect',
    query: 'phase=not_connected',
    walk: connecting(async (page) => {
      await type(page, 'register.example.org');
      await fill(page, 'enrolment-code', 'kt49qf');
    }),
    landscape: true,
    looks: ['dark', 'contrast', 'largest'],
  },
  {
    name: 'connect-empty',
    query: 'phase=not_connected',
    walk: connecting((page) => press(page, 'continue')),
    landscape: true,
  },
  {
    name: 'connect-again',
    query: 'phase=not_connected&former_address=https://register.example.org',
    walk: connecting(async () => undefined),
    landscape: true,
    looks: ['largest'],
  },
  {
    name: 'connect-meanwhile',
    walk: from('welcome', (page) =>
      becomes(page, 'connect', { phase: 'not_connected', former_address: 'https://a.example' }),
    ),
    landscape: true,
    looks: ['rtl'],
  },
  {
    name: 'connect-not-trusted',
    query: 'phase=not_connected',
    walk: connecting(async (page) => {
      await tell(page, (fake) => fake.fail('connect', { code: 'portal_not_trusted' }));
      await type(page, 'register.example.org');
      await fill(page, 'enrolment-code', 'kt49qfmd7cxw');
      await press(page, 'continue');
      await page.waitForSelector('[data-testid=error-summary]');
    }),
    landscape: true,
    looks: ['largest'],
  },
  {
    name: 'connect-waiting',
    query: 'phase=not_connected',
    walk: connecting(async (page) => {
      await tell(page, (fake) => fake.hang('connect'));
      await press(page, 'continue');
    }),
  },
  { name: 'welcome', walk: from('welcome', async () => {}), landscape: true, looks: ALL },
  {
    name: 'welcome-waiting',
    walk: from('welcome', async (page) => {
      await tell(page, (fake) => fake.hang('start'));
      await press(page, 'start');
    }),
  },
  {
    name: 'privacy',
    landscape: true,
    walk: from('welcome', async (page) => {
      await press(page, 'privacy');
      await on(page, 'privacy');
    }),
    looks: ['largest'],
  },
  { name: 'name', walk: from('name', (page) => type(page, 'Zofia')), landscape: true, looks: ALL },
  {
    name: 'name-accents',
    walk: from('name', async (page) => {
      await type(page, 'Zo');
      await page.locator('[data-key=accents]').tap();
    }),
  },
  {
    name: 'name-error',
    walk: from('name', (page) => press(page, 'continue')),
    landscape: true,
    looks: ALL,
  },
  { name: 'name-one', walk: from('name', (page) => press(page, 'one-name')) },
  {
    name: 'date-of-birth',
    walk: from('date-of-birth', (page) => type(page, '27')),
    landscape: true,
    looks: ['largest', 'rtl'],
  },
  {
    name: 'date-of-birth-error',
    walk: from('date-of-birth', async (page) => {
      await type(page, '27');
      await fill(page, 'dob-year', '1985');
      await press(page, 'continue');
      await page.waitForSelector('[data-testid=error-summary]');
    }),
    landscape: true,
  },
  {
    name: 'under16',
    walk: from('date-of-birth', async (page) => {
      await type(page, '27');
      await fill(page, 'dob-month', '3');
      await fill(page, 'dob-year', '2019');
      await press(page, 'continue');
      await on(page, 'desk');
    }),
    landscape: true,
    looks: ['rtl'],
  },
  {
    name: 'email',
    walk: from('email', (page) => type(page, 'zofia@')),
    landscape: true,
    looks: ['largest', 'contrast'],
  },
  {
    name: 'email-signs',
    walk: from('email', async (page) => {
      await type(page, 'zofia');
      await page.locator('[data-key=layout]').tap();
      await type(page, '+');
      await page.waitForSelector('[data-key="£"]');
    }),
    landscape: true,
    looks: ['dark', 'largest', 'small'],
  },
  {
    name: 'email-did-you-mean',
    walk: from('email', async (page) => {
      await type(page, 'zofia@gmial.com');
      await press(page, 'continue');
      await page.waitForSelector('[data-testid=use-suggestion]');
    }),
    landscape: true,
    looks: ['dark', 'largest', 'rtl'],
  },
  {
    name: 'mobile',
    walk: from('mobile', (page) => type(page, '07700900')),
    landscape: true,
    looks: ['dark', 'largest', 'rtl'],
  },
  {
    name: 'mobile-error',
    walk: from('mobile', async (page) => {
      await type(page, '01134960110');
      await press(page, 'continue');
      await page.waitForSelector('[data-testid=error-summary]');
    }),
    landscape: true,
    looks: ['dark', 'contrast'],
  },
  {
    name: 'mobile-unreachable',
    walk: from('mobile', async (page) => {
      await tell(page, (fake) => fake.fail('checkMobile', { code: 'portal_unreachable' }));
      await type(page, '07700900123');
      await press(page, 'continue');
      await page.waitForSelector('[data-testid=error-summary]');
    }),
    landscape: true,
    looks: ['largest'],
  },
  { name: 'check', walk: from('check', async () => {}), landscape: true, looks: ALL },
  {
    name: 'check-waiting',
    walk: from('check', async (page) => {
      await tell(page, (fake) => fake.hang('confirm'));
      await press(page, 'confirm');
    }),
  },
  {
    name: 'check-unforeseen',
    walk: from('check', async (page) => {
      await tell(page, (fake) => fake.fail('confirm', { code: 'unforeseen', incident: 'J7-204' }));
      await press(page, 'confirm');
      await page.waitForSelector('[data-testid=error-summary]');
    }),
  },
  { name: 'code', walk: from('code', (page) => type(page, '1234')), landscape: true, looks: ALL },
  {
    name: 'code-wrong',
    walk: from('code', async (page) => {
      await type(page, '111111');
      await press(page, 'continue');
      await page.waitForSelector('[data-testid=error-summary]');
    }),
    landscape: true,
  },
  {
    name: 'code-resend',
    walk: from('code', async (page) => {
      await tell(page, (fake) => {
        fake.next = { may_resend_in_s: 0, may_check_in_s: null, tries_left: 0 };
      });
      await page.waitForSelector('[data-testid=resend]');
    }),
  },
  {
    name: 'password',
    walk: from('password', (page) => type(page, 'teapot')),
    landscape: true,
    looks: ['dark', 'largest', 'rtl'],
  },
  {
    name: 'password-long-enough',
    walk: from('password', async (page) => {
      await type(page, 'teapot-meadow');
      await page.getByText('Long enough').first().waitFor();
    }),
    landscape: true,
    looks: ['contrast'],
  },
  {
    name: 'password-words',
    walk: from('password', async (page) => {
      await press(page, 'suggest-words');
      await page.waitForSelector('[data-testid=password][type=text]');
    }),
    landscape: true,
  },
  {
    name: 'password-short',
    walk: from('password', async (page) => {
      await type(page, 'teapot');
      await press(page, 'continue');
      await page.waitForSelector('[data-testid=error-summary]');
    }),
  },
  {
    name: 'done',
    walk: from('done', async (page) => {
      await tell(page, (fake) => {
        fake.idle = { kind: 'clearing', seconds_left: 28 };
      });
      await page.waitForFunction(
        () => document.querySelector('[data-testid=clears]')?.textContent?.trim() !== '',
      );
    }),
    landscape: true,
    looks: ALL,
  },
  {
    name: 'done-on-phone',
    walk: from('password', async (page) => {
      await press(page, 'on-my-phone');
      await on(page, 'done');
      await page.waitForSelector('[data-testid=qr]');
    }),
  },
  {
    name: 'kept',
    walk: from('check', async (page) => {
      await tell(page, (fake) => {
        fake.portalIsAway = true;
        fake.idle = { kind: 'clearing', seconds_left: 52 };
      });
      await press(page, 'confirm');
      await on(page, 'kept');
      await page.waitForFunction(
        () => document.querySelector('[data-testid=clears]')?.textContent?.trim() !== '',
      );
    }),
    landscape: true,
    looks: ALL,
  },
  {
    name: 'journal-full',
    walk: from('check', async (page) => {
      await tell(page, (fake) => {
        fake.fail('confirm', { code: 'journal_full' });
      });
      await press(page, 'confirm');
      await page.waitForSelector('[data-testid=error-summary]');
    }),
  },
  {
    name: 'desk-no-mobile',
    walk: from('mobile', async (page) => {
      await press(page, 'no-mobile');
      await page.waitForSelector('[data-testid=desk-reference]');
    }),
    landscape: true,
    looks: ['dark'],
  },
  {
    name: 'desk-clearing',
    walk: from('mobile', async (page) => {
      await press(page, 'no-mobile');
      await tell(page, (fake) => {
        fake.idle = { kind: 'clearing', seconds_left: 170 };
      });
      await page.waitForFunction(
        () => document.querySelector('[data-testid=clears]')?.textContent?.trim() !== '',
      );
    }),
    landscape: true,
    looks: ['largest', 'rtl', 'small'],
  },
  {
    name: 'desk-no-email',
    walk: from('email', async (page) => {
      await press(page, 'no-email');
      await on(page, 'mobile');
      await type(page, '07700900123');
      await press(page, 'continue');
      await on(page, 'check');
      await press(page, 'confirm');
      await on(page, 'code');
      await type(page, '123456');
      await press(page, 'continue');
      await on(page, 'desk');
    }),
  },
  {
    name: 'help',
    walk: from('mobile', async (page) => {
      await press(page, 'ask-for-help');
      await page.waitForSelector('[data-testid=help-reference]');
    }),
    landscape: true,
    looks: ['dark', 'rtl'],
  },
  ...['ringing', 'coming'].map((stands) => ({
    name: `help-${stands}`,
    walk: from('mobile', async (page) => {
      await page.evaluate(`globalThis.fake.helpStandsAt = '${stands}'`);
      await press(page, 'ask-for-help');
      await page.waitForSelector(`[data-testid=help-${stands}]`);
    }),
    landscape: true,
    looks: /** @type {const} */ (['largest', 'rtl']),
  })),
  {
    name: 'welcome-help',
    walk: from('welcome', async (page) => {
      await press(page, 'ask-for-help');
      await page.waitForSelector('[data-testid=help-reference]');
    }),
    landscape: true,
    looks: ['largest', 'rtl'],
  },
  {
    name: 'welcome-help-starting',
    query: 'phase=starting',
    walk: from('welcome', async (page) => {
      await tell(page, (fake) => fake.fail('askForHelp', { code: 'out_of_service' }));
      await press(page, 'ask-for-help');
      await page.getByText('Tell the desk that you were at this screen').waitFor();
    }),
  },
  {
    name: 'leave',
    walk: from('mobile', async (page) => {
      await press(page, 'start-again');
      await page.waitForSelector('[data-testid=leave-yes]');
    }),
  },
  {
    name: 'idle',
    walk: from('email', async (page) => {
      // A touch that was not yet told would end the warning at once.
      await page.waitForFunction(
        () => /** @type {any} */ (globalThis).fake.called('pulse').at(-1)?.[0] === false,
      );
      await tell(page, (fake) => {
        fake.idle = { kind: 'warning', seconds_left: 24 };
      });
      await page.waitForSelector('[data-testid=more-time]', { timeout: 5000 });
    }),
    landscape: true,
    looks: ['dark', 'contrast'],
  },
  {
    name: 'ease',
    walk: from('name', async (page) => {
      await press(page, 'ease');
      await page.waitForSelector('[data-testid=ease-panel]');
    }),
    landscape: true,
    looks: ALL,
  },
  {
    name: 'sandbox-welcome',
    query: 'mode=sandbox',
    walk: from('welcome', async () => {}),
    landscape: true,
  },
  {
    name: 'sandbox-check',
    query: 'mode=sandbox',
    walk: from('check', async () => {}),
    landscape: true,
  },
  {
    name: 'paused',
    walk: from('welcome', async (page) => {
      await tell(page, (fake) => fake.staff.kiosks.run(fake.staff.kiosks.here, 'pause'));
      await on(page, 'paused');
    }),
    landscape: true,
    looks: ALL,
  },
  {
    // Whatever the last patient chose is over by then.
    name: 'cleaning',
    walk: from('email', async (page) => {
      await tell(page, (fake) => fake.staff.kiosks.clean(fake.staff.kiosks.here, 107));
      await page.waitForSelector('main[data-screen=cleaning]', { timeout: SEEN_WITHIN_MS });
    }),
    landscape: true,
    looks: ['small'],
  },
  {
    name: 'out-of-service',
    query: 'phase=out_of_service',
    walk: async (page) => {
      await on(page, 'out-of-service');
    },
    landscape: true,
    looks: ['dark', 'largest'],
  },
  {
    name: 'out-of-service-data-folder-taken',
    query: 'phase=out_of_service&reason=data_folder_taken',
    walk: async (page) => {
      await on(page, 'out-of-service');
    },
    landscape: true,
    looks: ['largest'],
  },
  {
    name: 'out-of-service-meanwhile',
    walk: from('welcome', (page) =>
      becomes(page, 'out-of-service', { phase: 'out_of_service', reason: 'kiosk_not_accepted' }),
    ),
    landscape: true,
    looks: ['rtl'],
  },
  ...PORTAL_REASONS.map((reason) => ({
    name: `out-of-service-${reason.replaceAll('_', '-')}`,
    query: `phase=out_of_service&reason=${reason}`,
    walk: async (/** @type {Page} */ page) => {
      await on(page, 'out-of-service');
    },
    landscape: true,
    looks: /** @type {const} */ (['largest']),
  })),
];
