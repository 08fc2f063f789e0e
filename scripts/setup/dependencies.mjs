// The packages in node_modules, exactly as the lock file says, installed without running anybody's install script.
import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readJson, withLock } from './cache.mjs';
import { newEnoughNpm, npm } from './npm.mjs';
import { fingerprint } from './build.mjs';
import { step } from './steps.mjs';

/** Makes node_modules match the lock file, and puts the pinned Node where the `node` package would have put it. */
export async function ensureDependencies(root, node) {
  if (!areInstalled(root))
    await withLock(`dependencies-${fingerprint(root)}`, async () => {
      if (areInstalled(root)) return;
      await step('Installing the packages of package-lock.json', async () => {
        const own = (await npm(['--version'], { node, cwd: root })).trim();
        await npm([...newEnoughNpm(own), 'ci', '--ignore-scripts'], {
          node,
          cwd: root,
          failure: 'The packages could not be installed',
          remedy: (output) => packagesRemedy(output),
        });
      });
    });
  placeNode(root, node);
}

/** Windows lets nobody replace a program that runs, and a running Whisker runs Node and Electron from node_modules. */
export const packagesRemedy = (output, platform = process.platform) =>
  platform === 'win32' && /\b(?:EPERM|EBUSY)\b/.test(output)
    ? 'close Whisker and whatever else runs from its folder, then start again'
    : 'check the network connection and that npm can reach its registry, then start again';

const areInstalled = (root) =>
  matches(readJson(join(root, 'package-lock.json')), readJson(join(root, 'node_modules', '.package-lock.json')));

/** True when what npm says it installed is what the lock file wants; parts for other platforms may be missing. */
export function matches(lock, installed) {
  if (!installed) return false;
  const wanted = Object.entries(lock.packages).filter(([path]) => path !== '');
  return (
    wanted.every(([path, { version, optional }]) => {
      const found = installed.packages[path];
      return found ? found.version === version : Boolean(optional);
    }) && Object.keys(installed.packages).every((path) => path in lock.packages)
  );
}

/** node_modules/node/bin/node, where the package itself would put it. A hard link where the disk allows one. */
function placeNode(root, node) {
  const placed = join(root, 'node_modules', 'node', 'bin', basename(node));
  if (!existsSync(placed)) {
    mkdirSync(dirname(placed), { recursive: true });
    const fresh = `${placed}.${process.pid}`;
    try {
      linkSync(node, fresh);
    } catch {
      copyFileSync(node, fresh);
    }
    renameSync(fresh, placed);
  }
  // Makes `npm run` use it. Not on Windows, where npm could not replace node_modules while running from it.
  const shortcut = join(root, 'node_modules', '.bin', 'node');
  if (process.platform === 'win32' || existsSync(shortcut)) return;
  rmSync(shortcut, { force: true });
  symlinkSync(join('..', 'node', 'bin', 'node'), shortcut);
}
