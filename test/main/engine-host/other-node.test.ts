// Main and the engines run on different V8s: Electron embeds Node 24, engines run under the pinned one. `npm test`
// downloads the other Nodes and names them in the environment.

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { jpeg } from '../../fixtures/photos.ts';

const session = resolve(import.meta.dirname, '../../fixtures/engine-session.ts');
const pinned = { version: process.versions.node, path: process.execPath };
const other = (version: string) => ({ version, path: process.env[`WHISKER_NODE_${version}`] ?? '' });

test.for([
  { main: pinned, engine: pinned },
  { main: other('24'), engine: pinned },
  { main: other('22'), engine: pinned },
  { main: pinned, engine: other('24') },
])('main under Node $main.version and an engine under $engine.version', async ({ main, engine }, { skip }) => {
  for (const { version, path } of [main, engine])
    skip(!path, `Node ${version} is not here; npm test downloads it, or says why not`);
  const folder = temporaryFolder();
  const photo = join(folder, 'a photo.jpg');
  writeFileSync(photo, await jpeg({ width: 64, height: 48 }));
  const { stdout } = await promisify(execFile)(main.path, [session, engine.path, photo, folder], { encoding: 'utf8' });
  const { mainRunsUnder, ...result }: Record<string, unknown> = JSON.parse(stdout);
  expect(mainRunsUnder).toMatch(new RegExp(`^v${main.version}`));
  expect(result).toEqual({
    inspected: [
      {
        ok: true,
        sha256: expect.stringMatching(/^[\da-f]{64}$/),
        width: 64,
        height: 48,
        format: 'jpeg',
        bytes: expect.any(Number),
        damaged: false,
        takenAt: null,
        fingerprint: expect.stringMatching(/^[\da-f]{32}$/),
      },
    ],
    picture: 'WEBP',
    refused: 'WhiskerError: The file vanished before it could be read.',
    floats: 'Float32Array',
    firstOther: -1,
    count: 1_000_000,
  });
});
