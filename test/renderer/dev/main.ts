// The renderer over the fake bridge, to look at without main: `npx vite test/renderer/dev`, with the scene in the query
// (?photos=4000&labelled=30&scene=open); &piles=200,120,80, with &mixed or &since=40.

import { mount } from 'svelte';
import App from '../../../src/renderer/app/App.svelte';
import '../../../src/renderer/ui/tokens.css';
import '../../../src/renderer/ui/base.css';
import { suggestionReasons, type LiveState } from '../../../src/shared/live.ts';
import type { ClassId, PhotoId, Problem, ProblemCode } from '../../../src/shared/types.ts';
import './cut-off.ts';
import { createFakeBridge, type FakeBridge } from '../fake-bridge.ts';

declare global {
  interface Window {
    fake: FakeBridge;
  }
}

const query = new URLSearchParams(location.search);
const number = (name: string, otherwise: number) => Number(query.get(name) ?? otherwise);

const reasons: [ProblemCode, string, number][] = [
  ['damaged', 'The picture data are damaged.', 7],
  ['truncated', 'The file ends before the picture does.', 4],
  ['not-an-image', 'The file holds no picture.', 3],
  ['unsupported-format', 'Camera raw files can’t be read yet.', 12],
  ['empty', 'The file is empty.', 2],
];
const problems = reasons.flatMap(([code, reason, count]): Problem[] =>
  Array.from({ length: count }, (_, i) => ({
    path: `beds/2026-0${(i % 8) + 1}/DSC_${4100 + i * 7}.${code === 'unsupported-format' ? 'NEF' : 'jpg'}`,
    code,
    reason,
  })),
);

const sizes = query.get('piles')?.split(',').map(Number).filter(Boolean) ?? [];
const piles = sizes.length > 0 && {
  piles: { sizes, sureness: [0.9, 0.7, 0.4], separates: !query.has('mixed'), since: number('since', 0) },
};

const photos = number('photos', 400);
const ids = Array.from({ length: photos }, (_, i) => (i + 1) as PhotoId);
/** Every photo looks like one of the first three classes. */
const guesses: LiveState = {
  status: 'ready',
  predictions: {
    ids,
    classIds: ids.map((id) => (((id * 7) % 3) + 1) as ClassId),
    confidences: ids.map((id) => 0.5 + (id % 50) / 100),
  },
  run: null,
  counts: { 1: Math.ceil(photos / 3), 2: Math.floor(photos / 3), 3: Math.floor(photos / 3) },
  estimate: query.get('guesses') === 'unmeasured' ? null : { accuracy: 0.97, low: 0.884, high: 0.998, n: 12 },
  labels: 12,
  problem: query.get('guesses') === 'problem' ? 'The trainer process ended unexpectedly. Label another photo.' : null,
};

window.fake = createFakeBridge({
  photos,
  labelled: number('labelled', 0),
  ...(query.has('elsewhere') && { elsewhere: number('elsewhere', 2) }),
  classes: query.get('classes')?.split(',').filter(Boolean) ?? ['Rose', 'Tulip', 'Sunflower'],
  open: query.get('scene') !== 'open',
  host: query.get('host') === 'desktop' ? 'desktop' : 'web',
  problems: query.has('problems') ? problems : [],
  delayMs: number('delay', 0),
  ...(query.has('looking') && {
    features: {
      status: 'looking',
      done: number('looking', 120),
      total: number('photos', 400),
      etaSeconds: 9,
      paused: query.has('paused'),
    },
  }),
  ...piles,
  ...(query.has('guesses') && {
    live: guesses,
    features: { status: 'ready', photos },
    suggestions: ids.map((id) => ({
      photoId: (((id * 37) % photos) + 1) as PhotoId,
      reason: suggestionReasons[id % suggestionReasons.length] ?? 'typical',
    })),
  }),
  recent: query.has('recent')
    ? [
        {
          name: 'Garden 2026',
          folder: '/home/ada/Pictures/Garden 2026',
          photos: 4120,
          labelled: 318,
          openedAt: '2026-11-22T09:10:00Z',
          available: true,
        },
        {
          name: 'Mushrooms of the north',
          folder: '/home/ada/Pictures/Mushrooms of the north',
          photos: 18204,
          labelled: 96,
          openedAt: '2026-11-12T19:10:00Z',
          available: true,
        },
        {
          name: 'NIKON',
          folder: '/media/ada/NIKON/DCIM',
          photos: 622,
          labelled: 0,
          openedAt: '2026-08-02T07:10:00Z',
          available: false,
        },
      ]
    : [],
});

const target = document.getElementById('app');
if (target) mount(App, { target, props: { transport: window.fake } });
