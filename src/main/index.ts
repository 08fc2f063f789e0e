// The desktop app's composition root: what happens, in order. How it happens is in desktop/.

import { join } from 'node:path';
import { app as electron, dialog, session } from 'electron';
import { toFailure } from '../shared/errors.ts';
import type { Result } from '../shared/errors.ts';
import { createApp } from './app.ts';
import { createClosingQuestion } from './hosts/desktop/closing.ts';
import { engineNode } from './hosts/desktop/engine-node.ts';
import { chooseFolder, connectIpc } from './hosts/desktop/ipc.ts';
import { setMenu } from './hosts/desktop/menu.ts';
import { collectFolderRequests } from './hosts/desktop/opening.ts';
import type { FolderRequests } from './hosts/desktop/opening.ts';
import { registerAppScheme, serveContent } from './hosts/desktop/protocol.ts';
import { lockDownPages, lockDownSession } from './hosts/desktop/security.ts';
import { createMainWindow } from './hosts/desktop/window.ts';
import { endOnUncaught } from './last-resort.ts';
import { openLogFile } from './log-file.ts';
import { defaultDataDir, places } from './places.ts';
import { contentFrom, rendererSource } from './hosts/renderer-source.ts';
import { createContent } from './hosts/serve.ts';

// What Whisker keeps of a person's photos is that person's alone, also on a shared machine.
process.umask(0o077);
const dataDir = defaultDataDir();
electron.setPath('userData', join(dataDir, 'desktop'));
const logFile = openLogFile(dataDir);
endOnUncaught(logFile.log, (sentence) => fail(new Error(sentence)));
registerAppScheme();
lockDownPages();

const requests = collectFolderRequests();
if (requests) {
  electron
    .whenReady()
    .then(() => start(requests))
    .catch(fail);
} else {
  electron.quit();
}

async function start(requests: FolderRequests): Promise<void> {
  const { engineEntry, rendererDir } = places(import.meta.filename);
  const app = createApp({
    host: 'desktop',
    dataDir,
    logFile,
    engine: { node: engineNode(), entry: engineEntry },
    installed: electron.isPackaged,
  });
  const files = {
    preload: join(import.meta.dirname, '../preload/index.cjs'),
    icon: join(import.meta.dirname, '../../resources/icon.png'),
  };
  const window = createMainWindow(files, createClosingQuestion(app));
  const open = (folder: string): void => void app.call('library.open', { folder }).then(report);

  const source = electron.isPackaged ? undefined : rendererSource();
  lockDownSession(session.defaultSession, source);
  serveContent(session.defaultSession, await createContent(app, rendererDir, source ? contentFrom(source) : undefined));
  connectIpc(app, window.current);
  const menu = setMenu({
    openFolder: () => void chooseFolder(window.show()).then((folder) => folder !== null && open(folder)),
    undo: () => void app.call('history.undo', undefined).then(report),
    redo: () => void app.call('history.redo', undefined).then(report),
    download: (url) => window.show().webContents.downloadURL(url),
  });
  app.subscribe((event) => {
    if (event.name === 'library.changed') menu.setLibraryOpen(event.payload !== null);
  });
  requests.deliverTo((folder) => {
    window.show();
    if (folder !== null) open(folder);
  });

  electron.on('activate', () => window.show());
  electron.on('window-all-closed', () => process.platform !== 'darwin' && electron.quit());
  let closing = false;
  electron.on('will-quit', (event) => {
    // The engine processes and the database close before this process ends, however often it is told to quit.
    event.preventDefault();
    if (closing) return;
    closing = true;
    app.close().then(() => electron.exit(0), fail);
  });
}

function report(result: Result<unknown>): void {
  if (!result.ok) dialog.showErrorBox(result.error.message, result.error.remedy ?? '');
}

function fail(error: unknown): void {
  const { message, remedy = '' } = toFailure(error);
  dialog.showErrorBox('Whisker could not go on', `${message}\n${remedy}`);
  electron.exit(1);
}
