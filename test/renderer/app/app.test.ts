import { beforeEach, describe, expect, it, vi } from 'vitest';
import { only } from '../../../src/renderer/grid/selection.ts';
import { App } from '../../../src/renderer/app/app.svelte.ts';
import type { Outcome } from '../../../src/shared/outcome.ts';
import { labelCode, type ClassId, type Label, type PhotoId } from '../../../src/shared/types.ts';
import { createFakeBridge, nextOutcome, type FakeBridge, type FakeOptions } from '../fake-bridge.ts';

const id = (number: number) => number as PhotoId;
const [cat, dog] = [1, 2] as ClassId[] as [ClassId, ClassId];

async function started(options: FakeOptions = {}) {
  const fake = createFakeBridge({ photos: 10, classes: ['Cat', 'Dog'], ...options });
  const app = new App(fake);
  app.start();
  await vi.waitFor(() => expect(app.ready && (app.library === null || app.photos.loaded)).toBe(true));
  return { fake, app };
}

/** The reply of main, whose event is lost. */
const outcomeOf = (ids: PhotoId[], label: Label): Outcome => ({
  number: nextOutcome(),
  ids,
  labels: ids.map(() => labelCode(label)),
  classes: null,
  refusals: [],
  keeps: [],
  counts: {
    photos: 4,
    labelled: 1,
    unlabelled: 3,
    excluded: 0,
    none: 0,
    unsure: 0,
    audited: 0,
    problems: 0,
    byClass: {},
    acceptedByClass: {},
    predictedByClass: {},
  },
  undo: { undo: 'Label 1 photo as Cat', redo: null },
});

beforeEach(() => localStorage.clear());

describe('labelling', () => {
  it('shows a label as being stored until main has stored it', async () => {
    let store: () => void = () => {};
    const stored = new Promise<void>((resolve) => (store = resolve));
    const { app } = await started({
      handlers: {
        'labels.set': async ({ photoIds, label }) => {
          await stored;
          return outcomeOf(photoIds, label);
        },
      },
    });
    app.photos.selection = only(id(3));
    const labelled = app.labelSelected(cat);
    await Promise.resolve();
    expect(app.photos.storingOf(id(3))).toBe(cat);
    expect(app.photos.storingOf(id(2))).toBeUndefined();
    expect(app.photos.codeOf(id(3))).toBe(0);
    expect(app.counts.labelled).toBe(0);
    store();
    await labelled;
    expect(app.photos.storingOf(id(3))).toBeUndefined();
    expect(app.photos.codeOf(id(3))).toBe(cat);
  });

  it('acts on what the press before left selected, however fast they come', async () => {
    const { app, fake } = await started({ delayMs: 5 });
    app.show({ kind: 'unlabelled' });
    app.photos.selection = only(id(1));
    await Promise.all([app.labelSelected(cat), app.labelSelected(dog), app.labelSelected(cat)]);
    expect(fake.state.labels.slice(0, 4)).toEqual([cat, dog, cat, 0]);
    expect([...app.photos.selection.ids]).toEqual([4]);
  });

  it('leaves a photo selected where its label does not take it off the screen', async () => {
    const { app } = await started();
    app.photos.selection = only(id(2));
    await app.labelSelected(dog);
    expect([...app.photos.selection.ids]).toEqual([2]);
    expect(app.counts.byClass).toEqual({ [dog]: 1 });
  });

  it('excludes, and takes it back when everything selected is excluded already', async () => {
    const { app, fake } = await started();
    app.photos.selection = { ...only(id(1)), ids: new Set([id(1), id(2)]) };
    await app.labelSelected('excluded');
    expect(fake.state.labels.slice(0, 2)).toEqual([-1, -1]);
    await app.labelSelected('excluded');
    expect(fake.state.labels.slice(0, 2)).toEqual([0, 0]);
  });

  it('says why a label could not be stored, and shows none', async () => {
    const { app } = await started({
      handlers: {
        'labels.set': () => {
          throw new Error('The disk is full.');
        },
      },
    });
    app.photos.selection = only(id(1));
    await app.labelSelected(cat);
    expect(app.photos.codeOf(id(1))).toBe(0);
    expect(app.photos.storingOf(id(1))).toBeUndefined();
    expect(app.toasts.list.map(({ message }) => message)).toEqual(['Not saved. The disk is full.']);
  });
});

describe('a label given while main can’t be reached', () => {
  it('is said to be lost, each time, and is not shown', async () => {
    const { app, fake } = await started();
    fake.setConnection('lost');
    app.photos.selection = only(id(1));
    await app.labelSelected(cat);
    expect(app.toasts.list).toMatchObject([{ kind: 'error', message: 'Not saved. Whisker can’t be reached.' }]);
    expect(app.photos.codeOf(id(1))).toBe(0);
    const first = app.toasts.list[0]?.id;
    await app.labelSelected(dog);
    expect(app.toasts.list).toHaveLength(1);
    expect(app.toasts.list[0]?.id).not.toBe(first);
  });
});

describe('undo', () => {
  it('brings back the photo that left, selected, and says what was undone', async () => {
    const { app } = await started();
    app.show({ kind: 'unlabelled' });
    app.photos.selection = only(id(1));
    await app.labelSelected(cat);
    expect(app.undoState.undo).toBe('Label 1 photo as Cat');
    await app.undo();
    expect(app.photos.shown.ids[0]).toBe(1);
    expect([...app.photos.selection.ids]).toEqual([1]);
    expect(app.toasts.list[0]?.message).toBe('Undone: Label 1 photo as Cat');
    await app.redo();
    expect(app.photos.codeOf(id(1))).toBe(cat);
  });
});

describe('filters', () => {
  it('answer from what is known, without asking main', async () => {
    const { app, fake } = await started({ labelled: 3 });
    const asked = fake.calls.length;
    app.show({ kind: 'class', classId: cat });
    expect(app.photos.shown.ids).toEqual([1, 3]);
    app.show({ kind: 'labelled' });
    expect(app.photos.shown.ids).toEqual([1, 2, 3]);
    app.show({ kind: 'excluded' });
    expect(app.photos.shown.ids).toEqual([]);
    expect(fake.calls).toHaveLength(asked);
  });

  it('ask main for what rests on predictions, and drop photos that get a label', async () => {
    const { app } = await started({
      handlers: {
        'photos.list': ({ filter }) => {
          const ids = (filter.kind === 'predicted' ? [2, 5] : [1, 2, 3, 4, 5]).map(id);
          const ones = ids.map(() => 1);
          return { ids, names: ids.map(String), widths: ones, heights: ones, labels: ids.map(() => 0) };
        },
      },
    });
    app.show({ kind: 'predicted', classId: cat });
    expect(app.photos.waiting).toBe(true);
    await vi.waitFor(() => expect(app.photos.shown.ids).toEqual([2, 5]));
    app.photos.selection = only(id(2));
    await app.labelSelected(dog);
    expect(app.photos.shown.ids).toEqual([5]);
  });
});

describe('what main tells', () => {
  it('adds new photos at the end and counts them', async () => {
    const { app, fake } = await started();
    fake.addPhotos(5);
    expect(app.photos.shown.ids).toHaveLength(15);
    expect(app.counts.photos).toBe(15);
    expect(app.counts.unlabelled).toBe(15);
  });

  it('takes photos away that are gone, and selects no neighbour in their place', async () => {
    const { app, fake } = await started();
    app.photos.selection = only(id(4));
    fake.emit('photos.removed', { ids: [id(4)] });
    expect(app.photos.shown.ids).not.toContain(4);
    expect([...app.photos.selection.ids]).toEqual([]);
  });

  const said = (app: App) => app.toasts.list.map(({ message }) => message);

  it('says at the end of a scan that was asked for what it found, once, in whichever order the news come', async () => {
    for (const stateFirst of [true, false]) {
      const { app, fake } = await started();
      await app.scan.again();
      fake.setScan({ phase: 'reading' });
      const end = { added: 3, removed: 2, phase: 'done' } as const;
      if (stateFirst) fake.setScan(end, { quiet: true });
      else fake.setScan(end);
      fake.announce();
      if (stateFirst) fake.setScan(end);
      expect(said(app)).toEqual(['3 new photos, 2 gone.']);
    }
  });

  it('says when a scan that was asked for found nothing, and nothing of one that was not', async () => {
    const { app, fake } = await started();
    fake.setScan({ phase: 'reading' });
    fake.setScan({ phase: 'done', added: 12 });
    expect(said(app)).toEqual([]);
    await app.scan.again();
    fake.setScan({ phase: 'listing', added: 0 });
    fake.setScan({ phase: 'done' });
    expect(said(app)).toEqual(['Nothing new.']);
  });

  it('offers to scan again when a scan failed, also where only the state tells', async () => {
    const { app, fake } = await started();
    fake.setScan({ phase: 'reading' });
    fake.setScan({ phase: 'failed', error: 'The disk is full.' }, { quiet: true });
    fake.announce();
    expect(app.toasts.list[0]).toMatchObject({ message: 'The disk is full.', action: { label: 'Scan again' } });
  });

  it('is asked again in full after a lost connection', async () => {
    const { app, fake } = await started();
    fake.setConnection('lost');
    expect(app.connection).toBe('lost');
    fake.state.labels[0] = cat;
    fake.setConnection('online');
    await vi.waitFor(() => expect(app.photos.codeOf(id(1))).toBe(cat));
    expect(app.connection).toBe('online');
    expect(app.counts.labelled).toBe(1);
  });

  it('starts afresh when another library is opened', async () => {
    const { app } = await started();
    app.show({ kind: 'unlabelled' });
    app.view = 'train';
    app.photos.selection = only(id(2));
    await app.openSample();
    expect(app.view).toBe('label');
    expect(app.shown).toEqual({ kind: 'all' });
    expect(app.photos.selection.ids.size).toBe(0);
    await vi.waitFor(() => expect(app.photos.loaded).toBe(true));
  });

  it('says why a folder could not be opened', async () => {
    const { app } = await started({ open: false });
    expect(await app.openFolder('/missing')).toBe(false);
    expect(app.toasts.list[0]).toMatchObject({ kind: 'error', remedy: 'Check that the drive is connected.' });
    expect(app.opening).toBe(false);
  });
});

describe('a library that another window', () => {
  const garden = { name: 'Garden 2026', folder: '/home/ada/Pictures/Garden 2026' };
  const elsewhere = (fake: FakeBridge, name: 'library.close' | 'library.openSample') =>
    fake.call(name, undefined).then(() => fake.announce());

  it('closed or changed is remembered until it is open again or something else is chosen', async () => {
    for (const name of ['library.close', 'library.openSample'] as const) {
      const { app, fake } = await started();
      await elsewhere(fake, name);
      expect(app.takenAway).toEqual(garden);
      expect(app.library?.name).toBe(name === 'library.close' ? undefined : 'Sample shapes');
      await app.openFolder(garden.folder);
      expect([app.takenAway, app.library?.name]).toEqual([null, 'Garden 2026']);
      await elsewhere(fake, name);
      app.acceptTakenAway();
      expect(app.takenAway).toBeNull();
    }
  });

  it('opened again there comes back here', async () => {
    const { app, fake } = await started();
    await elsewhere(fake, 'library.close');
    await fake.call('library.open', { folder: garden.folder });
    fake.announce();
    expect([app.takenAway, app.library?.name]).toEqual([null, 'Garden 2026']);
  });

  it('did not touch is closed here without a word, and so is everything on the desktop', async () => {
    const { app } = await started();
    await app.closeLibrary();
    expect([app.takenAway, app.library]).toEqual([null, null]);
    const desktop = await started({ host: 'desktop' });
    await elsewhere(desktop.fake, 'library.openSample');
    expect([desktop.app.takenAway, desktop.app.library?.name]).toEqual([null, 'Sample shapes']);
  });

  it('closed while the connection was lost is noticed afterwards', async () => {
    const { app, fake } = await started();
    fake.setConnection('lost');
    fake.closeElsewhere();
    fake.setConnection('online');
    await vi.waitFor(() => expect(app.takenAway).toEqual(garden));
  });
});

describe('copying diagnostics', () => {
  it('asks for them without names and puts them on the clipboard as text', async () => {
    const writeText = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    const { fake, app } = await started();
    await app.copyDiagnostics();
    expect(fake.calls.at(-1)).toEqual({ name: 'app.diagnostics', input: { names: false } });
    expect(writeText).toHaveBeenCalledWith(expect.stringMatching(/^Whisker 0\.1\.0, web\n/));
    expect(app.toasts.list.at(-1)).toMatchObject({ kind: 'done' });
  });

  it('says what to do instead where the clipboard is not open to it', async () => {
    vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('denied'));
    const { app } = await started();
    await app.copyDiagnostics();
    expect(app.toasts.list.at(-1)).toMatchObject({ kind: 'error', remedy: expect.stringContaining('diagnose') });
  });
});
