// What the person saves from the window: where the system's dialog starts, and word to the page once the file is
// written or could not be. Nothing but Whisker's own exports can be saved.

import { basename, dirname, join } from 'node:path';
import { app as electron, shell } from 'electron';
import type { Session } from 'electron';
import type { EventMessage } from '../../../shared/contract.ts';
import { isExportUrl } from '../../../shared/urls.ts';
import { isOurPage } from './protocol.ts';

export interface Saving {
  /** Shows the file that 'file.saved' has told of by this number; any other number shows nothing. */
  show(number: unknown): void;
}

export function tellOfSaving(session: Session, tell: (event: EventMessage) => void): Saving {
  const written: string[] = [];

  session.on('will-download', (event, item) => {
    const url = item.getURL();
    if (!isOurPage(url) || !isExportUrl(new URL(url).pathname)) return event.preventDefault();
    item.setSaveDialogOptions({ defaultPath: join(electron.getPath('documents'), item.getFilename()) });
    item.once('done', (_event, state) => {
      // The person changed their mind.
      if (state === 'cancelled') return;
      const path = item.getSavePath();
      const file = { number: written.push(path) - 1, name: basename(path), folder: basename(dirname(path)) };
      tell({ name: 'file.saved', payload: { ...file, written: state === 'completed' } });
    });
  });

  return {
    show(number) {
      const path = typeof number === 'number' ? written[number] : undefined;
      if (path !== undefined) shell.showItemInFolder(path);
    },
  };
}
