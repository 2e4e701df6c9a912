// From a touch to the first frame that shows the next question, in the real window.

import { goTo } from '../driver/journey.mjs';
import { Kiosk } from '../driver/kiosk.mjs';

const PATIENT = { given: 'Ada', family: 'Bench', born: ['1', '2', '1980'], email: 'ada.bench@example.org', mobile: '07700 900950' };

/** There and back again: each touch leads to another question. */
const ROUND = [
  ['continue', 'date-of-birth'],
  ['continue', 'email'],
  ['continue', 'mobile'],
  ['back', 'email'],
  ['back', 'date-of-birth'],
  ['back', 'name'],
];

const LEFT_ALONE_MS = 400;

// The time of the event is when WebKit took the touch from the machine; the frame after the change is the first to show it.
const LISTEN = `
  window.frames = [];
  let touchedAt = null;
  addEventListener('pointerdown', (event) => { touchedAt = event.timeStamp; }, true);
  const showing = () => document.querySelector('main')?.dataset.screen;
  let last = showing();
  new MutationObserver(() => {
    const now = showing();
    if (now === undefined || now === last) return;
    last = now;
    const from = touchedAt;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => window.frames.push(performance.now() - from);
      channel.port2.postMessage(null);
    });
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
  arguments[arguments.length - 1](null);
`;

/** Milliseconds of each of `count` steps. */
export async function measureSteps(count) {
  const kiosk = await Kiosk.onNewMachine();
  try {
    await kiosk.ready();
    await goTo(kiosk, PATIENT, 'check');
    for (const screen of ['mobile', 'email', 'date-of-birth', 'name']) {
      await kiosk.touch('back');
      await kiosk.shows(screen);
    }
    await kiosk.measure(LISTEN);
    for (let step = 0; step < count; step += 1) {
      const [button, screen] = ROUND[step % ROUND.length];
      await kiosk.touch(button);
      // Asking what is shown would take its time from the page: it is left alone until the frame is long there.
      await new Promise((go) => setTimeout(go, LEFT_ALONE_MS));
      await kiosk.shows(screen);
    }
    return await kiosk.measure('arguments[arguments.length - 1](window.frames)');
  } finally {
    await kiosk.stop();
  }
}
