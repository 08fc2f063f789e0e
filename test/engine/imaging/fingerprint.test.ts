import { expect, test } from 'vitest';
import sharp, { type Sharp } from 'sharp';
import { fingerprintOf } from '../../../src/engine/imaging/fingerprint.ts';
import { randomStream } from '../../../src/shared/random.ts';

/** Soft blotches, as far from an even colour as photos are. */
async function scene(seed: number): Promise<Sharp> {
  const random = randomStream(seed);
  const blotches = Buffer.from(Array.from({ length: 12 * 9 * 3 }, () => Math.floor(256 * random())));
  const large = sharp(blotches, { raw: { width: 12, height: 9, channels: 3 } }).resize(400, 300, { kernel: 'cubic' });
  return sharp(await large.png().toBuffer());
}

async function printOf(picture: Sharp): Promise<string> {
  const { data, info } = await picture.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const fingerprint = fingerprintOf({ pixels: data, width: info.width, height: info.height });
  expect(fingerprint).toMatch(/^[\da-f]{32}$/);
  return fingerprint;
}

const bitsApart = (a: string, b: string): number =>
  [...(BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2)].filter((bit) => bit === '1').length;

test('bits say where it gets lighter to the right, and below', async () => {
  const ramp = (at: (i: number) => number) =>
    sharp(Buffer.from(Array.from({ length: 81 }, (_, i) => 28 * at(i))), { raw: { width: 9, height: 9, channels: 1 } });
  expect(await printOf(ramp((i) => i % 9).resize(90, 90))).toBe(`${'0'.repeat(16)}${'f'.repeat(16)}`);
  expect(await printOf(ramp((i) => Math.floor(i / 9)).resize(90, 90))).toBe(`${'f'.repeat(16)}${'0'.repeat(16)}`);
  const even = sharp({ create: { width: 50, height: 40, channels: 3, background: 'grey' } });
  expect(await printOf(even)).toBe('0'.repeat(32));
});

test('the same scene at another size, quality, light or crop differs in few bits, another scene in many', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const original = await printOf(await scene(seed));
    const smaller = await printOf((await scene(seed)).resize(160, 120));
    const lighter = await printOf((await scene(seed)).linear(1.1, 8));
    const rough = await printOf(sharp(await (await scene(seed)).jpeg({ quality: 25 }).toBuffer()));
    const moved = await printOf((await scene(seed)).extract({ left: 6, top: 4, width: 390, height: 290 }));
    for (const alike of [smaller, lighter, rough, moved]) expect(bitsApart(original, alike)).toBeLessThanOrEqual(14);
    expect(bitsApart(original, await printOf(await scene(seed + 100)))).toBeGreaterThan(36);
  }
});

test('a picture of few pixels has one as well', async () => {
  const ramp = sharp(Buffer.from([0, 0, 0, 120, 120, 120, 250, 250, 250]), {
    raw: { width: 3, height: 1, channels: 3 },
  });
  const print = await printOf(ramp);
  expect(print.slice(0, 16)).toBe('0'.repeat(16));
  expect(BigInt(`0x${print}`)).toBeGreaterThan(0n);
  const dot = { create: { width: 1, height: 1, channels: 3, background: 'white' } } as const;
  expect(await printOf(sharp(dot))).toBe('0'.repeat(32));
});
