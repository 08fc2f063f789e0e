// A step as one native call against the same step op by op, which is what it must mean.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Losses } from '../../../src/engine/ssgan/learner.ts';
import { countExecutions, native } from '../../../src/engine/tensorflow/execute.ts';
import { opByOp } from '../../fixtures/op-by-op.ts';
import { everyTerm, smallLearners, type SmallLearner } from './small-learners.ts';
import '../../fixtures/needs-tensorflow.ts';

const folder = mkdtempSync(join(tmpdir(), 'whisker-native-step-'));
const setUp = smallLearners(folder);
afterAll(() => rmSync(folder, { recursive: true }));

/** The largest difference of any loss, relative where it is over 1, and of any weight. */
async function differences(wanted: SmallLearner, steps: number) {
  const [one, other] = [setUp(wanted), opByOp(() => setUp(wanted))];
  const [seen, expected] = [await one.losses(steps), await other.losses(steps)];
  expect(one.learner.refusal).toBeNull();
  expect(other.learner.refusal).toMatch(/makes no functions/);
  const [state, oracle] = [await one.learner.state(), await other.learner.state()];
  for (const { learner } of [one, other]) learner.dispose();
  const far = (a: number, b: number) => Math.abs(a - b) / Math.max(1, Math.abs(b));
  const names = Object.keys(expected[0]!) as (keyof Losses)[];
  const losses = expected.flatMap((loss, i) => names.map((name) => far(seen[i]![name] ?? 0, loss[name] ?? 0)));
  const networks = (['classifier', 'generator'] as const).filter((name) => oracle[name]);
  const weights = networks.flatMap((name) =>
    (['weights', 'average', 'm', 'v'] as const).map((part) =>
      oracle[name]![part].reduce((most, value, i) => Math.max(most, far(state[name]![part][i]!, value)), 0),
    ),
  );
  return { losses: Math.max(...losses), weights: Math.max(...weights) };
}

const stages = ['labels-only', 'ssgan'] as const;
const own = (['strokes', 'photos', 'standard'] as const).flatMap((kind) => stages.map((stage) => ({ kind, stage })));
const switches = Object.entries(everyTerm).map(([term, weight]) => ({ [term]: weight }));

describe.skipIf(!('addFunction' in native.binding))('as one native call', () => {
  test.each(own)('20 steps are what they are op by op: $kind, $stage', async (wanted) => {
    const { losses, weights } = await differences({ ...wanted, objective: {} }, 20);
    expect(losses).toBeLessThan(1e-5);
    expect(weights).toBeLessThan(1e-5);
  });

  test.each([everyTerm, { generated: 0, unlabelled: 0 }, ...switches])('with %j, too', async (objective) => {
    const { losses, weights } = await differences({ kind: 'photos', objective }, 20);
    expect(losses).toBeLessThan(1e-5);
    expect(weights).toBeLessThan(1e-5);
  });

  test.each(own)('with photos of none of the classes, too: $kind, $stage', async (wanted) => {
    const { losses, weights } = await differences({ ...wanted, objective: {}, none: 4 }, 20);
    expect(losses).toBeLessThan(1e-5);
    expect(weights).toBeLessThan(1e-5);
  });

  // Batch normalisation over six pictures magnifies the last bit of a sum tenfold with each step.
  test.each(stages)('the first steps of the article’s networks are, too: %s', async (stage) => {
    expect((await differences({ kind: 'paper', stage }, 2)).losses).toBeLessThan(1e-5);
    expect((await differences({ kind: 'paper', stage, none: 4 }, 2)).losses).toBeLessThan(1e-5);
  });

  test('a step takes a handful of calls, whatever it learns from', () => {
    for (const kind of ['strokes', 'photos', 'paper'] as const) {
      const { step, learner } = setUp({ kind });
      for (let i = 0; i < 3; i++) step();
      const counts = countExecutions(step);
      expect(
        [...counts.values()].reduce((sum, n) => sum + n, 0),
        kind,
      ).toBeLessThanOrEqual(2);
      learner.dispose();
    }
  });

  test('fewer examples, and more again, are other functions of the same learner', async () => {
    const { learner, feed, losses } = setUp();
    await losses(3);
    feed.shrink();
    await losses(3);
    expect(learner.refusal).toBeNull();
    learner.dispose();
  });
});
