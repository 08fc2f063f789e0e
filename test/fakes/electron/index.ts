// Stands in for the module 'electron' (see fresh.ts). One fake a class; what each promises is in fakes.test.ts.

import { app } from './app.ts';
import { FakeBrowserWindow } from './browser-window.ts';
import { FakeContextBridge } from './context-bridge.ts';
import { FakeCrashReporter } from './crash-reporter.ts';
import { FakeDialog } from './dialog.ts';
import { FakeIpcMain } from './ipc-main.ts';
import { FakeIpcRenderer } from './ipc-renderer.ts';
import { FakeMenu } from './menu.ts';
import { FakeNativeTheme } from './native-theme.ts';
import { FakeNotification } from './notification.ts';
import { FakePowerMonitor, FakePowerSaveBlocker } from './power.ts';
import { FakeProtocol } from './protocol.ts';
import { FakeSessions } from './session.ts';
import { FakeShell } from './shell.ts';
import { FakeWebUtils } from './web-utils.ts';

export const contextBridge = new FakeContextBridge();
export const crashReporter = new FakeCrashReporter();
export const dialog = new FakeDialog();
export const ipcMain = new FakeIpcMain();
export const ipcRenderer = new FakeIpcRenderer(ipcMain);
export const nativeTheme = new FakeNativeTheme();
export const powerMonitor = new FakePowerMonitor();
export const powerSaveBlocker = new FakePowerSaveBlocker();
export const protocol = new FakeProtocol(app);
export const session = new FakeSessions();
export const shell = new FakeShell();
/** Of a Mac alone, where the system asks for the camera, too. */
export const systemPreferences = { askForMediaAccess: () => Promise.resolve(true) };
export const webUtils = new FakeWebUtils();
export { app, FakeBrowserWindow as BrowserWindow, FakeMenu as Menu, FakeNotification as Notification };
