import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const NO_LEFTOVERS = 'Nothing of a person may outlive their visit.';

const NO_STORAGE = ['localStorage', 'sessionStorage', 'indexedDB', 'caches'].map((name) => ({
  name,
  message: NO_LEFTOVERS,
}));

export default tseslint.config(
  {
    ignores: [
      'dist',
      'dist-staff',
      'node_modules',
      'src/bindings.ts',
      'src/texts/messages.d.ts',
      'src/texts/staffMessages.d.ts',
    ],
  },
  {
    files: ['src/**/*.ts', 'src/**/*.svelte'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
  },
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
        parser: tseslint.parser,
        svelteConfig,
      },
    },
  },
  {
    files: ['src/**/*.ts', 'src/**/*.svelte'],
    rules: {
      'no-console': 'error',
      'no-restricted-globals': [
        'error',
        ...NO_STORAGE,
        ...['fetch', 'XMLHttpRequest', 'WebSocket'].map((name) => ({
          name,
          message: 'Only Rust talks to the network, and for a browser src/staff/overHttp.ts.',
        })),
      ],
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['@tauri-apps/*'], message: 'Only src/backend/tauri.ts.' }] },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Off for props, which Svelte writes with `let`.
      'prefer-const': 'off',
    },
  },
  { files: ['src/backend/tauri.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['src/staff/overHttp.ts'],
    rules: { 'no-restricted-globals': ['error', ...NO_STORAGE] },
  },
  {
    files: ['scripts/**/*.js', 'e2e/**/*.js', '*.config.{js,ts}'],
    extends: [tseslint.configs.recommended],
  },
);
