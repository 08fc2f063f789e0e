// What a step costs: its time on the clock and on the processor, and the memory of the process.

/** A learner in mid-run, and how many photos one of its steps looks at. */
export interface Subject {
  /** Takes so many steps at once. */
  learn(steps: number): void;
  /** How many the app takes at once. */
  atOnce: number;
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
  { learn, atOnce, refusal, photos, facts, warmUp, most }: Subject,
  asked: number,
  countExecutions: ((work: () => void) => number) | null,
) {
  for (let i = 0; i < warmUp; i++) learn(atOnce);
  const executions = countExecutions ? { executionsPerStep: countExecutions(() => learn(atOnce)) / atOnce } : {};
  const calls = Math.ceil(Math.min(most, asked) / atOnce);
  const steps = calls * atOnce;
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  for (let i = 0; i < calls; i++) learn(atOnce);
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
