// Where the plain Node that runs the engine processes lies: the `node` package of a checkout, or beside the packaged
// app.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { app } from 'electron';

export function engineNode(): string {
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  if (app.isPackaged) return join(process.resourcesPath, 'node', binary);
  const manifest = createRequire(import.meta.url).resolve('node/package.json');
  return join(dirname(manifest), 'bin', binary);
}
