import { expect, test } from 'vitest';
import { addressOf, readAddress, type Asked } from '../../src/shared/search-address.ts';
import { asAdded } from '../../src/shared/search.ts';
import type { ClassId, PhotoId, RunId } from '../../src/shared/types.ts';

test('what is asked comes back from its address', () => {
  const asked: Asked[] = [
    { search: {}, sort: asAdded },
    { search: { name: '🐱 "a&b=c#d" שלום +%20', folder: 'a b/c' }, sort: { by: 'path', descending: true } },
    { search: { label: null, predicted: 3 as ClassId, chosen: 'audit' }, sort: { by: 'taken', descending: false } },
    { search: { run: 4 as RunId, confidence: { from: 0.5, to: null } }, sort: { by: 'added', descending: false } },
    { search: { label: 'excluded', damaged: true, type: 'jpeg' }, sort: { by: 'added', descending: true } },
    {
      search: { label: 7 as ClassId, confidence: { from: 0.8, to: 1 } },
      sort: { by: 'confidence', descending: false },
    },
    {
      search: { taken: { from: '2019-07-01', to: null } },
      sort: { by: 'alike', id: 12 as PhotoId, descending: false },
    },
    { search: { bytes: { from: null, to: 100_000 } }, sort: { by: 'size', descending: false } },
  ];
  for (const one of asked) expect(readAddress(addressOf(one))).toEqual(one);
  expect(addressOf(asked[0]!)).toBe('');
});

test('what can’t be understood of an address is left out', () => {
  const nothing = { search: {}, sort: asAdded };
  const odd = ['', '#', '#name=', '#label=cat', '#label=-1', '#sure=2..3', '#sure=..', '#taken=2019..', '#bytes=x..9'];
  const more = [
    '#sort=colour',
    '#sort=alike',
    '#like=3',
    '#chosen=guess',
    '#damaged=no',
    '#run=newest',
    '#%',
    '#folder=a%00b',
    '#a=b',
  ];
  for (const hash of [...odd, ...more, `#name=${'x'.repeat(201)}`]) expect(readAddress(hash), hash).toEqual(nothing);
  expect(readAddress('#name=cat&sure=5..6&sort=size')).toEqual({
    search: { name: 'cat' },
    sort: { by: 'size', descending: false },
  });
});
