// Fetches the TensorFlow wheel (and, for a GPU, its CUDA wheels) by SHA-256 and unpacks the few parts the addon needs,
// laid out as Python would, because the libraries find each other by relative path. Each finished part survives a kill.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

/** The wheels of `flavour` ('cpu' or 'gpu'), TensorFlow's own first: lines of a pip requirements file with hashes. */
export const pinnedWheels = (flavour) =>
  readFileSync(new URL(`wheels-${flavour}.txt`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));

/** Makes `folder` hold the unpacked wheels that `pins` name; does nothing when it is already there. */
export async function installWheels(folder, pins) {
  if (existsSync(folder)) return;
  const partial = `${folder}.partial`;
  const python = findPython();
  const wheels = [];
  for (const pin of pins) wheels.push(await download(python, partial, pin));

  const site = join(partial, 'site');
  await step(`Unpacking TensorFlow ${TENSORFLOW_VERSION}`, async () => {
    rmSync(site, { recursive: true, force: true });
    const [tensorflow, ...cuda] = wheels;
    await run(python, [UNPACK, tensorflow, site, ...TENSORFLOW_PARTS]);
    for (const wheel of cuda) await run(python, [UNPACK, wheel, site, 'nvidia/']);
  });
  rmSync(join(partial, 'wheels'), { recursive: true });
  renameSync(site, folder);
  rmSync(partial, { recursive: true });
}

/** Downloads one pinned wheel into its own folder, which is complete when it exists; returns the wheel's path. */
async function download(python, partial, pin) {
  const [requirement] = pin.split(' ');
  const done = join(partial, 'wheels', requirement);
  if (!existsSync(done))
    await step(`Downloading ${requirement}`, async () => {
      const incoming = join(partial, 'incoming');
      // Beside the target, because a system's own temporary folder may be too small for these wheels.
      const temporary = join(partial, 'temporary');
      for (const folder of [incoming, temporary]) rmSync(folder, { recursive: true, force: true });
      for (const folder of [join(partial, 'wheels'), temporary]) mkdirSync(folder, { recursive: true });
      const pins = join(temporary, 'pin.txt');
      writeFileSync(pins, pin);
      const args = ['-m', 'pip', 'download', ...FOR_THIS_PLATFORM, '--require-hashes', '-d', incoming, '-r', pins];
      try {
        await run(python, args, {
          env: { ...process.env, TMPDIR: temporary },
          failure: `${requirement.split('==')[0]} could not be downloaded through pip`,
          remedy: 'check the network connection and that python3 -m pip works, then run: npm run setup',
        });
      } catch (error) {
        throw error.detail?.includes('DO NOT MATCH THE HASHES') ? notThePinned(requirement) : error;
      }
      renameSync(incoming, done);
    });
  return join(done, readdirSync(done)[0]);
}

const notThePinned = (requirement) =>
  new SetupError(
    `What pip was given for ${requirement} is not the wheel that Whisker knows (its SHA-256 differs), so it was not used`,
    'a mirror or proxy that changes packages is the usual reason; reach the index without it, then run: npm run setup',
  );

export function findPython() {
  const python = ['python3', 'python'].map((name) => findProgram(name)).find(Boolean);
  if (python) return python;
  throw new SetupError(
    'python3 was not found',
    'install Python 3 with pip (Debian: python3-pip), then run: npm run setup',
  );
}
