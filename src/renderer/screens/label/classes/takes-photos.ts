// A class of the side bar, a mark, or no label at all, as the place where photos that are dragged are dropped.

import type { Attachment } from 'svelte/attachments';
import type { App } from '../../../app/app.svelte.ts';
import type { Label } from '../../../../shared/types.ts';

/** The selected photos, dropped on the element, get the label; while they are over it, `data-over` is set. */
export const takesPhotos =
  (app: App, label: Label): Attachment<HTMLElement> =>
  (element) => {
    const listening = new AbortController();
    const listen = (name: 'dragenter' | 'dragover' | 'dragleave' | 'drop', hear: (event: DragEvent) => void) =>
      element.addEventListener(name, (event) => app.hand.carrying && hear(event), { signal: listening.signal });
    const leave = () => element.removeAttribute('data-over');

    function over(event: DragEvent): void {
      event.preventDefault(); // Without it nothing can be dropped here.
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'move';
      element.dataset['over'] = '';
    }

    listen('dragenter', over);
    listen('dragover', over);
    listen('dragleave', ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node) || !element.contains(relatedTarget)) leave();
    });
    listen('drop', (event) => {
      event.preventDefault();
      leave();
      void app.dropSelected(label);
    });
    return () => listening.abort();
  };
