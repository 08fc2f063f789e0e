// What a run does when the person changes nothing, and a scan before there is one.

import { findPreset } from './presets.ts';
import type { PresetId } from './presets.ts';
import type { TrainingOptions } from './training.ts';
import type { ScanProgress } from './types.ts';

export const defaultPreset: PresetId = 'quick';

/**
 * With the preset's own time. It goes on from the model in use, which means from scratch where there is none or it does
 * not fit.
 */
export const defaultOptions = (preset: PresetId = defaultPreset): TrainingOptions => ({
  features: 'pixels',
  preset,
  minutes: findPreset(preset).minutes,
  seed: 1,
  device: 'auto',
  startFrom: 'last-model',
  colour: 'auto',
  mirror: true,
  accepted: 'leave-out',
});

export const noScan: ScanProgress = {
  phase: 'idle',
  found: 0,
  settled: 0,
  photos: 0,
  problems: 0,
  added: 0,
  removed: 0,
  changed: 0,
  moved: 0,
  isNews: false,
  seconds: 0,
  etaSeconds: null,
  error: null,
};
