// What no page may ever do, whoever wrote it: leave, open windows, embed, ask for permissions, reach the network.

import { app, shell } from 'electron';
import type { Session, WebContents } from 'electron';
import { mayFilm, noteInput } from './camera.ts';

/** Pages that a person may open in their own browser; everything else stays closed. */
const allowedLinks = ['https://arxiv.org/', 'https://nodejs.org/', 'https://www.tensorflow.org/'];

/** What the window may use; everything else that a page can ask for is denied. */
const allowedPermissions = new Set([
  // Copy diagnostics: text onto the clipboard, nothing from it.
  'clipboard-sanitized-write',
]);

/** Must run before Electron is ready. */
export function lockDownPages(): void {
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => lockDown(contents));
}

function lockDown(contents: WebContents): void {
  contents.on('input-event', (_event, input) => noteInput(contents, input));
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (allowedLinks.some((link) => url.startsWith(link))) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

/** `source`: a development server of the renderer, whose pages listen there for what has changed. */
export function lockDownSession(session: Session, source?: string): void {
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    if (permission !== 'media') return answer(allowedPermissions.has(permission));
    void mayFilm(contents, details).then(answer, () => answer(false));
  });
  // The camera is always asked for.
  session.setPermissionCheckHandler((_contents, permission) => allowedPermissions.has(permission));
  session.setDevicePermissionHandler(() => false);
  // Its dictionaries would be fetched past the rule below.
  session.setSpellCheckerEnabled(false);
  // The window lives on app:// alone (and the developer tools on their own scheme): nothing in it reaches the network
  // or the disk.
  const changes = source && `${source.replace(/^http/, 'ws')}/`;
  session.webRequest.onBeforeRequest(({ url }, callback) => {
    const isOurs = /^(app|devtools):\/\//.test(url) || (changes !== undefined && url.startsWith(changes));
    callback({ cancel: !isOurs });
  });
}
