import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { PixelFile, Prediction, TrainerEvent, TrainReply, TrainRequest } from '../../src/engine/messages.ts';
import { loadCheckpoint, saveCheckpoint } from '../../src/engine/pixels/checkpoint.ts';
import { openDevice } from '../../src/engine/tensorflow/device.ts';
import { tf } from '../../src/engine/tensorflow/tensorflow.ts';
import { loadModel, pixelNetworks } from '../../src/engine/pixels/model.ts';
import { TrainedWeights } from '../../src/engine/ssgan/optimiser.ts';
import { randomStream } from '../../src/shared/random.ts';
import { recipeFor } from '../../src/engine/pixels/recipe.ts';
import { train } from '../../src/engine/pixels/train-on-pixels.ts';
import { trainerWith } from './trainer-with.ts';

// Four hundred small pictures: a bright bar lying down (class 0) or standing up (class 1) on noise.
const COUNT = 400;
const SIDE = 32;
const folder = mkdtempSync(join(tmpdir(), 'whisker-trainer-'));
afterAll(() => rmSync(folder, { recursive: true }));
let pixels: PixelFile;
const truth = Int32Array.from({ length: COUNT }, (_, i) => i % 2);

beforeAll(() => {
  const bytes = new Uint8Array(COUNT * SIDE * SIDE);
  let random = 1;
  const next = () => (random = (Math.imul(random, 1103515245) + 12345) >>> 0) / 2 ** 32;
  for (let i = 0; i < COUNT; i++) {
    const at = 6 + Math.floor(next() * 18);
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const across = truth[i] ? x : y;
        const lit = across >= at && across < at + 4;
        bytes[(i * SIDE + y) * SIDE + x] = (lit ? 150 : 20) + 80 * next();
      }
    }
  }
  pixels = { path: join(folder, 'pixels.bin'), count: COUNT, sizePx: SIDE, channels: 1 };
  writeFileSync(pixels.path, bytes);
});

const labelled = (n: number) => truth.map((label, i) => (i < n ? label : -1));

const request = (changes: Partial<TrainRequest> = {}): TrainRequest => ({
  kind: 'train',
  pixels,
  classes: 2,
  labels: labelled(20),
  keys: Uint32Array.from(truth.keys()),
  learnedBefore: new Int32Array(),
  seed: 1,
  minutes: 0.2,
  device: 'auto',
  mirror: true,
  preset: 'quick',
  startFrom: null,
  modelDir: join(folder, 'model'),
  ...changes,
});

async function run(changes: Partial<TrainRequest> = {}, onEvent?: (event: TrainerEvent, stop: () => void) => void) {
  const events: TrainerEvent[] = [];
  const trainer = trainerWith((event) => {
    events.push(event);
    onEvent?.(event, () => trainer.tell('stop'));
  });
  const reply = (await trainer.handle(request(changes))) as TrainReply;
  return { reply, events, trainer };
}

describe('a pause', () => {
  const modelDir = join(folder, 'paused');
  const checkpoint = join(modelDir, 'checkpoint.safetensors');

  /** Trains for twelve seconds and pauses once the SSGAN has learned for a moment. */
  async function pausing() {
    const events: TrainerEvent[] = [];
    let asked = false;
    const trainer = trainerWith((event) => {
      events.push(event);
      if (asked || event.event !== 'metrics' || event.points[0]?.stage !== 'ssgan') return;
      asked = true;
      trainer.tell('pause');
    });
    const reply = trainer.handle(request({ modelDir })) as Promise<TrainReply>;
    await vi.waitFor(() => expect(existsSync(checkpoint)).toBe(true), { timeout: 30_000, interval: 20 });
    return { events, trainer, reply };
  }

  test(
    'writes a checkpoint, learns nothing meanwhile, and takes nothing from the budget',
    { timeout: 60_000 },
    async () => {
      const { events, trainer, reply } = await pausing();
      const paused = loadCheckpoint(modelDir);
      expect(paused).toMatchObject({ stage: 'ssgan' });
      expect(paused!.elapsed).toBeLessThan(12);
      const heard = events.length;
      const began = performance.now();
      await sleep(3000);
      expect(events).toHaveLength(heard);
      trainer.tell('resume');
      const { status, seconds, steps } = await reply;
      expect(status).toBe('finished');
      expect(steps).toBeGreaterThan(paused!.state.step);
      expect(seconds).toBeGreaterThan(10.8);
      expect(seconds).toBeLessThan(13.2);
      expect(performance.now() - began).toBeGreaterThan(1000 * (3 + 12 - paused!.elapsed - 1.2));
    },
  );

  test('ends with a stop, which keeps what was learned', { timeout: 60_000 }, async () => {
    const { trainer, reply } = await pausing();
    const told = performance.now();
    trainer.tell('stop');
    expect(await reply).toMatchObject({ status: 'stopped' });
    expect(performance.now() - told).toBeLessThan(10_000);
    expect(loadModel(modelDir).ssgan).not.toBeNull();
  });
});

const share = (reply: TrainReply): number =>
  truth.filter((label, i) => Number(reply.probabilities[2 * i + 1]! > 0.5) === label).length / COUNT;

describe('a run on a small folder', () => {
  let first: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => void (first = await run()), 60_000);

  test('goes through its stages in order and keeps to its time', () => {
    const stages = first.events.flatMap((event) => (event.event === 'stage' ? [event.stage] : []));
    expect(stages).toEqual(['preparing', 'labels-only', 'ssgan', 'evaluating', 'predicting']);
    expect(first.reply.status).toBe('finished');
    expect(first.reply.steps).toBeGreaterThan(10);
    // Twelve seconds, kept within a tenth.
    expect(first.reply.seconds).toBeGreaterThan(10.8);
    expect(first.reply.seconds).toBeLessThan(13.2);
  });

  test('has no warning to give when the labels are balanced', () => {
    expect(first.events.filter((event) => event.event === 'notice')).toEqual([]);
  });

  test('learns to tell the classes apart, for every photo', () => {
    expect(first.reply.probabilities).toHaveLength(2 * COUNT);
    expect(first.reply.otherProbabilities).toHaveLength(2 * COUNT);
    expect(share(first.reply)).toBeGreaterThan(0.8);
  });

  test('says why there is no accuracy when labels are too few to hold any out', () => {
    expect(first.reply.receipt).toMatchObject({ labelsOnly: null, ssgan: null });
    expect(first.reply.receipt.note).toContain('fewer than 40 labels');
  });

  test('shows losses of both stages and pictures that are generated', () => {
    const points = first.events.flatMap((event) => (event.event === 'metrics' ? event.points : []));
    const last = points.findLast(({ stage }) => stage === 'ssgan');
    expect(points.find(({ stage }) => stage === 'labels-only')).toMatchObject({ generatorLoss: null });
    for (const loss of ['classifierLoss', 'unlabelledLoss', 'generatedLoss', 'generatorLoss'] as const) {
      expect(last?.[loss], loss).toBeTypeOf('number');
    }
    const samples = first.events.find((event) => event.event === 'samples');
    expect(samples).toMatchObject({ count: 64, sizePx: SIDE, channels: 1 });
    expect(samples?.pixels).toHaveLength(64 * SIDE * SIDE);
  });

  test('counts the steps of the whole run, in its progress, on its pictures and at its end', () => {
    const steps = first.events.flatMap((event) => (event.event === 'progress' ? event.step : []));
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(steps.at(-1)).toBe(first.reply.steps);
    expect(first.events.findLast((event) => event.event === 'samples')?.step).toBe(first.reply.steps);
  });

  test('leaves a model that predicts what the run predicted', async () => {
    const predicted = await first.trainer.handle({
      kind: 'predict',
      pixels,
      modelDir: join(folder, 'model'),
      device: 'auto',
    });
    for (const opinion of ['probabilities', 'otherProbabilities'] as const) {
      const said = (predicted as Prediction)[opinion];
      expect(said).toHaveLength(2 * COUNT);
      said?.forEach((p, i) => expect(p).toBeCloseTo(first.reply[opinion]![i]!, 4));
    }
  });

  test('can be followed by one that starts from its model', async () => {
    const next = await run({ startFrom: join(folder, 'model'), modelDir: join(folder, 'next'), minutes: 0.1 });
    expect(share(next.reply)).toBeGreaterThan(0.8);
  });
});

test('the SSGAN goes on from the labels-only network, which begins anew even after an earlier model', async () => {
  const clock = { emit: () => {}, stopped: () => false, paused: () => null, elapsed: () => 0, budgetSeconds: 3600 };
  const learn = async (name: string, changes: Partial<TrainRequest>) => {
    const modelDir = join(folder, name);
    await train(request({ modelDir, ...changes }), await openDevice('auto'), clock, { labelsOnly: 25, ssgan: 1 });
    return loadModel(modelDir);
  };
  const once = await learn('once', {});
  expect(distance(once.ssgan!, once.labelsOnly)).toBeLessThan(0.1);
  const again = await learn('again', { startFrom: join(folder, 'once'), seed: 2 });
  expect(distance(again.ssgan!, once.ssgan!)).toBeLessThan(0.1);
  expect(distance(again.labelsOnly, once.labelsOnly)).toBeGreaterThan(1);
});

/** Length of the difference of two weight vectors. */
const distance = (a: Float32Array, b: Float32Array): number => Math.hypot(...a.map((w, i) => w - b[i]!));

test('a labels-only network that is clearly better on held-out photos is the one in use', async () => {
  const path = join(folder, 'colour.bin');
  writeFileSync(
    path,
    Uint8Array.from(readFileSync(pixels.path)).reduce(tripled, new Uint8Array(3 * pixels.count * SIDE * SIDE)),
  );
  const clock = { emit: () => {}, stopped: () => false, paused: () => null, elapsed: () => 0, budgetSeconds: 3600 };
  const colour = request({
    pixels: { ...pixels, path, channels: 3 },
    labels: labelled(100),
    modelDir: join(folder, 'colour'),
  });
  // In colour the SSGAN begins anew, and one step teaches it nothing.
  const { receipt } = await train(colour, await openDevice('auto'), clock, { labelsOnly: 120, ssgan: 1 });
  expect(receipt.labelsOnly!.accuracy).toBeGreaterThan(receipt.ssgan!.accuracy);
  expect(receipt).toMatchObject({ active: 'labels-only', labelsOnly: { n: 20 } });
});

/** Grey bytes as colour ones. */
const tripled = (colour: Uint8Array, grey: number, i: number): Uint8Array => colour.fill(grey, 3 * i, 3 * i + 3);

test('a run that was cut off goes on from its checkpoint, and leaves none behind', async () => {
  const modelDir = join(folder, 'cut-off');
  const { labelsOnly, state } = middleOfARun();
  const times = { elapsed: 4, stageBegan: 2, stageUntil: 8, learnUntil: 8 };
  saveCheckpoint(modelDir, { stage: 'ssgan', state, labelsOnly, ...times });
  const { reply, events } = await run({ modelDir, resume: true });
  const points = events.flatMap((event) => (event.event === 'metrics' ? event.points : []));
  expect(points.every(({ stage, step }) => stage === 'ssgan' && step > 500)).toBe(true);
  expect(points[0]?.seconds).toBeGreaterThan(4);
  expect(reply.steps).toBeGreaterThan(507);
  expect(loadCheckpoint(modelDir)).toBeNull();
});

test('a labels-only stage that was cut off keeps its quarter of the time', async () => {
  const modelDir = join(folder, 'cut-off-early');
  const { state } = middleOfARun();
  const { classifier } = state;
  saveCheckpoint(modelDir, {
    stage: 'labels-only',
    state: { step: 40, rateMultiplier: 1, classifier, generator: null },
    labelsOnly: null,
    elapsed: 4,
    stageBegan: 0.5,
    stageUntil: 4.5,
    learnUntil: 100,
  });
  const { events } = await run({ modelDir, resume: true }, (event, stop) => {
    if (event.event === 'metrics' && event.points[0]?.stage === 'ssgan') stop();
  });
  const points = events.flatMap((event) => (event.event === 'metrics' ? event.points : []));
  const early = points.filter(({ stage }) => stage === 'labels-only');
  // A new quarter would end half a minute later.
  expect(early.at(-1)?.seconds).toBeLessThan(20);
  expect(points.some(({ stage }) => stage === 'ssgan')).toBe(true);
  expect(events).toContainEqual({ event: 'rewound', stage: 'labels-only', step: 40 });
});

test('a stop before the first step cancels the run: random weights are no model', async () => {
  const modelDir = join(folder, 'stopped-early');
  const early = run({ modelDir }, (event, stop) => event.event === 'device' && stop());
  await expect(early).rejects.toMatchObject({ code: 'cancelled' });
  expect(existsSync(join(modelDir, 'model.safetensors'))).toBe(false);
});

/** Fresh weights that say they are 500 steps old. */
function middleOfARun() {
  const { classifierWidth, generatorWidth } = recipeFor(request());
  const shape = { sizePx: SIDE, channels: 1, classes: 2, network: 'strokes', classifierWidth, generatorWidth } as const;
  const networks = pixelNetworks(shape, { mean: 0.3, deviation: 0.2 });
  const weights = networks.classifier.initialise(tf.randomNormal([16, SIDE, SIDE, 1]), randomStream(1));
  const classifier = TrainedWeights.begin(weights);
  const generator = TrainedWeights.begin(networks.generator.initialise(randomStream(2)));
  return {
    labelsOnly: { steps: 7, classifier: weights },
    state: { step: 500, rateMultiplier: 1, classifier, generator },
  };
}

test('a stop is heard within a second and keeps what was learned', async () => {
  let asked = Infinity;
  let heard = Infinity;
  const { reply } = await run({ minutes: 0.4, labels: labelled(40) }, (event, stop) => {
    if (event.event === 'stage' && event.stage === 'evaluating') heard = performance.now();
    if (event.event !== 'metrics' || event.points[0]?.stage !== 'ssgan' || asked < Infinity) return;
    asked = performance.now();
    stop();
  });
  expect(heard - asked).toBeLessThan(1000);
  expect(reply.status).toBe('stopped');
  expect(reply.seconds).toBeLessThan(20);
  expect(reply.receipt.ssgan?.n).toBe(8);
});

describe('what can not be trained is refused with a sentence', () => {
  const cases: [string, Partial<TrainRequest> | (() => Partial<TrainRequest>), string][] = [
    ['one label in a class', { labels: truth.map((label, i) => (i < 3 ? label : -1)) }, 'too-few-labels'],
    ['one class', { classes: 1, labels: new Int32Array(COUNT) }, 'too-few-labels'],
    ['a pixel file that is gone', () => ({ pixels: { ...pixels, path: join(folder, 'gone') } }), 'not-found'],
    ['a pixel file of another length', () => ({ pixels: { ...pixels, count: COUNT - 1 } }), 'bad-input'],
    ['a start from a model that is gone', { startFrom: join(folder, 'no-model') }, 'not-found'],
    ['a GPU where there is none', { device: 'gpu' }, 'training-unavailable'],
  ];
  for (const [name, changes, code] of cases) {
    test(name, async () => {
      const trainer = trainerWith(() => {});
      const asked = request(typeof changes === 'function' ? changes() : changes);
      await expect(trainer.handle(asked)).rejects.toMatchObject({ code });
    });
  }
});

test('the device is described by kind and name', async () => {
  const device = await trainerWith(() => {}).handle({ kind: 'describe', device: 'auto' });
  expect(device).toMatchObject({ kind: expect.stringMatching(/^(cpu|gpu)$/), name: expect.stringMatching(/\w/) });
});
