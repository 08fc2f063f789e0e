// Two ends of a pipe as two processes have them, and what one of them hears.

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openChannel } from '../../src/wire/channel.ts';

export async function bothEnds(): Promise<[here: Socket, there: Socket]> {
  const folder = mkdtempSync(join(tmpdir(), 'whisker-wire-'));
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\${folder}` : join(folder, 'pipe');
  const server = createServer().listen(path);
  await once(server, 'listening');
  const here = connect(path);
  const [[there]] = await Promise.all([once(server, 'connection'), once(here, 'connect')]);
  // What a test writes after the other end is gone is lost, as it should be.
  here.on('error', () => {});
  server.close();
  onTestFinished(() => {
    here.destroy();
    there.destroy();
    rmSync(folder, { recursive: true, force: true });
  });
  return [here, there];
}

/** A channel that takes every message, and all that it tells of, in order. */
export function listening(pipe: Socket) {
  const heard: unknown[] = [];
  const channel = openChannel<unknown, unknown>(pipe, {
    accepts: (message): message is unknown => message !== 'no message',
    onMessage: (message) => heard.push(message),
    onClosed: (isWhole) => heard.push({ closed: isWhole ? 'between messages' : 'in the middle of one' }),
    onFault: ({ message, remedy }) => heard.push({ fault: message, remedy }),
  });
  return { channel, heard };
}
