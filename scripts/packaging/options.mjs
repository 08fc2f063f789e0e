// What `npm run dist` was asked for. An app carries the Node and TensorFlow of the machine that packs it, so that
// machine's platform is the only one it can be for.
import { SetupError } from '../setup/steps.mjs';

const PLATFORMS = {
  linux: { name: 'Linux', flags: ['--linux', '-l'], targets: ['deb', 'AppImage'] },
  darwin: { name: 'macOS', flags: ['--mac', '--macos', '-m', '-o'], targets: ['dmg'] },
  win32: { name: 'Windows', flags: ['--win', '--windows', '-w'], targets: ['nsis'] },
};
const ARCHITECTURES = ['x64', 'arm64', 'ia32', 'armv7l', 'universal'];

/**
 * { targets, areNamed }: the installers to make, all of this platform when none is named, and none for 'dir'. Throws
 * for what can't be made here.
 */
export function parseOptions(args, platform = process.platform, arch = process.arch) {
  const here = PLATFORMS[platform];
  if (!here) throw new SetupError(`Whisker is not packaged for ${platform}`);
  const named = [];
  for (const arg of args) {
    if (arg === 'dir' || here.targets.includes(arg)) named.push(arg);
    else if (!here.flags.includes(arg) && arg !== `--${arch}`) throw refusal(arg, { here, arch });
  }
  return {
    targets: named.length ? here.targets.filter((target) => named.includes(target)) : here.targets,
    areNamed: named.length > 0,
  };
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
    : new SetupError(`Unknown option ${arg}`, `npm run dist -- takes ${['dir', ...here.targets].join(', ')}`);
}
