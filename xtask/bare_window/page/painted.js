// The second frame is asked for once the first is on its way to the screen.
requestAnimationFrame(() => requestAnimationFrame(() => window.__TAURI__.core.invoke('painted')));
