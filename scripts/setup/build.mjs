// Builds the app into out/ when anything it is made of changed since the last build.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './cache.mjs';
import { run } from './command.mjs';
import { step } from './steps.mjs';

const INPUTS = /^(src|resources|package(-lock)?\.json|tsconfig.*\.json|(electron\.vite|svelte)\.config\.[jt]s)$/;

export async function ensureBuild(root, node) {
  const wanted = sourceHash(root);
  if (builtFrom(root) === wanted) return;
  await withLock(`build-${fingerprint(root)}`, async () => {
    if (builtFrom(root) === wanted) return;
    await step('Building the app', async () => {
      rmSync(stamp(root), { force: true });
      const electronVite = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
      await run(node, [electronVite, 'build'], {
        cwd: root,
        failure: 'The app could not be built',
        remedy: 'mend what the build complains about; npm run check says more',
      });
      writeFileSync(stamp(root), wanted);
    });
  });
}

const stamp = (root) => join(root, 'out', '.build-stamp');
const builtFrom = (root) => (existsSync(stamp(root)) ? readFileSync(stamp(root), 'utf8') : undefined);

/** One hash over the names and contents of everything the build reads; a touched but unchanged file changes nothing. */
export function sourceHash(root) {
  const hash = createHash('sha256');
  const add = (path) => {
    const full = join(root, path);
    if (statSync(full).isDirectory())
      readdirSync(full)
        .sort()
        .forEach((name) => add(join(path, name)));
    else hash.update(`${path}\0`).update(readFileSync(full)).update('\0');
  };
  readdirSync(root)
    .filter((name) => INPUTS.test(name))
    .sort()
    .forEach(add);
  return hash.digest('hex');
}

/** A short name for a checkout, so that two of them don't wait for each other. */
export const fingerprint = (root) => createHash('sha256').update(root).digest('hex').slice(0, 12);
