// A run's folder: who is training it, what its model fits, and which models are kept.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  isAlive,
  modelFolder,
  pruneModels,
  readNote,
  runFolder,
  showSignOfLife,
  writeNote,
} from '../../../src/main/training/run-folder.ts';
import type { ClassId, PhotoId, RunId } from '../../../src/shared/types.ts';
import { temporaryFolder } from '../db/sample-photos.ts';

const run = (id: number) => id as RunId;
const sign = (dir: string) => join(runFolder(dir, run(1)), 'training.pid');

test('a run is alive while its process shows it, and no longer', () => {
  const dir = temporaryFolder();
  expect(isAlive(dir, run(1))).toBe(false);
  const end = showSignOfLife(dir, run(1));
  expect(isAlive(dir, run(1))).toBe(true);
  end();
  expect(isAlive(dir, run(1))).toBe(false);
});

test('a run whose process is gone is not alive, nor one whose sign is old', async () => {
  const dir = temporaryFolder();
  mkdirSync(runFolder(dir, run(1)), { recursive: true });
  const gone = spawn(process.execPath, ['-e', '']);
  await once(gone, 'exit');
  writeFileSync(sign(dir), String(gone.pid));
  expect(isAlive(dir, run(1))).toBe(false);
  writeFileSync(sign(dir), String(process.pid));
  expect(isAlive(dir, run(1))).toBe(true);
  const longAgo = Date.now() / 1000 - 60;
  utimesSync(sign(dir), longAgo, longAgo);
  expect(isAlive(dir, run(1))).toBe(false);
});

test('the newest five models are kept, older ones no longer take up room', async () => {
  const dir = temporaryFolder();
  const note = {
    sizePx: 32,
    channels: 3 as const,
    active: 'ssgan' as const,
    classIds: [1, 2] as ClassId[],
    trainedOn: [7] as PhotoId[],
  };
  for (let id = 1; id <= 12; id++) {
    mkdirSync(modelFolder(dir, run(id)), { recursive: true });
    writeNote(dir, run(id), note);
  }
  await pruneModels(dir);
  expect(readNote(dir, run(8))).toEqual(note);
  expect(readNote(dir, run(7))).toBeNull();
  expect(existsSync(runFolder(dir, run(1)))).toBe(false);
});
