// What a step costs: its time on the clock and on the processor, and the memory of the process.

/** A learner in mid-run: its step, and how many photos one looks at. */
export interface Subject {
  step(): void;
  /** Why a step is not one native call; null where it is, and where nothing is native. */
  refusal(): string | null;
  photos: number;
  facts: Record<string, number | string>;
  /** Steps before the measured ones, and how many of those at most. */
  warmUp: number;
  most: number;
}

/** `countExecutions`: native executions of some work; null where nothing is native. */
export function measureSteps(
  name: string,
  { step, refusal, photos, facts, warmUp, most }: Subject,
  asked: number,
  countExecutions: ((work: () => void) => number) | null,
) {
  for (let i = 0; i < warmUp; i++) step();
  const executions = countExecutions ? { executionsPerStep: countExecutions(step) } : {};
  const steps = Math.min(most, asked);
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  for (let i = 0; i < steps; i++) step();
  const msPerStep = (performance.now() - began) / steps;
  const { user, system } = process.cpuUsage(cpu);
  return {
    preset: name,
    ...{ ...facts, photosPerStep: photos, ...executions, ...(refusal() !== null && { opByOp: refusal() }) },
    msPerStep: round(msPerStep),
    cpuMsPerStep: round((user + system) / 1000 / steps),
    photosPerSecond: round((photos * 1000) / msPerStep),
    peakMb: round(process.resourceUsage().maxRSS / 1024),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;
