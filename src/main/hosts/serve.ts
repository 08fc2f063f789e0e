// What a renderer that has been let in may GET, in both hosts: its own files, photos by number, exports. Knows no
// transport.

import type { App } from '../app.ts';
import { securityHeaders } from './headers.ts';
import { readRendererFiles } from './renderer-files.ts';

export type Content = (request: Request) => Promise<Response>;

export async function createContent(app: App, rendererDir: string): Promise<Content> {
  const rendererFile = await readRendererFiles(rendererDir);
  return async (request) => {
    const { pathname } = new URL(request.url);
    const response = /^\/(photo|export)\//.test(pathname) ? await app.fetch(request) : rendererFile(pathname);
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(securityHeaders)) headers.set(name, value);
    return new Response(response.body, { status: response.status, headers });
  };
}
