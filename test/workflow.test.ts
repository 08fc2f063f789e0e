// What .github/workflows/ci.yml asks for is there: nobody sees a mistake in it before it is pushed.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const root = resolve(import.meta.dirname, '..');
const yaml: { load(text: string): unknown } = createRequire(import.meta.url)('js-yaml');

const step = v.object({
  name: v.optional(v.string()),
  uses: v.optional(v.string()),
  run: v.optional(v.string()),
  with: v.optional(v.record(v.string(), v.unknown())),
});
const job = v.object({
  'runs-on': v.string(),
  needs: v.optional(v.string()),
  strategy: v.optional(v.object({ matrix: v.object({ os: v.array(v.string()) }) })),
  steps: v.array(step),
});
const workflow = v.parse(
  v.object({ jobs: v.record(v.string(), job) }),
  yaml.load(readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8')),
);
const jobs = Object.values(workflow.jobs);
const steps = jobs.flatMap((one) => one.steps);
const commands = steps.flatMap(({ run }) => (run === undefined ? [] : [run])).join('\n');

test('machines are named by their version, so that none changes by itself', () => {
  const machines = jobs.flatMap((one) => one.strategy?.matrix.os ?? [one['runs-on']]);
  expect(new Set(machines)).toEqual(new Set(['ubuntu-24.04', 'ubuntu-24.04-arm', 'windows-2025', 'macos-15']));
  for (const one of jobs) if (one.strategy) expect(one['runs-on']).toBe('${{ matrix.os }}');
});

test('every script of npm, every test file and every job that it names exists', () => {
  const scripts = [...commands.matchAll(/\bnpm (?:run (?:-s )?)?([\w:-]+)/g)].map(([, name = '']) => name);
  expect(new Set(scripts)).toEqual(new Set(['setup', 'start', 'test', 'dist', 'runtime:pack']));
  for (const script of scripts) expect(manifest.scripts).toHaveProperty([script]);
  for (const [file] of commands.matchAll(/\btest\/[\w/.-]+\.ts\b/g))
    expect(existsSync(join(root, file)), file).toBe(true);
  for (const { needs } of jobs) if (needs !== undefined) expect(workflow.jobs).toHaveProperty([needs]);
});

test('only the tests of the packed app are chosen by the name that they have', () => {
  const [, chosen = ''] = /electron\.smoke\.test\.ts -t "([^"]+)"/.exec(commands) ?? [];
  expect(readFileSync(join(root, 'test/e2e/electron.smoke.test.ts'), 'utf8')).toContain(`'${chosen}'`);
});

test('the cache is at a path that is kept, and is made anew when what fills it changes', () => {
  const caches = steps.filter(({ uses }) => uses?.startsWith('actions/cache@'));
  expect(caches).toHaveLength(1);
  const { path, key } = v.parse(v.object({ path: v.string(), key: v.string() }), caches[0]?.with);
  // actions/cache takes no path with . or .. in it, and only warns.
  expect(path.split(/[\\/]/)).not.toContain('..');
  expect(path).toMatch(/^~\//);
  const [, globs = ''] = /hashFiles\(([^)]*)\)/.exec(key) ?? [];
  for (const [, glob = ''] of globs.matchAll(/'([^']+)'/g)) {
    expect(existsSync(join(root, glob.replace(/\/\*\*$/, ''))), glob).toBe(true);
  }
  expect(commands).toContain(`'${path.slice(2)}'`);
});
