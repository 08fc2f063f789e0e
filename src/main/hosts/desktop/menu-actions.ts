// What each item of the menu does.

import { dialog } from 'electron';
import type { MenuCommand, MenuId } from '../../../shared/commands.ts';
import type { Result } from '../../../shared/errors.ts';
import { createHelp } from './help.ts';
import type { HelpParts } from './help.ts';
import { chooseFolder } from './ipc.ts';
import type { Ipc } from './ipc.ts';
import type { MenuActions } from './menu.ts';
import type { MainWindow } from './window.ts';

export interface MenuActionParts extends Omit<HelpParts, 'currentWindow'> {
  window: MainWindow;
  ipc: Ipc;
}

export function createMenuActions({ app, window, ipc, ...help }: MenuActionParts): MenuActions {
  const open = (folder: string): void => void app.call('library.open', { folder }).then(sayFailure);
  const inPage = (command: MenuCommand) => () => ipc.tell({ name: 'menu.chosen', payload: { command } });

  const actions: Record<MenuId, () => void> = {
    'open-folder': () => void chooseFolder(window.show(), 'open').then((folder) => folder !== null && open(folder)),
    export: inPage('export'),
    undo: inPage('undo'),
    redo: inPage('redo'),
    history: inPage('history'),
    shortcuts: inPage('shortcuts'),
    palette: inPage('palette'),
    'how-it-learns': inPage('how-it-learns'),
    'copy-diagnostics': inPage('copy-diagnostics'),
    ...createHelp({ app, ...help, currentWindow: window.current }),
  };
  return { choose: (id) => actions[id](), open };
}

function sayFailure(result: Result<unknown>): void {
  if (!result.ok) dialog.showErrorBox(result.error.message, result.error.remedy ?? '');
}
