// npm run dist [-- TARGET…]: packs the app of this platform with its own Node, TensorFlow and pretrained network, has
// the packed engine draw and train, and makes installers of it in dist/. A target that is named must come out; of those
// that are not, one whose tools can't be had is left out with its reason.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { requireLicences } from './packaging/copy-runtime.mjs';
import { parseOptions } from './packaging/options.mjs';
import { packFolder, packInstaller } from './packaging/pack.mjs';
import { provePacked } from './packaging/prove.mjs';
import { describeSizes } from './packaging/sizes.mjs';
import { pinnedNode, stage } from './packaging/stage.mjs';
import { electronFolder, ensureElectron } from './setup/electron.mjs';
import { prepare, root, runCommand } from './setup/prepare.mjs';
import { inWords, say, SetupError, step } from './setup/steps.mjs';
import { ensureRuntime } from './setup/tensorflow.mjs';

await runCommand(async () => {
  const { targets, areNamed } = parseOptions(process.argv.slice(2));
  const { node, network } = await prepare({ network: { trust: 'success' } });
  const electron = join(root, 'node_modules', 'electron');
  if (!(await ensureElectron(root, node, { retry: true })))
    throw new SetupError(
      'The app is packed around Electron, which is not here',
      'name a folder in ELECTRON_OVERRIDE_DIST_PATH',
    );
  const output = join(root, 'dist');
  const staged = join(output, 'staged');
  const { folder: runtime } = await ensureRuntime('cpu', { root, node, forOlderSystems: true });
  requireLicences(runtime);
  const parts = { node: await pinnedNode(root), runtime, network: network.ok ? network.folder : null };
  if (!network.ok) say(`  The app is packed without a pretrained network. ${inWords(network)}`);
  await step('Laying out Node, TensorFlow and the network', () => stage(staged, parts));

  const resources = await packFolder(root, { staged, output, electronDist: electronFolder(electron) });
  rmSync(staged, { recursive: true });
  const { pictureBytes, steps } = await step('Starting the packed engine', () => provePacked(resources));
  say(`  It drew a picture of ${pictureBytes} bytes and trained ${steps} steps\n  ${describeSizes(resources)}`);

  const missing = [];
  for (const target of targets) {
    try {
      for (const file of await packInstaller(root, target, { resources, output })) say(`  Made ${file}`);
    } catch (error) {
      missing.push(`${target} is not made: ${reason(error)}`);
    }
  }
  if (missing.length && areNamed) throw new SetupError(missing.join('\n'));
  for (const line of missing) say(`  ${line}`);
});

/** What electron-builder threw, in one line; what a person meets most is that its tools are a download of their own. */
function reason({ message }) {
  const [line] = message.split('\n');
  return /\b(ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|404)\b/.test(line)
    ? `its tools can't be downloaded (${line})`
    : line;
}
