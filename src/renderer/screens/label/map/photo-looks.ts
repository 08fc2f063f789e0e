// What a photo looks like on the map: by its label, by what it is predicted as, or by how likely that is wrong. Pure.

import { colourOfShare, type Rgb, type Standing } from '../../../map/looks.ts';
import type { Suspicions } from '../../../../shared/map.ts';
import type { ClassColour, ClassId, PhotoId } from '../../../../shared/types.ts';

export type ColourBy = 'class' | 'prediction' | 'suspicion';

/** As the theme has them. */
export interface Palette {
  classes: Record<ClassColour, Rgb>;
  nothing: Rgb;
  ring: Rgb;
  isDark: boolean;
}

export interface PhotoFacts {
  /** Among the photos that the grid shows. */
  isShown: boolean;
  isSelected: boolean;
  label: ClassId | null;
  predicted: ClassId | null;
  /** 0 to 1; null where nothing is predicted. */
  suspicion: number | null;
}

/** `colourOf`: the colour of a class; undefined for one that is gone. */
export function lookOfPhoto(
  facts: PhotoFacts,
  by: ColourBy,
  colourOf: (id: ClassId) => ClassColour | undefined,
  palette: Palette,
): { colour: Rgb; standing: Standing } {
  const colour = colourOfPhoto(facts, by, colourOf, palette);
  const known: Standing = colour === null ? 'plain' : 'known';
  const standing = facts.isSelected ? 'selected' : facts.isShown ? known : 'faint';
  return { colour: colour ?? palette.nothing, standing };
}

function colourOfPhoto(
  { label, predicted, suspicion }: PhotoFacts,
  by: ColourBy,
  colourOf: (id: ClassId) => ClassColour | undefined,
  { classes, isDark }: Palette,
): Rgb | null {
  if (by === 'suspicion') return suspicion === null ? null : colourOfShare(suspicion, isDark);
  const id = by === 'class' ? label : (label ?? predicted);
  const colour = id === null ? undefined : colourOf(id);
  return colour === undefined ? null : classes[colour];
}

/** Of which photo each is. */
export const byPhoto = ({ ids, suspicions }: Suspicions): ReadonlyMap<PhotoId, number> =>
  new Map(ids.map((id, i) => [id, suspicions[i] ?? 0]));

/** "rgb(0, 114, 178)", as `getComputedStyle` writes it. Anything else is grey. */
export function rgbOf(colour: string): Rgb {
  const [red, green, blue] = /^rgba?\(([\d.]+)[, ]+([\d.]+)[, ]+([\d.]+)/.exec(colour)?.slice(1).map(Number) ?? [];
  return [red ?? 128, green ?? 128, blue ?? 128];
}
