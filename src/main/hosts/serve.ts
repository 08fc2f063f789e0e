// What a renderer that has been let in may GET, in both hosts: its own files, photos by number, drawings, exports,
// pictures that it brought.
// Knows no transport.

import type { App } from '../app.ts';
import { securityHeaders } from './headers.ts';
import { readRendererFiles } from './renderer-files.ts';

export type Content = (request: Request) => Promise<Response>;

/** `renderer` answers in place of the built one, with headers of its own: a development server. */
export async function createContent(app: App, rendererDir: string, renderer?: Content): Promise<Content> {
  const rendererFile = renderer ? null : await readRendererFiles(rendererDir);
  return async (request) => {
    const { pathname } = new URL(request.url);
    const isData = /^\/(photo|drawing|export|brought)\//.test(pathname);
    if (renderer && !isData) return renderer(request);
    const response = isData || !rendererFile ? await app.fetch(request) : rendererFile(pathname);
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(securityHeaders)) headers.set(name, value);
    return new Response(response.body, { status: response.status, headers });
  };
}
