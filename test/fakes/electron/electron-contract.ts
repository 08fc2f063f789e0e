// What the fakes owe to the real Electron: every member that our code may call must exist there under the same name.
// Checked against electron.d.ts by the compiler right here, and against the running Electron by the smoke test.

import type * as Electron from 'electron';

type MembersOf<Real> = readonly (keyof Real)[];

/** Fake -> the members it offers, without those that only tests use. */
export const fakedMembers = {
  app: [
    'isPackaged',
    'name',
    'whenReady',
    'enableSandbox',
    'requestSingleInstanceLock',
    'setPath',
    'getPath',
    'setAppUserModelId',
    'addRecentDocument',
    'clearRecentDocuments',
    'setJumpList',
    'quit',
    'exit',
  ],
  browserWindow: [
    'webContents',
    'loadURL',
    'show',
    'focus',
    'isFocused',
    'isMinimized',
    'isDestroyed',
    'restore',
    'reload',
    'setProgressBar',
    'close',
    'destroy',
  ],
  crashReporter: ['start'],
  webContents: ['mainFrame', 'send', 'downloadURL', 'setWindowOpenHandler'],
  dialog: ['showOpenDialog', 'showMessageBox', 'showErrorBox'],
  ipcMain: ['handle', 'removeHandler'],
  menu: ['buildFromTemplate', 'setApplicationMenu'],
  nativeTheme: ['shouldUseDarkColors'],
  notification: ['show'],
  notificationClass: ['isSupported'],
  powerSaveBlocker: ['start', 'stop'],
  protocol: ['registerSchemesAsPrivileged', 'handle'],
  session: [
    'protocol',
    'webRequest',
    'setPermissionRequestHandler',
    'setPermissionCheckHandler',
    'setDevicePermissionHandler',
    'setSpellCheckerEnabled',
    'fetch',
  ],
  sessions: ['defaultSession', 'fromPartition'],
  shell: ['openExternal', 'openPath', 'showItemInFolder'],
  webRequest: ['onBeforeRequest'],
} as const satisfies {
  app: MembersOf<Electron.App>;
  browserWindow: MembersOf<Electron.BrowserWindow>;
  crashReporter: MembersOf<Electron.CrashReporter>;
  webContents: MembersOf<Electron.WebContents>;
  dialog: MembersOf<Electron.Dialog>;
  ipcMain: MembersOf<Electron.IpcMain>;
  menu: MembersOf<typeof Electron.Menu>;
  nativeTheme: MembersOf<Electron.NativeTheme>;
  notification: MembersOf<Electron.Notification>;
  notificationClass: MembersOf<typeof Electron.Notification>;
  powerSaveBlocker: MembersOf<Electron.PowerSaveBlocker>;
  protocol: MembersOf<Electron.Protocol>;
  session: MembersOf<Electron.Session>;
  sessions: MembersOf<typeof Electron.session>;
  shell: MembersOf<Electron.Shell>;
  webRequest: MembersOf<Electron.WebRequest>;
};

/** Only inside a preload, so the smoke test sees these through what they do. */
export const fakedPreloadMembers = {
  contextBridge: ['exposeInMainWorld'],
  ipcRenderer: ['invoke'],
  webUtils: ['getPathForFile'],
} as const satisfies {
  contextBridge: MembersOf<Electron.ContextBridge>;
  ipcRenderer: MembersOf<Electron.IpcRenderer>;
  webUtils: MembersOf<Electron.WebUtils>;
};

/** Of what Electron hands over while something is saved, so the smoke test sees these through what they do. */
export const fakedDownloadMembers = {
  downloadItem: ['getURL', 'getFilename', 'getSavePath', 'setSaveDialogOptions'],
} as const satisfies { downloadItem: MembersOf<Electron.DownloadItem> };
