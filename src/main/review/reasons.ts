// Why a photo is in the review list, as one sentence with the classes' names of today.

import type { SuspectReason } from '../../shared/types.ts';

export interface ReasonNames {
  predicted: string;
  runnerUp: string | null;
  other: string | null;
}

/** The reason as one sentence with the classes' names of today. */
export function reasonSentence(
  code: SuspectReason,
  { confidence, margin }: { confidence: number; margin: number },
  { predicted, runnerUp, other }: ReasonNames,
): string {
  const sure = percent(confidence);
  switch (code) {
    case 'low-margin':
    case 'uncertain':
      if (runnerUp === null) return `Only ${sure} sure of ${predicted}.`;
      return code === 'uncertain'
        ? `Only ${sure} sure of ${predicted}; ${runnerUp} comes next.`
        : `${predicted} ${sure}, ${runnerUp} ${percent(confidence - margin)}: nearly a coin flip.`;
    case 'models-disagree':
      return other === null || other === predicted
        ? `${sure} sure of ${predicted}, but the second model disagrees.`
        : `${sure} sure of ${predicted}, but the second model says ${other}.`;
    case 'few-alike':
      return `Hardly any photo was taken for ${predicted}, so this one may be a stray.`;
    case 'confident':
      return `${sure} sure of ${predicted}.`;
  }
}

const percent = (share: number): string => (share > 0.995 ? '>99%' : `${Math.round(share * 100)}%`);
