// A training request without its paths: what it names on the disk is offered as blobs, and of the rest only what stands
// here crosses.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainOnFeaturesRequest, TrainRequest } from '../../engine/messages.ts';
import { offerFile, offerRows } from './blobs.ts';
import type { FileRef, Offers } from './blobs.ts';
import { fileNames } from './messages.ts';
import type { FarLesson, RunFile } from './messages.ts';

export async function packLesson(request: TrainRequest | TrainOnFeaturesRequest, offers: Offers): Promise<FarLesson> {
  const resume = request.kind === 'train' && request.resume === true;
  const startFrom = await offerIfThere(request.startFrom, 'model', offers);
  const checkpoint = resume ? await offerIfThere(request.modelDir, 'checkpoint', offers) : null;
  if (request.kind === 'train') {
    const { kind, preset, mirror, pixels } = request;
    const { path, count, sizePx, channels, rows = upTo(count) } = pixels;
    const { ref, at } = await offerRows(offers, { path, rowBytes: sizePx * sizePx * channels, rows });
    const asked = { kind, ...common(request), preset, mirror, pixels: { count, sizePx, channels, rows: at } };
    return { kind: 'lesson', asked, data: ref, startFrom, resume, checkpoint };
  }
  const { kind, generator, features } = request;
  const { path, length, backbone, rows } = features;
  const { ref, at } = await offerRows(offers, { path, rowBytes: length * Float32Array.BYTES_PER_ELEMENT, rows });
  const asked = {
    ...{ kind, ...common(request), features: { length, backbone, rows: at } },
    ...(generator && { generator }),
  };
  return { kind: 'lesson', asked, data: ref, startFrom, resume, checkpoint };
}

function common(request: TrainRequest | TrainOnFeaturesRequest) {
  const { classes, labels, keys, learnedBefore, seed, minutes, device, unmeasured, preview, objective } = request;
  return {
    ...{ classes, labels, keys, learnedBefore, seed, minutes, device },
    ...(unmeasured && { unmeasured }),
    ...(preview && { preview }),
    ...(objective && { objective }),
  };
}

async function offerIfThere(folder: string | null, file: RunFile, offers: Offers): Promise<FileRef | null> {
  const path = folder === null ? null : join(folder, fileNames[file]);
  return path !== null && existsSync(path) ? offerFile(offers, path) : null;
}

const upTo = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);
