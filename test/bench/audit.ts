// Whether the 95 % interval of the errors left covers the truth, and how wide it is:
//   npm run bench:audit [-- --libraries 2000] [--decisions 480] [--strata]
// Made-up libraries of different size, error rate and imbalance, with suspicion that tells of errors or not, and people
// who go about it in different ways. The person looks after every random check. "Any look": none of the intervals ever
// shown left out the truth. Beside it the exact interval for one look at a fixed number of checks (Clopper & Pearson
// 1934), of the share times the photos left. --strata: what it would bring to spread the checks over strata instead.

import { parseArgs } from 'node:util';
import { CHECK_EVERY } from '../../src/shared/errors-left.ts';
import { clopperPearson } from './audit/clopper-pearson.ts';
import { persons, review } from './audit/simulated-library.ts';
import type { Kind, Look } from './audit/simulated-library.ts';
import { compareOrders } from './audit/strata.ts';

const { values } = parseArgs({
  options: {
    libraries: { type: 'string', default: '2000' },
    decisions: { type: 'string', default: '480' },
    strata: { type: 'boolean', default: false },
  },
});
const sizes = [100, 500, 4000];
const rates = [0, 0.005, 0.02, 0.1, 0.3];
/** The person says something of so many photos of the library, at most. */
const MOST_DECIDED = 0.6;

interface Seen {
  kind: Kind;
  looks: Look[];
}

if (values.strata) printStrata();
else printCoverage();

function printCoverage(): void {
  const libraries = simulate(Number(values.libraries), Number(values.decisions));
  const groups: [string, (kind: Kind) => boolean][] = [
    ['all', () => true],
    ...sizes.map((size): (typeof groups)[number] => [`${size} photos`, ({ photos }) => photos === size]),
    ...rates.map((rate): (typeof groups)[number] => [`${percent(rate)} wrong`, ({ errorRate }) => errorRate === rate]),
    ['classes 95 to 5', ({ rareShare }) => rareShare < 0.5],
    ['suspicion tells nothing', ({ informative }) => !informative],
    ...persons.map((one): (typeof groups)[number] => [`person: ${one}`, ({ person }) => person === one]),
  ];
  const heads = ['libraries', 'checks', 'last look', 'any look', 'width', 'fixed n: last look', 'any look', 'width'];
  console.log(`| | ${heads.join(' | ')} |\n| --- |${' --- |'.repeat(heads.length)}`);
  for (const [name, isOf] of groups) {
    const seen = libraries.filter(({ kind }) => isOf(kind));
    const checks = mean(seen.map(({ looks }) => looks.at(-1)?.checks ?? 0));
    const cells = [seen.length, checks.toFixed(0), ...scores(seen, (look) => look), ...scores(seen, fixedInterval)];
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
}

/** Libraries of each kind in turn; those whose person met no check have nothing to show and are made anew. */
function simulate(wanted: number, decisions: number): Seen[] {
  const kinds = sizes.flatMap((photos) =>
    rates.flatMap((errorRate) =>
      [0.5, 0.05].flatMap((rareShare) =>
        [true, false].flatMap((informative) =>
          persons.map((person): Kind => ({ photos, errorRate, rareShare, informative, person })),
        ),
      ),
    ),
  );
  const libraries: Seen[] = [];
  for (let seed = 0; libraries.length < wanted; seed++) {
    const kind = kinds[seed % kinds.length];
    if (kind === undefined) throw new RangeError('there is no kind of library');
    const asMany = kind.person === 'checks-only' ? decisions / CHECK_EVERY : decisions;
    const looks = review(kind, Math.min(asMany, MOST_DECIDED * kind.photos), seed);
    if (looks.length > 0) libraries.push({ kind, looks });
  }
  return libraries;
}

interface Interval {
  low: number;
  high: number;
}

/** In percent: how often the last interval holds the truth, how often all do, and the mean width of the last. */
function scores(seen: readonly Seen[], intervalOf: (look: Look) => Interval): string[] {
  const covers = (look: Look) => intervalOf(look).low <= look.truth && look.truth <= intervalOf(look).high;
  const lastOf = ({ kind, looks }: Seen) => looks.slice(-1).map((look) => ({ kind, look, ...intervalOf(look) }));
  const last = seen.flatMap(lastOf);
  return [
    mean(last.map(({ look }) => Number(covers(look)))),
    mean(seen.map(({ looks }) => Number(looks.every(covers)))),
    mean(last.map(({ kind, low, high }) => (high - low) / kind.photos)),
  ].map(percent);
}

function fixedInterval({ checks, wrong, left }: Look): Interval {
  const [low, high] = clopperPearson(wrong, checks);
  return { low: Math.floor(low * left), high: Math.ceil(high * left) };
}

function printStrata(): void {
  const heads = ['errors in each stratum', 'checks', 'order', 'width', 'deviation', 'covered'];
  console.log(`| ${heads.join(' | ')} |\n|${' --- |'.repeat(heads.length)}`);
  for (const row of compareOrders()) {
    const measured = [row.width, row.deviation, row.covered].map(percent);
    console.log(`| ${[row.rates.map(percent).join(', '), row.checks, row.order, ...measured].join(' | ')} |`);
  }
}

function mean(list: readonly number[]): number {
  return list.reduce((sum, value) => sum + value, 0) / list.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
