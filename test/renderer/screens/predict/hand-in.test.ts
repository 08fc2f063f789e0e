import { expect, test } from 'vitest';
import { handIn, isPictureFile } from '../../../../src/renderer/screens/predict/hand-in.ts';
import { MOST_PICTURE_BYTES, MOST_PIECE_CHARACTERS, PIECE_BYTES } from '../../../../src/shared/handed-in.ts';

/** Main that keeps what it is handed. */
function main() {
  const pieces: { number: number | null; piece: string }[] = [];
  const call = async (_name: string, input: { number: number | null; piece: string }) => {
    pieces.push(input);
    return { number: 7 };
  };
  return { pieces, api: { call: call as never } };
}

test('a picture arrives whole, in pieces that a call can carry, one after the other', async () => {
  const bytes = new Uint8Array(2 * PIECE_BYTES + 1000).map((_, i) => (i * 31) % 256);
  const { api, pieces } = main();
  expect(await handIn(api, new Blob([bytes]))).toBe(7);
  expect(pieces.map(({ number }) => number)).toEqual([null, 7, 7]);
  for (const { piece } of pieces) expect(piece.length).toBeLessThanOrEqual(MOST_PIECE_CHARACTERS);
  const arrived = Buffer.concat(pieces.map(({ piece }) => Buffer.from(piece, 'base64')));
  expect(arrived.equals(Buffer.from(bytes))).toBe(true);
});

test('what is empty, too large or gone is one sentence, and nothing is sent', async () => {
  const { api, pieces } = main();
  const tooLarge = Object.assign(new Blob(['x']), {});
  Object.defineProperty(tooLarge, 'size', { value: MOST_PICTURE_BYTES + 1 });
  const gone = new Blob(['x']);
  gone.slice = () => ({ arrayBuffer: () => Promise.reject(new Error('NotFoundError')) }) as unknown as Blob;
  for (const picture of [new Blob([]), tooLarge, gone]) {
    await expect(handIn(api, picture)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/^This file .*\.$/),
    });
  }
  expect(pieces).toEqual([]);
});

test('pictures are known by their type or their name', () => {
  const is = (name: string, type = '') => isPictureFile({ name, type });
  expect([is('a.JPG'), is('a.heic'), is('x', 'image/png'), is('a.tif')]).toEqual([true, true, true, true]);
  expect([is('a.csv'), is('jpg'), is('a.jpg.txt'), is('', 'text/plain')]).toEqual([false, false, false, false]);
});
