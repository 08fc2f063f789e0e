import { afterEach, expect, test, vi } from 'vitest';
import { around, Prefetch } from '../../../../../src/renderer/screens/label/viewer/prefetch.ts';
import type { PhotoId } from '../../../../../src/shared/types.ts';

const ids = (...numbers: number[]): PhotoId[] => numbers as PhotoId[];

afterEach(() => vi.unstubAllGlobals());

test('around a photo lie three on each side, the nearest first and the next before the one before', () => {
  const all = ids(10, 11, 12, 13, 14, 15, 16, 17, 18);
  expect(around(all, 4)).toEqual(ids(14, 15, 13, 16, 12, 17, 11));
  expect(around(all, 0)).toEqual(ids(10, 11, 12, 13));
  expect(around(all, 8)).toEqual(ids(18, 17, 16, 15));
  expect(around(all, -1)).toEqual([]);
});

test('each picture is asked for once while it is near, and one that is far by then is not waited for', () => {
  const images: { src: string; complete: boolean }[] = [];
  class FakeImage {
    src = '';
    complete = false;
    constructor() {
      images.push(this);
    }
    decode = () => Promise.reject(new Error('not there'));
  }
  vi.stubGlobal('Image', FakeImage);
  const prefetch = new Prefetch();
  prefetch.hold(ids(1, 2, 3));
  prefetch.hold(ids(2, 3, 4));
  expect(images.map(({ src }) => src)).toEqual(['', '/photo/2/large', '/photo/3/large', '/photo/4/large']);
  images[1]!.complete = true;
  prefetch.hold([]);
  expect(images.map(({ src }) => src)).toEqual(['', '/photo/2/large', '', '']);
});
