// The keys that label: the same in the grid and over a photo shown large.

import type { App } from '../../app/app.svelte.ts';
import { hasMod, isTakenPress } from '../../ui/keys.ts';

/**
 * Does what a key press means for the selected photos. `front`: the press was heard by what lies in front, a dialog.
 */
export function labelKeys(
  event: KeyboardEvent,
  app: App,
  { newClass, findClass, front = false }: { newClass?: () => void; findClass?: () => void; front?: boolean } = {},
): void {
  if ((!front && isTakenPress(event)) || event.defaultPrevented || event.repeat || hasMod(event) || event.altKey)
    return;
  const { key } = event;
  const act = key === '/' && findClass && app.classes.length > 0 ? findClass : actionOf(key, app, newClass);
  if (!act) return;
  event.preventDefault();
  act();
}

function actionOf(key: string, app: App, newClass?: () => void): (() => void) | null {
  if (newClass && (key === 'n' || key === 'N')) return newClass;
  if (/^[0-9xX]$/.test(key) && app.photos.selection.ids.size === 0) {
    return () => app.toasts.show({ kind: 'info', message: `Select a photo first, then press ${key.toUpperCase()}.` });
  }
  if (key === '0') return () => void app.labelSelected(null);
  if (key === 'x' || key === 'X') return () => void app.labelSelected('excluded');
  if (!/^[1-9]$/.test(key)) return null;
  const chosen = app.classes[Number(key) - 1];
  if (chosen) return () => void app.labelSelected(chosen.id);
  return () =>
    app.toasts.show({
      kind: 'info',
      message: `There is no class ${key} yet.`,
      ...(newClass ? { action: { label: 'New class', run: newClass } } : {}),
    });
}
