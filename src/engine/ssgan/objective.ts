// The one objective of Whisker and its switches: every term has a weight, and 0 turns it off.

export interface Objective {
  /** mean(s − l_y) on labelled photos, s = logsumexp(l). */
  labelled: number;
  /** ½·mean(softplus(−s)) on unlabelled photos: they look like one of the K classes. */
  unlabelled: number;
  /** ½·mean(softplus(s)) on generated ones: they look like none. */
  generated: number;
  /** Generator: mean |E f(unlabelled) − E f(generated)|. */
  featureMatching: number;
  /** Generator, the seed article's: ½·mean(softplus(s) − s) = ½·mean(softplus(−s)) on generated ones. */
  adversarial: number;
  /** Generator: mean cos² between features of different generated pictures, so that they differ. */
  pullAway: number;
  /** Cross-entropy of the strong view with the class that the teacher is sure of on the weak view. */
  pseudoLabel: number;
  /** How sure: the least probability that counts. */
  confidence: number;
  /** mean ‖softmax(strong) − softmax(teacher on weak)‖² */
  consistency: number;
  /** mean H(softmax l) on unlabelled photos. */
  entropy: number;
  /** Cross-entropy of "by how many quarters was this unlabelled photo turned?", which teaches shapes without a label. */
  turned: number;
  /** ½·‖w‖² over the learned weights. */
  weightDecay: number;
  /** From which share of the run to which each kind of term grows from 0 to its weight. */
  ramps: { agreement: Ramp; realFake: Ramp; entropy: Ramp };
}

export type Ramp = readonly [from: number, to: number];

export const labelsOnly: Objective = {
  labelled: 1,
  unlabelled: 0,
  generated: 0,
  featureMatching: 0,
  adversarial: 0,
  pullAway: 0,
  pseudoLabel: 0,
  confidence: 0.9,
  consistency: 0,
  entropy: 0,
  turned: 0,
  weightDecay: 0,
  ramps: { agreement: [0, 0.1], realFake: [0, 0.1], entropy: [0.3, 0.5] },
};

/** Chosen by measuring; docs/how-it-learns.md has the table. */
export const ssgan: Objective = {
  ...labelsOnly,
  unlabelled: 0.3,
  generated: 0.3,
  featureMatching: 1,
  pseudoLabel: 1,
};

/** For photos in colour: what is up teaches more about shapes than doubtful pseudo-labels do. */
export const ssganOfPhotos: Objective = { ...ssgan, pseudoLabel: 0, turned: 1 };

export const usesGenerator = (o: Objective): boolean => o.generated > 0;
export const usesUnlabelled = (o: Objective): boolean =>
  usesGenerator(o) || o.unlabelled + o.pseudoLabel + o.consistency + o.entropy + o.turned > 0;
