// The recent folders in the system's own lists: the dock's menu on macOS, the jump list on Windows.

import { app as electron } from 'electron';
import type { RecentLibrary } from '../../../shared/types.ts';

const AT_MOST = 10;

/** Returns what is to be given the list, newest first, again and again. Linux has no such list. */
export function recentForSystem(): (recent: readonly RecentLibrary[]) => void {
  let told: readonly RecentLibrary[] = [];
  return (recent) => {
    if (recent !== told) tellSystem(recent);
    told = recent;
  };
}

function tellSystem(recent: readonly RecentLibrary[]): void {
  const shown = recent.filter(({ available }) => available).slice(0, AT_MOST);
  if (process.platform === 'darwin') {
    electron.clearRecentDocuments();
    // The last one added is the first one shown.
    for (const { folder } of shown.toReversed()) electron.addRecentDocument(folder);
  }
  // A checkout's program is Electron itself, which would not know what to start.
  if (process.platform === 'win32' && electron.isPackaged) {
    const items = shown.map(({ name, folder }) => ({
      type: 'task' as const,
      title: name,
      description: folder,
      program: process.execPath,
      args: quoted(folder),
      iconPath: process.execPath,
      iconIndex: 0,
    }));
    electron.setJumpList(items.length === 0 ? null : [{ type: 'custom', name: 'Recent folders', items }]);
  }
}

/** Windows names hold no quotation mark, but a backslash at the end would take the closing one along. */
const quoted = (folder: string): string => `"${folder.replace(/\\+$/, '$&$&')}"`;
