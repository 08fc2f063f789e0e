// What the screens, the services and the engine must agree on. Pure.

import type { TrainingOptions } from './training.ts';
import type { Counts } from './types.ts';

/** The least that a network can learn to tell apart. */
export const fewestToTrain = { classes: 2, labelsPerClass: 2 } as const;

export interface LabelledClass {
  name: string;
  /** Photos labelled with it. */
  labels: number;
}

export interface Obstacle {
  /** One sentence: what is wrong. */
  reason: string;
  /** One sentence: what to do about it. */
  remedy: string;
}

/**
 * Why these labels are too few to train on, or null when they will do. Classes without a label are left out of the run;
 * two others or more must have labels, and each of those at least two.
 */
export function whyNotTrain(classes: readonly LabelledClass[]): Obstacle | null {
  const { classes: fewest, labelsPerClass } = fewestToTrain;
  const labelled = classes.filter(({ labels }) => labels > 0);
  if (labelled.length < fewest) {
    const [only] = labelled;
    return {
      reason: only
        ? `Only "${only.name}" has labelled photos, and telling classes apart takes two.`
        : 'No photo is labelled yet.',
      remedy: `Label at least ${labelsPerClass} photos of each of ${fewest} classes.`,
    };
  }
  const scarce = labelled.filter(({ labels }) => labels < labelsPerClass).map(({ name }) => `"${name}"`);
  if (scarce.length === 0) return null;
  const names = listWords.format(scarce);
  return scarce.length === 1
    ? { reason: `Only one photo is labelled ${names}.`, remedy: `Label another ${names}, or take the label off.` }
    : {
        reason: `Only one photo each is labelled ${names}.`,
        remedy: 'Label another of each, or take those labels off.',
      };
}

type Accepted = Pick<TrainingOptions, 'accepted'>;

/** Whether runs, and the guesses while somebody labels, learn from a label. `seen`: somebody looked at its photo. */
export const teaches = (seen: boolean, { accepted }: Accepted): boolean => seen || accepted === 'learn';

/** How many labels of each class they learn from. */
export function teachingByClass({ byClass, acceptedByClass }: Counts, options: Accepted): Record<number, number> {
  const unseen = teaches(false, options) ? {} : acceptedByClass;
  return Object.fromEntries(Object.entries(byClass).map(([id, n]) => [id, n - (unseen[Number(id)] ?? 0)]));
}

/** How many labels they learn from in all. */
export const countTeaching = (counts: Counts, options: Accepted): number =>
  Object.values(teachingByClass(counts, options)).reduce((sum, n) => sum + n, 0);

/** The least labels that can say of one another whether they are right: in all, and of each of two classes. */
export const fewestToDoubt = { labels: 20, classes: 2, labelsPerClass: 5 } as const;

/** Why it can't be said of these labels which look wrong, or null when it can. */
export function whyNotDoubt(classes: readonly Pick<LabelledClass, 'labels'>[]): Obstacle | null {
  const fewest = fewestToDoubt;
  const all = classes.reduce((sum, { labels }) => sum + labels, 0);
  const known = classes.filter(({ labels }) => labels >= fewest.labelsPerClass).length;
  if (all >= fewest.labels && known >= fewest.classes) return null;
  return {
    reason: 'There are too few labels to tell whether one of them is wrong: each is held against the others.',
    remedy: `Label at least ${fewest.labels} photos, ${fewest.labelsPerClass} or more of each of two classes.`,
  };
}

/** The least labels of which fewer can be tried: in all, and of each class. */
export const fewestToDraw = { labels: 30, labelsPerClass: 5 } as const;

/** Why these labels can't tell what more of them would bring, or null when they can.  labels: of each class. */
export function whyNotDraw(labels: readonly number[]): Obstacle | null {
  const fewest = fewestToDraw;
  const all = labels.reduce((sum, n) => sum + n, 0);
  const isEnough = all >= fewest.labels && labels.length >= 2 && labels.every((n) => n >= fewest.labelsPerClass);
  if (isEnough) return null;
  return {
    reason: 'There are too few labels to say what more would bring: it is learned from fewer of them.',
    remedy: `Label at least ${fewest.labels} photos, ${fewest.labelsPerClass} or more of each class.`,
  };
}

const listWords = new Intl.ListFormat('en-GB');
