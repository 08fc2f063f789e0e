// A run's folder: what its model fits, and which models are kept.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { modelFolder, pruneModels, readNote, runFolder, writeNote } from '../../../src/main/training/run-folder.ts';
import type { ClassId, PhotoId, RunId } from '../../../src/shared/types.ts';
import { temporaryFolder } from '../db/sample-photos.ts';

const run = (id: number) => id as RunId;

test('the newest five models are kept, older ones no longer take up room', async () => {
  const dir = temporaryFolder();
  const note = {
    features: 'pixels' as const,
    sizePx: 32,
    channels: 3 as const,
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

test('a note that does not say what the network saw is of one that saw pixels', () => {
  const dir = temporaryFolder();
  mkdirSync(runFolder(dir, run(1)), { recursive: true });
  const old = { sizePx: 64, channels: 1, active: 'ssgan', classIds: [1, 2], trainedOn: [] };
  writeFileSync(join(runFolder(dir, run(1)), 'model.json'), JSON.stringify(old));
  expect(readNote(dir, run(1))).toMatchObject({ features: 'pixels', sizePx: 64, channels: 1 });
});
