import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Found, Order } from './measured-steps.ts';
import '../../fixtures/needs-tensorflow.ts';

const folder = mkdtempSync(join(tmpdir(), 'whisker-memory-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** In a process of its own, so that nothing but these steps is measured. */
function measure(order: Order): Found {
  const script = join(import.meta.dirname, 'measured-steps.ts');
  // V8 lets its nursery grow to some 90 MB over the first hundreds of steps; held small, it hides nothing.
  const args = ['--expose-gc', '--max-semi-space-size=4', script, folder, JSON.stringify(order)];
  const output = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return JSON.parse(output) as Found;
}

test(
  'memory after 200 and after 1,000 steps is the same: no tensor more, no more than a few megabytes',
  { timeout: 600_000 },
  () => {
    const { looks } = measure({
      ...{ preset: 'quick', count: 200, sizePx: 16, channels: 1 },
      recipe: { classifierWidth: 4, generatorWidth: 16, batch: { labelled: 4, unlabelled: 4, generated: 4 } },
      lookAfter: [200, 1000],
    });
    const [early, late] = looks;
    expect(late!.tensors).toBe(early!.tensors);
    expect(Math.abs(late!.rssMb - early!.rssMb)).toBeLessThan(12);
  },
);

test.runIf(process.platform === 'linux')('100,000 photos at 64 px train within 2 GB', { timeout: 300_000 }, () => {
  const photos = { preset: 'standard', count: 100_000, sizePx: 64, channels: 3 } as const;
  const { peakMb } = measure({ ...photos, recipe: {}, lookAfter: [5] });
  expect(peakMb).toBeLessThan(2000);
});
