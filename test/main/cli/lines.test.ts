import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf } from '../../../src/main/cli/lines.ts';

async function linesIn(chunks: Uint8Array[], end: '\n' | '\0'): Promise<string[]> {
  async function* stream() {
    yield* chunks;
  }
  const lines: string[] = [];
  for await (const line of linesOf(stream(), end)) lines.push(line);
  return lines;
}

test('lines are the same in whatever pieces they come, also when a piece ends within a character', async () => {
  const line = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => !/[\r\n\0]/.test(text) && text.isWellFormed());
  await fc.assert(
    fc.asyncProperty(
      fc.array(line),
      fc.constantFrom('\n', '\0'),
      fc.integer({ min: 1, max: 7 }),
      async (lines, end, size) => {
        const bytes = Buffer.from(lines.map((one) => one + end).join(''));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        );
        expect(await linesIn(chunks, end)).toEqual(lines);
      },
    ),
  );
});

test('a last line without an end, ends of Windows, and empty lines', async () => {
  expect(await linesIn([Buffer.from('a\r\n\r\n\nb\n c ')], '\n')).toEqual(['a', 'b', ' c ']);
  expect(await linesIn([Buffer.from('a\nb\r\0\0c')], '\0')).toEqual(['a\nb\r', 'c']);
  expect(await linesIn([], '\n')).toEqual([]);
});

test('a line without an end does not fill the memory, and the next one is whole', async () => {
  const chunks = [...Array.from({ length: 100 }, () => Buffer.alloc(2 ** 16, 'x')), Buffer.from('\nnext\n')];
  const [long = '', next] = await linesIn(chunks, '\n');
  expect(long).toHaveLength(2 ** 16);
  expect(next).toBe('next');
});
