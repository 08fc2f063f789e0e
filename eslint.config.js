// The house rules that a machine can check: types, Svelte, and who may import whom (docs/architecture.md).

import boundaries from 'eslint-plugin-boundaries';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

/** Every source file is in exactly one layer (messages.ts alone in two); tests and configuration are in none. */
const layers = {
  shared: 'src/shared/**',
  engine: 'src/engine/**',
  messages: 'src/engine/messages.ts',
  preload: 'src/preload/**',
  renderer: 'src/renderer/**',
  desktop: 'src/main/{hosts/desktop/**,index.ts}',
  hosts: 'src/main/hosts/{serve,headers,renderer-files}.ts',
  web: 'src/main/{hosts/web/**,cli.ts,cli/**}',
  app: 'src/main/app.ts',
  calls: 'src/main/calls/**',
  service: 'src/main/{backbone,library,labels,runs,training-data,predictions,review,export,engine-host}/**',
  base: 'src/main/{events,places,throttle}.ts',
  db: 'src/main/db/**',
};

/** Layer -> the layers it may import, besides itself. Hosts -> calls -> services -> db, never back. */
const mayImport = {
  shared: [],
  engine: ['shared'],
  preload: ['shared'],
  renderer: ['shared'],
  desktop: ['hosts', 'app', 'calls', 'service', 'base', 'shared'],
  hosts: ['app', 'shared'],
  web: ['hosts', 'app', 'calls', 'service', 'base', 'shared'],
  app: ['calls', 'service', 'db', 'base', 'messages', 'shared'],
  calls: ['service', 'db', 'base', 'messages', 'shared'],
  service: ['db', 'base', 'messages', 'shared'],
  base: ['shared'],
  db: ['base', 'shared'],
};

/** Packages that belong to one part of the house. */
const owners = {
  electron: ['desktop', 'preload'],
  'better-sqlite3': ['db'],
  sharp: ['engine'],
  '@tensorflow/*': ['engine'],
};

const layerOf = (categories) => ({ file: { categories: { anyOf: categories } } });
const everyLayer = Object.keys(layers);

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
  { files: ['scripts/**', 'test/**', 'src/main/cli.ts', 'src/main/cli/**'], rules: { 'no-console': 'off' } },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    files: ['src/**'],
    plugins: { boundaries },
    settings: {
      'boundaries/files': Object.entries(layers).map(([category, pattern]) => ({ category, pattern })),
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/dependencies': [
        'error',
        {
          checkAllOrigins: true,
          default: 'allow',
          policies: [
            { from: layerOf(everyLayer), disallow: { to: layerOf(everyLayer) } },
            ...Object.entries(mayImport).map(([layer, others]) => ({
              from: layerOf([layer]),
              allow: { to: layerOf([layer, ...others]) },
            })),
            ...Object.entries(owners).flatMap(([source, allowed]) => [
              { from: layerOf(everyLayer), disallow: { to: { module: { source } } } },
              { from: layerOf(allowed), allow: { to: { module: { source } } } },
            ]),
          ],
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    ignores: ['**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { project: ['tsconfig.json', 'tsconfig.renderer.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: { '@typescript-eslint/no-floating-promises': 'error', '@typescript-eslint/no-misused-promises': 'error' },
  },
);
