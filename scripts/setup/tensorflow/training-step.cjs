// Proves that native TensorFlow loads and trains: fits a small convolution for a few steps and prints one JSON line.
// Run by set-up in a child process, because a broken library aborts the process that loads it.
const { performance } = require('node:perf_hooks');
const util = require('node:util');
// tfjs-node 4.22 still calls these two, which Node 23 removed.
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;

const tf = require(require.resolve('@tensorflow/tfjs-node-gpu', { paths: [process.argv[2]] }));

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
