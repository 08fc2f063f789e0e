// Copies a runtime folder for other machines: only what training needs, its libraries without what only debuggers read.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { findProgram, run } from '../setup/command.mjs';
import { SetupError } from '../setup/steps.mjs';

/** What TensorFlow asks those for who pass it on. */
const LICENCES = ['site/tensorflow/THIRD_PARTY_NOTICES.txt', 'site/tensorflow/include/LICENSE'];

/** Throws a SetupError unless the runtime in `folder` may be passed on; one that is only used here may lack them. */
export function requireLicences(folder) {
  if (LICENCES.every((name) => existsSync(join(folder, name)))) return;
  throw new SetupError("TensorFlow's licences are not in its folder", 'run: npm run setup -- --fresh');
}

/** Makes `target`, a folder that is not there yet, a copy of the runtime in `source`. Throws SetupError. */
export async function copyRuntime(source, target, platform = process.platform) {
  const files = filesOfRuntime(source);
  for (const file of files) {
    const copy = join(target, file);
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(join(source, file), copy);
    chmodSync(copy, isProgram(file) ? 0o755 : 0o644);
  }
  await strip(
    files.filter(isTensorflows).map((file) => join(target, file)),
    platform,
  );
}

/**
 * The files of the runtime in `folder`, relative to it and sorted, with / between folders: none of the headers and
 * import libraries that its addon was compiled with, nor addons for another version of TensorFlow.js.
 */
export function filesOfRuntime(folder) {
  const { addon } = JSON.parse(readFileSync(join(folder, 'runtime.json'), 'utf8'));
  const site = readdirSync(join(folder, 'site'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.lib'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll(sep, '/'),
    )
    .filter((file) => !file.startsWith('site/tensorflow/include/') || LICENCES.includes(file));
  return ['runtime.json', addon, ...site].sort();
}

const isProgram = (file) => /\.(so(\.\d+)*|dylib|dll|node)$|\/bin\//.test(file);

/** NVIDIA's libraries are passed on as they are. */
const isTensorflows = (file) => /^(addon\/|site\/tensorflow\/).*\.(so(\.\d+)*|dylib|node)$/.test(file);

/** Windows keeps what debuggers read in files of their own. */
async function strip(files, platform) {
  if (platform === 'win32') return;
  const [name, ...options] = platform === 'darwin' ? ['strip', '-x'] : ['strip', '--strip-unneeded'];
  const program = findProgram(name);
  if (!program) throw new SetupError(`${name} was not found, which makes the libraries smaller`, 'install binutils');
  await run(program, [...options, ...files]);
  // Apple silicon starts nothing whose signature is not its own.
  if (platform === 'darwin') await run('codesign', ['--force', '--sign', '-', ...files]);
}
