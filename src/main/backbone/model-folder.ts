// A backbone as files: which weights belong to a TensorFlow.js model, and whether all is still there. What is in them
// is the engine's to judge.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { readRegularFile } from '../../files/regular-file.ts';
import type { BackboneInfo } from '../../shared/training.ts';
import type { InstalledBackbone } from '../db/registry.ts';

const MOST_JSON_BYTES = 64 * 2 ** 20;

const modelJson = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ weightsManifest: v.array(v.object({ paths: v.array(v.string()) })) }),
);

/**
 * Names of the weight files in the order in which model.json, whose text this is, lists them; null when it lists none.
 */
export function weightFiles(text: string): string[] | null {
  const parsed = v.safeParse(modelJson, text);
  return parsed.success ? parsed.output.weightsManifest.flatMap(({ paths }) => paths) : null;
}

/**
 * Why the model is no longer what was set up, as far as names and sizes tell, as a sentence; null when nothing is
 * wrong.
 */
export async function findFault({ path, info }: InstalledBackbone): Promise<string | null> {
  if (info.format !== 'onnx') return findFaultInFolder(path, info);
  const file = await stat(path).catch(() => null);
  if (!file) return `The network ${info.name} is no longer at "${path}".`;
  return file.size === info.bytes ? null : `The network at "${path}" is not the one that was set up any more.`;
}

async function findFaultInFolder(folder: string, info: BackboneInfo): Promise<string | null> {
  const text = await readRegularFile(join(folder, 'model.json'), MOST_JSON_BYTES).catch(() => null);
  if (text === null) return `The backbone ${info.name} is no longer in "${folder}".`;
  let bytes = 0;
  for (const name of weightFiles(text.toString('utf8')) ?? []) {
    const file = await stat(join(folder, name)).catch(() => null);
    if (!file) return `The file ${name} of the backbone in "${folder}" is missing.`;
    bytes += file.size;
  }
  return bytes === info.bytes ? null : `The backbone in "${folder}" is not the one that was set up any more.`;
}
