// What may come in through a call: every name has a validator that lets the contract's inputs through and nothing else.

import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { schemas } from '../../../src/main/calls/schemas.ts';
import { callNames } from '../../../src/shared/contract.ts';
import type { CallName } from '../../../src/shared/contract.ts';

const training = {
  features: 'pixels',
  preset: 'quick',
  minutes: 3,
  seed: 1,
  device: 'auto',
  startFrom: 'scratch',
  colour: 'auto',
  mirror: true,
  accepted: 'leave-out',
};

const exportWish = { format: 'folders', what: 'both', least: 0.9, photos: { of: 'all' }, how: 'copy' };
const computer = {
  good: [
    { destination: 'lab', command: 'whisker' },
    { destination: 'ssh://me@lab:2222', command: 'npm --prefix whisker run -s whisker --' },
  ],
  bad: [
    {},
    { destination: 'lab' },
    { destination: '', command: 'whisker' },
    { destination: '-oProxyCommand=x', command: 'whisker' },
    { destination: 'lab', command: 'whisker; rm' },
    { destination: 'lab', command: 'whisker', port: 22 },
  ],
};

/** For each call that takes something: inputs it must take, and inputs it must refuse. */
const cases: Partial<Record<CallName, { good: unknown[]; bad: unknown[] }>> = {
  'folders.list': {
    good: [{ path: null }, { path: '/home' }],
    bad: [{}, { path: '' }, { path: 'a\0b' }, { path: 'x'.repeat(4097) }],
  },
  'libraries.forget': { good: [{ folder: '/photos' }], bad: [{ folder: 3 }, {}] },
  'library.open': { good: [{ folder: '/photos' }], bad: [{ folder: '' }, { folder: '/a', extra: 1 }, '/photos'] },
  'library.locate': {
    good: [{ from: '/before', folder: '/after' }],
    bad: [{ folder: '/after' }, { from: '/before', folder: '' }, { from: 3, folder: '/after' }],
  },
  'library.restore': { good: [{ folder: '/photos' }], bad: [{}, { folder: '' }, { folder: '/a', from: '/b' }] },
  'models.takeAway': {
    good: [{ run: 3, format: 'onnx', into: '/home' }],
    bad: [
      { run: 3, format: 'onnx' },
      { run: 3, format: 'h5', into: '/home' },
      { run: 0, format: 'tfjs', into: '/a' },
    ],
  },
  'imports.handIn': {
    good: [{ name: 'mine.csv', gzip: 'H4sIAAAA' }],
    bad: [{ name: 'mine.csv' }, { name: 'a', gzip: 'no base64!' }, { name: 'a', gzip: 'A'.repeat(4_000_004) }],
  },
  ...Object.fromEntries(
    (['imports.preview', 'imports.carryOut'] as const).map((name) => [
      name,
      {
        good: [
          { source: { from: 'folders' }, leftOut: null, replace: false },
          { source: { from: 'keywords' }, leftOut: ['', 'Cat'], replace: true },
          { source: { from: 'file', path: 'labels.csv' }, leftOut: [], replace: false },
          { source: { from: 'table', number: 2 }, leftOut: [], replace: false },
        ],
        bad: [
          { source: { from: 'mail' }, leftOut: null, replace: false },
          { source: { from: 'table', number: 0 }, leftOut: null, replace: false },
          { source: { from: 'file', path: 'a\0b' }, leftOut: null, replace: false },
          { source: { from: 'folders' }, leftOut: Array(10_001).fill('a'), replace: false },
          { source: { from: 'folders' }, leftOut: null },
        ],
      },
    ]),
  ),
  'pictures.handIn': {
    good: [
      { number: null, piece: '/9j/4AAQ' },
      { number: 3, piece: '/9j/4AAQ' },
    ],
    bad: [
      { piece: '/9j/' },
      { number: 0, piece: '/9j/' },
      { number: null, piece: 'A'.repeat(4_000_004) },
      { number: null, piece: 'no base64!' },
    ],
  },
  'pictures.predict': { good: [{ number: 1 }], bad: [{}, { number: 0 }, { number: '1' }] },
  'pictures.add': {
    good: [{ number: 1, classId: 2, mayMakeFolder: false }],
    bad: [
      { number: 1, classId: 2 },
      { number: 1, classId: 0, mayMakeFolder: true },
      { number: 1, classId: 2, mayMakeFolder: 'yes' },
    ],
  },
  'sorting.start': { good: [{ folder: '/photos' }], bad: [{}, { folder: '' }, { folder: 'a\0b' }] },
  'sorting.page': {
    good: [
      { job: 1, class: null, from: 0, count: 100 },
      { job: 1, class: 'Cat', from: 5, count: 1 },
    ],
    bad: [
      { job: 1, class: null, from: -1, count: 100 },
      { job: 1, class: null, from: 0, count: 1001 },
      { job: 0, class: null, from: 0, count: 1 },
      { job: 1, from: 0, count: 1 },
    ],
  },
  'sorting.problems': { good: [{ job: 1 }], bad: [{}, { job: 1.5 }] },
  'photos.list': {
    good: [
      { filter: { kind: 'all' } },
      { filter: { kind: 'class', classId: 3 } },
      { filter: { kind: 'audited' } },
      { filter: { kind: 'predicted', classId: 3 } },
      { filter: { kind: 'confusion', runId: 1, truth: 2, predicted: 3 } },
      { filter: { kind: 'confusion', runId: 1, truth: null, predicted: 3 } },
      { filter: { kind: 'confident', runId: 1, from: 0.9, to: 1 } },
      { filter: { kind: 'resorted', earlier: 1, later: 2, from: 2, into: 3 } },
      { filter: { kind: 'all' }, span: { after: null, most: 1 } },
      { filter: { kind: 'all' }, span: { after: 7, most: 200_000 } },
    ],
    bad: [
      {},
      { filter: { kind: 'everything' } },
      { filter: { kind: 'all' }, span: { after: 0, most: 1 } },
      { filter: { kind: 'all' }, span: { after: 7, most: 0 } },
      { filter: { kind: 'all' }, span: { most: 7 } },
      { filter: { kind: 'class' } },
      { filter: { kind: 'class', classId: 0 } },
      { filter: { kind: 'all', classId: 1 } },
      { filter: { kind: 'confusion', runId: 1, truth: 2 } },
      { filter: { kind: 'confident', runId: 1, from: -0.1, to: 1 } },
      { filter: { kind: 'confident', runId: 1, from: 0, to: 1.1 } },
    ],
  },
  'photos.get': { good: [{ id: 1 }], bad: [{ id: 0 }, { id: -1 }, { id: 1.5 }, { id: '1' }, { id: 2 ** 53 }] },
  'classes.create': {
    good: [{ name: 'Cat' }, { name: '🐈'.repeat(60) }, { name: 'x'.repeat(60), colour: 'blue', shape: 'star' }],
    bad: [{ name: 7 }, { name: 'x'.repeat(1001) }, { name: 'Cat', colour: 'black' }, { name: 'Cat', shape: 'blob' }],
  },
  'classes.update': {
    good: [{ id: 1 }, { id: 1, name: 'Dog' }, { id: 1, key: 'D' }, { id: 1, key: null }],
    bad: [{ name: 'Dog' }, { id: 1, removed: true }, { id: 1, key: 'd' }, { id: 1, key: 'DD' }, { id: 1, key: '1' }],
  },
  'classes.move': { good: [{ id: 1, to: 0 }], bad: [{ id: 1 }, { id: 1, to: -1 }, { id: 1, to: 0.5 }] },
  'keys.change': {
    good: [{ own: {} }, { own: { exclude: ['E'], undo: ['Mod+Shift+U', 'Space'], redo: [] } }],
    bad: [
      {},
      { own: { move: ['E'] } },
      { own: { exclude: 'E' } },
      { own: { exclude: ['Hyper+E'] } },
      { own: { a: [] } },
    ],
  },
  'classes.merge': { good: [{ from: 1, into: 2 }], bad: [{ from: 1 }, { from: 'a', into: 2 }] },
  'classes.delete': { good: [{ id: 1 }], bad: [{}, { id: null }] },
  'runs.drawings': { good: [{ id: 1 }], bad: [{}, { id: 0 }] },
  'drawings.walk': {
    good: [{ id: 1, from: 0, to: 63 }],
    bad: [
      { id: 1, from: 0 },
      { id: 1, from: -1, to: 2 },
      { id: 1, from: 0, to: 64 },
      { id: 1, from: 0.5, to: 1 },
    ],
  },
  'drawings.nearest': { good: [{ id: 1, picture: 5 }], bad: [{ id: 1 }, { id: 1, picture: 64 }] },
  'export.preview': {
    good: [
      { wish: exportWish, folder: null },
      { wish: { ...exportWish, photos: { of: 'these', photoIds: [1, 2] } }, folder: '/out' },
      {
        wish: { ...exportWish, photos: { of: 'found', filter: { kind: 'labelled' }, search: { name: 'a' } } },
        folder: '/out',
      },
    ],
    bad: [
      { wish: exportWish },
      { wish: { ...exportWish, what: 'all' }, folder: null },
      { wish: { ...exportWish, least: 1.1 }, folder: null },
      { wish: { ...exportWish, how: 'ship' }, folder: null },
      { wish: { ...exportWish, photos: { of: 'found', filter: { kind: 'all' } } }, folder: null },
      { wish: { ...exportWish, format: '' }, folder: null },
    ],
  },
  'export.start': {
    good: [
      { wish: exportWish, folder: '/out', name: 'sorted' },
      { wish: { ...exportWish, how: 'sidecars' }, folder: null, name: '' },
    ],
    bad: [
      { wish: exportWish, folder: '/out' },
      { wish: exportWish, folder: '/out', name: 'a'.repeat(121) },
      { wish: exportWish, folder: '', name: 'a' },
    ],
  },
  'export.link': { good: [exportWish], bad: [{}, { ...exportWish, folder: '/out' }] },
  'export.revert': { good: [{ id: 'move-1.jsonl' }], bad: [{}, { id: '' }, { id: 3 }] },
  'export.picture': {
    good: [{ name: 'run 1 curves', png: 'iVBORw0KGgoAAAANSUhEUg==' }],
    bad: [
      { name: 'a', png: 'PHN2Zz48L3N2Zz4=' },
      { name: '', png: 'iVBORw0KGgoAAAANSUhEUg==' },
      { name: 'x'.repeat(121), png: 'iVBORw0KGgoAAAANSUhEUg==' },
      { name: 'a', png: `iVBORw0KGg${'A'.repeat(4_000_000)}` },
      { name: 'a', png: 'iVBORw0KGg<script>' },
    ],
  },
  'training.chooseWay': {
    good: [{ features: null }, { features: 'pixels' }, { features: 'backbone' }],
    bad: [{}, { features: 'magic' }],
  },
  'labels.set': {
    good: [
      { photoIds: [], label: null, source: 'person', chosen: 'hand' },
      { photoIds: [1, 2], label: 3, source: 'suggestion', chosen: 'suggested' },
      { photoIds: [1], label: 'excluded', source: 'person', chosen: 'hand' },
      { photoIds: [1, 2], label: 3, source: 'person', chosen: 'suggested', audited: [2] },
    ],
    bad: [
      { photoIds: [1], label: 3, source: 'import', chosen: 'hand' },
      { photoIds: [1], label: 3, source: 'person' },
      { photoIds: [1], label: 3, source: 'person', chosen: 'import' },
      { photoIds: [1], label: 3, source: 'person', chosen: 'unknown' },
      { photoIds: [1, 0], label: 3, source: 'person', chosen: 'hand' },
      { photoIds: new Array(200_001).fill(1), label: 3, source: 'person', chosen: 'hand' },
      { photoIds: [1], label: 3, source: 'person', chosen: 'suggested', audited: [0] },
      { photoIds: { length: 1, 0: 1 }, label: 3, source: 'person', chosen: 'hand' },
    ],
  },
  'computers.save': computer,
  'computers.remove': { good: [{ destination: 'lab' }], bad: [{}, { destination: '-oProxyCommand=x' }] },
  'computers.test': computer,
  'training.start': {
    good: [
      training,
      { ...training, computer: 'me@lab' },
      { ...training, features: 'backbone' },
      { ...training, minutes: 1440, seed: 2 ** 31 - 1 },
    ],
    bad: [
      { ...training, computer: '-oProxyCommand=x' },
      { ...training, minutes: 0 },
      { ...training, minutes: NaN },
      { ...training, minutes: 1441 },
      { ...training, seed: -1 },
      { ...training, seed: 0.5 },
      { ...training, device: 'tpu' },
      { ...training, features: 'words' },
      { ...training, mirror: 1 },
      { ...training, modelDir: '/etc' },
      { ...training, accepted: true },
    ],
  },
  'backbone.choose': {
    good: [
      { path: '/models/mobilenet', inputRange: null },
      { path: '/models/mobilenet', inputRange: 'zero-to-one' },
    ],
    bad: [{ folder: '/models' }, { folder: '', inputRange: null }, { folder: '/models', inputRange: 'bytes' }],
  },
  'backbone.download': { good: [{ id: 'mobilenet' }], bad: [{}, { id: 1 }, { id: 'x'.repeat(101) }] },
  'training.stop': { good: [{ keep: true }, { keep: false }], bad: [undefined, {}, { keep: 1 }] },
  'runs.compare': { good: [{ earlier: 1, later: 2 }], bad: [{ earlier: 1 }, { earlier: 0, later: 2 }, {}] },
  'runs.receipt': { good: [{ id: 2 }], bad: [{}, { id: 0 }] },
  'runs.receiptPhotos': {
    good: [
      { id: 2, part: 'fixes' },
      { id: 2, part: 'became-wrong' },
    ],
    bad: [{ id: 2 }, { id: 2, part: 'all' }],
  },
  'runs.resume': { good: [{ id: 1 }, { id: 1, here: true }], bad: [{ id: 0 }, {}, { id: 1, here: false }] },
  'runs.use': { good: [{ id: 1 }], bad: [{ id: 1.5 }, {}] },
  'runs.edit': {
    good: [{ id: 1, note: 'With the blurred ones left out' }, { id: 1, pinned: true }, { id: 1 }],
    bad: [{ note: 'no run' }, { id: 1, note: 'x'.repeat(501) }, { id: 1, pinned: 'yes' }],
  },
  'runs.delete': { good: [{ id: 1 }], bad: [{ id: -1 }, {}] },
  'runs.restore': { good: [{ id: 1 }], bad: [{ id: 'all' }, {}] },
  'runs.measured': { good: [{ id: 1 }], bad: [{ id: 0 }, {}] },
  'runs.repeat': { good: [{ id: 1 }], bad: [{ id: 0 }, {}, { id: 1, seed: 2 }] },
  'runs.get': { good: [{ id: 1 }], bad: [{ id: '1; DROP TABLE run' }] },
  'review.list': {
    good: [{ order: 'suspicion' }, { order: 'class', classId: 1 }],
    bad: [{ order: 'class' }, { order: 'suspicion', classId: 1 }, { order: 'random' }],
  },
  'app.diagnostics': { good: [{ names: false }], bad: [{}, { names: 'yes' }] },
  'live.set': { good: [{ on: true }, { on: false }], bad: [{}, { on: 1 }, undefined] },
  'archive.preview': {
    good: [{ path: '/home/ada/pets.whisker', folder: '/photos' }],
    bad: [{ path: '', folder: '/photos' }, { path: 'a\0b', folder: '/photos' }, { path: '/a' }, '/a'],
  },
  'archive.open': {
    good: [
      { path: '/a.whisker', folder: '/photos', conflicts: null },
      { path: '/a.whisker', folder: '/photos', conflicts: 'unsure' },
    ],
    bad: [
      { path: '/a.whisker', folder: '/photos' },
      { path: '/a.whisker', folder: '/photos', conflicts: 'yours' },
      { path: '/a.whisker', conflicts: null },
    ],
  },
  'watch.set': { good: [{ on: true }, { on: false }], bad: [{}, { on: 'off' }, undefined] },
  'suggestions.list': {
    good: [{ count: 1 }, { count: 1000 }],
    bad: [{}, { count: 0 }, { count: 1001 }, { count: 1.5 }],
  },
  'photos.alike': { good: [{ id: 1, count: 100 }], bad: [{ id: 1 }, { id: 0, count: 5 }, { id: 1, count: -1 }] },
  'photos.exif': { good: [{ id: 1 }], bad: [{}, { id: 0 }, { id: 1, path: '/etc/passwd' }] },
  'photos.find': {
    good: [
      { search: {}, sort: { by: 'added', descending: false } },
      { search: { name: '" OR (*', folder: 'a/b' }, sort: { by: 'alike', id: 3, descending: true } },
      { search: { label: null, predicted: 2, chosen: 'audit' }, sort: { by: 'path', descending: true } },
      { search: { confidence: { from: 0.5, to: null } }, sort: { by: 'confidence', descending: false } },
      { search: { run: 3, predicted: 2 }, sort: { by: 'confidence', descending: false } },
      { search: { taken: { from: '2019-07-01', to: null } }, sort: { by: 'taken', descending: false } },
      { search: { type: 'jpeg', bytes: { from: 0, to: 9 }, damaged: true }, sort: { by: 'size', descending: false } },
    ],
    bad: [
      { search: {} },
      { search: { name: '' }, sort: { by: 'added', descending: false } },
      { search: { name: 'x'.repeat(201) }, sort: { by: 'added', descending: false } },
      { search: { colour: 'red' }, sort: { by: 'added', descending: false } },
      { search: { run: 'newest' }, sort: { by: 'added', descending: false } },
      { search: { label: 'Cat' }, sort: { by: 'added', descending: false } },
      { search: { confidence: { from: 2, to: null } }, sort: { by: 'added', descending: false } },
      { search: { taken: { from: 'July', to: null } }, sort: { by: 'added', descending: false } },
      { search: { bytes: { from: 0.5, to: null } }, sort: { by: 'added', descending: false } },
      { search: {}, sort: { by: 'alike', descending: false } },
      { search: {}, sort: { by: 'colour', descending: false } },
      { search: {}, sort: { by: 'path' } },
    ],
  },
  'views.save': {
    good: [{ name: 'Cats', search: { name: 'cat' }, sort: { by: 'path', descending: false } }],
    bad: [
      { name: 'Cats', search: {} },
      { search: {}, sort: { by: 'path', descending: false } },
    ],
  },
  'views.rename': { good: [{ id: 1, name: 'Cats' }], bad: [{ id: 0, name: 'Cats' }, { id: 1 }] },
  'views.delete': { good: [{ id: 1 }], bad: [{}, { id: 'Cats' }] },
  'piles.arrange': { good: [{ piles: null }, { piles: 2 }, { piles: 12 }], bad: [{ piles: 1 }, { piles: 13 }, {}] },
  'piles.split': { good: [{ pile: 1 }], bad: [{ pile: 0 }, {}] },
  'piles.merge': { good: [{ from: 1, into: 2 }], bad: [{ from: 1 }, { from: 'a', into: 2 }] },
  'piles.setAside': { good: [{ pile: 1 }], bad: [{ pile: null }] },
  'piles.photos': { good: [{ pile: 1 }], bad: [{ pile: '1' }] },
  'piles.name': {
    good: [{ pile: 1, name: 'Cat', photoIds: [1, 2] }],
    bad: [
      { pile: 1, name: 'Cat' },
      { pile: 1, photoIds: [] },
      { pile: 1, name: 'Cat', photoIds: Array(25).fill(1) },
    ],
  },
  'history.list': {
    good: [{ from: 0, count: 100 }],
    bad: [{ from: -1, count: 1 }, { from: 0, count: 0 }, { from: 0, count: 201 }, { from: 0 }],
  },
  'history.jump': { good: [{ to: null }, { to: 7 }], bad: [{}, { to: 0 }] },
  'history.takeBack': { good: [{ id: 7 }], bad: [{ id: null }, {}] },
  'review.keepLabel': {
    good: [{ photoId: 1, classId: 2 }],
    bad: [{ photoId: 1 }, { photoId: 1, classId: 'excluded' }],
  },
  'review.refuse': {
    good: [{ photoIds: [1, 3], classId: 2 }],
    bad: [{ photoIds: [1] }, { photoIds: [1], classId: 'Cat' }, { photoIds: [0], classId: 2 }],
  },
  'review.surest': { good: [{ classId: 1 }], bad: [{}, { classId: 0 }] },
  'review.acceptTop': {
    good: [{ runId: 1, classId: 2, count: 10_000 }],
    bad: [
      { classId: 2, count: 1 },
      { runId: 1, classId: 2, count: 0 },
      { runId: 1, classId: 2, count: 1.5 },
    ],
  },
  'review.alike': { good: [{ photoId: 1 }], bad: [{}, { photoId: -1 }] },
};

const accepts = (name: CallName, input: unknown) => v.safeParse(schemas[name], input).success;

test('every call of the contract has a validator', () => {
  expect(Object.keys(schemas).sort()).toEqual([...callNames].sort());
});

describe.each(callNames)('%s', (name) => {
  const { good, bad } = cases[name] ?? { good: [undefined, null], bad: [{}, 0, '', []] };

  test('takes what the contract says', () => {
    for (const input of good) expect(accepts(name, input), JSON.stringify(input)).toBe(true);
  });

  test('refuses everything else with a sentence', () => {
    for (const input of bad) {
      const result = v.safeParse(schemas[name], input);
      expect(result.success, JSON.stringify(input)?.slice(0, 80)).toBe(false);
      expect(result.issues?.[0].message).toMatch(/^(must|takes|is) /);
    }
  });

  test('survives hostile input', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withSparseArray: true }), (input) => {
        if (input !== undefined && input !== null) expect(accepts(name, input)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});

test('an input with an own __proto__ is refused', () => {
  expect(accepts('photos.get', JSON.parse('{"id":1,"__proto__":{"admin":true}}'))).toBe(false);
});

test('labelling 200,000 photos is validated in a fraction of a second', () => {
  const input = {
    photoIds: Array.from({ length: 200_000 }, (_, i) => i + 1),
    label: 1,
    source: 'person',
    chosen: 'hand',
  };
  const startedAt = process.cpuUsage();
  expect(accepts('labels.set', input)).toBe(true);
  expect(process.cpuUsage(startedAt).user / 1000).toBeLessThan(300);
});
