// npm run check:node [-- --write]: asks npm for the pinned Node's package on every platform and compares, or with
// --write sets, the table of their bytes. To be run whenever the pin moves.
import { join } from 'node:path';
import { writeJson } from './setup/cache.mjs';
import { npm } from './setup/npm.mjs';
import { nodePackage, platforms } from './setup/node-from-npm.mjs';
import { pinnedPackages, pinnedVersion } from './setup/pinned-node.mjs';
import { root, runCommand } from './setup/prepare.mjs';
import { SetupError } from './setup/steps.mjs';

/** What npm says are the bytes of each platform's package: { name: integrity }. */
async function ask(version) {
  const names = new Set(platforms.map(([platform, arch]) => nodePackage(platform, arch)));
  const found = await Promise.all(
    [...names].map(async (name) => {
      const failure = `npm could not be asked for ${name} ${version}, or has no such package`;
      const said = await npm(['view', `${name}@${version}`, 'dist.integrity'], { failure });
      return [name, said.trim()];
    }),
  );
  return Object.fromEntries(found);
}

await runCommand(async () => {
  const version = pinnedVersion(root);
  const packages = await ask(version);
  if (process.argv.includes('--write')) {
    writeJson(join(root, 'scripts', 'setup', 'pinned-node.json'), { version, packages });
  } else if (JSON.stringify({ version, packages }) !== JSON.stringify(pinnedPackages(root)))
    throw new SetupError(
      `scripts/setup/pinned-node.json is not what npm has for Node ${version}`,
      'npm run check:node -- --write',
    );
  for (const [name, integrity] of Object.entries(packages)) console.log(`${name}@${version} ${integrity}`);
});
