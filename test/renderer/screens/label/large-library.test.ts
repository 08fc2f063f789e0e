import { beforeEach, expect, test, vi } from 'vitest';
import { App } from '../../../../src/renderer/app/app.svelte.ts';
import { only } from '../../../../src/renderer/grid/selection.ts';
import type { Input } from '../../../../src/shared/contract.ts';
import type { ClassId, PhotoId, PhotoPage } from '../../../../src/shared/types.ts';
import { createFakeBridge } from '../../fake-bridge.ts';

const id = (number: number) => number as PhotoId;
const cat = 1 as ClassId;

/** Photos first … last, as main lists them. */
function pageOf(first: number, last: number): PhotoPage {
  const ids = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => id(first + i));
  const ones = ids.map(() => 1);
  return { ids, names: ids.map((one) => `${one}.jpg`), widths: ones, heights: ones, labels: ids.map(() => 0) };
}

/** A library whose list comes no further than its first span until `goOn` is called. */
function largeLibrary(count: number) {
  let there = count;
  let { promise: going, resolve: goOn } = Promise.withResolvers<Error | undefined>();
  const fake = createFakeBridge({
    photos: 10,
    classes: ['Cat'],
    handlers: {
      'photos.list': async ({ span }: Input<'photos.list'>) => {
        const { after, most } = span ?? { after: null, most: Infinity };
        const failure = after === null ? undefined : await going;
        if (failure) throw failure;
        return pageOf((after ?? 0) + 1, Math.min(there, (after ?? 0) + most));
      },
    },
  });
  const app = new App(fake);
  app.start();
  return {
    ...{ fake, app },
    goOn: (failure?: Error) => goOn(failure),
    hold: () => void ({ promise: going, resolve: goOn } = Promise.withResolvers<Error | undefined>()),
    add: () => fake.emit('photos.added', pageOf(++there, there)),
  };
}

const isInOrder = (ids: readonly PhotoId[]) => ids.every((one, i) => one === i + 1);

beforeEach(() => localStorage.clear());

test('the first photos of many are there, and can be labelled, before the others have come', async () => {
  const { app, fake, goOn, add } = largeLibrary(130_000);
  await vi.waitFor(() => expect(app.photos.shown.ids).toHaveLength(2000));
  expect(app.photos).toMatchObject({ loaded: false, waiting: false });
  app.photos.selection = only(id(5));
  await app.labelSelected(cat);
  expect(fake.calls.findLast(({ name }) => name === 'labels.set')?.input).toMatchObject({ photoIds: [5] });
  add();
  goOn();
  await vi.waitFor(() => expect(app.photos.loaded).toBe(true));
  await vi.waitFor(() => expect(app.photos.shown.ids).toHaveLength(130_001));
  expect(isInOrder(app.photos.shown.ids)).toBe(true);
  expect(app.photos.codeOf(id(5))).toBe(cat);
  add();
  expect(app.photos.shown.ids).toHaveLength(130_002);
});

test('a photo that comes back while the list comes is there, though the list has passed its place', async () => {
  const { app, fake, goOn } = largeLibrary(30_000);
  await vi.waitFor(() => expect(app.photos.shown.ids).toHaveLength(2000));
  fake.emit('photos.removed', { ids: [id(7), id(9000)] });
  fake.emit('photos.added', pageOf(7, 7));
  fake.emit('photos.added', pageOf(9000, 9000));
  goOn();
  await vi.waitFor(() => expect(app.photos.loaded).toBe(true));
  await vi.waitFor(() => expect(app.photos.shown.ids).toHaveLength(30_000));
  expect(new Set(app.photos.shown.ids).size).toBe(30_000);
});

test('where nothing of what is asked for has come yet, it is awaited', async () => {
  const { app, goOn } = largeLibrary(30_000);
  await vi.waitFor(() => expect(app.photos.shown.ids).toHaveLength(2000));
  app.show({ kind: 'class', classId: cat });
  expect(app.photos).toMatchObject({ loaded: false, waiting: true });
  goOn();
  await vi.waitFor(() => expect(app.photos.waiting).toBe(false));
  expect(app.photos.shown.ids).toEqual([]);
});

test('photos that could not be listed to the end are not shown in part, and come when they are asked for again', async () => {
  const { app, goOn, hold } = largeLibrary(30_000);
  await vi.waitFor(() => expect(app.photos.shown.ids).toHaveLength(2000));
  goOn(new Error('The disk is full.'));
  await vi.waitFor(() => expect(app.photos.failure?.message).toContain('The disk is full.'));
  expect(app.photos.shown.ids).toEqual([]);
  hold();
  const again = app.photos.load();
  await again;
  expect(app.photos.shown.ids).toHaveLength(2000);
  goOn();
  await vi.waitFor(() => expect(app.photos.shown.ids).toHaveLength(30_000));
});

test('a label that takes no photo off the list leaves the list as it is, and one that does renews it', async () => {
  const { app, goOn } = largeLibrary(5000);
  goOn();
  await vi.waitFor(() => expect(app.photos.shown.ids).toHaveLength(5000));
  const { shown, cards } = app.photos;
  app.photos.selection = only(id(7));
  await app.labelSelected(cat);
  expect(app.photos.codeOf(id(7))).toBe(cat);
  expect(app.photos.shown).toBe(shown);
  expect(app.photos.cards).toBe(cards);
  app.show({ kind: 'unlabelled' });
  app.photos.selection = only(id(8));
  await app.labelSelected(cat);
  expect(app.photos.shown.ids).toHaveLength(4998);
  expect(app.photos.selected).toEqual([9]);
});
