// Networks that are there without being chosen: folders that describe themselves in a network.json, brought by set-up,
// packed with an installed app, or downloaded. Reads those files; what is in the network is the engine's to judge.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { NetworkDescription } from '../../engine/messages.ts';
import { cacheFolder } from '../../files/cache-folder.ts';
import { readRegularFile } from '../../files/regular-file.ts';
import { publishedNetworks } from '../../shared/training.ts';
import type { PublishedNetwork } from '../../shared/training.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { readSetupNote } from '../runtime/setup-files.ts';
import type { SetupNote } from '../runtime/setup-files.ts';

const MOST_JSON_BYTES = 2 ** 16;

const descriptionOf = (id: PublishedNetwork): v.GenericSchema<unknown, NetworkDescription> =>
  v.object({
    format: v.literal(1),
    id: v.literal(id),
    name: v.pipe(v.string(), v.maxLength(100)),
    licence: v.string(),
    file: v.pipe(v.string(), v.regex(/^\w[\w.-]*$/)),
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    inputPx: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1024)),
    features: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_536)),
  });

/** Where a network that is downloaded comes to lie. */
export const downloadsIn = (dataDir: string): string => join(dataDir, 'backbones');

/**
 * Folders that may hold networks, the first one first. WHISKER_NETWORKS names one in place of the cache's and the
 * app's own. `engineEntry` tells where an installed app lies: its networks are beside the archive, as the engine is.
 */
export function networkPlaces(dataDir: string, engineEntry: string): string[] {
  const chosen = process.env['WHISKER_NETWORKS'];
  if (chosen) return [chosen, downloadsIn(dataDir)];
  const resources = /^(.*)[\\/]app\.asar\.unpacked[\\/]/.exec(engineEntry)?.[1];
  const bundled = resources === undefined ? [] : [join(resources, 'networks')];
  return [join(cacheFolder(), 'networks'), downloadsIn(dataDir), ...bundled];
}

/** The first of the networks `ids` that lies in one of the places; null when none does. */
export async function findNetwork(
  places: readonly string[],
  ids: readonly PublishedNetwork[] = publishedNetworks,
): Promise<InstalledBackbone | null> {
  for (const id of ids) {
    for (const place of places) {
      const found = await readNetworkFolder(join(place, id), id);
      if (found) return found;
    }
  }
  return null;
}

/** Why set-up's network is in none of the places; null when it has not tried, or is not asked. */
export const whyNotSetUp = async (): Promise<SetupNote | null> =>
  process.env['WHISKER_NETWORKS'] ? null : readSetupNote(cacheFolder(), 'network');

/** Null for what is not that network, or half of it: as if it were not there. */
async function readNetworkFolder(folder: string, id: PublishedNetwork): Promise<InstalledBackbone | null> {
  try {
    const text = await readRegularFile(join(folder, 'network.json'), MOST_JSON_BYTES);
    const { name, file, sha256, inputPx, features } = v.parse(descriptionOf(id), JSON.parse(text.toString('utf8')));
    const path = join(folder, file);
    const { size } = await stat(path);
    const scaled = { format: 'onnx', inputRange: 'zero-to-255', takenFrom: 'features' } as const;
    return { path, info: { name, sha256, inputPx, features, bytes: size, ...scaled } };
  } catch {
    return null;
  }
}
