// The one objective of Whisker and its switches: every term has a weight, and 0 turns it off.

import { realFakeWeights, type Objective } from '../../shared/objective.ts';

export const labelsOnly: Objective = {
  labelled: 1,
  none: 1,
  unlabelled: 0,
  generated: 0,
  featureMatching: 0,
  adversarial: 0,
  pullAway: 0,
  pseudoLabel: 0,
  confidence: 0.9,
  consistency: 0,
  entropy: 0,
  rotation: 0,
  weightDecay: 0,
  ramps: { agreement: [0, 0.1], realFake: [0, 0.1], entropy: [0.3, 0.5] },
};

/** Chosen by measuring; docs/how-it-learns.md has the table. */
export const ssgan: Objective = {
  ...labelsOnly,
  unlabelled: realFakeWeights.quick,
  generated: realFakeWeights.quick,
  featureMatching: 1,
  adversarial: 1,
  pseudoLabel: 1,
};

/** For photos in colour: what is up teaches more about shapes than doubtful pseudo-labels do. */
export const ssganOfPhotos: Objective = { ...ssgan, pseudoLabel: 0, rotation: 1 };

export const usesGenerator = (o: Objective): boolean => o.generated > 0;
export const usesUnlabelled = (o: Objective): boolean =>
  usesGenerator(o) || o.unlabelled + o.pseudoLabel + o.consistency + o.entropy + o.rotation > 0;
