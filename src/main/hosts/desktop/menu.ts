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

export function setMenu(actions: MenuActions): void {
  const mac = process.platform === 'darwin';
  const save = (format: ExportFormat): MenuItemConstructorOptions => ({
    label: `Save Labels as ${format.toUpperCase()}…`,
    click: () => actions.download(`${appOrigin}${exportUrl(format)}`),
  });

  const file: MenuItemConstructorOptions[] = [
    { label: 'Open Folder…', accelerator: 'CmdOrCtrl+O', click: () => actions.openFolder() },
    { type: 'separator' },
    save('csv'),
    save('json'),
    { type: 'separator' },
    { role: mac ? 'close' : 'quit' },
  ];
  const edit: MenuItemConstructorOptions[] = [
    { label: 'Undo Label', click: () => actions.undo() },
    { label: 'Redo Label', click: () => actions.redo() },
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
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(mac ? ([{ role: 'appMenu' }] as const) : []),
      { label: '&File', submenu: file },
      { label: '&Edit', submenu: edit },
      { label: '&View', submenu: view },
      { role: 'windowMenu' },
    ]),
  );
}
