// The ways to learn from pixels that a person chooses between, once; ids, sizes and times are derived from here.
// What each one means for the networks is the trainer's (engine/pixels/recipe.ts).

const table = [
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
] as const;

export type PresetId = (typeof table)[number]['id'];

export interface Preset {
  id: PresetId;
  name: string;
  /** One sentence: what it is for. */
  summary: string;
  /** Side of the square training picture in pixels: of photos in colour, and of grey ones such as scans and digits. */
  sizePx: number;
  greySizePx: number;
  minutes: number;
}

export const presets: readonly Preset[] = table;
export const presetIds: readonly PresetId[] = table.map(({ id }) => id);

export function findPreset(id: PresetId): Preset {
  const preset = presets.find((candidate) => candidate.id === id);
  if (!preset) throw new Error(`No preset is called ${id}`);
  return preset;
}

/** Side in pixels of the pictures that a preset's networks see. */
export function sizeFor(id: PresetId, channels: 1 | 3): number {
  const { sizePx, greySizePx } = findPreset(id);
  return channels === 1 ? greySizePx : sizePx;
}
