import type { Mode, OutOfServiceReason } from '../bindings';
import { FakeBackend } from './fake';

/** The stand-in behind `--mode screens`, within reach of the scripts that take the pictures. */
const fake = new FakeBackend();
Object.assign(globalThis, { fake });

const wanted = new URLSearchParams(globalThis.location.search);
const mode = wanted.get('mode');
const perMillimetre = wanted.get('mm');
const phase = wanted.get('phase');
if (mode) fake.currentStatus = { ...fake.currentStatus, mode: mode as Mode };
if (perMillimetre)
  fake.currentStatus = { ...fake.currentStatus, css_px_per_mm: Number(perMillimetre) };
if (phase === 'not_connected')
  fake.currentStatus = {
    ...fake.currentStatus,
    practice: null,
    phase: { phase, former_address: wanted.get('former_address') },
  };
if (phase === 'starting') fake.currentStatus = { ...fake.currentStatus, phase: { phase } };
if (phase === 'out_of_service')
  fake.currentStatus = {
    ...fake.currentStatus,
    phase: { phase, reason: (wanted.get('reason') ?? 'key_store_locked') as OutOfServiceReason },
  };

export const backend = fake;
