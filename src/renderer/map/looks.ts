// What each point of the map looks like: its colour, how large it is, and in which order they are drawn.

export type Rgb = readonly [red: number, green: number, blue: number];

export interface Looks {
  /** [n, 4] red, green, blue and opacity, 0 to 255. */
  colours: Uint8Array;
  /** [n] 1 where a ring tells that it is selected. */
  rings: Uint8Array;
  /** [n] positions, the topmost last. */
  order: Uint32Array;
}

/** `faint`: not among the photos that the grid shows. `plain`: nothing is known of it. */
export type Standing = 'faint' | 'plain' | 'known' | 'selected';

const layers: readonly Standing[] = ['faint', 'plain', 'known', 'selected'];
const opacities: Record<Standing, number> = { faint: 46, plain: 150, known: 225, selected: 255 };

/** One look for each of `count` points. */
export function looksOf(count: number, lookOf: (index: number) => { colour: Rgb; standing: Standing }): Looks {
  const looks = { colours: new Uint8Array(4 * count), rings: new Uint8Array(count), order: new Uint32Array(count) };
  const layerOf = new Uint8Array(count);
  const starts = new Uint32Array(layers.length + 1);
  for (let i = 0; i < count; i++) {
    const { colour, standing } = lookOf(i);
    looks.colours[4 * i] = colour[0];
    looks.colours[4 * i + 1] = colour[1];
    looks.colours[4 * i + 2] = colour[2];
    looks.colours[4 * i + 3] = opacities[standing];
    looks.rings[i] = standing === 'selected' ? 1 : 0;
    layerOf[i] = layers.indexOf(standing);
    starts[layerOf[i]! + 1]! += 1;
  }
  for (let layer = 0; layer < layers.length; layer++) starts[layer + 1]! += starts[layer]!;
  for (let i = 0; i < count; i++) looks.order[starts[layerOf[i]!]!++] = i;
  return looks;
}

/** Viridis (van der Walt and Smith 2015), from dark to bright: even steps, for colour-blind eyes too. */
const viridis: readonly Rgb[] = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

/** The colour of a share, 0 to 1: more stands out more from the ground it is on. */
export function colourOfShare(share: number, onDark: boolean): Rgb {
  const along = Math.max(0, Math.min(1, onDark ? share : 1 - share)) * (viridis.length - 1);
  const at = Math.min(viridis.length - 2, Math.floor(along));
  const [from, to] = [viridis[at]!, viridis[at + 1]!];
  const mix = (channel: 0 | 1 | 2) => Math.round(from[channel] + (to[channel] - from[channel]) * (along - at));
  return [mix(0), mix(1), mix(2)];
}

/** Diameter of a point in pixels (of CSS): smaller where there are many, larger the closer one looks. */
export function diameterOf(count: number, closeness: number): number {
  const base = count > 30_000 ? 3 : count > 3000 ? 4.5 : count > 600 ? 7 : 10;
  return base * Math.min(2.5, Math.max(1, closeness ** 0.35));
}
