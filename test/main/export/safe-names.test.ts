import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createNamer, safeName } from '../../../src/main/export/safe-names.ts';

test.each([
  ['Cat', 'Cat'],
  ['näh ü 日本', 'näh ü 日本'],
  ['a.b.jpg', 'a.b.jpg'],
  ['../x', '__x'],
  ['..', '_'],
  ['.', '_'],
  ['', '_'],
  ['   ', '_'],
  ['.git', '_git'],
  ['a/b\\c', 'a_b_c'],
  ['what? "this": <that>|*', 'what_ _this__ _that___'],
  ['ends. . .', 'ends'],
  ['photo .jpg', 'photo .jpg'],
  ['CON', 'CON_'],
  ['con.jpg', 'con_.jpg'],
  ['Com1', 'Com1_'],
  ['lpt9.tar.gz', 'lpt9_.tar.gz'],
  ['console', 'console'],
  ['new\nline\0.jpg', 'new_line_.jpg'],
  ['left\u202eto right', 'left_to right'],
])('%j is called %j', (name, safe) => {
  expect(safeName(name)).toBe(safe);
});

test('whatever a class or a file is called, its name is one that every system takes, and safe as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
      const safe = safeName(name);
      expect(safe).not.toMatch(/[/\\:*?"<>|\p{Cc}]|^\.|^\s|[\s.]$|^$/u);
      expect(safe).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
      expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(255);
      expect(safeName(safe)).toBe(safe);
    }),
    { numRuns: 3000 },
  );
});

test('no two names of a folder are one, also where case and the way to write accents make no difference', () => {
  const namer = createNamer();
  const asked = [
    'a.jpg',
    'A.JPG',
    'a.jpg',
    'a (2).jpg',
    'é.jpg',
    'é'.normalize('NFD') + '.jpg',
    'x/y',
    'x:y',
    'CON',
    'con',
  ];
  expect(asked.map((name) => namer.name(name))).toEqual([
    ...['a.jpg', 'A (2).JPG', 'a (3).jpg', 'a (2) (2).jpg', 'é.jpg', 'é (2).jpg'.replace('é', 'é'.normalize('NFD'))],
    ...['x_y', 'x_y (2)', 'CON_', 'con_ (2)'],
  ]);
});

test('a long name keeps its extension', () => {
  const safe = safeName(`${'日'.repeat(200)}.jpeg`);
  expect(safe).toMatch(/^日+\.jpeg$/);
  expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200);
});
