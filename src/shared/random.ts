// Random numbers in plain code (which photos, which crops, which points), fixed by their keys: a resumed run draws what
// an unbroken one would.

export type Random = () => number;

/** Numbers in [0, 1) that depend on the keys alone. Mulberry32 over an FNV-1a hash of the keys. */
export function randomStream(...keys: number[]): Random {
  let state = 0x811c9dc5;
  for (const key of keys) state = Math.imul(state ^ key, 0x01000193) ^ (state >>> 15);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** In [-size, size). */
export const spread = (random: Random, size: number): number => (2 * random() - 1) * size;

/** Standard normal numbers (Box–Muller). */
export function fillNormal(values: Float32Array, random: Random, sd: number): void {
  for (let i = 0; i < values.length; i++) {
    values[i] = sd * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  }
}

/** Shuffles in place (Fisher–Yates). */
export function shuffle<T extends unknown[] | Int32Array>(items: T, random: Random): T {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j], items[i]];
  }
  return items;
}
