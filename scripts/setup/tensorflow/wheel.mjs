// Fetches the TensorFlow wheel (and, for a GPU, its CUDA wheels) and unpacks the few parts the addon needs, laid out as
// Python would, because the libraries find each other by relative path. Each finished part survives a kill.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { findProgram, run } from '../command.mjs';
import { SetupError, step } from '../steps.mjs';
import { TENSORFLOW_VERSION } from './route.mjs';

const UNPACK = fileURLToPath(new URL('unpack-wheel.py', import.meta.url));
const FOR_THIS_PLATFORM = [
  ...['--no-deps', '--only-binary=:all:', '--no-cache-dir', '--progress-bar=off', '--retries=2', '--timeout=60'],
  ...['--python-version=3.12', '--implementation=cp'],
  ...['manylinux_2_28_x86_64', 'manylinux_2_27_x86_64', 'manylinux2014_x86_64', 'manylinux_2_17_x86_64'].map(
    (tag) => `--platform=${tag}`,
  ),
];
const TENSORFLOW_PARTS = [
  'tensorflow/libtensorflow',
  ...['tensorflow/c/', 'tensorflow/core/platform/', 'tsl/platform/', 'xla/tsl/c/'].map(
    (folder) => `tensorflow/include/${folder}`,
  ),
];

/** Makes `folder` hold the unpacked wheels of `flavour` ('cpu' or 'gpu'); does nothing when it is already there. */
export async function installWheel(folder, flavour) {
  if (existsSync(folder)) return;
  const partial = `${folder}.partial`;
  const python = findPython();
  const main = flavour === 'gpu' ? 'tensorflow' : 'tensorflow-cpu';
  const wheel = await download(python, partial, `${main}==${TENSORFLOW_VERSION}`);
  const cuda = flavour === 'gpu' ? cudaRequirements(await run(python, [UNPACK, wheel, '--metadata'])) : [];
  const cudaWheels = [];
  for (const requirement of cuda) cudaWheels.push(await download(python, partial, requirement));

  const site = join(partial, 'site');
  await step(`Unpacking TensorFlow ${TENSORFLOW_VERSION}`, async () => {
    rmSync(site, { recursive: true, force: true });
    await run(python, [UNPACK, wheel, site, ...TENSORFLOW_PARTS]);
    for (const file of cudaWheels) await run(python, [UNPACK, file, site, 'nvidia/']);
  });
  rmSync(join(partial, 'wheels'), { recursive: true });
  renameSync(site, folder);
  rmSync(partial, { recursive: true });
}

/** "Requires-Dist: nvidia-cudnn-cu12<10.0,>=9.3; extra == "and-cuda"" -> ["nvidia-cudnn-cu12<10.0,>=9.3", …] */
export function cudaRequirements(metadata) {
  return [...metadata.matchAll(/^Requires-Dist: *(nvidia-[^;]+?) *;.*extra == ['"]and-cuda['"]/gm)].map(([, name]) =>
    name.replaceAll(' ', ''),
  );
}

/** Downloads one requirement into its own folder, which is complete when it exists; returns the wheel's path. */
async function download(python, partial, requirement) {
  const done = join(partial, 'wheels', requirement.replaceAll(/[^\w.-]+/g, '_'));
  if (!existsSync(done))
    await step(`Downloading ${requirement}`, async () => {
      const incoming = join(partial, 'incoming');
      // Beside the target, because a system's own temporary folder may be too small for these wheels.
      const temporary = join(partial, 'temporary');
      for (const folder of [incoming, temporary]) rmSync(folder, { recursive: true, force: true });
      for (const folder of [join(partial, 'wheels'), temporary]) mkdirSync(folder, { recursive: true });
      await run(python, ['-m', 'pip', 'download', ...FOR_THIS_PLATFORM, '-d', incoming, requirement], {
        env: { ...process.env, TMPDIR: temporary },
        failure: `${requirement.split(/[<>=]/)[0]} could not be downloaded through pip`,
        remedy: 'check the network connection and that python3 -m pip works, then run: npm run setup',
      });
      renameSync(incoming, done);
    });
  return join(done, readdirSync(done)[0]);
}

export function findPython() {
  const python = ['python3', 'python'].map((name) => findProgram(name)).find(Boolean);
  if (python) return python;
  throw new SetupError(
    'python3 was not found',
    'install Python 3 with pip (Debian: python3-pip), then run: npm run setup',
  );
}
