// What the run in use says of a picture that is no photo of the library, as it travels to the window, over HTTP and on
// standard output.

import type { ClassId, RunId } from './types.ts';

/** A class of today, and what the run gives to it, 0 to 1. */
export interface ClassConfidence {
  classId: ClassId;
  name: string;
  confidence: number;
}

export interface PredictedPicture {
  run: RunId;
  /** Name of the first of `classes`. */
  class: string;
  confidence: number;
  /** Whether confidences of the run were checked on photos it has not learned from; a probability only then. */
  calibrated: boolean;
  /** The most likely first. */
  classes: ClassConfidence[];
}
