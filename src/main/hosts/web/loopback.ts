// What every server on this machine's own address does alike: where it listens, which addresses it reads, how it
// answers.

import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { toFailure, WhiskerError } from '../../../shared/errors.ts';
import { Refusal } from './refusal.ts';

const loopback = '127.0.0.1';

/** The port that it listens on, 127.0.0.1 only. Throws 'wrong-usage' when that can't be used. */
export async function listen(server: Server, port: number): Promise<number> {
  try {
    server.listen(port, loopback);
    await once(server, 'listening');
  } catch (error) {
    throw new WhiskerError(
      'wrong-usage',
      `Port ${port} can't be used: ${toFailure(error).message}.`,
      'Choose another port, or 0 for a free one.',
    );
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new WhiskerError('internal', 'The web host has no port.');
  return address.port;
}

/** Throws a Refusal (400, 405). */
export function allowedTarget(request: IncomingMessage): { method: 'GET' | 'POST'; url: URL } {
  const { method, url = '' } = request;
  if (method !== 'GET' && method !== 'POST') throw wrongMethod('GET, POST');
  // Anything but a plain path ("//other", "/\\other", "http://other/", "*") would let the URL say another host than the
  // Host header.
  const target = /^\/(?![/\\])/.test(url) ? URL.parse(url, `http://${loopback}`) : null;
  if (!target) throw new Refusal(400, 'The address is not a path.');
  return { method, url: target };
}

export const wrongMethod = (allow: string): Refusal =>
  new Refusal(405, `This address answers only ${allow}.`, undefined, { allow });

export async function send(reply: Response, response: ServerResponse): Promise<void> {
  response.writeHead(reply.status, Object.fromEntries(reply.headers));
  if (reply.body) await pipeline(reply.body, response);
  else response.end();
}
