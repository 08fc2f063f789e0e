// May Train be pressed, and if not, why and what to do? Pure; no DOM.

import { countTeaching, teachingByClass, whyNotTrain } from '../../../shared/rules.ts';
import {
  pixelsNeedNative,
  type BackboneState,
  type TrainingOptions,
  type TrainingRuntime,
} from '../../../shared/training.ts';
import type { Counts, PhotoClass } from '../../../shared/types.ts';

/** Below this a class is learned from luck; a hint, not a stop. */
export const goodPerClass = 10;

export type Readiness =
  | { ready: true; hint: string | null }
  | { ready: false; fix: 'label' | 'runtime' | 'backbone' | 'wait'; reason: string; remedy: string };

/** Of a computer that says itself what it lacks, once it is asked. */
export const elsewhere: TrainingRuntime = {
  available: true,
  device: {
    ...{ kind: 'cpu', name: '', tensorflow: null, memoryMb: null, productMs: 0 },
    ...{ gpuProblem: null, nativeProblem: null },
  },
};

/** `accepted`: see `TrainingOptions`. `backbone`: what training is to start from; null: the pixels. */
export function readiness(
  classes: readonly PhotoClass[],
  counts: Counts,
  accepted: TrainingOptions['accepted'],
  runtime: TrainingRuntime,
  backbone: BackboneState | null = null,
): Readiness {
  if (runtime.available === false) {
    const reason = `This machine can’t train: ${runtime.reason}`;
    return { ready: false, fix: 'runtime', reason, remedy: runtime.remedy };
  }
  const nativeProblem = runtime.available ? runtime.device.nativeProblem : null;
  const settingUp = runtime.available === true && runtime.settingUp !== undefined;
  if (nativeProblem && backbone === null && !settingUp) {
    const reason = `${pixelsNeedNative} ${nativeProblem.reason}`;
    return { ready: false, fix: 'runtime', reason, remedy: `${nativeProblem.remedy} A pretrained network needs none.` };
  }
  const byClass = teachingByClass(counts, { accepted });
  const labelledOf = ({ id }: PhotoClass): number => byClass[id] ?? 0;
  const obstacle = whyNotTrain(classes.map((one) => ({ name: one.name, labels: labelledOf(one) })));
  if (obstacle) {
    const isLeftOut = countTeaching(counts, { accepted }) < counts.labelled;
    const remedy = isLeftOut ? `${obstacle.remedy} ${acceptedLeftOut}` : obstacle.remedy;
    return { ready: false, fix: 'label', reason: obstacle.reason, remedy };
  }
  if (backbone !== null && backbone.status !== 'ready') {
    return backbone.status === 'downloading'
      ? {
          ready: false,
          fix: 'wait',
          reason: 'The pretrained network is on its way…',
          remedy: 'Training can begin when it is here.',
        }
      : {
          ready: false,
          fix: 'backbone',
          reason: 'Set up a pretrained network first, or learn from your photos alone.',
          remedy: 'Use a model on this computer, or download one.',
        };
  }
  if (nativeProblem && backbone === null) {
    const reason = 'TensorFlow is being set up…';
    return { ready: false, fix: 'wait', reason, remedy: 'Training can begin when that has ended.' };
  }
  if (runtime.available === null) {
    return { ready: false, fix: 'wait', reason: 'Getting the trainer ready…', remedy: 'This takes a few seconds.' };
  }
  return { ready: true, hint: hintOf(classes, labelledOf) };
}

const acceptedLeftOut =
  'Labels that you accepted without a look at each are left out, unless you choose otherwise under Advanced.';

function hintOf(classes: readonly PhotoClass[], labelledOf: (one: PhotoClass) => number): string | null {
  const names = (chosen: PhotoClass[]) => listWords.format(chosen.map(({ name }) => name));
  const empty = classes.filter((one) => labelledOf(one) === 0);
  const few = classes.filter((one) => labelledOf(one) > 0 && labelledOf(one) < goodPerClass);
  const hints = [
    ...(empty.length > 0 ? [`${names(empty)}: left out until there are labels.`] : []),
    ...(few.length > 0 ? [`${names(few)}: a few more labels would help.`] : []),
  ];
  return hints.length === 0 ? null : hints.join(' ');
}

const listWords = new Intl.ListFormat('en-GB');
