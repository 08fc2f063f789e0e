// What a step costs: its time on the clock and on the processor, and the memory of the process.

import { execFileSync } from 'node:child_process';
import type { Networks } from '../../src/engine/ssgan/learner.ts';
import type { Tensor } from '../../src/engine/tensorflow/tensorflow.ts';

/** A learner in mid-run, and how many photos one of its steps looks at. */
export interface Subject {
  /** Takes so many steps at once. */
  learn(steps: number): void;
  /** How many the app takes at once. */
  atOnce: number;
  /** Ends when the device has done all that it was given. */
  settle(): Promise<unknown>;
  /** Why a step is not one native call; null where it is, and where nothing is native. */
  refusal(): string | null;
  photos: number;
  /** See `parametersOf`. */
  parameters: number[];
  facts: Record<string, number | string>;
  /** Steps before the measured ones, and how many of those at most. */
  warmUp: number;
  most: number;
}

/** Numbers that a network learns: classifier, generator. */
export const parametersOf = <X extends Tensor>({ classifier, generator }: Networks<X>): number[] => [
  classifier.layout.trainable,
  generator.layout.trainable,
];

/** `countExecutions`: native executions of some work, by their op; null where nothing is native. */
export async function measureSteps(
  name: string,
  { learn, atOnce, settle, refusal, parameters, photos, facts, warmUp, most }: Subject,
  asked: number,
  countExecutions: ((work: () => void) => Map<string, number>) | null,
) {
  for (let i = 0; i < warmUp; i++) learn(atOnce);
  const counted = countExecutions?.(() => learn(atOnce));
  await settle();
  const calls = Math.ceil(Math.min(most, asked) / atOnce);
  const steps = calls * atOnce;
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  for (let i = 0; i < calls; i++) learn(atOnce);
  await settle();
  const msPerStep = (performance.now() - began) / steps;
  const { user, system } = process.cpuUsage(cpu);
  return {
    preset: name,
    ...{ ...facts, parameters, photosPerStep: photos, ...(counted && executionsOf(counted, atOnce)) },
    ...(refusal() !== null && { opByOp: refusal() }),
    msPerStep: round(msPerStep),
    cpuMsPerStep: round((user + system) / 1000 / steps),
    photosPerSecond: round((photos * 1000) / msPerStep),
    peakMb: round(process.resourceUsage().maxRSS / 1024),
  };
}

/**
 * What the process holds more after all steps than after a quarter of them, when every pool has its size. On a graphics
 * card (with TF_FORCE_GPU_ALLOW_GROWTH=true, else TensorFlow takes all of it at once) also what the card holds more.
 */
export async function measureGrowth(name: string, { learn, atOnce, settle, facts }: Subject, steps: number) {
  const calls = Math.ceil(steps / atOnce);
  for (let i = 0; i < calls / 4; i++) learn(atOnce);
  const before = await held(settle);
  for (let i = Math.ceil(calls / 4); i < calls; i++) learn(atOnce);
  const after = await held(settle);
  const grown = (kind: 'residentMb' | 'cardMb') => Math.round(after[kind] - before[kind]);
  return {
    ...{ preset: name, ...facts, steps, residentMb: Math.round(after.residentMb), grownMb: grown('residentMb') },
    ...(after.cardMb > 0 && { cardMb: after.cardMb, cardGrownMb: grown('cardMb') }),
  };
}

/** `cardMb`: of all processes on the first graphics card, 0 without one. */
async function held(settle: Subject['settle']) {
  await settle();
  return { residentMb: process.memoryUsage.rss() / 2 ** 20, cardMb: usedOnCard() };
}

function usedOnCard(): number {
  try {
    const query = ['--query-gpu=memory.used', '--format=csv,noheader,nounits'];
    return Number(
      execFileSync('nvidia-smi', query, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0],
    );
  } catch {
    return 0; // No such tool: no card.
  }
}

/** Of `steps` steps. How many there are of each convolution only steps that go op by op know. */
function executionsOf(counted: Map<string, number>, steps: number) {
  const executionsPerStep = [...counted.values()].reduce((sum, n) => sum + n, 0) / steps;
  const convolutions = [...counted].filter(([op]) => op.startsWith('Conv2D')).map(([op, n]) => [op, n / steps]);
  return { executionsPerStep, ...(convolutions.length > 0 && { convolutions: Object.fromEntries(convolutions) }) };
}

const round = (value: number): number => Math.round(value * 10) / 10;
