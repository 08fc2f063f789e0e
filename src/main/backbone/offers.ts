// The backbones that Whisker can download when asked to. Sizes and hashes are of the files as they were published;
// nothing is bundled.

import type { BackboneOffer } from '../../shared/training.ts';

const published = 'https://storage.googleapis.com/tfjs-models/tfjs';

export const offers: readonly BackboneOffer[] = [
  {
    id: 'mobilenet-v1-075',
    name: 'MobileNet v1 0.75',
    summary:
      'Knows a thousand everyday things by sight; the more accurate of the two, and quick without a graphics card.',
    source: `${published}/mobilenet_v1_0.75_224/model.json`,
    licence: 'Apache-2.0',
    bytes: 10_457_307,
    sha256: 'e123ff31dc2bf4d1bb7a95bca2196ba8ceb335fef6f0b3ccc87ea5613d434e20',
  },
  {
    id: 'mobilenet-v1-025',
    name: 'MobileNet v1 0.25',
    summary: 'A fifth of the size and several times as fast, for slow machines; less accurate.',
    source: `${published}/mobilenet_v1_0.25_224/model.json`,
    licence: 'Apache-2.0',
    bytes: 1_951_543,
    sha256: '22262f403d524b39721482f4b1dfa5a83be69d71c9f6088718a1395cc837f481',
  },
];
