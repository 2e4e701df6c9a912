// The staff console in a colleague's browser.
import { on, tell } from './scenes.js';

/** @typedef {import('playwright-core').Page} Page */
/**
 * @typedef {object} ConsoleScene
 * @property {string} name
 * @property {string} [query]
 * @property {string} [hash]
 * @property {(page: Page) => Promise<unknown>} walk
 * @property {{ width: number, height: number }} [viewport]
 * @property {readonly ('dark' | 'contrast')[]} [looks]
 */

export const SOON_MS = 6000;

/** @param {Page} page @param {string} id @param {number} [at] */
const press = (page, id, at = 0) => page.locator(`[data-testid="${id}"]`).nth(at).click();

/** @param {Page} page @param {string} id */
export const there = (page, id) =>
  page.waitForSelector(`[data-testid="${id}"]`, { timeout: SOON_MS });

/** @param {Page} page */
export async function today(page) {
  await on(page, 'today');
  await there(page, 'registration-row');
}

/** @param {number} at @param {(page: Page) => Promise<unknown>} [then] */
const registration =
  (at, then = async () => undefined) =>
  async (/** @type {Page} */ page) => {
    await today(page);
    await press(page, 'registration-row', at);
    await there(page, 'reference');
    await then(page);
  };

/** @param {Page} page */
export async function reviews(page) {
  await today(page);
  await press(page, 'nav-reviews');
  await there(page, 'review-row');
}

/** @param {number} at @param {(page: Page) => Promise<unknown>} [then] */
export const review =
  (at, then = async () => undefined) =>
  async (/** @type {Page} */ page) => {
    await reviews(page);
    await press(page, 'review-row', at);
    await there(page, 'reject');
    await then(page);
  };

/** @param {(page: Page) => Promise<unknown>} then */
const staff = (then) => async (/** @type {Page} */ page) => {
  await today(page);
  await press(page, 'nav-staff');
  await there(page, 'member');
  await then(page);
};

const LOOKS = /** @type {const} */ (['dark', 'contrast']);
const NARROW = { width: 1024, height: 768 };

/** @type {ConsoleScene[]} */
export const consoleScenes = [
  {
    name: 'console-sign-in',
    query: 'signed-in=no',
    walk: async (page) => {
      await on(page, 'sign-in');
      await page.keyboard.type('MB');
    },
    looks: LOOKS,
  },
  {
    name: 'console-sign-in-refused',
    query: 'signed-in=no',
    walk: async (page) => {
      await on(page, 'sign-in');
      await page.keyboard.type('MB');
      await page.keyboard.press('Tab');
      await page.keyboard.type('wrong');
      await page.keyboard.press('Enter');
      await there(page, 'trouble');
    },
  },
  {
    name: 'console-invitation',
    query: 'signed-in=no',
    hash: '#invitation=3q2-7wAAAAB4nGP4',
    walk: async (page) => {
      await on(page, 'invitation');
      await page.keyboard.type('short');
      await page.keyboard.press('Enter');
      await page.getByText('Make it longer').waitFor();
    },
  },
  { name: 'console-today', walk: today, looks: LOOKS },
  { name: 'console-today-narrow', walk: today, viewport: NARROW },
  {
    name: 'console-today-empty',
    query: 'empty',
    walk: (page) => there(page, 'empty'),
  },
  {
    name: 'console-today-nothing-found',
    walk: async (page) => {
      await today(page);
      await press(page, 'search');
      await page.keyboard.type('<script>x');
      await there(page, 'empty');
    },
  },
  {
    name: 'console-help-call',
    walk: async (page) => {
      await today(page);
      await tell(page, (fake) => {
        fake.ring(20);
        fake.locked = ['AO'];
      });
      await there(page, 'help-call');
    },
    looks: LOOKS,
  },
  {
    name: 'console-away',
    walk: async (page) => {
      await today(page);
      await tell(page, (fake) =>
        fake.fail('attention', ...Array(9).fill({ code: 'portal_unreachable' })),
      );
      await there(page, 'away');
    },
  },
  { name: 'console-registration', walk: registration(0), looks: LOOKS },
  { name: 'console-registration-hostile', walk: registration(5) },
  { name: 'console-registration-long', walk: registration(6) },
  {
    name: 'console-registration-cancel',
    walk: registration(0, (page) => press(page, 'help-cancel')),
  },
  {
    name: 'console-registration-mobile-refused',
    walk: registration(0, async (page) => {
      await press(page, 'help-correct_mobile');
      await page.keyboard.type('01134960110');
      await page.keyboard.press('Enter');
      await page.getByText('home or work phone').waitFor();
    }),
  },
  {
    name: 'console-registration-corrected',
    walk: registration(1, async (page) => {
      await press(page, 'help-correct_email');
      await page.keyboard.type('sam@example.com');
      await page.keyboard.press('Enter');
      await there(page, 'helped');
    }),
  },
  {
    name: 'console-registration-changed',
    walk: registration(0, async (page) => {
      await tell(page, (fake) => fake.fail('help', { code: 'changed_meanwhile' }));
      await press(page, 'help-resend_code');
      await press(page, 'confirm-yes');
      await there(page, 'trouble');
    }),
  },
  { name: 'console-reviews', walk: reviews, looks: LOOKS },
  {
    name: 'console-reviews-empty',
    query: 'empty',
    walk: async (page) => {
      await there(page, 'empty');
      await press(page, 'nav-reviews');
      await on(page, 'reviews');
      await there(page, 'empty');
    },
  },
  { name: 'console-review', walk: review(0), looks: LOOKS },
  {
    name: 'console-review-two-records',
    walk: review(1, async (page) => {
      await press(page, 'same-person', 1);
      await there(page, 'confirm');
    }),
    looks: LOOKS,
  },
  { name: 'console-review-no-record', walk: review(2) },
  { name: 'console-review-hostile', walk: review(3) },
  {
    name: 'console-review-different',
    walk: review(0, (page) => press(page, 'different-person')),
  },
  {
    name: 'console-review-settled',
    walk: review(0, async (page) => {
      await press(page, 'same-person');
      await press(page, 'confirm-yes');
      await there(page, 'just-settled');
    }),
  },
  {
    name: 'console-review-settled-first',
    walk: review(0, async (page) => {
      await tell(page, (fake) => {
        const { row } = fake.reviews[0];
        const at = new Date().toISOString();
        fake.reviews[0] = {
          ...fake.reviews[0],
          settled: { review: row, word: 'rejected', by: 'AO', at },
        };
      });
      await press(page, 'same-person');
      await press(page, 'confirm-yes');
      await there(page, 'trouble');
    }),
  },
  {
    name: 'console-review-undo',
    walk: review(0, async (page) => {
      await press(page, 'reject');
      await press(page, 'confirm-yes');
      await there(page, 'just-settled');
      await press(page, 'open-again');
      await there(page, 'confirm');
    }),
  },
  { name: 'console-staff', walk: staff(async () => undefined), looks: LOOKS },
  {
    name: 'console-staff-invite',
    walk: staff(async (page) => {
      await press(page, 'invite');
      await page.keyboard.type('Erin Shaw');
      await page.keyboard.press('Tab');
      await page.keyboard.type('AO');
      await page.keyboard.press('Enter');
      await page.getByText('A colleague has these initials').waitFor();
    }),
  },
  {
    name: 'console-staff-invited',
    walk: staff(async (page) => {
      await press(page, 'invite');
      await page.keyboard.type('Erin Shaw');
      await page.keyboard.press('Tab');
      await page.keyboard.type('ES');
      await page.keyboard.press('Enter');
      await there(page, 'invitation');
    }),
    looks: ['dark'],
  },
  {
    name: 'console-staff-remove',
    walk: staff((page) => press(page, 'remove')),
  },
  {
    name: 'console-as-it',
    query: 'role=it',
    walk: (page) => there(page, 'kiosk-standing'),
  },
  {
    name: 'console-signed-out',
    walk: async (page) => {
      await today(page);
      await press(page, 'sign-out');
      await there(page, 'signed-out');
    },
  },
];
