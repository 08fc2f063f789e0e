// House rules that no single file shows: "who may import whom" (docs/architecture.md) as the linter enforces it, prose
// that fits, and notices for everything that is shipped.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';
import { bundledPackages, listed, NOTICES, readLock, shippedPackages } from '../scripts/notices.mjs';
import { offers } from '../src/main/backbone/offers.ts';

const root = resolve(import.meta.dirname, '..');
// Without type information: it costs seconds and says nothing about imports.
const eslint = new ESLint({
  cwd: root,
  overrideConfig: {
    languageOptions: { parserOptions: { project: null } },
    rules: { '@typescript-eslint/no-floating-promises': 'off', '@typescript-eslint/no-misused-promises': 'off' },
  },
});

/** Lints one import as if the file said nothing else; true when the boundaries rule lets it through. */
async function allowed(file: string, source: string): Promise<boolean> {
  const [result] = await eslint.lintText(`import '${source}';\n`, { filePath: resolve(root, file) });
  const fatal = result?.messages.find((message) => message.fatal);
  if (!result || fatal) throw new Error(`${file} could not be linted: ${fatal?.message}`);
  return !result.messages.some((message) => message.ruleId === 'boundaries/dependencies');
}

describe('who may import whom', () => {
  test.for([
    ['src/shared/errors.ts', '../main/events.ts'],
    ['src/shared/errors.ts', '../engine/messages.ts'],
    ['src/files/whole-file.ts', '../engine/messages.ts'],
    ['src/files/whole-file.ts', '../main/events.ts'],
    ['src/wire/channel.ts', '../engine/messages.ts'],
    ['src/renderer/main.ts', '../wire/channel.ts'],
    ['src/engine/entry.ts', 'msgpackr/pack'],
    ['src/renderer/main.ts', '../files/whole-file.ts'],
    ['src/main/app.ts', '../files/whole-file.ts'],
    ['src/engine/entry.ts', '../main/events.ts'],
    ['src/preload/index.ts', '../main/events.ts'],
    ['src/renderer/main.ts', '../main/events.ts'],
    ['src/renderer/main.ts', '../engine/messages.ts'],
    ['src/main/events.ts', '../engine/entry.ts'],
    ['src/main/db/open.ts', '../app.ts'],
    ['src/main/db/open.ts', '../calls/schemas.ts'],
    ['src/main/engine-host/engine.ts', '../calls/schemas.ts'],
    ['src/main/calls/schemas.ts', '../app.ts'],
    ['src/main/app.ts', './hosts/web/server.ts'],
    ['src/main/hosts/web/server.ts', '../../db/open.ts'],
    ['src/main/hosts/web/server.ts', '../desktop/window.ts'],
    ['src/main/hosts/web/server.ts', 'electron'],
    ['src/main/app.ts', 'electron'],
    ['src/renderer/main.ts', 'electron'],
    ['src/main/app.ts', 'better-sqlite3'],
    ['src/main/app.ts', 'sharp'],
    ['src/main/app.ts', '@tensorflow/tfjs-node-gpu'],
    ['src/engine/ssgan/step.ts', '../pixels/feed.ts'],
    ['src/engine/pixels/feed.ts', '../features/feature-feed.ts'],
    ['src/engine/features/feature-feed.ts', '../backbone/network.ts'],
    ['src/engine/imaging/decode.ts', '../tensorflow/tensorflow.ts'],
    ['src/renderer/ui/numbers.ts', '../app/app.svelte.ts'],
    ['src/renderer/app/app.svelte.ts', './App.svelte'],
  ] as const)('%s may not import %s', async ([file, source]) => {
    expect(await allowed(file, source)).toBe(false);
  });

  test.for([
    ['src/files/whole-file.ts', '../shared/errors.ts'],
    ['src/engine/files/tensor-file.ts', '../../files/whole-file.ts'],
    ['src/main/training-data/feature-store.ts', '../../files/whole-file.ts'],
    ['src/engine/entry.ts', '../shared/errors.ts'],
    ['src/engine/entry.ts', './messages.ts'],
    ['src/engine/entry.ts', '../wire/channel.ts'],
    ['src/main/engine-host/engine-process.ts', '../../wire/channel.ts'],
    ['src/wire/frame.ts', 'msgpackr/pack'],
    ['src/engine/imaging/decode.ts', 'sharp'],
    ['src/engine/tensorflow/tensorflow.ts', '@tensorflow/tfjs-node-gpu'],
    ['src/main/engine-host/engine.ts', '../../engine/messages.ts'],
    ['src/main/engine-host/engine.ts', '../db/open.ts'],
    ['src/main/app.ts', './calls/schemas.ts'],
    ['src/main/hosts/web/server.ts', '../../app.ts'],
    ['src/main/hosts/desktop/window.ts', 'electron'],
    ['src/main/index.ts', './hosts/desktop/window.ts'],
    ['src/preload/index.ts', 'electron'],
    ['src/preload/index.ts', '../shared/contract.ts'],
    ['src/main/db/open.ts', 'better-sqlite3'],
    ['src/engine/pixels/feed.ts', '../ssgan/step.ts'],
    ['src/engine/trainer.ts', './pixels/train-on-pixels.ts'],
    ['src/renderer/screens/label/LabelScreen.svelte', '../../app/app.svelte.ts'],
  ] as const)('%s may import %s', async ([file, source]) => {
    expect(await allowed(file, source)).toBe(true);
  });
});

test('set-up begins with Node alone: what every command imports first are no packages', () => {
  const seen = new Set<string>();
  function visit(file: string): string[] {
    if (seen.has(file)) return [];
    seen.add(file);
    // What is imported in the middle of the work comes after the packages.
    const sources = [...readFileSync(file, 'utf8').matchAll(/^(?:import|export) .*?from '([^']+)'/gms)].map(
      ([, source]) => source ?? '',
    );
    return sources.flatMap((source) => {
      if (source.startsWith('.')) return visit(resolve(file, '..', source));
      return source.startsWith('node:') ? [] : [`${file} imports ${source}`];
    });
  }
  expect(visit(resolve(root, 'scripts/setup/prepare.mjs'))).toEqual([]);
  expect(seen.size).toBeGreaterThan(15);
});

test('prose fits 120 columns, in comments and in documents', () => {
  const files = execFileSync('git', ['ls-files', '*.ts', '*.svelte', '*.mjs', '*.css', '*.md'], {
    cwd: root,
    encoding: 'utf8',
  });
  const tooLong = files
    .trimEnd()
    .split('\n')
    .flatMap((file) =>
      withoutCode(file, readFileSync(resolve(root, file), 'utf8'))
        .split('\n')
        .map((line, i) => ({ at: `${file}:${i + 1}`, line }))
        .filter(({ line }) => line.length > 120 && isProse(file, line)),
    );
  expect(tooLong.map(({ at }) => at)).toEqual([]);
});

/** Lines of a document's code samples are left empty. */
const withoutCode = (file: string, text: string): string =>
  file.endsWith('.md') ? text.replace(/^```.*?^```/gms, (code) => code.replace(/[^\n]/g, '')) : text;

/** Code is Prettier's to wrap; tables and links can't be wrapped. */
const isProse = (file: string, line: string): boolean =>
  file.endsWith('.md') ? !/^\s*\||\]\(|https?:/.test(line) : /^\s*(\/\/|\/?\*|<!--)/.test(line);

test('THIRD-PARTY-NOTICES.txt lists exactly the shipped packages of the lock file; npm run notices writes it anew', () => {
  const [, list] = /^Packages\n\n(.*?)\n\n/ms.exec(readFileSync(NOTICES, 'utf8')) ?? [];
  expect(list?.split('\n')).toEqual([...new Set(shippedPackages(readLock(), bundledPackages()).map(listed))]);
});

test('what is shipped are production packages for all systems, what the screens bundle, and Node', () => {
  const names = shippedPackages(readLock(), bundledPackages()).map(({ name }) => name);
  const shipped = ['libheif-js', '@img/sharp-libvips-darwin-arm64', '@img/sharp-win32-x64', 'svelte', 'uplot', 'node'];
  expect(names).toEqual(expect.arrayContaining(shipped));
  expect(names).toContain('@floating-ui/dom');
  for (const tool of ['vitest', 'electron', 'eslint', 'vite']) expect(names).not.toContain(tool);
});

test('the notices carry the LGPL and say where the source of its parts is', () => {
  const text = readFileSync(NOTICES, 'utf8');
  for (const part of ['GNU LESSER GENERAL PUBLIC LICENSE', 'lovell/sharp-libvips', 'strukturag/libde265'])
    expect(text).toContain(part);
});

test('the notices say that ExifTool is a program of its own, and carry the GPL that it may be had under', () => {
  const text = readFileSync(NOTICES, 'utf8');
  for (const part of ['ExifTool 13', 'as a process of its own', 'GNU GENERAL PUBLIC LICENSE\n', 'exiftool.org'])
    expect(text).toContain(part);
});

test('the notices name the weights of every network that is offered for conversion, with their licence', () => {
  const text = readFileSync(NOTICES, 'utf8');
  const weights = offers.filter(({ network }) => network !== null);
  expect(weights).not.toHaveLength(0);
  for (const { name, licence, source } of weights) {
    expect(text).toContain(name);
    expect(text).toContain(basename(source).split('-')[0]?.replaceAll('_', '-'));
    expect(licence).toBe('Apache-2.0');
  }
  expect(text).toMatch(/Apache License\s+Version 2\.0, January 2004/);
});
