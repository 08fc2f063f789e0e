// What the page "How it learns" shows, as numbers: two rings of points, learned from a few labels alone and with all
// the other points, by each generator.
//   npm run bench:rings [-- --seeds 10] [--steps 800]
// Each seed has points, labels and networks of its own. Accuracy: of 1,000 new points.

import { parseArgs } from 'node:util';
import { Learner, type GeneratorKind } from '../../src/renderer/screens/how/learner.ts';
import { drawScene } from '../../src/renderer/screens/how/rings.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '10' }, steps: { type: 'string', default: '800' } },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const steps = Number(values.steps);
const generators: (GeneratorKind | null)[] = [null, 'cloud', 'learning', 'perfect', 'spot'];

for (const labelled of [4, 40]) {
  for (const generator of generators) {
    const began = process.cpuUsage();
    const accuracies = seeds.map((seed) => accuracyOf(generator, labelled, seed));
    const { user, system } = process.cpuUsage(began);
    const stepMs = (user + system) / 1000 / (seeds.length * steps);
    console.log(
      `${labelled} labels, ${generator ?? 'labels only'}:`.padEnd(26),
      `mean ${percent(accuracies.reduce((sum, one) => sum + one, 0) / seeds.length)}`,
      `least ${percent(Math.min(...accuracies))}`,
      `most ${percent(Math.max(...accuracies))}`,
      `${stepMs.toFixed(2)} processor ms a step`,
      `(${accuracies.map(percent).join(' ')})`,
    );
  }
}

function accuracyOf(generator: GeneratorKind | null, labelled: number, seed: number): number {
  const { unlabelled, tested, labels } = drawScene(labelled, seed);
  const learner = new Learner({ unlabelled: unlabelled.points, generator, seed });
  for (let step = 0; step < steps; step++) learner.learn(labels);
  return learner.accuracy(tested);
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
