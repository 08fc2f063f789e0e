// What the networks minimise, as weights of its terms: l are logits, f penultimate features. docs/how-it-learns.md
// has the whole.

import type { PresetId } from './presets.ts';

export interface Objective {
  /** mean(s − l_y) on labelled photos, s = logsumexp(l). */
  labelled: number;
  /** mean(s − mean_k l_k) on photos that show none of the classes: none is likelier than another. */
  none: number;
  /** ½·mean(softplus(−s)) on unlabelled photos: they look like one of the K classes. */
  unlabelled: number;
  /** ½·mean(softplus(s)) on generated ones: they look like none. */
  generated: number;
  /** Generator: mean |E f(unlabelled) − E f(generated)|. */
  featureMatching: number;
  /** Generator, the article's (Petrova 2020): ½·mean(softplus(s) − s) = ½·mean(softplus(−s)) on generated ones. */
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
  /**
   * Cross-entropy of "by how many quarters was this unlabelled photo turned?", which teaches shapes without a label.
   */
  rotation: number;
  /** ½·‖w‖² over the learned weights. */
  weightDecay: number;
  /** From which share of the run to which each kind of term grows from 0 to its weight. */
  ramps: { agreement: Ramp; realFake: Ramp; entropy: Ramp };
}

export type Ramp = readonly [from: number, to: number];

/** What telling real photos from generated ones weighs from pixels (`unlabelled` and `generated`). */
export const realFakeWeights = { quick: 0.3, standard: 0.3, paper: 1 } as const satisfies Record<PresetId, number>;
