// What Whisker makes of the photos while somebody labels: its guesses, what they are worth, and which photos it would
// like to be told of. Pure data.

import type { Accuracy } from './training.ts';
import type { ClassId, PhotoId, RunId } from './types.ts';

/** What the unlabelled photos look like, as columns: at 100,000 photos an object each would be felt. */
export interface LivePredictions {
  ids: PhotoId[];
  /** The class of each. */
  classIds: ClassId[];
  /** The probability of that class, 0 to 1, in thousandths. */
  confidences: number[];
}

/** Short enough to cross the wire by the hundred thousand. */
export const inThousandths = (probability: number): number => Math.round(probability * 1000) / 1000;

export interface LiveState {
  /**
   * 'off': switched off. 'waiting': for the photos to be looked at, for two labels in two classes, or for a run to end.
   * 'learning': from a change of the labels; what was known before it still stands. 'ready': from the labels of now.
   */
  status: 'off' | 'waiting' | 'learning' | 'ready';
  predictions: LivePredictions | null;
  /**
   * The run that they come from: one in use that has seen every label of now knows more than a guess. Null for what was
   * learned while labelling.
   */
  run: RunId | null;
  /** Unlabelled photos of each class, as predicted. */
  counts: Record<number, number>;
  /** How often they are right, where that could be measured. */
  estimate: Accuracy | null;
  /** How many labels they come from. */
  labels: number;
  /** What the labels since the hand last rested have changed, once it rests again; absent while that is not known. */
  change?: GuessChange;
  /** Why nothing can be guessed from the labels of now, as a sentence; null while nothing is wrong. */
  problem: string | null;
}

/** What one thorough answer says otherwise than the one before it. */
export interface GuessChange {
  /** Labels that were given, changed or taken back between the two; at least 1. */
  labels: number;
  /** Unlabelled photos that look like another class now. */
  photos: PhotoId[];
}

/** `predictions` is left out while they are as they were told before. */
export type LiveChange = Omit<LiveState, 'predictions'> & Partial<Pick<LiveState, 'predictions'>>;

/**
 * Why a photo would be worth a label: it stands for many, nothing like it is labelled yet, its class is in doubt, or it
 * was drawn at random, so that what is measured on it speaks for the whole library.
 */
export const suggestionReasons = ['typical', 'unlike', 'unsure', 'audit'] as const;
export type SuggestionReason = (typeof suggestionReasons)[number];

export interface Suggestion {
  photoId: PhotoId;
  reason: SuggestionReason;
}
