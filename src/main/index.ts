// The desktop app's composition root: what happens, in order. How it happens is in desktop/.

import { join } from 'node:path';
import { app as electron, dialog, session } from 'electron';
import { toFailure } from '../shared/errors.ts';
import { createApp } from './app.ts';
import { engineNode } from './hosts/desktop/engine-node.ts';
import { introduce } from './hosts/desktop/identity.ts';
import { connectIpc } from './hosts/desktop/ipc.ts';
import { learningNow } from './hosts/desktop/learning.ts';
import { createLeaving } from './hosts/desktop/leaving.ts';
import type { Leaving } from './hosts/desktop/leaving.ts';
import { readManifest } from './hosts/desktop/manifest.ts';
import { createMenuActions } from './hosts/desktop/menu-actions.ts';
import { watchMenuState } from './hosts/desktop/menu-state.ts';
import { setMenu } from './hosts/desktop/menu.ts';
import { collectFolderRequests } from './hosts/desktop/opening.ts';
import type { FolderRequests } from './hosts/desktop/opening.ts';
import { registerAppScheme, serveContent } from './hosts/desktop/protocol.ts';
import { recentForSystem } from './hosts/desktop/recent-folders.ts';
import { showRuns } from './hosts/desktop/run-signs.ts';
import { tellOfSaving } from './hosts/desktop/saving.ts';
import { lockDownPages, lockDownSession } from './hosts/desktop/security.ts';
import { watchWindow } from './hosts/desktop/window-troubles.ts';
import { createMainWindow } from './hosts/desktop/window.ts';
import { endOnUncaught } from './last-resort.ts';
import { openLogFile } from './log-file.ts';
import { defaultDataDir, places } from './places.ts';
import { contentFrom, rendererSource } from './hosts/renderer-source.ts';
import { createContent } from './hosts/serve.ts';

// What Whisker keeps of a person's photos is that person's alone, also on a shared machine.
process.umask(0o077);
const dataDir = defaultDataDir();
const logFile = openLogFile(dataDir);
let leaving: Leaving | null = null;
endOnUncaught(logFile.log, (sentence) => fail(new Error(sentence)));
introduce(dataDir);
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
  const root = join(import.meta.dirname, '../..');
  const { log } = logFile;
  const engine = { node: engineNode(), entry: engineEntry };
  const app = createApp({
    host: 'desktop',
    dataDir,
    logFile,
    engine,
    installed: electron.isPackaged,
    looksAhead: true,
  });

  const source = electron.isPackaged ? undefined : rendererSource();
  lockDownSession(session.defaultSession, source);
  serveContent(session.defaultSession, await createContent(app, rendererDir, source ? contentFrom(source) : undefined));

  const files = { preload: join(import.meta.dirname, '../preload/index.cjs'), icon: join(root, 'resources/icon.png') };
  const window = createMainWindow(files, (opened) => {
    watchWindow(opened, log);
    leaving?.watch(opened);
    showProgress(opened);
    setHasWindow(true);
    opened.once('closed', () => setHasWindow(false));
  });
  const learning = learningNow(app);
  leaving = createLeaving({ app, learning, log, currentWindow: window.current, fail });
  const showProgress = showRuns(app, learning, window);
  const saving = tellOfSaving(session.defaultSession, (event) => ipc.tell(event));
  const ipc = connectIpc({ app, currentWindow: window.current, showSaved: saving.show });
  const actions = createMenuActions({ app, window, ipc, dataDir, root, manifest: readManifest(root) });
  const tellSystemOfRecent = recentForSystem();
  const setHasWindow = watchMenuState(app, (state) => {
    setMenu(state, actions);
    tellSystemOfRecent(state.recent);
  });

  requests.deliverTo((folder) => {
    window.show();
    if (folder !== null) actions.open(folder);
  });
  electron.on('activate', () => window.show());
  electron.on('window-all-closed', () => process.platform !== 'darwin' && electron.quit());
}

/** Says why it can't go on, unless there is nobody left to read it. */
function fail(error: unknown): void {
  if (leaving?.isOver) return electron.exit(0);
  const { message, remedy = '' } = toFailure(error);
  dialog.showErrorBox('Whisker could not go on', `${message}\n${remedy}`);
  electron.exit(1);
}
