// Which native TensorFlow runtimes this machine has: folders that describe themselves in a runtime.json, which is
// written once their TensorFlow has trained here. Reads those files and loads nothing.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import * as v from 'valibot';
import { cacheFolder } from '../../files/cache-folder.ts';
import { hasNvidiaGpu } from './nvidia.ts';

export interface Runtime {
  /** Absolute path of the folder that holds all of it. */
  folder: string;
  /** Absolute path of the addon that Node loads. */
  addon: string;
  /** Version of its TensorFlow. */
  tensorflow: string;
  flavour: 'cpu' | 'gpu';
}

export interface RuntimePlaces {
  /** The one folder to look at, in place of all others; null: the person has not said. */
  chosen: string | null;
  /** Holds tensorflow/<runtime>/. */
  cache: string;
  /** The runtime that came with an installed app; null in a checkout. */
  bundled: string | null;
}

export interface Machine {
  platform: string;
  arch: string;
  /** The newest version of Node-API that this Node knows. */
  napi: number;
  /** Asked only where the answer matters: it can take seconds. */
  hasNvidiaGpu(): boolean;
}

const description = v.object({
  format: v.literal(1),
  tensorflow: v.string(),
  flavour: v.picklist(['cpu', 'gpu']),
  platform: v.string(),
  arch: v.string(),
  napi: v.number(),
  addon: v.string(),
});

/**
 * All runtimes of this machine, the one to use first: those in the cache before the one that came with the app; those
 * for a GPU first where there is one and last where there is none; then the newest TensorFlow.
 */
export function findRuntimes(places = placesHere(), machine = machineHere()): Runtime[] {
  if (places.chosen !== null) return present([places.chosen], machine);
  const cached = present(foldersIn(join(places.cache, 'tensorflow')), machine);
  const mixed = new Set(cached.map(({ flavour }) => flavour)).size > 1;
  const preferred = mixed && machine.hasNvidiaGpu() ? 'gpu' : 'cpu';
  cached.sort(
    (a, b) =>
      Number(b.flavour === preferred) - Number(a.flavour === preferred) ||
      b.tensorflow.localeCompare(a.tensorflow, 'en', { numeric: true }),
  );
  return [...cached, ...present(places.bundled === null ? [] : [places.bundled], machine)];
}

const placesHere = (): RuntimePlaces => ({
  chosen: process.env['WHISKER_RUNTIME'] || null,
  cache: cacheFolder(),
  bundled: bundledRuntime(process.argv[1] ?? ''),
});

const machineHere = (): Machine => ({
  platform: process.platform,
  arch: process.arch,
  napi: Number(process.versions['napi']),
  hasNvidiaGpu,
});

/** Where an installed app has its runtime, by the engine's entry file: beside the archive that it lies next to. */
export function bundledRuntime(engineEntry: string): string | null {
  const resources = /^(.*)[\\/]app\.asar\.unpacked[\\/]/.exec(engineEntry)?.[1];
  return resources === undefined ? null : join(resources, 'runtime');
}

/** What is still being unpacked or proved is no runtime yet. */
function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.endsWith('.partial'))
      .map((name) => join(folder, name));
  } catch {
    return []; // Nothing was ever installed there.
  }
}

const present = (folders: readonly string[], machine: Machine): Runtime[] =>
  folders.map((folder) => readRuntime(folder, machine)).filter((runtime) => runtime !== null);

/** Null for what is no runtime, or none that this machine can load. */
function readRuntime(place: string, machine: Machine): Runtime | null {
  const folder = resolve(place);
  try {
    const text = readFileSync(join(folder, 'runtime.json'), 'utf8');
    const { tensorflow, flavour, ...found } = v.parse(description, JSON.parse(text));
    const addon = resolve(folder, found.addon);
    const fits = found.platform === machine.platform && found.arch === machine.arch && found.napi <= machine.napi;
    if (!fits || !addon.startsWith(folder + sep) || !statSync(addon).isFile()) return null;
    return { folder, addon, tensorflow, flavour };
  } catch {
    return null; // Missing, cut short, or half removed: as if it were not there.
  }
}
