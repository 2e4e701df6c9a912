// What must hold, given what a patient was told and what was found. Each is whether it does, and what it would be called.

import { isDeepStrictEqual } from 'node:util';

function same(found, expected, whose) {
  return [isDeepStrictEqual(found, expected), `${whose}: found ${JSON.stringify(found)} where it should be ${JSON.stringify(expected)}`];
}

/**
 * Of one patient: nothing happened twice, and nothing happened to somebody of whom nobody heard. `found` is what they were sent,
 * their records, and which contacts of those are proven.
 */
export function ofVisit({ told, registered, texts }, found) {
  const expected = registered
    ? { texts, emails: 1, records: 1, proven: ['email', 'mobile'] }
    : { texts: 0, emails: 0, records: 0, proven: [] };
  return [
    [registered || told === null, `who was told ${told} is not registered`],
    same(found, expected, registered ? 'who registered' : 'of whom nobody heard'),
  ];
}

/**
 * Of a whole round, as the portal's own commands say it: `updates list`, `patients export` and `access-log verify`.
 */
export function ofDatabase(visits, { updates, people, log }) {
  const registered = visits.filter((visit) => visit.registered).length;
  const lines = updates.split('\n').filter((line) => line.includes('\t')).map((line) => line.split('\t'));
  const different = (column) => new Set(lines.map((line) => line[column])).size;
  const states = [...new Set(lines.map(([, , state]) => state))];
  return [
    same(lines.length, registered, 'updates of records'),
    same([different(0), different(1)], [lines.length, lines.length], 'registrations and records that were updated'),
    same(states, registered > 0 ? ['confirmed'] : [], 'states of updates'),
    ...visits.map((visit) => same(people.split(visit.patient.email).length - 1, visit.registered ? 1 : 0, 'records with an address')),
    [/is whole: [1-9]/.test(log), `access log: ${log}`],
  ];
}
