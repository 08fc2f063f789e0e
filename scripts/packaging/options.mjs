// What `npm run dist` was asked for. An app carries the Node and TensorFlow of the machine that packs it, so that
// machine's platform is the only one it can be for.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { SetupError } from '../setup/steps.mjs';

const PLATFORMS = {
  linux: { name: 'Linux', flags: ['--linux', '-l'], targets: ['deb', 'AppImage'] },
  darwin: { name: 'macOS', flags: ['--mac', '--macos', '-m', '-o'], targets: ['dmg'] },
  win32: { name: 'Windows', flags: ['--win', '--windows', '-w'], targets: ['nsis'] },
};
const ARCHITECTURES = ['x64', 'arm64', 'ia32', 'armv7l', 'universal'];

/**
 * { targets, areNamed, electronDist }: the installers to make (all of this platform when none is named; none for
 * 'dir'), and the folder of an unpacked Electron if one was given. Throws for what can't be made here.
 */
export function parseOptions(args, platform = process.platform, arch = process.arch) {
  const here = PLATFORMS[platform];
  if (!here) throw new SetupError(`Whisker is not packaged for ${platform}`);
  const named = [];
  let electronDist;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    const target = arg === '--dir' ? 'dir' : arg;
    if (arg === '--electron') electronDist = unpackedElectron(args[++at]);
    else if (target === 'dir' || here.targets.includes(target)) named.push(target);
    else if (!here.flags.includes(arg) && arg !== `--${arch}`) throw refusal(arg, { here, arch });
  }
  return {
    targets: named.length ? here.targets.filter((target) => named.includes(target)) : here.targets,
    areNamed: named.length > 0,
    electronDist,
  };
}

function unpackedElectron(folder) {
  if (folder && existsSync(resolve(folder, 'version'))) return resolve(folder);
  throw new SetupError(`--electron wants a folder that holds an unpacked Electron, not ${folder ?? 'nothing'}`);
}

/** Why `arg` can't be had, in one sentence. */
function refusal(arg, { here, arch }) {
  const other = Object.values(PLATFORMS).find(({ flags, targets }) => flags.includes(arg) || targets.includes(arg));
  const otherArch = ARCHITECTURES.find((name) => arg === `--${name}`);
  const wanted = other?.name ?? otherArch;
  return wanted
    ? new SetupError(
        `An app for ${wanted} can't be packed on ${here.name} ${arch}: it carries Node and TensorFlow as proved there`,
        `run npm run dist on ${wanted}`,
      )
    : new SetupError(`Unknown option ${arg}`, `npm run dist -- takes dir, ${here.targets.join(', ')}, --electron DIR`);
}
