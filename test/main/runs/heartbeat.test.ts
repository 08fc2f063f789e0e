// Whether another process is at work: as long as it shows it, and no longer.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { beginHeartbeat, isAlive, workerOf } from '../../../src/main/runs/heartbeat.ts';
import { temporaryFolder } from '../db/sample-photos.ts';

test('work goes on while its process shows it, and no longer', () => {
  const sign = join(temporaryFolder(), 'runs', 'training.pid');
  expect(isAlive(sign)).toBe(false);
  const end = beginHeartbeat(sign);
  expect(isAlive(sign)).toBe(true);
  end();
  expect(isAlive(sign)).toBe(false);
});

test('work whose process is gone does not go on, nor does any whose sign is old', async () => {
  const sign = join(temporaryFolder(), 'training.pid');
  const gone = spawn(process.execPath, ['-e', '']);
  await once(gone, 'exit');
  writeFileSync(sign, String(gone.pid));
  expect(isAlive(sign)).toBe(false);
  writeFileSync(sign, String(process.pid));
  expect(isAlive(sign)).toBe(true);
  const longAgo = Date.now() / 1000 - 60;
  utimesSync(sign, longAgo, longAgo);
  expect(isAlive(sign)).toBe(false);
});

test.each(['', '0', '-1', '12.5', 'nobody'])(
  'a sign that says "%s" is of nobody, and of no group of processes',
  (said) => {
    const sign = join(temporaryFolder(), 'training.pid');
    writeFileSync(sign, said);
    expect(workerOf(sign)).toBeNull();
  },
);
