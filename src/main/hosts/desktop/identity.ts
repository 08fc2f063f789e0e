// What Electron must know of this app before it is ready: where it keeps what is its own, and that nothing of a crash
// leaves the machine. Linux knows its windows by desktopName in package.json.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, crashReporter } from 'electron';

/** `appId` of electron-builder.yml: Windows shows notifications only of an app that it knows by this. */
const appId = 'app.whisker.desktop';

/** `dataDir` is absolute. Must run before Electron is ready, and before the single-instance lock, which lies inside. */
export function introduce(dataDir: string): void {
  for (const [name, folder] of [
    ['userData', join(dataDir, 'desktop')],
    ['crashDumps', join(dataDir, 'crashes')],
  ] as const) {
    mkdirSync(folder, { recursive: true });
    app.setPath(name, folder);
  }
  crashReporter.start({ uploadToServer: false });
  if (process.platform === 'win32') app.setAppUserModelId(appId);
}
