import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawSample, sampleName, samplePets } from '../../../src/engine/imaging/sample/draw-sample.ts';
import { drawScene } from '../../../src/engine/imaging/sample/scene.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { jpeg } from '../../fixtures/photos.ts';

test('there are as many cats as dogs, well mixed', () => {
  expect(samplePets.filter((pet) => pet === 'cat')).toHaveLength(80);
  expect(samplePets).toHaveLength(160);
  expect(samplePets.slice(0, 40).filter((pet) => pet === 'cat').length).toBeGreaterThan(12);
});

test('a seed draws the same picture every time, and another seed another', () => {
  expect(drawScene('cat', 5)).toEqual(drawScene('cat', 5));
  expect(drawScene('cat', 5).svg).not.toBe(drawScene('cat', 6).svg);
  expect(drawScene('cat', 5).svg).not.toBe(drawScene('dog', 5).svg);
});

test('only missing pictures are drawn, each whole, distinct and decodable', async () => {
  const kept = await jpeg();
  const folder = fill(temporaryFolder(), Object.fromEntries(samplePets.map((_, i) => [sampleName(i), kept])));
  const missing = [0, 70, 159].map((i) => join(folder, sampleName(i)));
  for (const file of missing) rmSync(file);
  expect(await drawSample({ kind: 'draw-sample', folder })).toEqual({ drawn: 3 });
  const hashes = missing.map((file) => createHash('sha256').update(readFileSync(file)).digest('hex'));
  expect(new Set(hashes).size).toBe(3);
  for (const file of missing) expect((await sharp(file).stats()).entropy).toBeGreaterThan(3);
  expect(readFileSync(join(folder, sampleName(1))).equals(kept)).toBe(true);
});
