// How far the confidence of a prediction may be believed, and what may be said of it.

import type { Receipt } from './training.ts';

/** Whether the confidences of a run were checked against labels, so that they may be read as numbers. */
export const isCalibrated = (receipt: Receipt | null): boolean => typeof receipt?.temperature === 'number';

/** The confidence from which on Whisker calls a prediction sure, whatever its class. */
export const SURE_FROM = 0.9;

/** The word for a confidence that was not checked, which claims no more than is known. */
export const soundsSure = (confidence: number): boolean => confidence >= SURE_FROM;
