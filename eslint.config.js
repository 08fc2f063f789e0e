// The house rules that a machine can check: types, Svelte, and who may import whom (docs/architecture.md).

import boundaries from 'eslint-plugin-boundaries';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

/** Every source file is in exactly one layer (messages.ts alone in two); tests and configuration are in none. */
const layers = {
  shared: 'src/shared/**',
  files: 'src/files/**',
  wire: 'src/wire/**',
  engine: 'src/engine/*.ts',
  imaging: 'src/engine/imaging/**',
  tensorflow: 'src/engine/tensorflow/**',
  tensorfiles: 'src/engine/files/**',
  ssgan: 'src/engine/ssgan/**',
  measuring: 'src/engine/measuring/**',
  pixels: 'src/engine/pixels/**',
  features: 'src/engine/features/**',
  exploring: 'src/engine/exploring/**',
  frozen: 'src/engine/backbone/**',
  conversion: 'src/engine/conversion/**',
  taking: 'src/engine/export/**',
  messages: 'src/engine/{messages.ts,messages/**}',
  preload: 'src/preload/**',
  ui: 'src/renderer/{ui/**,env.d.ts}',
  pieces: 'src/renderer/{grid,charts,map,zoom}/**/*.ts',
  state: 'src/renderer/{api.ts,outcomes.ts,event-stream.ts,lanes.ts,{app,screens}/**/*.ts}',
  screens: 'src/renderer/{main.ts,{app,screens,grid,charts,zoom}/**/*.svelte}',
  desktop: 'src/main/{hosts/desktop/**,index.ts}',
  hosts: 'src/main/hosts/{serve,headers,renderer-files,renderer-source}.ts',
  web: 'src/main/{hosts/web/**,cli.ts,cli/**}',
  app: 'src/main/app.ts',
  calls: 'src/main/calls/**',
  service: [
    'src/main/{archive,backbone,diagnostics,download,features,library,labels,runs,runtime}/**',
    'src/main/{training-data,predictions,review,export,engine-host}/**',
    'src/main/{explorer,features,live,keys,map,piles,drawings,bursts,job,remote}/**',
  ],
  base: 'src/main/{events,last-resort,log,log-file,places,throttle}.ts',
  db: 'src/main/db/**',
};

/** Layer -> the layers it may import, besides itself. Hosts -> calls -> services -> db, never back. */
const mayImport = {
  shared: [],
  files: ['shared'],
  wire: ['shared'],
  // The algorithm is over tensors of any rank; pixels and features are what it is used on, and don't know each other.
  engine: [
    'imaging',
    'tensorflow',
    'tensorfiles',
    'files',
    'wire',
    'ssgan',
    'measuring',
    'pixels',
    'features',
    'exploring',
    'frozen',
    'conversion',
    'taking',
    'messages',
    'shared',
  ],
  messages: ['shared'],
  imaging: ['files', 'messages', 'shared'],
  tensorflow: ['files', 'messages', 'shared'],
  tensorfiles: ['files', 'shared'],
  ssgan: ['tensorflow', 'messages', 'shared'],
  measuring: ['ssgan', 'tensorflow', 'messages', 'shared'],
  pixels: ['ssgan', 'measuring', 'tensorfiles', 'files', 'tensorflow', 'messages', 'shared'],
  features: ['ssgan', 'measuring', 'tensorfiles', 'files', 'tensorflow', 'messages', 'shared'],
  exploring: ['features', 'measuring', 'ssgan', 'tensorflow', 'messages', 'shared'],
  frozen: ['files', 'tensorflow', 'messages', 'shared'],
  conversion: ['files', 'messages', 'shared'],
  // A model is put together of what knows its parts.
  taking: ['conversion', 'frozen', 'pixels', 'features', 'ssgan', 'tensorflow', 'files', 'messages', 'shared'],
  preload: ['shared'],
  // What is drawn knows the state it shows; the state knows no component.
  ui: ['shared'],
  pieces: ['ui', 'shared'],
  state: ['ui', 'pieces', 'shared'],
  screens: ['state', 'ui', 'pieces', 'shared'],
  desktop: ['hosts', 'app', 'calls', 'service', 'base', 'shared'],
  hosts: ['app', 'shared'],
  web: ['hosts', 'app', 'calls', 'service', 'base', 'shared'],
  app: ['calls', 'service', 'db', 'base', 'messages', 'shared'],
  calls: ['service', 'db', 'base', 'messages', 'shared'],
  service: ['db', 'base', 'messages', 'files', 'wire', 'shared'],
  base: ['shared'],
  db: ['base', 'shared'],
};

/** Packages that belong to one part of the house. */
const owners = {
  electron: ['desktop', 'preload'],
  'better-sqlite3': ['db'],
  sharp: ['imaging'],
  'msgpackr{,/*}': ['wire'],
  '@tensorflow/*': ['tensorflow', 'frozen'],
  'protobufjs{,/*}': ['conversion', 'frozen', 'taking', 'tensorflow'],
  'onnxruntime-node': ['frozen', 'taking'],
  // Run as a process, and by one export alone.
  'exiftool-vendored': ['service'],
};

const layerOf = (categories) => ({ file: { categories: { anyOf: categories } } });
const everyLayer = Object.keys(layers);

export default ts.config(
  {
    ignores: [
      'out/',
      'dist/',
      'test-results/',
      'node_modules/',
      'src/shared/locales/.wuchale/',
      'src/shared/locales/data.js',
    ],
  },
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
