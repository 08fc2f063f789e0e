// Whether the 95 % interval of the errors left covers the truth, and how wide it is:
//   npm run bench:audit [-- --libraries 2000] [--decisions 480] [--json]
// Made-up libraries of different size, error rate and imbalance, with suspicion that tells of errors or not, and people
// who go about it in different ways. The person looks after every random check. "Any look": none of the intervals ever
// shown left out the truth. Beside it the exact interval for one look at a fixed number of checks (Clopper & Pearson
// 1934), of the share times the photos left.

import { parseArgs } from 'node:util';
import { review } from './audit/simulated-library.ts';
import type { Kind, Look } from './audit/simulated-library.ts';
import { clopperPearson } from './audit/clopper-pearson.ts';

const { values } = parseArgs({
  options: {
    libraries: { type: 'string', default: '2000' },
    decisions: { type: 'string', default: '480' },
    json: { type: 'boolean', default: false },
  },
});

const kinds: Kind[] = [100, 500, 4000].flatMap((photos) =>
  [0, 0.005, 0.02, 0.1, 0.3].flatMap((errorRate) =>
    [0.5, 0.05].flatMap((rareShare) =>
      [true, false].flatMap((informative) =>
        (['in-order', 'skips', 'accepts', 'wanders'] as const).map((person) => ({
          photos,
          errorRate,
          rareShare,
          informative,
          person,
        })),
      ),
    ),
  ),
);

interface Seen {
  kind: Kind;
  looks: Look[];
}

const libraries: Seen[] = Array.from({ length: Number(values.libraries) }, (_, seed) => {
  const kind = kinds[seed % kinds.length];
  if (!kind) throw new RangeError('there are no kinds');
  return { kind, looks: review(kind, Number(values.decisions), seed) };
}).filter(({ looks }) => looks.length > 0);

const groups: [string, (kind: Kind) => boolean][] = [
  ['all', () => true],
  ...[...new Set(kinds.map(({ photos }) => photos))].map((photos): [string, (kind: Kind) => boolean] => [
    `${photos} photos`,
    (kind) => kind.photos === photos,
  ]),
  ...[...new Set(kinds.map(({ errorRate }) => errorRate))].map((rate): [string, (kind: Kind) => boolean] => [
    `${rate * 100} % wrong`,
    (kind) => kind.errorRate === rate,
  ]),
  ['classes 95 to 5', ({ rareShare }) => rareShare < 0.5],
  ['suspicion tells nothing', ({ informative }) => !informative],
  ...(['in-order', 'skips', 'accepts', 'wanders'] as const).map((person): [string, (kind: Kind) => boolean] => [
    `person: ${person}`,
    (kind) => kind.person === person,
  ]),
];

for (const [name, isOf] of groups) {
  const row = summary(libraries.filter(({ kind }) => isOf(kind)));
  if (values.json) console.log(JSON.stringify({ name, ...row }));
  else
    console.log(
      [
        name.padEnd(24),
        `${row.libraries} libraries, ${row.checks.toFixed(0)} checks`.padEnd(28),
        `last look ${percent(row.last)}, any look ${percent(row.any)}, width ${percent(row.width)} of the photos`,
        `| fixed n ${percent(row.fixedLast)}, ${percent(row.fixedAny)}, ${percent(row.fixedWidth)}`,
      ].join(' '),
    );
}

function summary(seen: readonly Seen[]) {
  const fixed = ({ checks, wrong, left }: Look) => {
    const [low, high] = clopperPearson(wrong, checks);
    return { low: Math.floor(low * left), high: Math.ceil(high * left) };
  };
  const covers = ({ low, high }: { low: number; high: number }, { truth }: Look) => low <= truth && truth <= high;
  const last = seen.flatMap(({ looks }) => looks.at(-1) ?? []);
  const width = (intervalOf: (look: Look) => { low: number; high: number }) =>
    mean(
      seen.flatMap(({ kind, looks }) =>
        looks.slice(-1).map((look) => (intervalOf(look).high - intervalOf(look).low) / kind.photos),
      ),
    );
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const share = (list: readonly boolean[]) => mean(list.map(Number));
  return {
    libraries: seen.length,
    checks: mean(last.map(({ checks }) => checks)),
    last: share(last.map((look) => covers(look, look))),
    any: share(seen.map(({ looks }) => looks.every((look) => covers(look, look)))),
    width: width((look) => look),
    fixedLast: share(last.map((look) => covers(fixed(look), look))),
    fixedAny: share(seen.map(({ looks }) => looks.every((look) => covers(fixed(look), look)))),
    fixedWidth: width(fixed),
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
