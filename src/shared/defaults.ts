// What a run does when the person changes nothing.

import { findPreset } from './presets.ts';
import type { PresetId } from './presets.ts';
import type { TrainingOptions } from './training.ts';

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
});
