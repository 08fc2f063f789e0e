// The way from this process to the person's browser: a page that only this user can read sends it on to the address,
// so that no process's arguments ever hold the token.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface BrowserPage {
  readonly path: string;
  /** Takes the page away again; once or often. */
  remove(): Promise<void>;
}

/** Writes the page: mode 0600, in a folder of its own of mode 0700. */
export async function writeBrowserPage(url: string): Promise<BrowserPage> {
  const dir = await mkdtemp(join(tmpdir(), 'whisker-open-'));
  const path = join(dir, 'open.html');
  await writeFile(path, pageTo(url), { mode: 0o600, flag: 'wx' });
  return { path, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** The address is the guard's own: nothing in it needs escaping. */
const pageTo = (url: string): string => `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${url}">
<title>Whisker</title>
<p><a href="${url}">Open Whisker</a></p>
`;
