// What the app says of training while set-up works beside it, and after: over a real trainer process that finds no
// runtime until a test puts one there.

import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { findRuntimes } from '../../../src/engine/tensorflow/find-runtime.ts';
import { createEventBus } from '../../../src/main/events.ts';
import { createRuntimeProbe } from '../../../src/main/runtime/probe.ts';
import type { ProbeParts } from '../../../src/main/runtime/probe.ts';
import { readSetupProgress } from '../../../src/main/runtime/setup-files.ts';
import type { TrainingRuntime } from '../../../src/shared/training.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

const entry = join(import.meta.dirname, '../../../src/engine/entry.ts');
const [installed] = findRuntimes();
let cacheDir: string;
beforeEach(() => {
  cacheDir = temporaryFolder();
  vi.stubEnv('WHISKER_CACHE_DIR', cacheDir);
  onTestFinished(() => void vi.unstubAllEnvs());
});

const progressFile = () => join(cacheDir, 'setup-progress.json');
const writeProgress = (changes: object = {}) =>
  writeFileSync(
    progressFile(),
    JSON.stringify({
      pid: process.pid,
      step: 'Downloading tensorflow-cpu==2.21.0',
      done: 1e6,
      total: 250e6,
      at: new Date().toISOString(),
      ...changes,
    }),
  );
const writeNote = (note: object) => writeFileSync(join(cacheDir, 'tensorflow-status.json'), JSON.stringify(note));

function startProbe(changes: Partial<ProbeParts> = {}) {
  const events = createEventBus(() => {});
  const heard: TrainingRuntime[] = [];
  events.subscribe(({ name, payload }) => name === 'training.runtime' && heard.push(payload));
  const engine = { node: process.execPath, entry };
  const isOffered = () => false;
  const probe = createRuntimeProbe({
    engine,
    events,
    cacheDir,
    installed: false,
    isOffered,
    lookEveryMs: 20,
    ...changes,
  });
  onTestFinished(() => probe.close());
  return { probe, heard };
}

/** It can learn on features, and why not on more. */
const lacking = (nativeProblem: object | null) => ({ available: true, device: { nativeProblem } });

describe('without a runtime', () => {
  test("the reason and the remedy are those of set-up's note", async () => {
    writeNote({ ok: false, reason: 'There is no compiler.', remedy: 'Install one.' });
    const { probe } = startProbe();
    expect(await probe.known()).toMatchObject(lacking({ reason: 'There is no compiler.', remedy: 'Install one.' }));
    expect(probe.lacks()).toBe('cpu');
  });

  test('a checkout is told to run set-up', async () => {
    const remedy = 'Run "npm run setup" in the folder of Whisker.';
    expect(await startProbe().probe.known()).toMatchObject(lacking({ remedy }));
  });

  test('an installed app is never told to run set-up, whatever a checkout beside it has noted', async () => {
    writeNote({ ok: false, reason: 'There is no compiler.', remedy: 'Run npm run setup.' });
    for (const offered of [true, false]) {
      const { probe } = startProbe({ installed: true, isOffered: () => offered });
      expect(JSON.stringify(await probe.known())).not.toMatch(/npm|compiler/);
    }
  });
});

describe('while set-up works beside the app', () => {
  test('its step and bytes are told as they change', async () => {
    writeProgress();
    const { probe, heard } = startProbe();
    const reason = 'TensorFlow is still being set up.';
    expect(await probe.known()).toMatchObject(lacking({ reason }));
    const first = { step: 'Downloading tensorflow-cpu==2.21.0', done: 1e6, total: 250e6 };
    expect(probe.current()).toMatchObject({ ...lacking({ reason }), settingUp: first });
    expect(probe.lacks()).toBeNull();
    writeProgress({ step: 'Compiling the TensorFlow addon', done: null, total: null });
    const second = { step: 'Compiling the TensorFlow addon', done: null, total: null };
    await expect.poll(() => heard.at(-1)).toMatchObject({ ...lacking({ reason }), settingUp: second });
    expect(heard).toHaveLength(2);
  });

  test.skipIf(!installed)('learning from pixels becomes possible when it ends, without anybody asking', async () => {
    writeProgress();
    const { probe, heard } = startProbe();
    await probe.known();
    const folder = join(cacheDir, 'tensorflow', 'whole');
    mkdirSync(dirname(folder));
    symlinkSync(String(installed?.folder), folder, 'junction');
    rmSync(progressFile());
    await expect.poll(() => heard.at(-1), { timeout: 30_000 }).toMatchObject(lacking(null));
  });

  test('what has failed is told with its reason when it ends', async () => {
    writeProgress();
    const { probe, heard } = startProbe();
    await probe.known();
    writeNote({ ok: false, reason: 'The disk is full.', remedy: 'Make room.' });
    rmSync(progressFile());
    await expect
      .poll(() => heard.at(-1), { timeout: 30_000 })
      .toMatchObject(lacking({ reason: 'The disk is full.', remedy: 'Make room.' }));
    expect(heard.at(-1)).not.toHaveProperty('settingUp');
  });
});

test('set-up that begins, or has ended, after a no is noticed', async () => {
  const { probe, heard } = startProbe();
  await probe.known();
  writeProgress();
  await expect.poll(() => heard.at(-1)).toHaveProperty('settingUp');
  rmSync(progressFile());
  await expect.poll(() => heard.at(-1), { timeout: 30_000 }).not.toHaveProperty('settingUp');
  const before = heard.length;
  writeNote({ ok: false, reason: 'Now for another reason.', remedy: '' });
  utimesSync(join(cacheDir, 'tensorflow-status.json'), 1e9, 1e9);
  await expect.poll(() => heard.length, { timeout: 30_000 }).toBeGreaterThan(before);
  expect(heard.at(-1)).toMatchObject(lacking({ reason: 'Now for another reason.' }));
});

describe('progress of set-up does not count', () => {
  test.each([
    ['that is older than 15 seconds', { at: new Date(Date.now() - 16_000).toISOString() }],
    ['of another time altogether', { at: new Date(Date.now() + 60_000).toISOString() }],
    ['without a time', { at: 'soon' }],
    ['of a process that is gone', { pid: 2 ** 22 + 1 }],
    ['of what is no process', { pid: -1 }],
    ['without a step', { step: null }],
    ['with fewer than no bytes', { done: -1 }],
  ])('%s', async (_, changes) => {
    writeProgress();
    expect(await readSetupProgress(cacheDir)).not.toBeNull();
    writeProgress(changes);
    expect(await readSetupProgress(cacheDir)).toBeNull();
  });

  test('that is cut short', async () => {
    writeFileSync(progressFile(), '{"pid":');
    expect(await readSetupProgress(cacheDir)).toBeNull();
  });
});
