// How keys are called on this machine, and whether a key press belongs to something else than the app.

const mac = /Mac|iPhone|iPad/.test(navigator.platform);

export const modKey = mac ? '⌘' : 'Ctrl';
export const shiftKey = mac ? '⇧' : 'Shift';

/** True for a press with the platform's command key (Cmd on a Mac, Ctrl elsewhere). */
export const hasMod = (event: KeyboardEvent | MouseEvent): boolean => (mac ? event.metaKey : event.ctrlKey);

/** True when the press is typing into a field, or when a dialog, menu or list is open in front of the view. */
export function isTakenPress(event: KeyboardEvent): boolean {
  if (event.defaultPrevented) return true;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest('input, textarea, select, [contenteditable="true"]')) return true;
  return document.querySelector('[role="dialog"], [role="menu"], [role="alertdialog"]') !== null;
}
