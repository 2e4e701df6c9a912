import { FakeStaff } from './fake';

/** The stand-in behind `--mode console-screens`, within reach of the scripts that take the pictures. */
const fake = new FakeStaff();
Object.assign(globalThis, { fake });

const wanted = new URLSearchParams(globalThis.location.search);
fake.signedIn = wanted.get('signed-in') !== 'no';
const role = wanted.get('role');
if (role === 'receptionist')
  fake.you = {
    ...fake.you,
    role,
    may: ['see_patients', 'help_patients', 'settle_reviews'],
  };
// As the portal's policy has it.
if (role === 'it')
  fake.you = { ...fake.you, role, may: ['vouch', 'see_kiosks', 'run_kiosks', 'see_figures'] };
if (wanted.get('empty') !== null) {
  fake.registrations = [];
  fake.reviews = [];
  fake.kiosks.rows = [];
}

export const backend = fake;
