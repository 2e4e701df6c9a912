import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// The window of the product talks to Rust; `--mode screens` talks to a scripted stand-in that no build ships.
const backends = new Map([
  ['screens', './src/backend/screens.ts'],
  ['test', './src/backend/screens.ts'],
]);

// The same for the staff console, which a browser loads from the portal.
const staffBackends = new Map([
  ['console-screens', './src/staff/screens.ts'],
  ['test', './src/staff/screens.ts'],
]);

export default defineConfig(({ mode }) => {
  const isConsole = mode.startsWith('console');
  return {
    plugins: [svelte(), svelteTesting()],
    base: isConsole ? '/staff/' : '/',
    resolve: {
      alias: {
        '#backend': here(backends.get(mode) ?? './src/backend/tauri.ts'),
        '#staff-backend': here(staffBackends.get(mode) ?? './src/staff/overHttp.ts'),
      },
    },
    build: {
      target: ['chrome115', 'safari17'],
      modulePreload: { polyfill: false },
      // A font as a data: URL would need a wider content security policy.
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      outDir: isConsole ? 'dist-staff' : 'dist',
      rollupOptions: { input: here(isConsole ? './staff.html' : './index.html') },
    },
    clearScreen: false,
    server: { port: 1420, strictPort: true },
    test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
  };
});
