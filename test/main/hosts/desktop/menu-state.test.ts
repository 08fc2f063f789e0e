import { beforeEach, expect, test, vi } from 'vitest';
import type { MenuState } from '../../../../src/main/hosts/desktop/menu-state.ts';
import { watchMenuState } from '../../../../src/main/hosts/desktop/menu-state.ts';
import type { Events, LibraryState } from '../../../../src/shared/contract.ts';
import { fakeApp } from '../../../fakes/app.ts';
import type { FakeApp } from '../../../fakes/app.ts';
import { stateOf } from '../../../fakes/progress.ts';

let app: FakeApp;
let changed: ReturnType<typeof vi.fn<(state: MenuState) => void>>;
let setHasWindow: (hasWindow: boolean) => void;
let recent: { folder: string }[];
const keys = { undo: ['Mod+E'] };

beforeEach(async () => {
  vi.useFakeTimers();
  app = fakeApp();
  recent = [{ folder: '/a' }];
  const answers: Record<string, () => unknown> = { 'libraries.recent': () => [...recent], 'keys.state': () => keys };
  app.answer = (name) => ({ ok: true, value: answers[name]?.() ?? null });
  changed = vi.fn();
  setHasWindow = watchMenuState(app, changed);
  await now();
});
const now = () => vi.advanceTimersByTimeAsync(200);
const state = () => changed.mock.lastCall?.[0];
const undo = { undo: 'Label 1 photo as Cat', redo: null };
const library = { undo } as LibraryState;

test('begins with the recent folders and nothing open', () => {
  expect(changed.mock.calls[0]?.[0].recent).toEqual([]);
  expect(state()).toEqual({
    hasWindow: false,
    hasLibrary: false,
    isLearning: false,
    undo: { undo: null, redo: null },
    recent: [{ folder: '/a' }],
    keys,
  });
});

test('follows the keys that the person gives to commands', async () => {
  app.emit({ name: 'keys.changed', payload: { palette: ['Mod+Shift+K'] } });
  await now();
  expect(state()?.keys).toEqual({ palette: ['Mod+Shift+K'] });
});

test('follows the library, and forgets its steps when it is closed', async () => {
  app.emit({ name: 'library.changed', payload: library });
  await now();
  expect(state()).toMatchObject({ hasLibrary: true, undo });
  app.emit({ name: 'library.changed', payload: null });
  await now();
  expect(state()).toMatchObject({ hasLibrary: false, undo: { undo: null } });
});

test.each(['labels.changed', 'classes.changed', 'photos.refused', 'labels.kept'] as const)(
  'follows the steps of %s',
  async (name) => {
    app.emit({ name, payload: { undo } as Events[typeof name] } as never);
    await now();
    expect(state()?.undo).toEqual(undo);
  },
);

test('follows the run and the window', async () => {
  app.emit({ name: 'training.state', payload: stateOf('paused') });
  setHasWindow(true);
  await now();
  expect(state()).toMatchObject({ isLearning: true, hasWindow: true });
  app.emit({ name: 'training.state', payload: stateOf('idle') });
  setHasWindow(false);
  await now();
  expect(state()).toMatchObject({ isLearning: false, hasWindow: false });
});

test('asks for the recent folders again when they have changed', async () => {
  recent = [{ folder: '/b' }, { folder: '/a' }];
  app.emit({ name: 'libraries.changed', payload: null });
  await now();
  expect(state()?.recent).toEqual(recent);
});

test('tells of changes only, and of quick ones together', async () => {
  const before = changed.mock.calls.length;
  for (let fraction = 0; fraction < 1; fraction += 0.01) {
    app.emit({ name: 'training.state', payload: stateOf('running', fraction) });
  }
  for (let n = 0; n < 50; n++) {
    app.emit({ name: 'labels.changed', payload: { undo: { undo: `step ${n}`, redo: null } } } as never);
  }
  await now();
  expect(changed.mock.calls.length - before).toBeLessThanOrEqual(2);
  expect(state()?.undo.undo).toBe('step 49');
});
