// Where the focus goes when the button that was pressed is gone with its page.

import { tick } from 'svelte';

/** An attachment: gives the element the focus when nothing has it. The element needs a tabindex. */
export function takesLostFocus(element: HTMLElement): void {
  void tick().then(() => {
    if (document.activeElement === document.body) element.focus({ preventScroll: true });
  });
}
