// Any ONNX file as an image network: what it takes is found out, what it gives becomes one vector a photo, and what
// can't serve is refused with the reason.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openNetwork, type Network } from '../../../src/engine/backbone/network.ts';
import { pooling } from '../../../src/engine/backbone/onnx-output.ts';
import type { InputRange } from '../../../src/shared/training.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { meanColours, noPicture, weightsElsewhere, writeOnnx } from '../../fixtures/onnx-networks.ts';

async function open(bytes: Uint8Array, inputRange?: InputRange, lanes: 'one' | 'many' = 'one'): Promise<Network> {
  const path = writeOnnx(join(temporaryFolder(), 'tiny.onnx'), bytes);
  const network = await openNetwork({ path, ...(inputRange && { inputRange }) }, 'cpu', lanes);
  onTestFinished(() => network.close());
  return network;
}

/** Pictures of one colour each. */
function plain(sidePx: number, ...colours: [number, number, number][]): Uint8Array<ArrayBuffer> {
  const area = sidePx ** 2;
  return Uint8Array.from(
    { length: colours.length * area * 3 },
    (_, i) => colours[Math.floor(i / 3 / area)]?.[i % 3] ?? 0,
  );
}

/** What the network makes of a picture with these bytes of red, green and blue. */
const seen = async (network: Network, colour: [number, number, number] = [255, 0, 51]) =>
  Array.from(await network.look(plain(network.info.inputPx, colour), 1));
const close = (values: number[]) => values.map((value) => expect.closeTo(value, 4));

describe('what a network takes is read from its file', () => {
  test('its name, hash, size, features and the side of its pictures', async () => {
    const bytes = meanColours();
    const { info } = await open(bytes);
    expect(info).toEqual({
      ...{ name: 'tiny', format: 'onnx', sha256: createHash('sha256').update(bytes).digest('hex') },
      ...{ bytes: bytes.length, inputPx: 32, features: 3, inputRange: 'imagenet', takenFrom: 'flatten1' },
    });
  });

  test.each(['nchw', 'nhwc'] as const)('%s, as floats and as bytes, in any number of photos', async (layout) => {
    for (const type of ['float', 'uint8'] as const) {
      const network = await open(meanColours({ layout, type }), 'zero-to-255');
      const vectors = await network.look(plain(32, [255, 0, 51], [1, 2, 3]), 2);
      expect(Array.from(vectors)).toEqual(close([255, 0, 51, 1, 2, 3]));
    }
  });

  test('bytes stay bytes whatever is asked', async () => {
    expect(await seen(await open(meanColours({ type: 'uint8' }), 'imagenet'))).toEqual(close([255, 0, 51]));
  });

  test('a fixed number of photos is kept to', async () => {
    const network = await open(meanColours({ shape: [2, 3, 32, 32] }), 'zero-to-255');
    const colours: [number, number, number][] = [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ];
    expect(Array.from(await network.look(plain(32, ...colours), 3))).toEqual(close(colours.flat()));
  });

  test('a side that is left open is 224, and a shape that is left open is tried', async () => {
    for (const shape of [
      ['n', 3, 'h', 'w'],
      ['n', 'c', 'h', 'w'],
    ]) {
      const network = await open(meanColours({ shape }), 'zero-to-one');
      expect(network.info.inputPx).toBe(224);
      expect(await seen(network)).toEqual(close([1, 0, 0.2]));
    }
  });
});

describe('what pixels are scaled to', () => {
  test.each<[InputRange, number[]]>([
    ['minus-one-to-one', [1, -1, -0.6]],
    ['zero-to-one', [1, 0, 0.2]],
    ['imagenet', [(1 - 0.485) / 0.229, -0.456 / 0.224, (0.2 - 0.406) / 0.225]],
    ['zero-to-255', [255, 0, 51]],
  ])('%s when asked', async (range, expected) => {
    expect(await seen(await open(meanColours(), range))).toEqual(close(expected));
  });

  test.each<[string, Record<string, string>, InputRange]>([
    ["ONNX's own key for bytes", { 'Image.NominalPixelRange': 'NominalRange_0_255' }, 'zero-to-255'],
    ["ONNX's own key for -1 to 1", { 'Image.NominalPixelRange': 'Normalized_1_1' }, 'minus-one-to-one'],
    ['ImageNet', { mean: '[0.485, 0.456, 0.406]', std: '[0.229, 0.224, 0.225]' }, 'imagenet'],
    ['a half', { image_mean: '[0.5, 0.5, 0.5]', image_std: '[0.5, 0.5, 0.5]' }, 'minus-one-to-one'],
    ['something that says nothing', { mean: 'about a half', std: '[]' }, 'imagenet'],
  ])('as the file says: %s', async (_, metadata, range) => {
    expect((await open(meanColours({ metadata }))).info.inputRange).toBe(range);
    expect((await open(meanColours({ metadata }), 'zero-to-one')).info.inputRange).toBe('zero-to-one');
  });

  test('else plain bytes where colours come last', async () => {
    expect((await open(meanColours({ layout: 'nhwc' }))).info.inputRange).toBe('zero-to-255');
  });
});

describe('what a network gives becomes one vector', () => {
  test.each(['nchw', 'nhwc'] as const)('a map of features is pooled over the picture, %s', async (layout) => {
    const network = await open(meanColours({ layout, ends: 'map' }), 'zero-to-255');
    expect(network.info.features).toBe(3);
    expect(await seen(network)).toEqual(close([255, 0, 51]));
  });

  const floats = (length: number) => Float32Array.from({ length }, (_, i) => i);
  test('of tokens the first stands for the picture, and where none is over, all together', () => {
    const of = (tokens: number) => {
      const output = { data: floats(2 * tokens * 2), dims: [2, tokens, 2] };
      return Array.from(pooling(output, 'nchw')?.pool(output) ?? []);
    };
    expect(of(5)).toEqual([0, 1, 10, 11]);
    expect(of(4)).toEqual([3, 4, 11, 12]);
  });

  test('a vector is preferred to tokens, and tokens to a map; a single number is none of them', () => {
    const rank = (dims: number[]) => pooling({ data: floats(dims.reduce((a, b) => a * b)), dims }, 'nchw')?.rank;
    expect([[1, 8], [1, 8, 1, 1], [1, 5, 8], [1, 8, 7, 7], [1, 1], [8]].map(rank)).toEqual([
      ...[0, 0, 1, 2, undefined, undefined],
    ]);
  });
});

test('several lanes answer side by side', async () => {
  const network = await open(meanColours(), 'zero-to-255', 'many');
  const answers = Array.from({ length: 20 }, (_, i) => network.look(plain(32, [i, i, i]), 1));
  expect((await Promise.all(answers)).map(([first]) => Math.round(first ?? -1))).toEqual(answers.map((_, i) => i));
});

describe('a file that can’t serve is refused with the reason', () => {
  const refused = (bytes: Uint8Array, why: RegExp) =>
    expect(open(bytes)).rejects.toMatchObject({ code: 'bad-input', message: expect.stringMatching(why) });

  test.each<[string, Uint8Array, RegExp]>([
    ['one of another kind', Buffer.from('GIF89a, and no network'), /damaged, or of another kind than ONNX/],
    ['an empty one', new Uint8Array(), /damaged, or of another kind/],
    ['one that ends too early', meanColours().subarray(0, 150), /damaged, or of another kind/],
    ['one that takes no picture', noPicture(), /input "numbers" has the shape \[n, 12\], and a picture's is/],
    ['one whose pictures have four colours', noPicture(['n', 4, 32, 32]), /has the shape \[n, 4, 32, 32\]/],
    ['one whose pictures are not square', noPicture(['n', 3, 32, 64]), /its pictures are 32 × 64; they must be square/],
    ['one whose pictures are too small', noPicture(['n', 3, 8, 8]), /16 to 1024 pixels/],
    ['one with two inputs', Buffer.concat([meanColours(), noPicture()]), /takes 2 inputs \(pixels, numbers\)/],
    ['one with an operation that there is not', meanColours({ first: 'Astonish' }), /ONNX Runtime can't run it/],
    ['one whose values are no numbers', meanColours({ first: 'Log' }), /values that are no numbers/],
    ['one that takes blue first', meanColours({ metadata: { 'Image.BitmapPixelFormat': 'Bgr8' } }), /blue before red/],
    ['one whose weights are elsewhere', weightsElsewhere('w.data'), /weights of tiny.onnx lie in another file, w.data/],
  ])('%s', async (_, bytes, why) => {
    await refused(bytes, why);
  });

  test('one that is not there', async () => {
    await expect(openNetwork({ path: '/no/such.onnx' }, 'cpu', 'one')).rejects.toMatchObject({
      ...{ code: 'bad-input', message: 'The network such.onnx is missing.' },
    });
  });

  test('one that gives numbers at first and none later', async () => {
    const network = await open(meanColours({ last: 'Log' }), 'zero-to-255');
    await expect(network.look(plain(32, [0, 0, 0]), 1)).rejects.toMatchObject({
      ...{ code: 'bad-input', message: expect.stringContaining('The network tiny gives values that are no numbers') },
    });
  });
});
