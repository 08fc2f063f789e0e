// What the keys that label do: the same in the grid and over a photo shown large, by key and from the palette.

import type { App } from '../../app/app.svelte.ts';
import type { Acts, Meant } from '../../app/offers.svelte.ts';
import type { KeyCommand, Place } from '../../../shared/commands.ts';
import type { Mark } from '../../../shared/types.ts';
import { capsFor, classOfPress, commandOf, digitOf, isTakenPress } from '../../ui/keys.ts';

/** The marks as they are offered beside the classes. */
export const markChoices = [
  { mark: 'none', command: 'label-none', word: 'None of these' },
  { mark: 'unsure', command: 'label-unsure', word: 'Unsure' },
  { mark: 'excluded', command: 'exclude', word: 'Exclude' },
] as const satisfies { mark: Mark; command: KeyCommand; word: string }[];

/** The mark that a command gives, if it gives one. */
export const markOf = (command: KeyCommand): Mark | null =>
  markChoices.find((choice) => choice.command === command)?.mark ?? null;

type Dialogs = Partial<Record<'newClass' | 'findClass', () => void>>;

/** What a command does for the selected photos, in the grid or over a photo shown large. */
export function labelActs(app: App, { newClass, findClass }: Dialogs = {}): Acts {
  return (command, { classId = null }: Meant = {}) => {
    const { photos, restOffer, autoAdvance } = app;
    const { focus, ids } = photos.selection;
    switch (command) {
      case 'new-class':
        return newClass ?? null;
      case 'find-class':
        return (ids.size > 0 && app.classes.length > 0 && findClass) || null;
      case 'label-alike':
        return restOffer.isOpen ? () => restOffer.accept() : null;
      case 'open-burst':
        return focus !== null && photos.bursts.firstOf.has(focus) ? () => photos.toggleBurst(focus) : null;
      case 'more-alike':
        return focus !== null && app.hasFeatures ? () => app.showAlike(focus) : null;
      case 'auto-advance':
        return () => (autoAdvance.on = !autoAdvance.on);
      case 'give-class':
        return ids.size > 0 && classId !== null ? () => app.labelByKey(classId) : null;
      case 'remove-label':
        return ids.size > 0 ? () => app.labelByKey(null) : null;
      default: {
        const mark = markOf(command);
        return mark && ids.size > 0 ? () => app.labelByKey(mark) : null;
      }
    }
  };
}

/** Does what a key press means for the selected photos, or says what is missing for it. */
export function labelKeys(event: KeyboardEvent, app: App, place: Place, dialogs: Dialogs = {}): void {
  // The photo shown large is itself the dialog in front.
  const isTaken = place === 'viewer' ? event.defaultPrevented : isTakenPress(event);
  if (isTaken || event.repeat) return;
  const command = commandOf(event, place, app.classes);
  if (command === null) return;
  const classId = classOfPress(event, app.classes)?.id ?? null;
  const act = labelActs(app, dialogs)(command, { classId }) ?? hintOf(command, event, app, dialogs);
  if (!act) return;
  event.preventDefault();
  act();
}

/** Says why a key does nothing now; null where that needs no word. */
function hintOf(command: KeyCommand, event: KeyboardEvent, app: App, { newClass }: Dialogs): (() => void) | null {
  const inform = (message: string) => () => void app.toasts.show({ kind: 'info', message });
  const { selection, bursts } = app.photos;
  const then = command === 'give-class' ? event.key.toUpperCase() : capsFor(command).join(' ');
  const selectFirst = inform(`Select a photo first, then press ${then}.`);
  switch (command) {
    case 'open-burst':
      if (!bursts.grouping) return inform('Every photo has a card of its own now.');
      return selection.focus === null ? selectFirst : inform('No other photo is nearly the same.');
    case 'more-alike': {
      const { focus } = selection;
      return focus === null ? selectFirst : () => app.showAlike(focus);
    }
    case 'find-class':
      return app.classes.length > 0 ? selectFirst : null;
    case 'give-class': {
      if (selection.ids.size === 0) return selectFirst;
      const message = `There is no class ${digitOf(event)} yet.`;
      const action = newClass && { label: 'New class', run: newClass };
      return () => void app.toasts.show({ kind: 'info', message, ...(action && { action }) });
    }
    case 'remove-label':
      return selectFirst;
    default:
      return markOf(command) ? selectFirst : null;
  }
}
