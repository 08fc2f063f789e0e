import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Network } from '../../../src/engine/backbone/network.ts';
import { openTensorflowNetwork } from '../../../src/engine/backbone/tensorflow-network.ts';
import { tf } from '../../../src/engine/tensorflow/tensorflow.ts';
import type { InputRange } from '../../../src/shared/training.ts';
import { writeImageNetwork } from '../../fixtures/image-network.ts';
import '../../fixtures/needs-tensorflow.ts'; // Which saves the models of these tests.
import { writeGraphModel } from './graph-model.ts';

const scratch = mkdtempSync(join(tmpdir(), 'whisker-backbone-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const open = (path: string, inputRange?: InputRange): Promise<Network> =>
  openTensorflowNetwork({ path, ...(inputRange && { inputRange }) }, 'auto');

/** What it makes of a photo of one colour, in bytes. */
async function seen(network: Network, colour: [number, number, number]): Promise<number[]> {
  const bytes = Uint8Array.from({ length: network.info.inputPx ** 2 * 3 }, (_, i) => colour[i % 3] ?? 0);
  return Array.from(await network.look(bytes, 1));
}

/** Saves a model the way TensorFlow.js does and gives its folder. */
async function saved(name: string, layers: Parameters<typeof tf.sequential>[0]): Promise<string> {
  const folder = join(scratch, name);
  await tf.sequential(layers).save(`file://${folder}`);
  return folder;
}

describe('a layers model', () => {
  test('is taken at its last global pooling, whatever comes after', async () => {
    const folder = await saved('pooled', {
      layers: [
        tf.layers.conv2d({ inputShape: [32, 32, 3], filters: 6, kernelSize: 3, strides: 2 }),
        tf.layers.globalAveragePooling2d({ name: 'pool' }),
        tf.layers.dense({ units: 10 }),
      ],
    });
    const network = await open(folder);
    expect(network.info).toMatchObject({
      format: 'layers',
      inputPx: 32,
      features: 6,
      takenFrom: 'pool',
      inputRange: 'minus-one-to-one',
    });
    // The middle of the bytes is 0 in [-1, 1], and this convolution has no bias yet.
    const [below, above] = [await seen(network, [127, 127, 127]), await seen(network, [128, 128, 128])];
    below.forEach((feature, i) => expect(feature).toBeCloseTo(-(above[i] ?? NaN), 6));
    expect(Math.hypot(...below)).toBeGreaterThan(0);
    await network.close();
  });

  test('sees in a whole batch what it sees in each photo, however often it is asked', async () => {
    const folder = await saved('batches', {
      layers: [
        tf.layers.conv2d({ inputShape: [32, 32, 3], filters: 6, kernelSize: 3, strides: 2, activation: 'relu' }),
        tf.layers.batchNormalization(),
        tf.layers.globalAveragePooling2d({}),
      ],
    });
    const network = await open(folder);
    const { batch, info } = network;
    const photo = info.inputPx ** 2 * 3;
    const bytes = Uint8Array.from({ length: batch * photo }, (_, i) => (i * (1 + (i >> 10))) % 256);
    const one = await network.look(bytes.subarray(photo, 2 * photo), 1);
    for (let time = 0; time < 4; time++) {
      const all = await network.look(bytes, batch);
      expect(all).toHaveLength(batch * info.features);
      one.forEach((feature, i) => expect(all[info.features + i], `time ${time}`).toBeCloseTo(feature, 5));
    }
    await network.close();
  });

  test('without a pooling is averaged over its last picture-shaped layer', async () => {
    const folder = await saved('unpooled', {
      layers: [
        tf.layers.conv2d({ inputShape: [16, 16, 3], filters: 5, kernelSize: 3, name: 'last' }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 2 }),
      ],
    });
    expect((await open(folder)).info).toMatchObject({ features: 5, takenFrom: 'last' });
  });

  test('of many one-file shards has the version that follows from all of them', async () => {
    const written = writeImageNetwork(join(scratch, 'shards'));
    const network = await open(written.folder);
    expect(network.info).toMatchObject({
      name: 'shards',
      features: written.features,
      inputPx: written.inputPx,
      takenFrom: 'pool',
      bytes: written.weightBytes,
      sha256: written.sha256,
    });
    await network.close();
  });
});

describe('a graph model', () => {
  test('is taken at its last global pooling, from pixels of 0 to 1 and weights cut anywhere', async () => {
    const folder = join(scratch, 'graph');
    writeGraphModel(folder);
    const network = await open(folder);
    expect(network.info).toMatchObject({
      ...{ format: 'graph', inputPx: 32, features: 2, takenFrom: 'pooled', inputRange: 'zero-to-one' },
      bytes: 6 * 4 + 2 * 4 + 6 * 4,
    });
    const [redder, bluer] = [await seen(network, [255, 51, 51]), await seen(network, [51, 255, 255])];
    [0.8, 0.4].forEach((feature, i) => expect(redder[i]).toBeCloseTo(feature, 4));
    [0, 2].forEach((feature, i) => expect(bluer[i]).toBeCloseTo(feature, 4));
    await network.close();
  });

  test('takes pixels of -1 to 1 when it is told to, and has any size when it says none', async () => {
    const folder = join(scratch, 'free');
    writeGraphModel(folder, [-1, -1, -1, 3]);
    const network = await open(folder, 'minus-one-to-one');
    expect(network.info).toMatchObject({ inputPx: 224, inputRange: 'minus-one-to-one' });
    const features = await seen(network, [255, 0, 255]);
    [2, 2].forEach((feature, i) => expect(features[i]).toBeCloseTo(feature, 4));
    await network.close();
  });

  test('has a version that follows from its weights as well as its layers', async () => {
    const folder = join(scratch, 'version');
    writeGraphModel(folder);
    const { info: before } = await open(folder);
    writeFileSync(join(folder, 'first part'), Float32Array.of(1, 0, -1, 0, 0, 3));
    const { info: after } = await open(folder);
    expect(after.sha256).not.toBe(before.sha256);
  });

  test('is refused when its input is no square colour picture, or its weights are cut short', async () => {
    const refused = async (name: string, inputShape: number[]) => {
      writeGraphModel(join(scratch, name), inputShape);
      return open(join(scratch, name));
    };
    await expect(refused('grey', [-1, 32, 32, 1])).rejects.toThrow(/32, 32, 1\], not \[photos, height, width, 3\]/);
    await expect(refused('oblong', [-1, 32, 48, 3])).rejects.toThrow(/32 × 48; they must be square/);
    await expect(refused('tiny', [-1, 8, 8, 3])).rejects.toThrow(/they must be square, 16 to 1024/);
    writeGraphModel(join(scratch, 'cut'));
    writeFileSync(join(scratch, 'cut', 'c'), Buffer.alloc(3));
    await expect(open(join(scratch, 'cut'))).rejects.toThrow(
      /in b\.dat, c hold 12 bytes where model\.json promises 32/,
    );
    rmSync(join(scratch, 'cut', 'first part'));
    await expect(open(join(scratch, 'cut'))).rejects.toThrow(/first part is missing/);
  });

  test('that runs in a circle, or convolves with a stride of 0, is refused with one sentence', async () => {
    const changed = async (name: string, from: string, to: string) => {
      const json = join(scratch, name, 'model.json');
      writeGraphModel(join(scratch, name));
      writeFileSync(json, readFileSync(json, 'utf8').replace(from, to));
      return open(join(scratch, name));
    };
    const circle = changed('circle', '["picture","kernel"]', '["activated","kernel"]');
    await expect(circle).rejects.toThrow(/^This model can't serve as a pretrained network: it has several outputs\.$/);
    const stride = changed(
      'stride',
      '"strides":{"list":{"i":["1","1","1","1"]',
      '"strides":{"list":{"i":["1","0","0","1"]',
    );
    await expect(stride).rejects.toThrow(
      /^This model can't serve as a pretrained network: .*Strides should be larger than 0\.$/,
    );
  });

  test('is refused when it gives values that are no numbers', async () => {
    const folder = join(scratch, 'numbers');
    writeGraphModel(folder);
    writeFileSync(join(folder, 'first part'), Float32Array.of(1, 0, -1, NaN, 0, 2));
    await expect(open(folder)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('it gives values that are no numbers'),
    });
  });

  test('is refused when its operations are unknown', async () => {
    const folder = join(scratch, 'odd');
    writeGraphModel(folder);
    const json = join(folder, 'model.json');
    writeFileSync(json, readFileSync(json, 'utf8').replace('"Relu"', '"FoldProteins"'));
    await expect(open(folder)).rejects.toThrow(/can't serve as a pretrained network: .*FoldProteins/);
  });
});

describe('what is no backbone is refused with the reason', () => {
  /** Saves a small layers model, lets its description be changed, and opens it. */
  async function changed(name: string, change: (model: string) => string): Promise<Network> {
    const folder = await saved(name, {
      layers: [
        tf.layers.conv2d({ inputShape: [16, 16, 3], filters: 2, kernelSize: 3, name: 'first' }),
        tf.layers.conv2d({ filters: 2, kernelSize: 3, name: 'second' }),
      ],
    });
    const json = join(folder, 'model.json');
    writeFileSync(json, change(readFileSync(json, 'utf8')));
    return open(folder);
  }

  test('an empty folder', async () => {
    await expect(open(join(scratch, 'nothing'))).rejects.toThrow(/no readable model\.json/);
  });

  test('a network that does not look at pictures', async () => {
    const folder = await saved('table', { layers: [tf.layers.dense({ inputShape: [7], units: 3 })] });
    await expect(open(folder)).rejects.toThrow(/its input has the shape \[\?, 7\]/);
  });

  test('weights that are cut short', async () => {
    const folder = await saved('short', {
      layers: [tf.layers.conv2d({ inputShape: [16, 16, 3], filters: 2, kernelSize: 3 })],
    });
    writeFileSync(join(folder, 'weights.bin'), Buffer.alloc(8));
    await expect(open(folder)).rejects.toThrow(/hold 8 bytes where model\.json promises/);
  });

  test('a manifest that reaches outside its folder', async () => {
    const folder = await saved('escape', {
      layers: [tf.layers.conv2d({ inputShape: [16, 16, 3], filters: 2, kernelSize: 3 })],
    });
    const escape = {
      modelTopology: { class_name: 'Sequential' },
      weightsManifest: [{ paths: ['../../etc/passwd'], weights: [] }],
    };
    writeFileSync(join(folder, 'model.json'), JSON.stringify(escape));
    await expect(open(folder)).rejects.toThrow(/lies outside its folder/);
  });

  test('a convolution with a stride of 0', async () => {
    const opened = changed('still', (model) => model.replace('"strides":[1,1]', '"strides":[0,0]'));
    await expect(opened).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/^This model can't serve as a pretrained network: (?!.*TF_Status)/),
    });
  });

  test.each([
    ['take their input from each other', { first: 'third', second: 'first', third: 'second' }],
    ['wait for a layer that there is not', { first: 'picture', second: 'nowhere', third: 'second' }],
    ['wait for a second call that is never made', { first: 'picture', second: 'first', third: 'second' }, 1],
    ['wait for each other in a model within the model', { first: 'third', second: 'first', third: 'second' }, 0, true],
  ])('layers that %s', async (name, inputs: Record<string, string>, call = 0, inside = false) => {
    const folder = join(scratch, name);
    const conv = { filters: 3, kernel_size: [1, 1], strides: [1, 1], padding: 'same', use_bias: false };
    const layer = (layerName: string) => ({
      ...{ name: layerName, class_name: 'Conv2D', config: { name: layerName, ...conv } },
      inbound_nodes: [[[inputs[layerName], layerName === 'third' ? call : 0, 0, {}]]],
    });
    const picture = { name: 'picture', batch_input_shape: [null, 16, 16, 3], dtype: 'float32' };
    const config = {
      name: 'within',
      layers: [
        { name: 'picture', class_name: 'InputLayer', config: picture, inbound_nodes: [] },
        ...['first', 'second', 'third'].map(layer),
      ],
      input_layers: [['picture', 0, 0]],
      output_layers: [['third', 0, 0]],
    };
    mkdirSync(folder);
    const kernel = (layerName: string) => ({ name: `${layerName}/kernel`, shape: [1, 1, 3, 3], dtype: 'float32' });
    const inner = { class_name: 'Model', config };
    const model = {
      modelTopology: { model_config: inside ? { class_name: 'Sequential', config: { layers: [inner] } } : inner },
      weightsManifest: [{ paths: ['w'], weights: ['first', 'second', 'third'].map(kernel) }],
    };
    writeFileSync(join(folder, 'model.json'), JSON.stringify(model));
    writeFileSync(join(folder, 'w'), new Float32Array(27).fill(0.1));
    await expect(open(folder)).rejects.toThrow(/the inputs of its layer "(first|second|third)" are missing/);
  });
});

describe.skipIf(platform() === 'win32')('a folder that is out to harm', () => {
  /** A graph model whose file `name` is replaced. */
  function withFile(name: string, replace: (path: string) => void): string {
    const folder = mkdtempSync(join(scratch, 'harm-'));
    writeGraphModel(folder);
    rmSync(join(folder, name));
    replace(join(folder, name));
    return folder;
  }

  test.each(['model.json', 'first part'])('has a pipe, a device, or a link to the outside for its %s', async (name) => {
    const [pipe, device, link, folder] = [
      withFile(name, (path) => execFileSync('mkfifo', [path])),
      withFile(name, (path) => symlinkSync('/dev/zero', path)),
      withFile(name, (path) => symlinkSync('/etc/passwd', path)),
      withFile(name, (path) => mkdirSync(path)),
    ];
    await expect(open(pipe)).rejects.toThrow(/is not a regular file/);
    await expect(open(device)).rejects.toThrow(/lies outside its folder/);
    await expect(open(link)).rejects.toThrow(/lies outside its folder/);
    await expect(open(folder)).rejects.toThrow(/is not a regular file/);
  });

  test('has files far larger than what it promises: none of them is read', async () => {
    const shard = withFile('first part', (path) => {
      writeFileSync(path, '');
      truncateSync(path, 5 * 2 ** 30);
    });
    await expect(open(shard)).rejects.toThrow('The weights file first part has 5368709120 bytes where at most 24');
    const json = withFile('model.json', (path) => {
      writeFileSync(path, '');
      truncateSync(path, 2 ** 30);
    });
    await expect(open(json)).rejects.toThrow(/no readable model\.json .* has 1073741824 bytes/);
  });

  test('promises more weights than there is memory for, or fewer than none', async () => {
    const promising = (shape: string) => {
      const folder = mkdtempSync(join(scratch, 'harm-'));
      writeGraphModel(folder);
      const json = join(folder, 'model.json');
      writeFileSync(json, readFileSync(json, 'utf8').replace('"shape":[1,1,3,2]', `"shape":${shape}`));
      return open(folder);
    };
    await expect(promising('[1,100000,100000,2]')).rejects.toThrow(/more than 1024 MB of weights/);
    await expect(promising('[-1,1,3,2]')).rejects.toThrow(/is not a TensorFlow\.js model/);
  });

  test('links within it are followed', async () => {
    const folder = withFile('first part', (path) => {
      writeFileSync(`${path}.bin`, Float32Array.of(1, 0, -1, 0, 0, 2));
      symlinkSync(`${path}.bin`, path);
    });
    expect((await open(folder)).info).toMatchObject({ features: 2 });
  });
});
