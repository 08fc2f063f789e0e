// How much room a packed app takes, part by part.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { appOf } from './pack.mjs';

const PLACES = {
  TensorFlow: 'runtime',
  Node: 'node',
  'the network': 'networks',
  'the archive': 'app.asar',
  'beside it': 'app.asar.unpacked',
};

/** In one line the whole and its parts, in millions of bytes. Electron is what is no part of `resources`. */
export function describeSizes(resources) {
  const parts = Object.entries(PLACES)
    .map(([name, place]) => ({ name, path: join(resources, place) }))
    .filter(({ path }) => existsSync(path))
    .map(({ name, path }) => ({ name, bytes: bytesIn(path) }));
  const whole = bytesIn(appOf(resources));
  const electron = parts.reduce((rest, { bytes }) => rest - bytes, whole);
  const listed = [{ name: 'Electron', bytes: electron }, ...parts].map(({ name, bytes }) => `${name} ${mb(bytes)}`);
  return `Installed ${mb(whole)}: ${listed.join(', ')}`;
}

const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

function bytesIn(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
}
