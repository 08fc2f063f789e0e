// The built renderer, read once into memory. Only a name that was there at the start is ever served, so no path can
// lead elsewhere.

import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { WhiskerError } from '../../shared/errors.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

interface RendererFile {
  bytes: Uint8Array<ArrayBuffer>;
  headers: Record<string, string>;
}

/** URL path -> response; 404 for everything that is not one of the files. Files of unknown type are left out. */
export async function readRendererFiles(dir: string): Promise<(pathname: string) => Response> {
  const files = new Map<string, RendererFile>();
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => [])) {
    const type = contentTypes[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const pathname = `/${relative(dir, path).split(sep).join('/')}`;
    files.set(pathname, {
      bytes: new Uint8Array(await readFile(path)),
      headers: {
        'content-type': type,
        // The names of built assets carry a hash of their content; the page that names them must always be fresh.
        'cache-control': pathname.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store',
      },
    });
  }
  const index = files.get('/index.html');
  if (!index) {
    throw new WhiskerError(
      'internal',
      `The screens are not built: ${join(dir, 'index.html')} is missing.`,
      'Run "npm run build".',
    );
  }
  files.set('/', index);

  return (pathname) => {
    const file = files.get(pathname);
    return file
      ? new Response(file.bytes, { headers: file.headers })
      : new Response('Not found.\n', { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } });
  };
}
