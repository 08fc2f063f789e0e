// What feature vectors are asked without a run: guesses, piles, suggestions, neighbours, doubts, curves, a map.

import type { Forecast } from '../../shared/learning-curve.ts';
import type { SuggestionReason } from '../../shared/live.ts';
import type { Accuracy, Head } from '../../shared/training.ts';
import type { FeatureFile } from './training.ts';

/**
 * What the labels of this moment make of a whole library, while the next one is being set; nothing is kept. 'quick'
 * answers within a second at 10,000 photos; 'thorough' takes seconds, and measures itself. A later one ends an earlier
 * one that still learns, which then rejects with 'cancelled'. Throws 'too-few-labels' under two labels in two classes.
 */
export interface LearnLiveRequest {
  kind: 'learn-live';
  features: FeatureFile;
  /** [count] class position 0..K-1, -1 for unlabelled, or -2 for a photo of none of the classes. */
  labels: Int32Array;
  /** [count] a number that those share that are nearly the same. */
  bursts: Int32Array;
  classes: number;
  effort: 'quick' | 'thorough';
  seed: number;
}

export interface LearnedLive {
  /** [count, K] row-major class probabilities, of labelled photos too. */
  probabilities: Float32Array;
  /** Whose they are. */
  head: Head;
  /** That head on each label in turn, left out of learning; null when that was not asked for, or can't be told. */
  estimate: Accuracy | null;
}

/** Sorts photos into piles by what they look like, before there is any label. */
export interface FindPilesRequest {
  kind: 'find-piles';
  features: FeatureFile;
  /** Positions to sort, to split a pile; null: all. */
  among: Int32Array | null;
  /** How many piles; null: as many as the photos themselves suggest. */
  piles: number | null;
  seed: number;
}

export interface Piles {
  piles: number;
  /** [count among] pile of each; the largest is 0. */
  pileOf: Int32Array;
  /** [count among] 0..1: how clearly a photo belongs to its pile. */
  certainty: Float32Array;
  /** Of each pile up to 24 positions in the features, most typical first, no two of one burst. */
  typical: Int32Array[];
  /** [piles] 0..1: how surely this is one pile. */
  sureness: Float32Array;
  /** Whether there is a gap between the piles that photos without groups would not show. */
  separates: boolean;
  /** How stable each number of piles was that was tried, 0..1. */
  looked: { piles: number; stability: number }[];
}

/** Which photos to label next. */
export interface SuggestRequest {
  kind: 'suggest';
  features: FeatureFile;
  /** [count] class position 0..classes-1, or -1 for unlabelled. */
  labels: Int32Array;
  /** [count] a number that those share that are nearly the same. */
  bursts: Int32Array;
  classes: number;
  /** [count, classes] row-major, of a model that has learned from the labels; null while there is none. */
  probabilities: Float32Array | null;
  /** Positions that must not be suggested: put off by the person. */
  without: Int32Array;
  /** At most so many. */
  count: number;
  seed: number;
}

export interface Suggestions {
  positions: Int32Array;
  reasons: SuggestionReason[];
}

/** The photos that look most like one of them. */
export interface FindAlikeRequest {
  kind: 'find-alike';
  features: FeatureFile;
  position: number;
  /** Positions to look among; all when left out. */
  among?: Int32Array;
  /** At most so many. */
  count: number;
}

/** Most alike first, without the photo itself. */
export interface Alike {
  positions: Int32Array;
  /** Cosine of the angle between the coordinates, -1..1. */
  similarities: Float32Array;
}

/** Which of these photos are nearly the same. */
export interface FindBurstsRequest {
  kind: 'find-bursts';
  features: FeatureFile;
  /** In the order in which the first of each burst is chosen. */
  positions: Int32Array;
}

export interface Bursts {
  /** [photos asked about] place of the first that each is nearly the same as, its own where it is that one. */
  first: Int32Array;
}

/** Which labels look wrong: each is held against what the others say of its photo. */
export interface FindDoubtfulLabelsRequest {
  kind: 'find-doubtful-labels';
  features: FeatureFile;
  /** [count] class position 0..K-1, or -1 for unlabelled. */
  labels: Int32Array;
  classes: number;
  seed: number;
}

export interface DoubtfulLabels {
  /** How many labels were looked at. */
  looked: number;
  /** Of the photos whose label looks wrong, the most doubtful first. */
  positions: Int32Array;
  /** [positions] class that each looks like. */
  looksLike: Int32Array;
  /** Labelled photos most like each. */
  each: number;
  /** [positions, each] where they are, nearest first. */
  neighbours: Int32Array;
}

/** How much more labels are worth: what quick heads get right that have learned from some of the labels. */
export interface MeasureCurveRequest {
  kind: 'measure-curve';
  features: FeatureFile;
  /** [count] class position 0..K-1, or -1 for unlabelled. */
  labels: Int32Array;
  /** [count] a number that those share that are nearly the same. */
  bursts: Int32Array;
  classes: number;
  seed: number;
}

export interface MeasuredCurve {
  /** Which of the quick heads. */
  head: 'logistic' | 'propagation';
  /** How often labels were drawn anew. */
  draws: number;
  points: {
    /** How many labels were learned from. */
    labels: number;
    /** Mean over all draws; the interval is that of so many photos as there are labels. */
    accuracy: Accuracy;
    /** Positions of the labels that one of the draws has learned from. */
    learnedFrom: Int32Array;
  }[];
  /** What is to be expected of all labels, and of more. */
  forecasts: Forecast[];
}

/** Lays photos out in two dimensions by what they look like; 'progress' tells how far it is. */
export interface LayOutRequest {
  kind: 'lay-out';
  features: FeatureFile;
  /** 'quick': the two leading principal components, at once. 'alike': photos that are alike lie together. */
  method: 'quick' | 'alike';
  /** [count, 2] places that stay as they are, NaN for photos that are to be put beside them; null: all anew. */
  known: Float32Array | null;
  seed: number;
}

export interface LaidOut {
  /** [count, 2] places, -1 to 1 about the middle. */
  places: Float32Array;
}
