// Reads the JSON of a call, bounded in size; anything else is refused with the reason.

import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

/** The parsed body; undefined when it is empty (a call without input). Throws a Refusal (400, 413, 415). */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json(\s*;\s*charset=utf-8)?$/i.test(type) || request.headers['content-encoding'] !== undefined) {
    throw new Refusal(415, 'A call takes plain application/json.');
  }
  const bytes = await readBytes(request, maxBytes);
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal(400, 'The body of the call is not valid JSON.');
  }
}

async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = new Refusal(413, `A call may carry at most ${maxBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  // The connection must survive an early end, or the refusal could not be read.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
