// Which Node is packed; that it works once packed is packaged-app.test.ts.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { pinnedNode } from '../../../scripts/packaging/stage.mjs';
import { pinnedNodeFile } from '../../../scripts/setup/pinned-node.mjs';
import { folderWith, freshCache, makeProgram } from '../fixture.ts';

const checkout = () =>
  folderWith({ 'package-lock.json': '{ "packages": { "node_modules/node": { "version": "26.10.0" } } }' });

/** The pinned Node of the cache, as a script that says it is `version`. */
function cachedNode(root: string, version: string): string {
  const node = pinnedNodeFile(root);
  mkdirSync(dirname(node), { recursive: true });
  writeFileSync(node, `#!/bin/sh\necho ${version}\n`);
  return makeProgram(node);
}

test("a person's own Node is never packed, even where the app was built under it", async () => {
  freshCache();
  await expect(pinnedNode(checkout())).rejects.toThrow(
    "Only this machine's own Node is here, and the app is packed with v26.10.0 as npm has it",
  );
});

test.skipIf(process.platform === 'win32')('the Node that is packed is of the pinned version', async () => {
  freshCache();
  const root = checkout();
  const node = cachedNode(root, 'v26.10.0');
  expect(await pinnedNode(root)).toBe(node);
  cachedNode(root, 'v26.9.0');
  await expect(pinnedNode(root)).rejects.toThrow(`${node} is not Node v26.10.0`);
});
