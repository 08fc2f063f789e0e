// Stands in for the module 'electron' (see fresh.ts). One fake a class; what each promises is in fakes.test.ts.

import { app } from './app.ts';
import { FakeBrowserWindow } from './browser-window.ts';
import { FakeContextBridge } from './context-bridge.ts';
import { FakeDialog } from './dialog.ts';
import { FakeIpcMain } from './ipc-main.ts';
import { FakeIpcRenderer } from './ipc-renderer.ts';
import { FakeMenu } from './menu.ts';
import { FakeNativeTheme } from './native-theme.ts';
import { FakeProtocol } from './protocol.ts';
import { FakeSession } from './session.ts';
import { FakeShell } from './shell.ts';
import { FakeWebUtils } from './web-utils.ts';

export const contextBridge = new FakeContextBridge();
export const dialog = new FakeDialog();
export const ipcMain = new FakeIpcMain();
export const ipcRenderer = new FakeIpcRenderer(ipcMain);
export const nativeTheme = new FakeNativeTheme();
export const protocol = new FakeProtocol(app);
export const session = { defaultSession: new FakeSession() };
export const shell = new FakeShell();
export const webUtils = new FakeWebUtils();
export { app, FakeBrowserWindow as BrowserWindow, FakeMenu as Menu };
