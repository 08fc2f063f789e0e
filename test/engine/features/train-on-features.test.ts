import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { readTensorFile, writeTensorFile } from '../../../src/engine/files/tensor-file.ts';
import { accuracyOf } from '../../../src/engine/measuring/held-out.ts';
import type { RunClock } from '../../../src/engine/ssgan/progress-reports.ts';
import { fillNormal, randomStream } from '../../../src/shared/random.ts';
import { mostLikely } from '../../../src/shared/statistics.ts';
import { NONE_CODE } from '../../../src/shared/types.ts';
import { trainerWith } from '../trainer-with.ts';
import { trainOnFeatures } from '../../../src/engine/features/train-on-features.ts';
import type {
  FeatureFile,
  TrainerEvent,
  TrainerReplies,
  TrainOnFeaturesRequest,
  TrainReply,
} from '../../../src/engine/messages.ts';

// Seconds on a quiet machine; the limit is for a busy one.
vi.setConfig({ testTimeout: 180_000 });

// Points of two long, thin clouds side by side: the labels alone cut them askew, the gap between them is plain to see.
const COUNT = 600;
const LENGTH = 16;
const folder = mkdtempSync(join(tmpdir(), 'whisker-features-'));
afterAll(() => rmSync(folder, { recursive: true }));

const truth = Int32Array.from({ length: COUNT }, (_, i) => i % 2);
const values = new Float32Array(COUNT * LENGTH);
fillNormal(values, randomStream(1), 0.05);
truth.forEach((side, i) => {
  values[i * LENGTH] = 1;
  values[i * LENGTH + 1] = side ? 0.35 : -0.35;
  values[i * LENGTH + 2] = 4 * (values[i * LENGTH + 2] ?? 0);
});
const features: FeatureFile = {
  path: join(folder, 'features.f32'),
  rows: Int32Array.from({ length: COUNT }, (_, i) => i),
  length: LENGTH,
  backbone: 'b'.repeat(64),
};
writeFileSync(features.path, values);

const request = (change: Partial<TrainOnFeaturesRequest> = {}): TrainOnFeaturesRequest => ({
  kind: 'train-on-features',
  features,
  labels: truth.map((label, i) => (i < 4 ? label : -1)),
  ...{ keys: Uint32Array.from(truth.keys()), learnedBefore: new Int32Array() },
  ...{ classes: 2, seed: 1, minutes: 1, device: 'auto', startFrom: null, modelDir: join(folder, 'model') },
  ...change,
});
/** A third of the usual steps: enough for points as plain as these. */
const train = (
  change: Partial<TrainOnFeaturesRequest> = {},
  emit: (event: TrainerEvent) => void = () => {},
  time: Pick<RunClock, 'elapsed' | 'budgetSeconds'> = { elapsed: () => 0, budgetSeconds: 60 },
) =>
  trainOnFeatures(
    request(change),
    { kind: 'cpu', name: 'test' },
    { emit, stopped: () => false, paused: () => null, ...time },
    { 'labels-only': 60, ssgan: 350, crossValidation: 40 },
  );
const accuracy = (probabilities: Float32Array) => accuracyOf(probabilities, truth, 2).accuracy;

describe('a run in feature space', () => {
  test('with 4 labels finds two clouds, saves itself and says the same again', async () => {
    const events: TrainerEvent[] = [];
    const trainer = trainerWith(() => {});
    const preview = Int32Array.of(9, 4, 11);
    const reply = await train({ preview }, (event) => events.push(event));
    const previews = events.flatMap((event) => (event.event === 'preview' ? [event] : []));
    const seen = previews.at(-1);
    expect(seen?.positions).toEqual(preview);
    expect(Array.from(preview, (_, row) => mostLikely(seen?.probabilities ?? new Float32Array(), row, 2))).toEqual(
      Array.from(preview, (i) => truth[i]),
    );
    expect(reply).toMatchObject({ status: 'finished', steps: 410 });
    expect(reply.receipt).toMatchObject({ active: 'ssgan', measuredBy: 'cross-validation', temperature: null });
    expect(reply.receipt).toMatchObject({ ssgan: { n: 4 }, logistic: { n: 4 }, propagation: { n: 4 } });
    expect(reply.receipt).toMatchObject({ labelsOnly: null, gain: null });
    expect(reply.receipt.note).toMatch(/fewer than 40 labels/);
    expect(accuracy(reply.probabilities)).toBeGreaterThan(0.97);
    expect(events.flatMap((event) => (event.event === 'stage' ? [event.stage] : []))).toEqual([
      ...['preparing', 'labels-only', 'ssgan', 'evaluating', 'predicting'],
    ]);

    const predict = { kind: 'predict-features', features, modelDir: join(folder, 'model'), device: 'auto' } as const;
    const again = (await trainer.handle(predict)) as TrainerReplies['predict-features'];
    expect(again.probabilities).toEqual(reply.probabilities);
    const other = { ...features, backbone: 'c'.repeat(64) };
    await expect(trainer.handle({ ...predict, features: other })).rejects.toThrow(/another backbone/);

    // A model of before there was graph propagation, which knew of no trust in heads either.
    const { arrays, metadata: now } = readTensorFile(join(folder, 'model', 'model.safetensors'));
    const { trust, ...metadata } = now as Record<string, unknown>;
    expect(trust).toHaveProperty('propagation');
    const kept = new Map([...arrays].filter(([name]) => !name.startsWith('propagation/')));
    expect(kept.size).toBe(arrays.size - 2);
    mkdirSync(join(folder, 'earlier'));
    writeTensorFile(join(folder, 'earlier', 'model.safetensors'), { arrays: kept, metadata });
    const earlier = await trainer.handle({ ...predict, modelDir: join(folder, 'earlier') });
    expect(earlier).toMatchObject({ probabilities: again.probabilities });

    const warm = await train({ startFrom: join(folder, 'model'), modelDir: join(folder, 'warm') });
    expect(accuracy(warm.probabilities)).toBeGreaterThan(0.97);
  });

  test('photos of none of the classes teach it to be unsure of others like them, and cost the classes nothing', async () => {
    // A third cloud, away from both and on the side of one of them.
    const isOther = (i: number) => i >= COUNT - 120;
    const three = values.slice();
    for (let i = 0; i < COUNT; i++) if (isOther(i)) [three[i * LENGTH + 1], three[i * LENGTH + 3]] = [0.3, 0.8];
    const file = { ...features, path: join(folder, 'three.f32') };
    writeFileSync(file.path, three);
    const sure = async (none: boolean) => {
      const labels = truth.map((label, i) => (i < 20 ? label : none && i >= COUNT - 10 ? NONE_CODE : -1));
      const { probabilities } = await train({ features: file, labels });
      const confidence = (wanted: (i: number) => boolean) => {
        const rows = [...truth.keys()].filter((i) => labels[i] === -1 && wanted(i));
        return (
          rows.reduce((sum, i) => sum + Math.max(probabilities[2 * i]!, probabilities[2 * i + 1]!), 0) / rows.length
        );
      };
      const ofClass = [...truth.keys()].filter((i) => !isOther(i));
      const right = ofClass.filter((i) => mostLikely(probabilities, i, 2) === truth[i]).length / ofClass.length;
      return { others: confidence(isOther), classes: confidence((i) => !isOther(i)), right };
    };
    const [before, after] = [await sure(false), await sure(true)];
    expect(before.others).toBeGreaterThan(0.9);
    expect(after.others).toBeLessThan(0.75);
    expect(after.classes).toBeGreaterThan(0.9);
    expect(after.right).toBeGreaterThanOrEqual(before.right - 0.01);
  });

  test('with more time than it needs, it says how far it is by its steps, those of measuring included', async () => {
    const events: TrainerEvent[] = [];
    let looks = 0;
    // Ten hours, of which a look at the clock takes half a second.
    await train({}, (event) => events.push(event), { elapsed: () => ++looks / 2, budgetSeconds: 36_000 });
    const progress = events.flatMap((event) => (event.event === 'progress' ? [event] : []));
    const [first, middle, last] = [progress[0]!, progress[progress.length >> 1]!, progress.at(-1)!];
    expect(first.fraction).toBeLessThan(0.1);
    expect(last.fraction).toBeGreaterThan(0.9);
    progress.slice(1).forEach(({ fraction }, i) => expect(fraction).toBeGreaterThanOrEqual(progress[i]!.fraction));
    expect(middle.etaSeconds).toBeGreaterThan(last.etaSeconds!);
    expect(middle.etaSeconds).toBeLessThan(2 * looks);
    expect(last.step).toBe(410);
  });

  test('with 40 labels measures every head on the same held-out photos', async () => {
    const labels = truth.map((label, i) => (i < 40 ? label : -1));
    const reply = await train({ labels });
    for (const head of ['ssgan', 'labelsOnly', 'logistic', 'propagation'] as const)
      expect(reply.receipt[head]?.n).toBe(8);
  });

  test('stops when asked and keeps what it has', async () => {
    const trainer = trainerWith((event) => {
      if (event.event === 'stage' && event.stage === 'ssgan') setTimeout(() => trainer.tell('stop'), 300);
    });
    const reply = (await trainer.handle(request())) as TrainReply;
    expect(reply.status).toBe('stopped');
    expect(reply.steps).toBeLessThan(1300);
    expect(reply.probabilities).toHaveLength(COUNT * 2);
  });

  test('refuses photos that are all the same, and features that are cut short', async () => {
    const same = { ...features, path: join(folder, 'same.f32') };
    writeFileSync(same.path, new Float32Array(COUNT * LENGTH).fill(1));
    await expect(trainerWith(() => {}).handle(request({ features: same }))).rejects.toThrow(/exactly the same/);
    await expect(
      trainerWith(() => {}).handle(request({ features: { ...features, rows: Int32Array.of(0, COUNT) } })),
    ).rejects.toThrow(/were expected/);
  });
});
