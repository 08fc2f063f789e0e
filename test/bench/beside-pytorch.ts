// The same step by Whisker and by PyTorch (peer/*.py), run by run in turns, and how their medians compare. Refuses to
// compare steps whose networks, batches or convolutions differ.

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Recipe } from '../../src/engine/pixels/recipe.ts';
import { featureClassifierDefaults } from '../../src/engine/features/feature-classifier.ts';
import { featureLearnerSettings, featureObjective, featureRecipe } from '../../src/engine/features/feature-recipe.ts';
import { lastLineOf, python } from './pytorch.ts';

/** What measured.py is told; the rest is the step's own. */
export interface PeerStep {
  script: 'pixel_step.py' | 'feature_step.py';
  asked: { preset: string; steps: number; warmUp: number; gpu: boolean; classes: number };
}

interface Run {
  parameters: number[];
  convolutions?: Record<string, number>;
  photosPerStep: number;
  msPerStep: number;
  cpuMsPerStep: number;
}

/** By the same recipe as Whisker's own step; pictures of noise are standardised by about these numbers. */
export function pixelPeer(
  asked: PeerStep['asked'],
  pixels: { sizePx: number; channels: number },
  { stages, scale, ...recipe }: Recipe,
): PeerStep {
  const own = { ...recipe, ...stages.ssgan, scale: scale ?? { mean: 0.5, deviation: 0.29 } };
  return { script: 'pixel_step.py', asked: { ...pixels, ...own, ...asked } };
}

export function featurePeer(asked: PeerStep['asked'], dimensions: number): PeerStep {
  const objective = featureObjective('ssgan', {});
  const { batch } = featureRecipe;
  const own = { ...featureClassifierDefaults, ...featureLearnerSettings(objective, 1), batch, dimensions };
  return { script: 'feature_step.py', asked: { ...own, ...asked } };
}

/** `own`: the arguments by which Node runs Whisker's step. PyTorch has the memory format that is faster for it. */
export function besidePyTorch(own: string[], { script, asked }: PeerStep, pairs: number) {
  const ours = (...more: string[]) => lastLineOf<Run>(process.execPath, [...own, ...more]);
  const peer = (channelsLast: boolean) => {
    const told = { ...asked, channelsLast, threads: availableParallelism() };
    return lastLineOf<Run>(python, [join(import.meta.dirname, 'peer', script), JSON.stringify(told)]);
  };
  const trials = script === 'pixel_step.py' ? [true, false] : [false];
  const tried = trials.map((channelsLast) => ({ channelsLast, run: peer(channelsLast) }));
  // Of processors their own time tells more: other work on the machine changes it less.
  const cost = asked.gpu ? 'msPerStep' : 'cpuMsPerStep';
  tried.sort((a, b) => a.run[cost] - b.run[cost]);
  const { channelsLast, run } = tried[0]!;
  checkSame(asked.preset, ours('--op-by-op', '--steps', '1'), run);
  const runs = Array.from({ length: pairs }, () => ({ whisker: ours(), pytorch: peer(channelsLast) }));
  const of = (name: 'whisker' | 'pytorch', value: 'msPerStep' | 'cpuMsPerStep') =>
    runs.map((pair) => pair[name][value]);
  const [whiskerMs, pytorchMs] = [median(of('whisker', 'msPerStep')), median(of('pytorch', 'msPerStep'))];
  return {
    ...{
      preset: asked.preset,
      whiskerMs,
      pytorchMs,
      timesPyTorchsSpeed: Math.round((100 * pytorchMs) / whiskerMs) / 100,
    },
    ...{ whisker: of('whisker', 'msPerStep'), pytorch: of('pytorch', 'msPerStep') },
    whiskerCpuMs: median(of('whisker', 'cpuMsPerStep')),
    pytorchCpuMs: median(of('pytorch', 'cpuMsPerStep')),
    ...(trials.length > 1 && { pytorchsFormat: channelsLast ? 'channels last' : 'channels first' }),
  };
}

/** Throws unless both learn as many numbers from as many photos by as many convolutions. */
function checkSame(preset: string, ours: Run, theirs: Run): void {
  const facts = ({ parameters, photosPerStep, convolutions = {} }: Run) => {
    const of = (op: string) => convolutions[op] ?? 0;
    const counted = ['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'].map((op) => `${of(op)} ${op}`);
    return `${parameters.join(' and ')} learned numbers, ${photosPerStep} photos, ${counted.join(', ')}`;
  };
  if (facts(ours) === facts(theirs)) return;
  throw new Error(
    `The step '${preset}' is another one in test/bench/peer: Whisker has ${facts(ours)}; PyTorch has ${facts(theirs)}.`,
  );
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
