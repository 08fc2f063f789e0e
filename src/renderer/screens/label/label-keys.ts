// The keys that label: the same in the grid and over a photo shown large.

import type { App } from '../../app/app.svelte.ts';
import type { Mark } from '../../../shared/types.ts';
import type { KeyCommand, Place } from '../../../shared/commands.ts';
import { commandOf, digitOf, isTakenPress } from '../../ui/keys.ts';

const markOf: Partial<Record<KeyCommand, Mark>> = {
  exclude: 'excluded',
  'label-none': 'none',
  'label-unsure': 'unsure',
};

type Dialogs = Partial<Record<'newClass' | 'findClass', () => void>>;

/** Does what a key press means for the selected photos, in the grid or over a photo shown large. */
export function labelKeys(event: KeyboardEvent, app: App, place: Place, dialogs: Dialogs = {}): void {
  // The photo shown large is itself the dialog in front.
  const isTaken = place === 'viewer' ? event.defaultPrevented : isTakenPress(event);
  if (isTaken || event.repeat) return;
  const act = actionOf(commandOf(event, place), event, app, dialogs);
  if (!act) return;
  event.preventDefault();
  act();
}

function actionOf(
  command: KeyCommand | null,
  event: KeyboardEvent,
  app: App,
  { newClass, findClass }: Dialogs,
): (() => void) | null {
  const inform = (message: string) => () => void app.toasts.show({ kind: 'info', message });
  if (command === 'new-class') return newClass ?? null;
  if (command === 'find-class') return (app.classes.length > 0 && findClass) || null;
  if (command === 'label-alike') return () => app.restOffer.accept();
  if (command === 'open-burst') {
    const { focus } = app.photos.selection;
    const toggled = focus !== null && app.photos.bursts.firstOf.has(focus);
    if (toggled) return () => app.photos.toggleBurst(focus);
    if (!app.photos.bursts.grouping) return inform('Every photo has a card of its own now.');
    return inform(focus === null ? 'Select a photo first, then press B.' : 'No other photo is nearly the same.');
  }
  if (command === 'more-alike') {
    const { focus } = app.photos.selection;
    return () => (focus === null ? inform('Select a photo first, then press M.')() : app.showAlike(focus));
  }
  const mark = command && markOf[command];
  if (command !== 'give-class' && command !== 'remove-label' && !mark) return null;
  if (app.photos.selection.ids.size === 0) {
    return inform(`Select a photo first, then press ${event.key.toUpperCase()}.`);
  }
  if (command === 'remove-label') return () => void app.labelSelected(null);
  if (mark) return () => void app.labelSelected(mark);
  const number = digitOf(event);
  const chosen = number === null ? undefined : app.classes[number - 1];
  if (chosen) return () => void app.labelSelected(chosen.id);
  const message = `There is no class ${number} yet.`;
  const action = newClass && { label: 'New class', run: newClass };
  return () => void app.toasts.show({ kind: 'info', message, ...(action && { action }) });
}
