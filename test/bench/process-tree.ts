// Memory and processor time of this process and its children together, sampled from /proc (Linux).

import { readFileSync } from 'node:fs';

export interface Usage {
  /** Largest sum of resident memory seen, in MB. Pages that processes share are counted in each. */
  peakMb: number;
  cpuSeconds: number;
}

const TICKS_PER_SECOND = 100;

/** Samples until `stop`, which returns what was seen. */
export function watchProcesses(everyMs = 50): { stop(): Usage } {
  const ticks = new Map<number, number>();
  const before = ticksOf(process.pid);
  let peakKb = 0;
  const sample = () => {
    const pids = withChildren(process.pid);
    peakKb = Math.max(
      peakKb,
      pids.reduce((sum, pid) => sum + residentKb(pid), 0),
    );
    for (const pid of pids) ticks.set(pid, ticksOf(pid) || (ticks.get(pid) ?? 0));
  };
  const timer = setInterval(sample, everyMs);
  return {
    stop() {
      sample();
      clearInterval(timer);
      const total = [...ticks.values()].reduce((sum, count) => sum + count, 0) - before;
      return { peakMb: Math.round(peakKb / 1024), cpuSeconds: total / TICKS_PER_SECOND };
    },
  };
}

/** A process may end between being listed and being read. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function withChildren(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(withChildren)];
}

/** All processes below one, with the command that started each. */
export const descendants = (pid: number): { pid: number; command: string }[] =>
  withChildren(pid)
    .slice(1)
    .map((one) => ({ pid: one, command: read(`/proc/${one}/cmdline`).replaceAll('\0', ' ') }));

const statusMb = (pid: number, field: string): number =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(read(`/proc/${pid}/status`))?.[1]) / 1024;
/** Memory of one process that no file lies behind and nobody shares. */
export const ownMbOf = (pid: number): number => statusMb(pid, 'RssAnon');
/** Resident memory of one process at most since it started, shared pages counted in. */
export const peakMbOf = (pid: number): number => statusMb(pid, 'VmHWM');

/** Processor time of one process so far, in steps of ten milliseconds. */
export const processorMsOf = (pid: number): number => (1000 * ticksOf(pid)) / TICKS_PER_SECOND;

const residentKb = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);

/** User and system time; the fields after the name, which is in brackets and may hold anything. */
function ticksOf(pid: number): number {
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}
