// Why a photo is in the review list, as one sentence with the classes' names of today.

import { soundsSure } from '../../shared/confidence.ts';
import type { SuspectReason } from '../../shared/types.ts';

export interface ReasonNames {
  predicted: string;
  runnerUp: string | null;
  other: string | null;
}

/** How sure the model was, and whether that was checked, so that it may be said in numbers. */
export interface Sureness {
  confidence: number;
  margin: number;
  calibrated: boolean;
}

/** The reason as one sentence with the classes' names of today. */
export function reasonSentence(code: SuspectReason, sureness: Sureness, names: ReasonNames): string {
  const { predicted, runnerUp, other } = names;
  const { confidence, margin, calibrated } = sureness;
  const sure = calibrated ? `${percent(confidence)} sure` : soundsSure(confidence) ? 'Sure' : 'Unsure';
  const only = calibrated ? `Only ${sure}` : 'Unsure';
  switch (code) {
    case 'low-margin':
    case 'uncertain':
      if (runnerUp === null) return `${only} of ${predicted}.`;
      if (code === 'uncertain') return `${only} of ${predicted}; ${runnerUp} comes next.`;
      return calibrated
        ? `${predicted} ${percent(confidence)}, ${runnerUp} ${percent(confidence - margin)}: nearly a coin flip.`
        : `${predicted} or ${runnerUp}: nearly a coin flip.`;
    case 'models-disagree':
      return other === null || other === predicted
        ? `${sure} of ${predicted}, but the second model disagrees.`
        : `${sure} of ${predicted}, but the second model says ${other}.`;
    case 'few-alike':
      return `Hardly any photo was taken for ${predicted}, so this one may be a stray.`;
    case 'confident':
      return `${sure} of ${predicted}.`;
  }
}

const percent = (share: number): string => (share > 0.995 ? '>99%' : `${Math.round(share * 100)}%`);
