// node scripts/packaging/prove.mjs RESOURCES: starts the engine of a packed app under the Node that is packed with it,
// has it draw one picture, look at it through a small network, train ten steps, and ten more on features as if there
// were no native TensorFlow, and prints { pictureBytes, features, steps, device, ownSteps, ownDevice } as JSON.
// What is around decides nothing: the parts that plain Node reads run from a folder of their own, with an empty cache,
// an empty PATH and no node_modules above them.
import { hash } from 'node:crypto';
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tryRun } from '../setup/command.mjs';
import { SetupError } from '../setup/steps.mjs';

const STEPS = 10;
const SIDE_PX = 32;
const COUNT = 40;
const LIMIT_MS = 240_000;
const self = fileURLToPath(import.meta.url);
const icon = fileURLToPath(new URL('../../resources/icon.png', import.meta.url));

/** What the app with this `resources` folder did. A SetupError says why it failed. */
export async function provePacked(resources) {
  const folder = mkdtempSync(join(tmpdir(), 'whisker-packed-'));
  try {
    for (const part of ['node', 'runtime', 'app.asar.unpacked']) double(join(resources, part), join(folder, part));
    const env = { HOME: folder, TMPDIR: folder, PATH: '', WHISKER_CACHE_DIR: join(folder, 'cache') };
    if (process.platform === 'win32')
      Object.assign(env, { SystemRoot: process.env.SystemRoot, TEMP: folder, LOCALAPPDATA: folder });
    return await runApart(folder, env);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A second folder of the same files, which costs no room on one disk. */
function double(from, to) {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) double(source, target);
    else
      try {
        linkSync(source, target);
      } catch {
        copyFileSync(source, target);
      }
  }
}

async function runApart(folder, env) {
  const { code, output } = await tryRun(process.execPath, [self, folder], { cwd: folder, env, timeoutMs: LIMIT_MS });
  const proof = output.split('\n').find((line) => line.startsWith('{"pictureBytes"'));
  if (code === 0 && proof) return JSON.parse(proof);
  throw new SetupError(
    'The packed engine does not work',
    'the app in dist is not to be given to anybody',
    output.trim(),
  );
}

async function drawLookAndTrain(resources) {
  const { createEngine } = await import('../../src/main/engine-host/engine.ts');
  const node = join(resources, 'node', process.platform === 'win32' ? 'node.exe' : 'node');
  const entry = join(resources, 'app.asar.unpacked', 'out', 'main', 'engine.js');
  const engines = ['imaging', 'extractor', 'trainer'].map((role) => createEngine({ role, node, entry }));
  try {
    const [imaging, extractor, trainer] = engines;
    const picture = await imaging.request({ kind: 'render', path: icon, sizePx: 64 });
    if (String.fromCharCode(...picture.slice(8, 12)) !== 'WEBP') throw new Error('It drew no picture.');
    const features = await look(extractor, resources);
    const { steps, device } = await trainAlone(trainer, onPixels(resources));
    process.env.WHISKER_RUNTIME = join(resources, 'no-runtime');
    const own = createEngine({ role: 'trainer', node, entry });
    engines.push(own);
    const { steps: ownSteps, device: ownDevice } = await trainAlone(own, onFeatures(resources));
    return { pictureBytes: picture.length, features, steps, device: device.kind, ownSteps, ownDevice: ownDevice.name };
  } finally {
    await Promise.all(engines.map((engine) => engine.kill()));
  }
}

/** How many features a network of one pooling finds in the icon: a mean of each of its colours. */
async function look(extractor, folder) {
  const { encodeOnnx } = await import('../../src/engine/conversion/onnx.ts');
  const network = encodeOnnx({
    name: 'mean-colours',
    input: { name: 'pixels', type: 'float', shape: ['n', 3, SIDE_PX, SIDE_PX] },
    output: { name: 'means', type: 'float', shape: ['n', 3, 1, 1] },
    nodes: [{ type: 'GlobalAveragePool', inputs: ['pixels'], output: 'means' }],
    constants: new Map(),
    metadata: {},
  });
  const [path, file] = [join(folder, 'network.onnx'), join(folder, 'features.f32')];
  writeFileSync(path, network);
  writeFileSync(file, '');
  const photos = [{ path: icon, sha256: hash('sha256', readFileSync(icon)) }];
  const request = { kind: 'extract', backbone: { path }, photos, file, firstRow: 0, device: 'auto' };
  const { rows, backbone } = await extractor.request(request);
  if (rows.length !== 1) throw new Error('It saw nothing in a picture.');
  return backbone.features;
}

/** A run that is told to stop after its tenth step. */
async function trainAlone(trainer, request) {
  mkdirSync(request.modelDir);
  const onEvent = (event) => event.event === 'progress' && event.step >= STEPS && trainer.tell('stop');
  const reply = await trainer.request(request, { onEvent });
  if (reply.steps < STEPS) throw new Error(`It trained ${reply.steps} of ${STEPS} steps.`);
  return reply;
}

const labels = Int32Array.from({ length: COUNT }, (_, i) => i % 2);
const lesson = {
  classes: 2,
  labels,
  keys: Uint32Array.from(labels.keys()),
  learnedBefore: new Int32Array(),
  seed: 1,
  minutes: 2,
  startFrom: null,
};

/** Noise, dark in one class and bright in the other. */
function onPixels(folder) {
  const bytes = new Uint8Array(COUNT * SIDE_PX ** 2);
  bytes.forEach((_, i) => (bytes[i] = 128 * labels[Math.floor(i / SIDE_PX ** 2)] + ((i * 7919) % 127)));
  const path = join(folder, 'pixels.bin');
  writeFileSync(path, bytes);
  const pixels = { path, count: COUNT, sizePx: SIDE_PX, channels: 1 };
  const modelDir = join(folder, 'model');
  return { ...lesson, kind: 'train', pixels, device: 'cpu', mirror: true, preset: 'quick', modelDir };
}

/** The same of points of four numbers. */
function onFeatures(folder) {
  const length = 4;
  const values = new Float32Array(COUNT * length);
  values.forEach((_, i) => (values[i] = labels[Math.floor(i / length)] - (i % length) + ((i * 7919) % 127) / 127));
  const path = join(folder, 'points.f32');
  writeFileSync(path, values);
  const features = { path, length, rows: Int32Array.from(labels.keys()), backbone: '0'.repeat(64) };
  return { ...lesson, kind: 'train-on-features', features, device: 'auto', modelDir: join(folder, 'feature-model') };
}

if (process.argv[1] === self) {
  try {
    console.log(JSON.stringify(await drawLookAndTrain(process.argv[2])));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
