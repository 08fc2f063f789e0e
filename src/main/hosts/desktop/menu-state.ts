// What the menu and the system's lists of recent folders must know, kept from what the app announces.

import type { Output } from '../../../shared/contract.ts';
import type { OwnKeys } from '../../../shared/own-keys.ts';
import type { RecentLibrary, UndoState } from '../../../shared/types.ts';
import type { App } from '../../app.ts';
import { throttle } from '../../throttle.ts';

export interface MenuState {
  hasWindow: boolean;
  hasLibrary: boolean;
  isLearning: boolean;
  undo: UndoState;
  /** Newest first. */
  recent: readonly RecentLibrary[];
  /** Those that the person has given. */
  keys: OwnKeys;
}

/** Menus are built anew for a change, so quick ones come together. */
const CHANGE_EVERY_MS = 200;

/** Calls `onChange` at once and after each change. Returns how to say whether there is a window. */
export function watchMenuState(app: App, onChange: (state: MenuState) => void): (hasWindow: boolean) => void {
  let state: MenuState = {
    hasWindow: false,
    hasLibrary: false,
    isLearning: false,
    undo: { undo: null, redo: null },
    recent: [],
    keys: {},
  };
  const tell = throttle(CHANGE_EVERY_MS, () => onChange(state));
  function change(to: Partial<MenuState>): void {
    const next = { ...state, ...to };
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    state = next;
    tell();
  }
  async function readRecent(): Promise<void> {
    const found = await app.call('libraries.recent', undefined);
    // A handler answers as the contract says; only what a page may ask is unknown to the types.
    if (found.ok) change({ recent: found.value as Output<'libraries.recent'> });
  }
  async function readKeys(): Promise<void> {
    const found = await app.call('keys.state', undefined);
    if (found.ok) change({ keys: found.value as Output<'keys.state'> });
  }

  app.subscribe(({ name, payload }) => {
    if (name === 'library.changed') {
      change({ hasLibrary: payload !== null, undo: payload?.undo ?? { undo: null, redo: null } });
    } else if (name === 'labels.changed' || name === 'classes.changed') {
      change({ undo: payload.undo });
    } else if (name === 'photos.refused' || name === 'labels.kept') {
      change({ undo: payload.undo });
    } else if (name === 'training.state') {
      change({ isLearning: payload.status !== 'idle' });
    } else if (name === 'libraries.changed') {
      void readRecent();
    } else if (name === 'keys.changed') {
      change({ keys: payload });
    }
  });
  tell();
  void readRecent();
  void readKeys();
  return (hasWindow) => change({ hasWindow });
}
