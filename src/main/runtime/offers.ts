// The native TensorFlow runtimes that Whisker can download when asked to. `npm run runtime:pack` makes an archive and
// its entry in runtimes.json; a release carries the archives and this table the entries.

import manifest from '../../../package.json' with { type: 'json' };
import type { RuntimeOffer } from '../../shared/training.ts';

/** An archive of a release, as `npm run runtime:pack` describes it in runtimes.json. */
export interface PublishedRuntime {
  id: string;
  tensorflow: string;
  flavour: RuntimeOffer['flavour'];
  platform: string;
  arch: string;
  /** Name of the archive in the release. */
  file: string;
  bytes: number;
  installedBytes: number;
  sha256: string;
}

export interface RuntimeReleases {
  /** Address of the folder that holds the archives. */
  base: string;
  /** Hosts that the server of `base` may send us on to. */
  redirectHosts: readonly string[];
  runtimes: readonly PublishedRuntime[];
}

export const releases: RuntimeReleases = {
  // A release of their own, so that an app can be built that knows them.
  base: `${manifest.homepage}/releases/download/runtimes/`,
  // Where that server keeps the files of a release.
  redirectHosts: ['release-assets.githubusercontent.com', 'objects.githubusercontent.com'],
  // None is published yet.
  runtimes: [],
};

/** TensorFlow itself, and what NVIDIA lets others pass on beside it. */
const licences = {
  cpu: 'Apache-2.0',
  gpu: 'Apache-2.0; CUDA and cuDNN libraries under the licence agreements of NVIDIA',
};

/** The newest that this machine can use, as it is offered to a person; null when there is none. */
export function offerFor(
  { base, runtimes }: RuntimeReleases,
  flavour: RuntimeOffer['flavour'],
  { platform, arch }: { platform: string; arch: string } = process,
): RuntimeOffer | null {
  const [newest] = runtimes
    .filter((one) => one.platform === platform && one.arch === arch && one.flavour === flavour)
    .sort((a, b) => b.tensorflow.localeCompare(a.tensorflow, 'en', { numeric: true }));
  if (!newest) return null;
  const { id, tensorflow, file, bytes, installedBytes, sha256 } = newest;
  const source = new URL(file, base).href;
  return { id, tensorflow, flavour, source, licence: licences[flavour], bytes, installedBytes, sha256 };
}
