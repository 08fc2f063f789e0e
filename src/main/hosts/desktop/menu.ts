// The application menu, made from the table of commands; which items can be chosen follows from how things stand.
// Undo and redo of what is typed are the system's roles, and the page hears the keys of undoing labels.

import { app as electron, Menu } from 'electron';
import type { MenuItemConstructorOptions } from 'electron';
import { menuEntry } from '../../../shared/commands.ts';
import type { MenuId } from '../../../shared/commands.ts';
import type { UndoState } from '../../../shared/types.ts';
import type { MenuState } from './menu-state.ts';

export interface MenuActions {
  choose(id: MenuId): void;
  open(folder: string): void;
}

const RECENT_AT_MOST = 10;

/** Puts the menu in place; again for each change. */
export function setMenu(state: MenuState, { choose, open }: MenuActions): void {
  const mac = process.platform === 'darwin';
  const item = (id: MenuId, enabled: boolean, suffix = ''): MenuItemConstructorOptions => {
    const { label, key, heardBy } = menuEntry(id, state.keys);
    return { id, label: label + suffix, enabled, click: () => choose(id), ...accelerator(key, heardBy) };
  };
  const { hasWindow, hasLibrary, isLearning, undo, recent } = state;
  const forSteps = hasWindow && hasLibrary;

  const file: MenuItemConstructorOptions[] = [
    item('open-folder', !isLearning),
    {
      id: 'open-recent',
      label: 'Open Recent',
      enabled: recent.length > 0 && !isLearning,
      submenu: recent.slice(0, RECENT_AT_MOST).map(({ folder, available }) => ({
        label: unaltered(folder),
        enabled: available,
        click: () => open(folder),
      })),
    },
    { type: 'separator' },
    item('export', forSteps),
    { type: 'separator' },
    { role: mac ? 'close' : 'quit' },
  ];
  const edit: MenuItemConstructorOptions[] = [
    item('undo', forSteps && undo.undo !== null, named(undo.undo)),
    item('redo', forSteps && undo.redo !== null, named(undo.redo)),
    item('history', forSteps),
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
    item('palette', hasWindow),
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
    ...(electron.isPackaged ? [] : ([{ role: 'reload' }, { role: 'toggleDevTools' }] as const)),
  ];
  const help: MenuItemConstructorOptions[] = [
    item('how-it-learns', hasWindow),
    item('documentation', true),
    item('shortcuts', hasWindow),
    { type: 'separator' },
    item('copy-diagnostics', hasWindow),
    item('open-logs', true),
    { type: 'separator' },
    item('check-for-updates', true),
    item('licences', true),
    // On a Mac it is in the app's own menu.
    ...(mac ? [] : [item('about', true)]),
  ];
  const ofMac: MenuItemConstructorOptions = {
    role: 'appMenu',
    label: electron.name,
    submenu: [
      item('about', true),
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  };
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(mac ? [ofMac] : []),
      { label: '&File', submenu: file },
      { label: '&Edit', submenu: edit },
      { label: '&View', submenu: view },
      { role: 'windowMenu' },
      { role: 'help', label: '&Help', submenu: help },
    ]),
  );
}

/** ": Label 2 photos as Cat", for a person to know what comes back. */
const named = (step: UndoState['undo']): string => (step === null ? '' : `: ${unaltered(step)}`);

/** In a menu, one & underlines the letter after it. */
const unaltered = (text: string): string => text.replaceAll('&', '&&');

/** A key that the page hears is only shown; macOS can't show one without taking it. */
function accelerator(key: string | null, heardBy: 'page' | 'menu'): MenuItemConstructorOptions {
  if (key === null || (heardBy === 'page' && process.platform === 'darwin')) return {};
  const electrons = key.replace('Mod', 'CmdOrCtrl').replace('Arrow', '');
  return { accelerator: electrons, registerAccelerator: heardBy === 'menu' };
}
