// npm run runtime:pack [-- --gpu]: makes the archive of this platform's TensorFlow runtime for a release, in
// dist/runtimes, and proves it by a training step on what was unpacked of it. --gpu packs the one for NVIDIA GPUs,
// which takes a machine that has one.
import { join } from 'node:path';
import { packRuntime } from './packaging/pack-runtime.mjs';
import { prepare, root, runCommand } from './setup/prepare.mjs';
import { say, SetupError } from './setup/steps.mjs';
import { ensureRuntime } from './setup/tensorflow.mjs';
import { addonInputs } from './setup/tensorflow/addon.mjs';
import { partsOfRuntime } from './setup/tensorflow/runtime-folder.mjs';
import { verifyTraining } from './setup/tensorflow/verify.mjs';

await runCommand(async () => {
  const unknown = process.argv.slice(2).find((option) => option !== '--gpu');
  if (unknown) throw new SetupError(`Unknown option ${unknown}`, 'npm run runtime:pack -- takes --gpu');
  const flavour = process.argv.includes('--gpu') ? 'gpu' : 'cpu';
  const { node } = await prepare({ build: false });
  const { folder } = await ensureRuntime(flavour, { root, node, forOlderSystems: true });
  const entry = await packRuntime(folder, {
    output: join(root, 'dist', 'runtimes'),
    async prove(unpacked) {
      const { device } = await verifyTraining(root, node, partsOfRuntime(unpacked, addonInputs(root)));
      if (device !== flavour) throw new SetupError(`The runtime trains on the ${device.toUpperCase()} here`);
    },
  });
  say(`${JSON.stringify(entry, null, 2)}\ndist/runtimes/${entry.file}`);
});
