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

/** How PyTorch may be run: which of these is fastest depends on the step, and on what else the machine does. */
interface Way {
  channelsLast: boolean;
  /** What threads do that wait for each other: spin, or sleep, which is slower unless the cores have other work. */
  waiting: 'actively' | 'passively';
}

/** A graphics card's time has little to do with how threads wait. */
const ways = (channelsLast: boolean[], gpu: boolean): Way[] =>
  channelsLast.flatMap((last) => [
    { channelsLast: last, waiting: 'actively' },
    ...(gpu ? [] : [{ channelsLast: last, waiting: 'passively' } as const]),
  ]);

/** `own`: the arguments by which Node runs Whisker's step. PyTorch is run the way that is fastest in a first try. */
export function besidePyTorch(own: string[], { script, asked }: PeerStep, pairs: number) {
  const ours = (...more: string[]) => lastLineOf<Run>(process.execPath, [...own, ...more]);
  const peer = ({ channelsLast, waiting }: Way) => {
    const told = { ...asked, channelsLast, threads: availableParallelism() };
    const program = [join(import.meta.dirname, 'peer', script), JSON.stringify(told)];
    return lastLineOf<Run>(python, program, waiting === 'passively' ? { OMP_WAIT_POLICY: 'PASSIVE' } : {});
  };
  const layouts = script === 'pixel_step.py' ? [true, false] : [false];
  const tried = ways(layouts, asked.gpu).map((way) => ({ way, run: peer(way) }));
  tried.sort((a, b) => a.run.msPerStep - b.run.msPerStep);
  const { way, run } = tried[0]!;
  checkSame(asked.preset, ours('--op-by-op', '--steps', '1'), run);
  const runs = Array.from({ length: pairs }, () => ({ whisker: ours(), pytorch: peer(way) }));
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
    pytorchRan: `channels ${way.channelsLast ? 'last' : 'first'}, waiting ${way.waiting}`,
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
