// How alike two ways to divide the same things are.

/**
 * The adjusted Rand index (Hubert & Arabie 1985): 1 for the same division whatever the groups are called, 0 in the mean
 * for divisions at random.  one, other: [n] group of each.
 */
export function adjustedRandIndex(one: Int32Array, other: Int32Array): number {
  const together = new Map<number, number>();
  const groups = 1 + other.reduce((most, group) => Math.max(most, group), 0);
  one.forEach((group, i) => count(together, group * groups + (other[i] ?? 0)));
  const pairs = sumOfPairs(together);
  const [first, second] = [sumOfPairs(sizes(one)), sumOfPairs(sizes(other))];
  const all = (one.length * (one.length - 1)) / 2;
  const expected = all > 0 ? (first * second) / all : 0;
  const most = (first + second) / 2;
  return most === expected ? 1 : (pairs - expected) / (most - expected);
}

const count = (counts: Map<number, number>, key: number) => counts.set(key, (counts.get(key) ?? 0) + 1);

function sizes(groups: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const group of groups) count(counts, group);
  return counts;
}

const sumOfPairs = (counts: Map<number, number>): number =>
  [...counts.values()].reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);

/** The largest Jaccard index of a group of `one` with a group of `other`: 1 where it is there as it is. */
export function bestJaccard(one: Int32Array, group: number, other: Int32Array): number {
  const all = sizes(other);
  const shared = sizes(other.filter((_, i) => one[i] === group));
  const own = one.filter((each) => each === group).length;
  return Math.max(0, ...[...shared].map(([key, both]) => both / (own + (all.get(key) ?? 0) - both)));
}
