// What the run in use says of pictures that need not be photos of the library: files of any folder, what was dropped,
// pasted or sent. They are seen as photos are in training, by the same engines; nothing is written but a scratch
// folder.

import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Prediction, Inspected, ExpectedPhoto } from '../../engine/messages.ts';
import { toFailure, WhiskerError } from '../../shared/errors.ts';
import type { PredictedPicture } from '../../shared/predicted.ts';
import type { ProblemCode } from '../../shared/types.ts';
import { findFault } from '../backbone/model-folder.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { createEngine } from '../engine-host/engine.ts';
import type { Engine, EngineOptions } from '../engine-host/engine.ts';
import { createInspector } from '../library/inspector.ts';
import type { LibraryService } from '../library/library.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { askInHalves } from '../training-data/pack-batch.ts';
import { asPredicted, modelInUse } from './model-in-use.ts';
import type { ModelInUse } from './model-in-use.ts';

/** A file that was looked at, or why it can't be. */
export type PredictedFile =
  | { ok: true; sha256: string; width: number; height: number; predicted: PredictedPicture }
  | { ok: false; code: ProblemCode; reason: string };

export interface Predictor {
  /**
   * What the run in use says of the picture at an absolute path; those asked for at the same time are looked at
   * together. A file that holds no picture is an answer. Rejects with 'not-found' without a model, 'no-library',
   * 'cancelled' when the library closes, 'bad-input' when the network that the run learned on is not there.
   */
  file(path: string): Promise<PredictedFile>;
  /** Throws 'no-library', and 'not-found' when there is none. */
  model(): ModelInUse;
  /** A folder of this process alone, for pictures that came as bytes; gone when the library closes. */
  scratch(): Promise<string>;
  /** Does other work on the same processes, which rest a while after it. */
  lend<T>(use: (engines: { imaging: Engine; trainer: Engine }) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface PredictorParts {
  library: LibraryService;
  engine: Omit<EngineOptions, 'role'>;
  /** How long processes wait for more before their memory is given back. */
  restAfterMs?: number;
}

/** Pictures that are looked at together. */
export const BATCH = 32;
const REST_AFTER_MS = 60_000;
/** Made and thrown away: `inspect` says what a file is, and draws it small on the way. */
const THUMB_PX = 32;

interface Waiting {
  path: string;
  resolve(file: PredictedFile): void;
  reject(error: unknown): void;
}

export function createPredictor({ library, engine, restAfterMs = REST_AFTER_MS }: PredictorParts): Predictor {
  const engines = {
    imaging: createEngine({ role: 'imaging', ...engine }),
    extractor: createEngine({ role: 'extractor', ...engine }),
    trainer: createEngine({ role: 'trainer', ...engine }),
  };
  let open = new AbortController();
  const waiting: Waiting[] = [];
  let working: Promise<void> | null = null;
  let scratch: Promise<string> | null = null;
  let borrowers = 0;
  let restTimer: NodeJS.Timeout | undefined;

  function restLater(): void {
    clearTimeout(restTimer);
    if (working || borrowers > 0) return;
    restTimer = setTimeout(() => void rest(), restAfterMs);
    restTimer.unref();
  }

  async function work(): Promise<void> {
    clearTimeout(restTimer);
    const { signal } = open;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH);
      try {
        if (signal.aborted) throw new WhiskerError('cancelled', 'The library was closed.');
        const files = await predictFiles(
          library.require(),
          { ...engines, signal, scratch: await scratchFolder() },
          batch.map(({ path }) => path),
        );
        batch.forEach(({ resolve, reject }, i) => {
          const file = files[i];
          if (file) resolve(file);
          else reject(new WhiskerError('internal', 'A picture was left without an answer.'));
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    working = null;
    restLater();
  }

  function scratchFolder(): Promise<string> {
    scratch ??= mkdtemp(join(tmpdir(), 'whisker-predicting-')).catch((error: unknown) => {
      scratch = null;
      throw error;
    });
    return scratch;
  }

  async function rest(): Promise<void> {
    await Promise.all(Object.values(engines).map((one) => one.kill()));
  }

  async function end(): Promise<void> {
    clearTimeout(restTimer);
    open.abort();
    await working;
    await rest();
    const folder = await scratch?.catch(() => null);
    scratch = null;
    if (folder) await rm(folder, { recursive: true, force: true }).catch(() => {});
    open = new AbortController();
  }

  library.accompany({ opened: () => {}, closing: end });

  return {
    file: (path) =>
      new Promise((resolve, reject) => {
        waiting.push({ path, resolve, reject });
        // A turn later, so that all that is asked for at once is looked at together.
        working ??= Promise.resolve().then(work);
      }),
    model: () => modelInUse(library.require()),
    scratch: scratchFolder,
    async lend(use) {
      clearTimeout(restTimer);
      borrowers++;
      try {
        return await use(engines);
      } finally {
        borrowers--;
        restLater();
      }
    },
    close: end,
  };
}

interface Parts {
  imaging: Engine;
  extractor: Engine;
  trainer: Engine;
  signal: AbortSignal;
  /** Rows and thumbnails go there. */
  scratch: string;
}

/** In the order of the paths. */
async function predictFiles(library: OpenLibrary, parts: Parts, paths: string[]): Promise<PredictedFile[]> {
  const model = modelInUse(library);
  const inspected = await inspectFiles(parts, paths);
  const pictures = paths.flatMap((path, i) => {
    const file = inspected[i];
    return file?.ok ? [{ path, sha256: file.sha256, at: i }] : [];
  });
  const rows = pictures.length === 0 ? [] : await probabilitiesOf(parts, model, pictures);
  const said = new Map(rows.map(({ picture, probabilities }) => [picture.at, probabilities]));
  return inspected.map((file, i): PredictedFile => {
    if (!file.ok) return { ok: false, code: file.code, reason: file.reason };
    const probabilities = said.get(i);
    if (!probabilities) return { ok: false, code: 'damaged', reason: 'This picture could not be looked at.' };
    const { sha256, width, height } = file;
    return { ok: true, sha256, width, height, predicted: asPredicted(library, model, probabilities) };
  });
}

/** Only regular files are opened: a pipe would wait for somebody to write to it. */
async function inspectFiles({ imaging, signal, scratch }: Parts, paths: string[]): Promise<Inspected[]> {
  const thumbDir = join(scratch, 'thumbs');
  const inspector = createInspector({ engine: imaging, signal, thumbDir, thumbPx: THUMB_PX });
  const refused = await Promise.all(paths.map(whyNoFile));
  const files = paths.filter((_, i) => refused[i] === null);
  const inspected = files.length === 0 ? [] : await inspector.inspect(files);
  await rm(thumbDir, { recursive: true, force: true });
  let next = 0;
  return refused.map((why): Inspected => {
    const answer = why ?? inspected[next++];
    if (!answer) throw new WhiskerError('internal', 'A picture was left without an answer.');
    return answer;
  });
}

async function whyNoFile(path: string): Promise<(Inspected & { ok: false }) | null> {
  try {
    const stats = await stat(path);
    if (stats.isFile()) return null;
    if (stats.isDirectory()) return noFile('This is a folder, not a picture.');
    return noFile('This is a device or a channel between programs, not a file.');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return noFile(reasons[code] ?? `This file can't be reached (${toFailure(error).message.split(', ')[0]}).`);
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'There is no such file.',
  ENOTDIR: 'There is no such file.',
  EACCES: 'There is no permission to read this file.',
  ENAMETOOLONG: 'This path is too long to be opened.',
  ELOOP: 'This link leads back to itself.',
  ERR_INVALID_ARG_VALUE: 'This is not the path of a file.',
};

const noFile = (reason: string): Inspected & { ok: false } => ({
  ok: false,
  code: 'unreadable',
  reason,
  sha256: null,
});

interface Picture extends ExpectedPhoto {
  at: number;
}

interface Row {
  picture: Picture;
  /** [K], in the order of the model's outputs. */
  probabilities: Float32Array;
}

/** One row for each picture that could be decoded. */
async function probabilitiesOf(parts: Parts, model: ModelInUse, pictures: Picture[]): Promise<Row[]> {
  const file = join(parts.scratch, 'rows');
  await mkdir(parts.scratch, { recursive: true });
  await writeFile(file, '');
  const { note } = model;
  const [found, said] =
    note.features === 'pixels'
      ? await predictPixels(parts, model, note, pictures, file)
      : await predictFeatures(parts, model, note.backbone, pictures, file);
  const classes = note.classIds.length;
  return found.map((picture, i) => ({
    picture,
    probabilities: said.probabilities.subarray(i * classes, (i + 1) * classes),
  }));
}

type Said = [pictures: Picture[], said: Pick<Prediction, 'probabilities'>];
const nothing: Said = [[], { probabilities: new Float32Array() }];

async function predictPixels(
  { imaging, trainer, signal }: Parts,
  { dir: modelDir }: ModelInUse,
  { sizePx, channels }: { sizePx: number; channels: 1 | 3 },
  pictures: Picture[],
  file: string,
): Promise<Said> {
  const found = await askInHalves(pictures, async (photos, firstRow) => {
    const { rows } = await imaging.request({ kind: 'pack', photos, sizePx, channels, file, firstRow }, { signal });
    return picked(photos, rows);
  });
  if (found.length === 0) return nothing;
  const pixels = { path: file, count: found.length, sizePx, channels };
  return [found, await trainer.request({ kind: 'predict', pixels, modelDir, device: 'auto' }, { signal })];
}

async function predictFeatures(
  { extractor, trainer, signal }: Parts,
  { dir: modelDir }: ModelInUse,
  network: InstalledBackbone,
  pictures: Picture[],
  file: string,
): Promise<Said> {
  const { path, info } = network;
  const fault = await findFault(network);
  if (fault !== null) throw new WhiskerError('bad-input', fault, 'Put it back, or train again without it.');
  const backbone = { path, inputRange: info.inputRange };
  const found = await askInHalves(pictures, async (photos, firstRow) => {
    const order = { kind: 'extract', backbone, photos, file, firstRow, device: 'auto' } as const;
    const reply = await extractor.request(order, { signal });
    if (reply.backbone.sha256 !== info.sha256) {
      const message = `The network in "${path}" is not the one that run learned on any more.`;
      throw new WhiskerError('bad-input', message, 'Put it back, or train again.');
    }
    return picked(photos, reply.rows);
  });
  if (found.length === 0) return nothing;
  const features = {
    path: file,
    length: info.features,
    rows: Int32Array.from(found, (_, row) => row),
    backbone: info.sha256,
  };
  return [found, await trainer.request({ kind: 'predict-features', features, modelDir, device: 'auto' }, { signal })];
}

/** The pictures in the order of their rows. */
const picked = (pictures: Picture[], rows: { index: number }[]): Picture[] =>
  rows.flatMap(({ index }) => pictures[index] ?? []);
