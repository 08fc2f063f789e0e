// Finds an engine process among the children of another, by asking the system.

import { execFileSync } from 'node:child_process';

/** Process id of the engine with this role that `parent` has started, or undefined. */
export function engineOf(parent: number, role: 'trainer' | 'imaging' | 'extractor'): number | undefined {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const found = lines
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .find((match) => Number(match?.[2]) === parent && match?.[3]?.endsWith(` ${role}`));
  return found ? Number(found[1]) : undefined;
}
