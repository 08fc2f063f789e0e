// Which folder the person asks for from outside the window: on the command line, by a second start, by a drop on the
// dock icon.

import { resolve } from 'node:path';
import { app } from 'electron';

export interface FolderRequests {
  /** Hands over every request, the first one at once; null means: just show the window. */
  deliverTo(open: (folder: string | null) => void): void;
}

/**
 * Null when another Whisker of this person runs already: that one got the request. Must run before Electron is ready.
 */
export function collectFolderRequests(): FolderRequests | null {
  if (!app.requestSingleInstanceLock()) return null;
  let waiting = folderFromArguments(process.argv, process.cwd());
  let open = (folder: string | null): void => void (waiting = folder);

  app.on('second-instance', (_event, argv, workingDirectory) => open(folderFromArguments(argv, workingDirectory)));
  app.on('open-file', (event, path) => {
    event.preventDefault();
    open(path);
  });
  return {
    deliverTo(opener) {
      open = opener;
      open(waiting);
    },
  };
}

/** The first argument that is not an option, as an absolute path; null when there is none. */
function folderFromArguments(argv: readonly string[], workingDirectory: string): string | null {
  const given = argv.slice(1).filter((argument) => !argument.startsWith('-'));
  // Started from a checkout, the first one is the app itself.
  const folder = app.isPackaged ? given[0] : given[1];
  return folder === undefined ? null : resolve(workingDirectory, folder);
}
