// The renderer from a development server instead of from its built files, in both hosts. Never in a packaged app.

import type { Content } from './serve.ts';

/** Where a development server of the renderer listens, for example http://127.0.0.1:5173. */
export const rendererSource = (): string | undefined => process.env['WHISKER_RENDERER_SOURCE'];

/** Passes each request on to the server at `origin`. */
export function contentFrom(origin: string): Content {
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const reply = await fetch(`${origin}${pathname}${search}`, { redirect: 'manual' });
    // fetch has unpacked and measured the body; the page is told of it anew.
    const headers = new Headers(reply.headers);
    for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) headers.delete(name);
    const bodiless = reply.status === 304 || reply.status === 204;
    return new Response(bodiless ? null : reply.body, { status: reply.status, headers });
  };
}
