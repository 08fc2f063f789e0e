// The loopback host: the same renderer and the same calls as the desktop window, over HTTP, for one person on this
// machine.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { callNames } from '../../../shared/contract.ts';
import type { CallName } from '../../../shared/contract.ts';
import { toFailure } from '../../../shared/errors.ts';
import type { App } from '../../app.ts';
import { createContent } from '../serve.ts';
import type { Content } from '../serve.ts';
import { writeBrowserPage } from './browser-page.ts';
import type { BrowserPage } from './browser-page.ts';
import { createEventStream } from './event-stream.ts';
import type { EventStream } from './event-stream.ts';
import { createGuard } from './guard.ts';
import type { Guard } from './guard.ts';
import { securityHeaders } from '../headers.ts';
import { keepPort, lastPort } from './last-port.ts';
import { allowedTarget, listen, send, wrongMethod } from './loopback.ts';
import { Refusal, refusalResponse } from './refusal.ts';
import { readJson } from './request-body.ts';
import { createStrangers } from './strangers.ts';
import type { Strangers } from './strangers.ts';

const defaultLimits = {
  bodyBytes: 4 * 1024 * 1024,
  connections: 512,
  /** Connections that have not yet shown the cookie; one more drops the oldest of them. */
  strangers: 256,
  headersMs: 2_000,
  requestMs: 60_000,
  /** How often the two limits above are looked at. */
  checkMs: 1_000,
  maxClients: 32,
  heartbeatMs: 15_000,
  maxBufferedBytes: 8 * 1024 * 1024,
};

export interface WebHostOptions {
  app: App;
  /** The built renderer: index.html and its assets. */
  rendererDir: string;
  /** Answers in place of the built renderer: a development server. */
  renderer?: Content;
  /** 0 takes a free one. */
  port: number;
  /** Remembers the port; where a free one will do, that of the last time is taken unless it is in use. */
  portFile?: string;
  /** Also opens the address in the default browser. */
  openBrowser?: boolean;
  limits?: Partial<typeof defaultLimits>;
}

export interface WebHost {
  /** The address with its token, for the person who started it. */
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 only. The app stays the caller's: closing the host leaves it open. */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const limits = { ...defaultLimits, ...options.limits };
  const content = await createContent(options.app, options.rendererDir, options.renderer);

  const server = createServer({
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkMs,
  });
  server.maxConnections = limits.connections;
  const port = await listenWhere(server, options);

  const strangers = createStrangers(limits.strangers);
  server.on('connection', (socket: Socket) => strangers.arrived(socket));
  const events = createEventStream(options.app.subscribe, limits);
  const guard = createGuard(port);
  const parts: Parts = { app: options.app, content, events, guard, strangers, bodyBytes: limits.bodyBytes };
  server.on('request', (request, response) => void answer(parts, request, response));

  const page = options.openBrowser ? await openInBrowser(guard) : null;
  return {
    url: parts.guard.url,
    async close() {
      events.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await page?.remove();
    },
  };
}

/** The page that was handed to the browser; null where none could be, and the printed address is the way in. */
async function openInBrowser(guard: Guard): Promise<BrowserPage | null> {
  try {
    const { default: open } = await import('open');
    const url = guard.oneTimeUrl(() => void page.remove().catch(() => undefined));
    const page: BrowserPage = await writeBrowserPage(url);
    await open(page.path).catch(() => page.remove());
    return page;
  } catch {
    return null;
  }
}

async function listenWhere(server: Server, { port, portFile }: WebHostOptions): Promise<number> {
  if (portFile === undefined) return listen(server, port);
  const wanted = port === 0 ? lastPort(portFile) : port;
  const taken = await listen(server, wanted).catch((error: unknown) => {
    if (port !== 0) throw error;
    return listen(server, 0);
  });
  keepPort(portFile, taken);
  return taken;
}

interface Parts {
  app: App;
  content: Content;
  events: EventStream;
  guard: Guard;
  strangers: Strangers;
  bodyBytes: number;
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const reply = await route(parts, request, response).catch((error: unknown) => refuse(error, request));
    if (reply) await send(reply, response);
  } catch {
    // Nobody is left to tell: the browser went away, or the body broke after its headers were sent.
    response.destroy();
  }
}

/** The response to send; null once the event stream has taken the connection over. */
async function route(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<Response | null> {
  const { method, url } = allowedTarget(request);
  parts.guard.checkSource(request, url);
  const cookie = method === 'GET' ? parts.guard.welcome(url) : null;
  if (cookie !== null) return redirectWithCookie(cookie, request.headers['sec-fetch-site'] === 'cross-site');
  parts.guard.checkCookie(request);
  parts.strangers.known(request.socket);

  if (url.pathname.startsWith('/call/')) {
    if (method !== 'POST') throw wrongMethod('POST');
    const name = url.pathname.slice('/call/'.length);
    if (!isCallName(name)) throw new Refusal(404, 'There is no such call.');
    const result = await parts.app.call(name, await readJson(request, parts.bodyBytes));
    return Response.json(result, { headers: { ...securityHeaders, 'cache-control': 'no-store' } });
  }
  if (method !== 'GET') throw wrongMethod('GET');
  if (url.pathname === '/events') {
    parts.events.connect(response);
    return null;
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return parts.content(new Request(url, { headers: conditional(request), signal: gone.signal }));
}

const isCallName = (name: string): name is CallName => callNames.some((known) => known === name);

/**
 * The token leaves the address bar, the history and every later request. A browser keeps a strict cookie back through
 * every redirect of a visit that began elsewhere, as from the page in `browser-page.ts`: there a page of our own goes
 * on.
 */
function redirectWithCookie(cookie: string, fromElsewhere: boolean): Response {
  const headers = { ...securityHeaders, 'set-cookie': cookie, 'cache-control': 'no-store' };
  return fromElsewhere
    ? new Response(null, { status: 200, headers: { ...headers, 'content-type': 'text/html', refresh: '0; url=/' } })
    : new Response(null, { status: 303, headers: { ...headers, location: '/' } });
}

function conditional(request: IncomingMessage): Record<string, string> {
  const tag = request.headers['if-none-match'];
  return tag === undefined ? {} : { 'if-none-match': tag };
}

function refuse(error: unknown, request: IncomingMessage): Response {
  const refusal = error instanceof Refusal ? error : new Refusal(500, toFailure(error).message);
  return refusalResponse(refusal, request);
}
