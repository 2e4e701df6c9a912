import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

// The window of the product talks to Rust; `--mode screens` talks to a scripted stand-in that no build ships.
const backends = new Map([
  ['screens', './src/backend/screens.ts'],
  ['test', './src/backend/screens.ts'],
]);

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), svelteTesting()],
  resolve: {
    alias: {
      '#backend': fileURLToPath(
        new URL(backends.get(mode) ?? './src/backend/tauri.ts', import.meta.url),
      ),
    },
  },
  build: {
    target: ['chrome115', 'safari17'],
    modulePreload: { polyfill: false },
    // A font as a data: URL would need a wider content security policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  clearScreen: false,
  server: { port: 1420, strictPort: true },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
}));
