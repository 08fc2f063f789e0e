// The extractor role: photos go in by path, feature vectors come out as rows of a file, whatever the network's format.

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createExtractor } from '../../src/engine/extractor.ts';
import type { ExpectedPhoto, Extracted, ExtractRequest, TrainerEvent } from '../../src/engine/messages.ts';
import { smallDisk } from '../fixtures/small-disk.ts';
import { hasTensorflow } from '../fixtures/tensorflow.ts';
import { meanColours, writeOnnx } from '../fixtures/onnx-networks.ts';
import { writeGraphModel } from './backbone/graph-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'whisker-extractor-'));
afterAll(() => rmSync(folder, { recursive: true }));
const COUNT = 40;
const network = join(folder, 'mean.onnx');
let photos: ExpectedPhoto[];

/** Photo i is plain: i of red, 100 of green, 200 of blue. */
beforeAll(async () => {
  writeOnnx(network, meanColours());
  photos = await Promise.all(
    Array.from({ length: COUNT }, async (_, i) => {
      const background = { r: i, g: 100, b: 200 };
      const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background } })
        .png()
        .toBuffer();
      return writePhoto(`${i}.png`, bytes);
    }),
  );
});

function writePhoto(name: string, bytes: Buffer): ExpectedPhoto {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return { path, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function extractor() {
  const made = createExtractor();
  onTestFinished(() => made.close());
  return made;
}

interface Wishes extends Partial<Omit<ExtractRequest, 'backbone'>> {
  path?: string;
  on?: ReturnType<typeof createExtractor>;
  onEvent?: (event: TrainerEvent) => void;
}

/** Rows of three floats; whatever `file` held before stays. */
async function extract({ path = network, on = extractor(), onEvent = () => {}, ...wishes }: Wishes = {}) {
  const file = wishes.file ?? join(folder, 'rows.f32');
  if (!wishes.file) writeFileSync(file, '');
  const backbone = { path, inputRange: 'zero-to-255' } as const;
  const request: ExtractRequest = { kind: 'extract', backbone, photos, file, firstRow: 0, device: 'cpu', ...wishes };
  const reply = await on.handle({ ...request, file }, onEvent);
  if (!('rows' in reply)) throw new Error('no reply to an extraction');
  const bytes = readFileSync(file);
  const row = (at: number) => {
    const floats = bytes.subarray(at * 12, at * 12 + 12);
    return { checksum: crc32(floats), vector: [0, 4, 8].map((from) => Math.round(floats.readFloatLE(from))) };
  };
  return { ...(reply satisfies Extracted), row, bytes };
}

describe('vectors become rows of the file', () => {
  test('one of each photo, in the order of the reply, with its checksum', async () => {
    const { rows, row, bytes, backbone } = await extract();
    expect(backbone).toMatchObject({ name: 'mean', format: 'onnx', features: 3 });
    expect(rows.map(({ index }) => index).sort((a, b) => a - b)).toEqual(photos.map((_, i) => i));
    rows.forEach(({ index, checksum }, at) => expect(row(at)).toEqual({ checksum, vector: [index, 100, 200] }));
    expect(bytes).toHaveLength(COUNT * 12);
  });

  test('from the row on that was said, and those before stay', async () => {
    const file = join(folder, 'begun.f32');
    writeFileSync(file, new Float32Array(6).fill(7));
    const { row, rows } = await extract({ file, firstRow: 2, photos: photos.slice(5, 6) });
    expect([row(0).vector, row(1).vector, row(2).vector]).toEqual([
      [7, 7, 7],
      [7, 7, 7],
      [5, 100, 200],
    ]);
    expect(rows).toEqual([{ index: 0, checksum: row(2).checksum }]);
  });

  test('none of a photo that is gone, damaged, or another one by now; the others have theirs', async () => {
    const [gone, changed] = [
      { path: join(folder, 'gone.png'), sha256: '' },
      { ...photos[1]!, sha256: 'f'.repeat(64) },
    ];
    const damaged = writePhoto('damaged.png', readFileSync(photos[2]!.path).subarray(0, 60));
    const { rows, row } = await extract({ photos: [gone, photos[3]!, damaged, changed, photos[4]!] });
    const found = rows.map(({ index }, at) => [index, row(at).vector[0]]);
    expect(found.toSorted()).toEqual([
      [1, 3],
      [4, 4],
    ]);
    expect((await extract({ photos: [gone] })).rows).toEqual([]);
  });

  test('what a network is shown of a photo is its middle, in its own shape', async () => {
    const raw = { width: 3, height: 1, channels: 3 } as const;
    const thirds = sharp(Buffer.of(0, 0, 0, 200, 10, 30, 255, 255, 255), { raw }).resize(180, 60, {
      kernel: 'nearest',
    });
    const { row } = await extract({ photos: [writePhoto('thirds.png', await thirds.png().toBuffer())] });
    expect(row(0).vector).toEqual([200, 10, 30]);
  });
});

describe('an extraction', () => {
  test('says how far it is, up to its end', async () => {
    const steps: number[] = [];
    await extract({ onEvent: (event) => event.event === 'progress' && steps.push(event.step) });
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(steps.at(-1)).toBe(COUNT);
  });

  test('ends soon when it is told to stop, and the next one begins afresh', async () => {
    const on = extractor();
    const onEvent = () => on.tell('stop');
    const many = Array.from({ length: 50 }, () => photos).flat();
    await expect(extract({ on, onEvent, photos: many })).rejects.toMatchObject({ code: 'cancelled' });
    expect((await extract({ on })).rows).toHaveLength(COUNT);
  });

  test('runs alone', async () => {
    const on = extractor();
    const first = extract({ on });
    await expect(extract({ on })).rejects.toMatchObject({ code: 'training-running' });
    await first;
  });

  test('keeps its network open for the next one, until another is asked for', async () => {
    const on = extractor();
    const path = writeOnnx(join(folder, 'kept.onnx'), meanColours());
    await extract({ on, path });
    rmSync(path);
    expect((await extract({ on, path })).rows).toHaveLength(COUNT);
    await extract({ on });
    await expect(extract({ on, path })).rejects.toMatchObject({ message: 'The network kept.onnx is missing.' });
  });

  test('is refused when values are no numbers, and ends by itself', async () => {
    const path = writeOnnx(join(folder, 'log.onnx'), meanColours({ last: 'Log' }));
    // Only photo 0 has a mean of which there is no logarithm.
    await expect(extract({ path })).rejects.toMatchObject({ message: expect.stringContaining('no numbers') });
    expect((await extract({ path, photos: photos.slice(1) })).rows).toHaveLength(COUNT - 1);
  });

  test('says when the file can’t be written', async () => {
    const file = join(folder, 'no', 'such.f32');
    await expect(extract({ file })).rejects.toMatchObject({ code: 'storage-failed' });
  });

  test('says which file a full disk did not take', async ({ skip }) => {
    const dir = smallDisk('64k');
    if (dir === null) return skip('only root may mount a small disk here');
    const file = join(dir, 'rows.f32');
    writeFileSync(file, '');
    writeFileSync(join(dir, 'others'), Buffer.alloc(64 * 1024));
    await expect(extract({ file })).rejects.toMatchObject({
      ...{ code: 'storage-failed', message: expect.stringContaining(file) },
    });
  });
});

test.skipIf(!hasTensorflow)('a TensorFlow.js network is looked through in the same way', async () => {
  const path = join(folder, 'graph');
  writeGraphModel(path);
  const on = extractor();
  const file = join(folder, 'graph.f32');
  writeFileSync(file, '');
  const backbone = { path, inputRange: 'zero-to-255' } as const;
  const reply = await on.handle({ kind: 'extract', backbone, photos, file, firstRow: 0, device: 'cpu' }, () => {});
  const floats = new Float32Array(new Uint8Array(readFileSync(file)).buffer);
  // Red less green, at least 0, and twice the blue.
  const rows = 'rows' in reply ? reply.rows : [];
  expect(rows).toHaveLength(COUNT);
  rows.forEach((_, at) =>
    expect([floats[2 * at], floats[2 * at + 1]]).toEqual([0, 400].map((v) => expect.closeTo(v, 2))),
  );
});
