// What the page "How it learns" says of its generators, as measured with four labels (docs/how-it-learns.md).

import type { GeneratorKind } from './learner.ts';

export const generators: readonly { value: GeneratorKind; label: string; says: string }[] = [
  {
    value: 'cloud',
    label: 'Everywhere',
    says: 'This generator scatters points over the whole picture, most of them where no real ones lie. That is all it takes: places without real points belong to neither ring, and the border between the two comes to lie in the empty gap.',
  },
  {
    value: 'learning',
    label: 'Learns',
    says: 'This generator learns to draw points like the real ones, and lands beside them as often as on them. That mostly helps as much; now and then a part of the border stays in the wrong place.',
  },
  {
    value: 'perfect',
    label: 'Too good',
    says: 'This generator’s points can’t be told from real ones. Being real and being made up then say nothing about a place, and the other points teach much less: a generator can be too good.',
  },
  {
    value: 'spot',
    label: 'Stuck',
    says: 'This generator draws one spot over and over. The learner finds out about that spot and little else, so the other points are worth little.',
  },
];
