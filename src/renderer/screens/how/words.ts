// What the page "How it learns" says of its generators, as measured (docs/how-it-learns.md).

import type { GeneratorKind } from './learner.ts';

export const generators: readonly { value: GeneratorKind; label: string; says: string }[] = [
  {
    value: 'cloud',
    label: 'A cloud',
    says: 'It scatters its points over the whole picture, most of them where no real ones lie. That is enough: the border is pushed into the gap between the rings. Whisker does the same with a pretrained network’s descriptions.',
  },
  { value: 'learning', label: 'Learning', says: '' },
  { value: 'perfect', label: 'Too good', says: '' },
  { value: 'spot', label: 'Stuck', says: '' },
];
