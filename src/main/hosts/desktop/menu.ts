// The application menu. Undo and redo of text are the system's roles; undoing labels has items of its own, so neither
// takes the other's key.

import { app, Menu } from 'electron';
import type { MenuItemConstructorOptions } from 'electron';
import { exportUrl } from '../../../shared/urls.ts';
import type { ExportFormat } from '../../../shared/urls.ts';
import { appOrigin } from './protocol.ts';

export interface MenuActions {
  openFolder(): void;
  undo(): void;
  redo(): void;
  /** Starts a download, which asks where to save. */
  download(url: string): void;
}

export interface AppMenu {
  /** What is about the open library can be chosen only while there is one. */
  setLibraryOpen(open: boolean): void;
}

export function setMenu(actions: MenuActions): AppMenu {
  const mac = process.platform === 'darwin';
  const ofLibrary: string[] = [];
  const forLibrary = (id: string, label: string, click: () => void): MenuItemConstructorOptions => {
    ofLibrary.push(id);
    return { id, label, click, enabled: false };
  };
  const save = (format: ExportFormat): MenuItemConstructorOptions =>
    forLibrary(`save-${format}`, `Save Labels as ${format.toUpperCase()}…`, () =>
      actions.download(`${appOrigin}${exportUrl(format)}`),
    );

  const file: MenuItemConstructorOptions[] = [
    { label: 'Open Folder…', accelerator: 'CmdOrCtrl+O', click: () => actions.openFolder() },
    { type: 'separator' },
    save('csv'),
    save('json'),
    { type: 'separator' },
    { role: mac ? 'close' : 'quit' },
  ];
  const edit: MenuItemConstructorOptions[] = [
    forLibrary('undo', 'Undo Label', () => actions.undo()),
    forLibrary('redo', 'Redo Label', () => actions.redo()),
    { type: 'separator' },
    { role: 'undo', label: 'Undo Typing' },
    { role: 'redo', label: 'Redo Typing' },
    { type: 'separator' },
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'selectAll' },
  ];
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
    ...(app.isPackaged ? [] : ([{ role: 'reload' }, { role: 'toggleDevTools' }] as const)),
  ];
  const menu = Menu.buildFromTemplate([
    ...(mac ? ([{ role: 'appMenu' }] as const) : []),
    { label: '&File', submenu: file },
    { label: '&Edit', submenu: edit },
    { label: '&View', submenu: view },
    { role: 'windowMenu' },
  ]);
  Menu.setApplicationMenu(menu);
  return {
    setLibraryOpen(open) {
      for (const id of ofLibrary) {
        const item = menu.getMenuItemById(id);
        if (item) item.enabled = open;
      }
    },
  };
}
