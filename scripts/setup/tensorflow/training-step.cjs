// training-step.cjs ROOT ADDON: proves that the native TensorFlow of the runtime folder WHISKER_RUNTIME loads and
// trains: fits a small convolution for a few steps and prints one JSON line. Run by set-up in a child process, because a
// broken library aborts the process that loads it.
const { createRequire } = require('node:module');
const { delimiter, join } = require('node:path');
const { performance } = require('node:perf_hooks');
const util = require('node:util');

const [, , root, addon] = process.argv;
// tfjs-node 4.22 still calls these two, which Node 23 removed.
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;

const tf = loadTensorflow(require.resolve('@tensorflow/tfjs-node-gpu', { paths: [root] }));

/** TensorFlow.js asks the package that installs addons where its own lies, and is answered with ours in its stead. */
function loadTensorflow(entry) {
  // Windows looks for the libraries of an addon there; elsewhere the addon knows the way.
  const libraries = join(process.env.WHISKER_RUNTIME, 'site', 'tensorflow', 'python');
  if (process.platform === 'win32') process.env.PATH = [libraries, process.env.PATH].join(delimiter);
  const installer = createRequire(entry).resolve('@mapbox/node-pre-gyp');
  require.cache[installer] = { id: installer, filename: installer, loaded: true, exports: { find: () => addon } };
  return require(entry);
}

const started = performance.now();
const kernel = tf.variable(tf.randomNormal([3, 3, 1, 4], 0, 0.1, 'float32', 7));
const pictures = tf.randomUniform([16, 16, 16, 1], 0, 1, 'float32', 7);
const loss = () => tf.tidy(() => tf.conv2d(pictures, kernel, 1, 'same').sub(1).square().mean());
const optimizer = tf.train.adam(0.05);
const before = loss().dataSync()[0];
for (let i = 0; i < 5; i++) optimizer.minimize(loss, false, [kernel]);
const after = loss().dataSync()[0];
if (!(after < before)) throw new Error(`one training step did not lower the loss: ${before} -> ${after}`);

const device = tf.backend().isUsingGpuDevice ? 'gpu' : 'cpu';
console.log(JSON.stringify({ device, before, after, ms: Math.round(performance.now() - started) }));
