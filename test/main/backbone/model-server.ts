// A folder of a model on a loopback port, as the real thing would serve it or as badly as a test wants.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface ModelServer {
  /** Address of its model.json. */
  source: string;
  /** Paths asked for so far. */
  asked: string[];
  /** Answers in place of the files; true when it did. */
  misbehave: (path: string, response: ServerResponse) => boolean;
  close(): Promise<void>;
}

export async function serveModel(folder: string): Promise<ModelServer> {
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    serving.asked.push(path);
    if (serving.misbehave(path, response)) return;
    void readFile(join(folder, path)).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const serving: ModelServer = {
    source: `http://127.0.0.1:${port}/model.json`,
    asked: [],
    misbehave: () => false,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return serving;
}
