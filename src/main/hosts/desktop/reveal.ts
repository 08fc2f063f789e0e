// Shows a photo's file, or what was exported, in the system's file manager: only a place that main itself knows.

import { join } from 'node:path';
import { shell } from 'electron';
import type { LibraryState } from '../../../shared/contract.ts';
import type { ExportState } from '../../../shared/export.ts';
import type { PhotoDetail } from '../../../shared/types.ts';
import type { App } from '../../app.ts';

/** Neither the photo nor the path that the page names has been looked at; for what is not there, nothing is shown. */
export async function revealPhoto(app: Pick<App, 'call'>, id: unknown, path: unknown): Promise<void> {
  const [photo, open] = await Promise.all([app.call('photos.get', { id }), app.call('library.state', undefined)]);
  if (!photo.ok || !open.ok || open.value === null) return;
  const known = (photo.value as PhotoDetail).paths.find((place) => place === path);
  const { folder } = (open.value as LibraryState).library;
  if (known !== undefined) shell.showItemInFolder(join(folder, known));
}

/** What the last export has written; nothing is shown where it has not. */
export async function revealExport(app: Pick<App, 'call'>): Promise<void> {
  const last = await app.call('export.state', undefined);
  const state = last.ok ? (last.value as ExportState) : null;
  if (state?.status === 'done') shell.showItemInFolder(state.report.where);
}
