// `cargo xtask chaos --window` notices what does not hold, and its seed decides what it does.

import { deepEqual, equal, notDeepEqual } from 'node:assert/strict';
import { test } from 'node:test';

import { ofDatabase, ofVisit } from '../chaos/judging.mjs';
import { roundsOf } from '../chaos/plan.mjs';

const broken = (judgements) => judgements.filter(([holds]) => !holds).length;

const REGISTERED = { told: 'password', registered: true, texts: 2, patient: { email: 'a@example.org' } };
const UNHEARD = { told: null, registered: false, texts: 0, patient: { email: 'b@example.org' } };

test('a patient to whom anything happened twice, or not at all, is noticed', () => {
  const well = { texts: 2, emails: 1, records: 1, proven: ['email', 'mobile'] };
  equal(broken(ofVisit(REGISTERED, well)), 0);
  const wrong = [{ texts: 3 }, { texts: 1 }, { emails: 2 }, { emails: 0 }, { records: 2 }, { records: 0 }, { proven: ['mobile'] }];
  for (const found of wrong) equal(broken(ofVisit(REGISTERED, { ...well, ...found })), 1, JSON.stringify(found));
  equal(broken(ofVisit({ ...REGISTERED, registered: false }, { texts: 0, emails: 0, records: 0, proven: [] })), 1, 'what was acknowledged is lost');
});

test('a patient of whom nobody heard, and who has something all the same, is noticed', () => {
  const nothing = { texts: 0, emails: 0, records: 0, proven: [] };
  equal(broken(ofVisit(UNHEARD, nothing)), 0);
  for (const found of [{ texts: 1 }, { emails: 1 }, { records: 1 }]) equal(broken(ofVisit(UNHEARD, { ...nothing, ...found })), 1, JSON.stringify(found));
});

test('a database that says otherwise is noticed', () => {
  const line = (registration, record, state) => `${registration}\t${record}\t${state}\tsince now\n`;
  const well = { updates: line('one', 'r1', 'confirmed'), people: 'id,email\nr1,a@example.org\n', log: 'The access log is whole: 9 rows sealed, 0 waiting.' };
  const judged = (found) => broken(ofDatabase([REGISTERED, UNHEARD], { ...well, ...found }));
  equal(judged({}), 0);
  equal(judged({ updates: 'There is none.\n' }), 2);
  equal(judged({ updates: well.updates + line('two', 'r2', 'confirmed') }), 1);
  equal(judged({ updates: well.updates + well.updates }), 2, 'one registration updated twice');
  equal(judged({ updates: line('one', 'r1', 'waiting') }), 1);
  equal(judged({ people: `${well.people}r2,a@example.org\n` }), 1);
  equal(judged({ people: `${well.people}r2,b@example.org\n` }), 1);
  equal(judged({ people: 'id,email\n' }), 1);
  equal(judged({ log: 'The access log was altered.' }), 1);
});

test('the same seed is the same plan, and another seed another', () => {
  deepEqual(roundsOf(7, 25), roundsOf(7, 25));
  notDeepEqual(roundsOf(7, 25), roundsOf(8, 25));
  deepEqual(roundsOf(7, 25).map(({ plan }) => plan.length), [10, 10, 5]);
  for (const { plan } of roundsOf(7, 25)) equal(new Set(plan.map(({ patient }) => patient.mobile)).size, plan.length, 'nobody shares a number');
});
