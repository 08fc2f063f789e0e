// How much room a packed app takes, part by part.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { appOf } from './pack.mjs';

/** In one line the whole and its parts, in millions of bytes. Electron is what is no part of `resources`. */
export function describeSizes(resources) {
  const places = { TensorFlow: 'runtime', Node: 'node', 'the archive': 'app.asar', 'beside it': 'app.asar.unpacked' };
  const parts = Object.entries(places).map(([name, place]) => ({ name, bytes: bytesIn(join(resources, place)) }));
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
