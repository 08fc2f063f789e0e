// The ways to train that a person chooses between. The trainer owns what each one means for the network.

import type { Preset, TrainingOptions } from '../../shared/training.ts';

export const presets: readonly Preset[] = [
  {
    id: 'quick',
    name: 'Quick',
    summary: 'Small pictures, made for a processor without a graphics card: a first answer in minutes.',
    sizePx: 48,
    greySizePx: 32,
    minutes: 3,
  },
  {
    id: 'standard',
    name: 'Standard',
    summary: 'Twice the detail and a larger network, made for a graphics card; it also runs without one, slowly.',
    sizePx: 64,
    greySizePx: 64,
    minutes: 10,
  },
  {
    id: 'paper',
    name: 'As in the article',
    summary: "The article's own recipe at its own size, for comparison: it needs a graphics card and an hour.",
    sizePx: 224,
    greySizePx: 224,
    minutes: 60,
  },
];

export function findPreset(id: Preset['id']): Preset {
  const preset = presets.find((candidate) => candidate.id === id);
  if (!preset) throw new Error(`No preset is called ${id}`);
  return preset;
}

/** Side in pixels of the pictures that a preset's networks see. */
export function sizeFor(id: Preset['id'], channels: 1 | 3): number {
  const { sizePx, greySizePx } = findPreset(id);
  return channels === 1 ? greySizePx : sizePx;
}

/** What a run does when the person changes nothing. */
export const defaultOptions = (id: Preset['id']): TrainingOptions => ({
  features: 'pixels',
  preset: id,
  minutes: findPreset(id).minutes,
  seed: 1,
  device: 'auto',
  startFrom: 'scratch',
  colour: 'auto',
  mirror: true,
});
