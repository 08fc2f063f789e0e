// The model in use behind a loopback address, for other programs on this machine: bytes of a picture in, JSON out.
// Guarded as the web host is; no page and no other machine can ask it.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { toFailure } from '../../../shared/errors.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import { rounded } from '../../export/rows.ts';
import type { Predictor } from '../../predictions/predictor.ts';
import { securityHeaders } from '../headers.ts';
import { createGuard } from './guard.ts';
import type { Guard } from './guard.ts';
import { allowedTarget, listen, send, wrongMethod } from './loopback.ts';
import { Refusal, refusalResponse } from './refusal.ts';
import { createStrangers } from './strangers.ts';
import type { Strangers } from './strangers.ts';

const defaultLimits = {
  /** Of one picture. */
  bodyBytes: 64 * 1024 * 1024,
  /** Pictures that are taken in at the same time; one more is refused, to be sent again. */
  pictures: 16,
  connections: 128,
  strangers: 64,
  headersMs: 2_000,
  requestMs: 60_000,
};

export interface ModelServerOptions {
  predictor: Pick<Predictor, 'file' | 'model' | 'scratch'>;
  /** Of the library, for whoever asks what this is. */
  name: string;
  /** 0 takes a free one. */
  port: number;
  limits?: Partial<typeof defaultLimits>;
}

export interface ModelServer {
  /** "http://127.0.0.1:PORT/" */
  readonly url: string;
  /** To be sent with each request, as "Authorization: Bearer …". */
  readonly token: string;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 only. Throws 'wrong-usage' when the port can't be used. */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const limits = { ...defaultLimits, ...options.limits };
  const server = createServer({ headersTimeout: limits.headersMs, requestTimeout: limits.requestMs });
  server.maxConnections = limits.connections;
  const port = await listen(server, options.port);
  const strangers = createStrangers(limits.strangers);
  const guard = createGuard(port);
  const parts: Parts = { ...options, limits, guard, strangers, taken: { pictures: 0, last: 0 } };
  server.on('connection', strangers.arrived);
  server.on('request', (request, response) => void answer(parts, request, response));
  return {
    url: `http://127.0.0.1:${port}/`,
    token: guard.token,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Parts extends Omit<ModelServerOptions, 'port' | 'limits'> {
  limits: typeof defaultLimits;
  guard: Guard;
  strangers: Strangers;
  /** How many pictures are being answered, and the number of the last. */
  taken: { pictures: number; last: number };
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const reply = await route(parts, request).catch((error: unknown) => refuse(error, request));
    // What of the body nobody read would be taken for the next request.
    if (!request.complete) reply.headers.set('connection', 'close');
    await send(reply, response);
    if (!request.complete) request.destroy();
  } catch {
    // Nobody is left to tell.
    response.destroy();
  }
}

async function route(parts: Parts, request: IncomingMessage): Promise<Response> {
  const { method, url } = allowedTarget(request);
  parts.guard.checkProgram(request);
  parts.strangers.known(request.socket);
  if (url.pathname === '/') {
    if (method !== 'GET') throw wrongMethod('GET');
    return json(describe(parts));
  }
  if (url.pathname === '/predict') {
    if (method !== 'POST') throw wrongMethod('POST');
    return json(await predict(parts, request));
  }
  throw new Refusal(404, 'There is nothing at this address.', 'Ask for / or /predict.');
}

function describe({ predictor, name, limits }: Parts): object {
  const { run, calibrated, classNames } = predictor.model();
  return {
    what: 'The model that Whisker has trained on a library of photos.',
    library: name,
    run,
    calibrated,
    classes: classNames,
    predict: 'POST the bytes of a picture to /predict.',
    mostBytes: limits.bodyBytes,
  };
}

async function predict(parts: Parts, request: IncomingMessage): Promise<object> {
  const { predictor, limits, taken } = parts;
  if (taken.pictures >= limits.pictures) {
    throw new Refusal(503, 'Too many pictures at the same time.', 'Send it again in a moment.', { 'retry-after': '1' });
  }
  taken.pictures++;
  const file = join(await predictor.scratch(), `sent-${++taken.last}`);
  try {
    await receive(request, file, limits.bodyBytes);
    const found = await predictor.file(file);
    if (!found.ok) throw new Refusal(422, found.reason, 'Send the bytes of a JPEG, PNG, WebP, HEIC or TIFF.');
    const { class: name, confidence, calibrated, classes, run } = found.predicted;
    return {
      class: name,
      confidence: rounded(confidence),
      calibrated,
      classes: classes.map((one) => ({ name: one.name, confidence: rounded(one.confidence) })),
      run,
    };
  } finally {
    taken.pictures--;
    await rm(file, { force: true });
  }
}

/** The body into a file. Throws a Refusal (413, 415) for one that is too large or compressed. */
async function receive(request: IncomingMessage, file: string, mostBytes: number): Promise<void> {
  const tooLarge = new Refusal(413, `A picture may have at most ${mostBytes} bytes.`);
  if (request.headers['content-encoding'] !== undefined) throw new Refusal(415, 'A picture is sent as it is.');
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge;
  let bytes = 0;
  // The connection must survive an early end, or the refusal could not be read.
  const body = request.iterator({ destroyOnReturn: false });
  await pipeline(async function* () {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw tooLarge;
      yield chunk;
    }
  }, createWriteStream(file));
  if (bytes === 0) throw new Refusal(400, 'The body is empty.', 'Send the bytes of a picture.');
}

const json = (body: object): Response =>
  Response.json(body, { headers: { ...securityHeaders, 'cache-control': 'no-store' } });

const statusOf: Partial<Record<ErrorCode, number>> = { 'not-found': 409, 'no-library': 409, 'bad-input': 409 };

function refuse(error: unknown, request: IncomingMessage): Response {
  if (error instanceof Refusal) return refusalResponse(error, request);
  const { code, message, remedy } = toFailure(error);
  return refusalResponse(new Refusal(statusOf[code] ?? 500, message, remedy), request);
}
