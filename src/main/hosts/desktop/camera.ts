// When the window may use the camera: video without sound, for our own page, and only if the person has just pressed
// something in it. What a page says of a press is not believed; the input is seen here.

import { systemPreferences } from 'electron';
import type { FilesystemPermissionRequest, InputEvent, PermissionRequest, WebContents } from 'electron';
import type { MediaAccessPermissionRequest, OpenExternalPermissionRequest } from 'electron';
import { isOurPage } from './protocol.ts';

/** As long as Chromium believes that what a page does comes of a press (transient activation). */
const PRESS_HOLDS_MS = 5000;
const presses = new Set<InputEvent['type']>(['mouseUp', 'pointerUp', 'touchEnd', 'keyDown', 'rawKeyDown']);
const pressedAt = new WeakMap<WebContents, number>();

export function noteInput(contents: WebContents, { type }: Pick<InputEvent, 'type'>): void {
  if (presses.has(type)) pressedAt.set(contents, performance.now());
}

type Details =
  PermissionRequest | FilesystemPermissionRequest | MediaAccessPermissionRequest | OpenExternalPermissionRequest;

/** A press counts once. On a Mac the system asks, too, the first time. */
export async function mayFilm(contents: WebContents, details: Details): Promise<boolean> {
  const types = 'mediaTypes' in details ? details.mediaTypes : undefined;
  const isVideoAlone = types?.length === 1 && types[0] === 'video';
  const pressed = pressedAt.get(contents) ?? -Infinity;
  pressedAt.delete(contents);
  if (!isVideoAlone || !details.isMainFrame || !isOurPage(details.requestingUrl)) return false;
  if (performance.now() - pressed > PRESS_HOLDS_MS) return false;
  return process.platform === 'darwin' ? systemPreferences.askForMediaAccess('camera') : true;
}
