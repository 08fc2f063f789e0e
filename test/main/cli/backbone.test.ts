// Backbones on the command line: set up for all libraries, or given to one run, and what a run says of itself.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fill } from '../../fixtures/folder.ts';
import { type ImageNetwork, writeImageNetwork } from '../../fixtures/image-network.ts';
import { drawPhotos, writeTable } from '../photo-folder.ts';
import { environment, whisker } from './whisker.ts';
import '../../fixtures/needs-tensorflow.ts';

describe('whisker backbone', () => {
  let dir: string;
  let photos: string;
  let network: ImageNetwork;
  const run = (...args: string[]) => whisker([...args, '--json'], environment(join(dir, 'data')));
  const train = (...args: string[]) => run('train', photos, '--minutes', '0.1', ...args);

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'whisker-cli-backbone-'));
    photos = join(dir, 'photos');
    network = writeImageNetwork(join(dir, 'drawn'));
    await drawPhotos(photos, 0, 8);
    await writeTable(join(dir, 'labels.csv'), 0, 3);
    await run('label', photos, '--csv', join(dir, 'labels.csv'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  test('train --backbone DIR learns on that one, this once', async () => {
    const { code, last, stderr } = await train('--backbone', network.folder, '--input-range', 'minus-one-to-one');
    expect(code, stderr).toBe(0);
    expect(last()).toMatchObject({
      run: 1,
      features: 'backbone',
      backbone: { name: 'drawn', sha256: network.sha256 },
      receipt: { measuredBy: 'cross-validation', active: expect.any(String), temperature: null },
      notices: [],
      photosPerSecond: expect.any(Number),
    });
    expect((await run('backbone', 'show')).last()).toEqual({ status: 'none' });
  });

  test('one that is set up is what train learns on, unless told otherwise', async () => {
    const { code, last } = await run('backbone', 'set', network.folder);
    expect(code).toBe(0);
    expect(last()).toMatchObject({ status: 'ready', path: network.folder, info: { features: network.features } });
    expect((await train()).last()).toMatchObject({ features: 'backbone', photosPerSecond: null });
    const none = await train('--backbone', 'none');
    expect(none.last()).toMatchObject({ features: 'pixels', backbone: null, receipt: { logistic: null } });
    expect((await run('backbone', 'remove')).last()).toEqual({ status: 'none' });
  });

  test('one that is simply there is learned on where it suits the pictures, and it says why where it does not', async () => {
    const networks = join(dir, 'networks');
    const description = {
      ...{ format: 1, id: 'efficientnet-lite2', name: 'brought', licence: 'MIT', file: 'model.onnx' },
      ...{ sha256: 'a'.repeat(64), inputPx: 260, features: 1280 },
    };
    fill(join(networks, 'efficientnet-lite2'), {
      'model.onnx': 'no network at all',
      'network.json': JSON.stringify(description),
    });
    const there = { ...environment(join(dir, 'other-data')), WHISKER_NETWORKS: networks };
    await whisker(['label', photos, '--csv', join(dir, 'labels.csv')], there);
    const { code, last, stderr } = await whisker(['train', photos, '--minutes', '0.2', '--json'], there);
    expect(code, stderr).toBe(0);
    expect(last()).toMatchObject({ features: 'pixels', backbone: null });
    expect(stderr).toMatch(/^Learning from pixels\. These look like scans or plain graphics/m);
  });

  test('what can not serve is bad input, what makes no sense is wrong usage', async () => {
    const refused = await train('--backbone', photos);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(`no readable model.json in ${photos}`);
    expect((await run('backbone', 'set', photos)).code).toBe(3);
    expect((await run('backbone', 'download', 'resnet')).code).toBe(3);
    expect((await train('--input-range', 'zero-to-one')).code).toBe(2);
    expect((await run('backbone', 'set')).code).toBe(2);
  });

  test('offers are listed with what a person must know before downloading', async () => {
    const { objects } = await run('backbone', 'offers');
    for (const offer of objects()) {
      expect(offer).toEqual({
        id: expect.any(String),
        name: expect.any(String),
        summary: expect.any(String),
        network: expect.toBeOneOf([null, 'efficientnet-lite2', 'efficientnet-lite0']),
        isHere: false,
        source: expect.stringMatching(/^https:/),
        licence: expect.any(String),
        bytes: expect.any(Number),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    }
  });
});
