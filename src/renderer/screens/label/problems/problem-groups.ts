// Problems as a person looks through them: by reason, the largest group first, in folders.

import type { Problem, ProblemCode } from '../../../../shared/types.ts';

export interface ProblemLine extends Problem {
  folder: string;
  file: string;
}

export interface ProblemGroup {
  code: ProblemCode;
  title: string;
  /** The sentence, when it is the same for all of them. */
  reason: string | null;
  problems: ProblemLine[];
}

const titles: Record<ProblemCode, string> = {
  'not-an-image': 'Not a picture',
  'unsupported-format': 'Format not supported',
  damaged: 'Damaged',
  truncated: 'Cut off',
  'too-large': 'Too large',
  empty: 'Empty',
  unreadable: 'Could not be opened',
  'timed-out': 'Took too long',
  crashed: 'Reading it failed',
  'partly-damaged': 'Partly damaged, still used',
};

/** Every word of the search must be in the path, the reason or the group's title, in any case. */
export function groupProblems(problems: readonly Problem[], search: string): ProblemGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<ProblemCode, ProblemGroup>();
  for (const problem of problems) {
    const title = titles[problem.code];
    const text = `${problem.path} ${problem.reason} ${title}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    const group = groups.get(problem.code) ?? { code: problem.code, title, reason: problem.reason, problems: [] };
    if (group.reason !== problem.reason) group.reason = null;
    const cut = Math.max(problem.path.lastIndexOf('/'), problem.path.lastIndexOf('\\')) + 1;
    group.problems.push({ ...problem, folder: problem.path.slice(0, cut), file: problem.path.slice(cut) });
    groups.set(problem.code, group);
  }
  return [...groups.values()].sort((a, b) => b.problems.length - a.problems.length);
}
