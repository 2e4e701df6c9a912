// `cargo xtask chaos --window` builds everything, then runs this: kills the real kiosk in its window while patients register.

import { parseArgs } from 'node:util';

import { Browser } from '../driver/phone.mjs';
import { EMBEDDED, REMOTE, roundsOf } from './plan.mjs';
import { Embedded, Remote } from './place.mjs';
import { Report } from './report.mjs';
import { Round } from './round.mjs';

const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' } } });
const [kills, seed] = [Number(values.kills), Number(values.seed)];

const PLACES = { [EMBEDDED]: Embedded, [REMOTE]: Remote };

const report = new Report();
const browser = await Browser.open();
try {
  for (const { place: kind, seed: itsSeed, plan } of roundsOf(seed, kills)) {
    const place = await PLACES[kind].set();
    try {
      await new Round(place, plan, report, browser).run();
      report.rounds.push(`${kind}, seed ${itsSeed}`);
    } catch (error) {
      report.holds(false, `round ${kind}, seed ${itsSeed}, ended: ${error.stack}`);
      console.error(await place.machine.said());
    } finally {
      await place.stop();
    }
  }
} finally {
  await browser.close();
}
console.log(`seed: ${seed}\n${report}`);
const nothing = report.provesNothing();
if (nothing) console.log(`This run proves nothing: ${nothing}.`);
process.exitCode = nothing || report.broken.length > 0 ? 1 : 0;
