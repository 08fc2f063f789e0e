import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readTensorFile, writeTensorFile } from '../../../src/engine/files/tensor-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'whisker-tensors-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'a.safetensors');
const arrays = new Map([
  ['first', { shape: [2, 2], values: Float32Array.of(1, -2, 3.5, 0) }],
  ['second', { shape: [1], values: Float32Array.of(7) }],
]);

test('what is written is read again, shapes, values and notes', () => {
  writeTensorFile(path, { arrays, metadata: { step: 12 } });
  const read = readTensorFile(path);
  expect([...read.arrays]).toEqual([...arrays]);
  expect(read.metadata).toEqual({ step: 12 });
  expect(readdirSync(folder)).toEqual(['a.safetensors']);
});

test('the header is plain safetensors', () => {
  const bytes = readFileSync(path);
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE(0))));
  expect(header.second).toEqual({ dtype: 'F32', shape: [1], data_offsets: [16, 20] });
});

test('a file cut short at any place is refused, never half read', () => {
  const bytes = readFileSync(path);
  const cut = join(folder, 'cut.safetensors');
  for (const length of [0, 4, 20, bytes.length - 1]) {
    writeFileSync(cut, bytes.subarray(0, length));
    expect(() => readTensorFile(cut)).toThrow(`${cut} is not a whole model file`);
  }
});

test('a file that is not there is named', () => {
  expect(() => readTensorFile(join(folder, 'none'))).toThrow(`There is no model at ${join(folder, 'none')}`);
});

test.each([
  { name: 'offsets that run backwards', change: { data_offsets: [16, 4] } },
  { name: 'a shape that is not its length', change: { shape: [1e9] } },
  { name: 'another type of number', change: { dtype: 'F16' } },
])('$name are refused before any memory is taken', ({ change }) => {
  const header = {
    __metadata__: { whisker: '{}' },
    values: { dtype: 'F32', shape: [1], data_offsets: [0, 4], ...change },
  };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const odd = join(folder, 'odd.safetensors');
  writeFileSync(odd, Buffer.concat([length, json, Buffer.alloc(16)]));
  expect(() => readTensorFile(odd)).toThrow('its header says nothing sensible of values');
});
