import { backend } from '#backend';
import { mount } from 'svelte';
import App from './App.svelte';
import { Kiosk } from './kiosk/kiosk.svelte';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';

/** The status is answered at once; a kiosk that is slow all the same shows its welcome without it. */
const FIRST_STATUS_WITHIN_MS = 150;

async function open(): Promise<void> {
  const kiosk = new Kiosk(backend);
  await Promise.race([
    kiosk.refresh(),
    new Promise((resolve) => setTimeout(resolve, FIRST_STATUS_WITHIN_MS)),
  ]);
  const target = document.getElementById('app');
  if (!target) return;
  mount(App, { target, props: { kiosk } });
  // The second callback runs after the frame of the first is on the panel.
  requestAnimationFrame(() => {
    requestAnimationFrame(() => {
      void kiosk.painted();
    });
  });
}

void open();
