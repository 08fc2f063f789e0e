// What package.json says of this very build, read where it lies: a packager may have changed it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const manifest = v.object({
  version: v.string(),
  description: v.string(),
  license: v.string(),
  /** Where the project lives; the one page that the app itself opens. */
  homepage: v.optional(v.pipe(v.string(), v.url(), v.startsWith('https://'))),
});
export type Manifest = v.InferOutput<typeof manifest>;

/** `root`: the folder of package.json. */
export const readManifest = (root: string): Manifest =>
  v.parse(manifest, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
