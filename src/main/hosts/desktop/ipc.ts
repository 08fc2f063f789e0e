// The only user of ipcMain. Answers our own window's main frame and nobody else; what a call may carry is checked
// behind it, by the app.

import { dialog, ipcMain } from 'electron';
import type { BrowserWindow, IpcMainInvokeEvent } from 'electron';
import type { EventMessage, FolderPurpose, NetworkPlace } from '../../../shared/contract.ts';
import type { Failure } from '../../../shared/errors.ts';
import { ipcChannels } from '../../../shared/ipc-channels.ts';
import type { App } from '../../app.ts';
import { isOurPage } from './protocol.ts';
import { revealExport, revealPhoto } from './reveal.ts';

const forbidden: Failure = { code: 'forbidden', message: 'Only Whisker’s own window may call.' };

export interface Ipc {
  /** Tells the page what the app itself does not know of. */
  tell(event: EventMessage): void;
}

export interface IpcParts {
  app: App;
  /** The open window, null while there is none. */
  currentWindow(): BrowserWindow | null;
  /** Shows the saved file that the page asks for; its number has not been looked at. */
  showSaved(number: unknown): void;
}

export function connectIpc({ app, currentWindow, showSaved }: IpcParts): Ipc {
  const senderWindow = ({ sender, senderFrame }: IpcMainInvokeEvent): BrowserWindow | null => {
    const window = currentWindow();
    const ours = sender === window?.webContents && senderFrame?.parent === null && isOurPage(senderFrame.url);
    return ours ? window : null;
  };
  const tell = (event: EventMessage): void => currentWindow()?.webContents.send(ipcChannels.event, event);

  ipcMain.handle(ipcChannels.call, (event, name: unknown, input: unknown) => {
    if (!senderWindow(event)) return { ok: false, error: forbidden };
    return app.call(String(name), input);
  });
  ipcMain.handle(ipcChannels.chooseFolder, async (event, purpose: unknown) => {
    const window = senderWindow(event);
    return window ? chooseFolder(window, purpose === 'export' ? 'export' : 'open') : null;
  });
  ipcMain.handle(ipcChannels.chooseNetwork, async (event, kind: unknown) => {
    const window = senderWindow(event);
    return window ? chooseNetwork(window, kind === 'folder' ? 'folder' : 'file') : null;
  });
  ipcMain.handle(ipcChannels.showSaved, (event, number: unknown) => {
    if (senderWindow(event)) showSaved(number);
  });
  ipcMain.handle(ipcChannels.showExported, async (event) => {
    if (senderWindow(event)) await revealExport(app);
  });
  ipcMain.handle(ipcChannels.revealPhoto, async (event, id: unknown, path: unknown) => {
    if (senderWindow(event)) await revealPhoto(app, id, path);
  });
  app.subscribe(tell);
  return { tell };
}

/** Absolute path of the folder a person picked, null when they changed their mind. */
export async function chooseFolder(window: BrowserWindow, purpose: FolderPurpose): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog(
    window,
    purpose === 'export'
      ? { title: 'Choose where to export to', properties: ['openDirectory', 'createDirectory'] }
      : { title: 'Open a folder of photos', properties: ['openDirectory'] },
  );
  return filePaths[0] ?? null;
}

/** The same for an image network; on some systems one dialog can't pick both files and folders. */
async function chooseNetwork(window: BrowserWindow, kind: NetworkPlace): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog(window, {
    title: 'Choose an image network',
    ...(kind === 'folder'
      ? { properties: ['openDirectory'] }
      : { properties: ['openFile'], filters: [{ name: 'ONNX networks', extensions: ['onnx'] }] }),
  });
  return filePaths[0] ?? null;
}
