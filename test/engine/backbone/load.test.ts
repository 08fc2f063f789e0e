import { mkdtempSync, rmSync, existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadBackbone } from '../../../src/engine/backbone/load.ts';
import { tf, type Tensor4D } from '../../../src/engine/backend/tensorflow.ts';

const scratch = mkdtempSync(join(tmpdir(), 'whisker-backbone-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const data = process.env['WHISKER_TEST_DATA'] ?? resolve(import.meta.dirname, '../../../../shared/data');
const mobilenet = join(data, 'backbone', 'mobilenet_v1_025_224_layers');

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
    const backbone = await loadBackbone(folder);
    expect(backbone).toMatchObject({
      format: 'layers',
      inputPx: 32,
      features: 6,
      takenFrom: 'pool',
      inputRange: 'minus-one-to-one',
    });
    const grey: Tensor4D = tf.fill([2, 32, 32, 3], 127.5);
    // Grey is 0 in [-1, 1], and this convolution has no bias yet.
    expect(Array.from(backbone.extract(grey).dataSync()).every((value) => Math.abs(value) < 1e-6)).toBe(true);
    backbone.dispose();
  });

  test('without a pooling is averaged over its last picture-shaped layer', async () => {
    const folder = await saved('unpooled', {
      layers: [
        tf.layers.conv2d({ inputShape: [16, 16, 3], filters: 5, kernelSize: 3, name: 'last' }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 2 }),
      ],
    });
    expect(await loadBackbone(folder)).toMatchObject({ features: 5, takenFrom: 'last' });
  });

  test.skipIf(!existsSync(mobilenet))('MobileNet v1 with 55 one-file shards gives 256 features', async () => {
    const backbone = await loadBackbone(mobilenet);
    expect(backbone).toMatchObject({
      features: 256,
      inputPx: 224,
      takenFrom: 'global_average_pooling2d_1',
      bytes: 1902176,
    });
    backbone.dispose();
  });
});

describe('what is no backbone is refused with the reason', () => {
  test('an empty folder', async () => {
    await expect(loadBackbone(join(scratch, 'nothing'))).rejects.toThrow(/no readable model\.json/);
  });

  test('a network that does not look at pictures', async () => {
    const folder = await saved('table', { layers: [tf.layers.dense({ inputShape: [7], units: 3 })] });
    await expect(loadBackbone(folder)).rejects.toThrow(/its input has the shape \[\?, 7\]/);
  });

  test('weights that are cut short', async () => {
    const folder = await saved('short', {
      layers: [tf.layers.conv2d({ inputShape: [16, 16, 3], filters: 2, kernelSize: 3 })],
    });
    writeFileSync(join(folder, 'weights.bin'), Buffer.alloc(8));
    await expect(loadBackbone(folder)).rejects.toThrow(/hold 8 bytes where model\.json promises/);
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
    await expect(loadBackbone(folder)).rejects.toThrow(/outside its own folder/);
  });
});
