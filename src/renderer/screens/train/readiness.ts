// May Train be pressed, and if not, why and what to do? Pure; no DOM.

import type { BackboneState, TrainingRuntime } from '../../../shared/training.ts';
import type { Counts, PhotoClass } from '../../../shared/types.ts';
import { plural } from './words.ts';

export const minClasses = 2;
export const minPerClass = 2;
/** Below this a class is learned from luck; a hint, not a stop. */
export const goodPerClass = 10;

export type Readiness =
  | { ready: true; hint: string | null }
  | { ready: false; fix: 'label' | 'runtime' | 'backbone' | 'wait'; reason: string; remedy: string };

/** `backbone`: what training is to start from; null: the pixels. */
export function readiness(
  classes: readonly PhotoClass[],
  counts: Counts,
  runtime: TrainingRuntime,
  backbone: BackboneState | null = null,
): Readiness {
  if (runtime.available === false)
    return { ready: false, fix: 'runtime', reason: runtime.reason, remedy: runtime.remedy };
  const labelledOf = ({ id }: PhotoClass): number => counts.byClass[id] ?? 0;
  if (classes.length < minClasses) {
    return {
      ready: false,
      fix: 'label',
      reason: classes.length === 0 ? 'There are no classes yet.' : `There is only one class, ${classes[0]?.name}.`,
      remedy: 'Make at least two classes and label a few photos of each.',
    };
  }
  const short = classes.filter((one) => labelledOf(one) < minPerClass);
  if (short.length > 0) {
    const missing = short.map((one) => `${one.name} has ${labelledOf(one) === 0 ? 'no labels' : 'one label'}`);
    return {
      ready: false,
      fix: 'label',
      reason: `${listWords(missing)}.`,
      remedy: `Label at least ${plural(minPerClass, 'photo')} of every class; ten or more work much better.`,
    };
  }
  if (backbone !== null && backbone.status !== 'ready') {
    return backbone.status === 'downloading'
      ? {
          ready: false,
          fix: 'wait',
          reason: 'The backbone is on its way…',
          remedy: 'Training can begin when it is here.',
        }
      : {
          ready: false,
          fix: 'backbone',
          reason: 'Set up a backbone first, or start from your photos only.',
          remedy: 'Use a model on this computer, or download one.',
        };
  }
  if (runtime.available === null) {
    return { ready: false, fix: 'wait', reason: 'Getting the trainer ready…', remedy: 'This takes a few seconds.' };
  }
  const few = classes.filter((one) => labelledOf(one) < goodPerClass);
  return {
    ready: true,
    hint: few.length === 0 ? null : `${listWords(few.map(({ name }) => name))}: a few more labels would help.`,
  };
}

const list = new Intl.ListFormat('en-GB');
const listWords = (parts: string[]): string => list.format(parts);
