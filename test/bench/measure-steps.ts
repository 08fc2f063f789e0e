// What a step costs: its time on the clock and on the processor, and the memory of the process.

import type { Networks } from '../../src/engine/ssgan/learner.ts';
import type { Tensor } from '../../src/engine/tensorflow/tensorflow.ts';

/** A learner in mid-run: its step, and how many photos one looks at. */
export interface Subject {
  step(): void;
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
  { step, settle, refusal, parameters, photos, facts, warmUp, most }: Subject,
  asked: number,
  countExecutions: ((work: () => void) => Map<string, number>) | null,
) {
  for (let i = 0; i < warmUp; i++) step();
  const counted = countExecutions?.(step);
  await settle();
  const steps = Math.min(most, asked);
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  for (let i = 0; i < steps; i++) step();
  await settle();
  const msPerStep = (performance.now() - began) / steps;
  const { user, system } = process.cpuUsage(cpu);
  return {
    preset: name,
    ...{ ...facts, parameters, photosPerStep: photos, ...(counted && executionsOf(counted)) },
    ...(refusal() !== null && { opByOp: refusal() }),
    msPerStep: round(msPerStep),
    cpuMsPerStep: round((user + system) / 1000 / steps),
    photosPerSecond: round((photos * 1000) / msPerStep),
    peakMb: round(process.resourceUsage().maxRSS / 1024),
  };
}

/** Of how many there are of each convolution only steps that go op by op know. */
function executionsOf(counted: Map<string, number>) {
  const executionsPerStep = [...counted.values()].reduce((sum, n) => sum + n, 0);
  const convolutions = [...counted].filter(([op]) => op.startsWith('Conv2D'));
  return { executionsPerStep, ...(convolutions.length > 0 && { convolutions: Object.fromEntries(convolutions) }) };
}

const round = (value: number): number => Math.round(value * 10) / 10;
