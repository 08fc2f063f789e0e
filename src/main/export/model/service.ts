// Takes a run's model away: writes it in a format that others read, loads it again from its files, and keeps it only
// when it says what Whisker says.

import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { ExportedModel } from '../../../engine/messages.ts';
import { unwritable, writeWhole } from '../../../files/whole-file.ts';
import { toFailure, WhiskerError } from '../../../shared/errors.ts';
import {
  AGREEMENT,
  type ExportedModelReport,
  type ModelExportStep,
  type ModelFormat,
} from '../../../shared/model-export.ts';
import type { RunId } from '../../../shared/types.ts';
import { findFault } from '../../backbone/model-folder.ts';
import { leastSure } from '../../db/predictions.ts';
import { readablePhotos } from '../../db/readable-photos.ts';
import { createEngine, type Engine, type EngineOptions } from '../../engine-host/engine.ts';
import type { EventBus } from '../../events.ts';
import type { LibraryService } from '../../library/library.ts';
import { readablePath, type OpenLibrary } from '../../library/open-library.ts';
import { modelFolder, readNote, type ModelNote } from '../../runs/run-folder.ts';
import type { TrainingService } from '../../runs/service.ts';
import { locate, type LocatedPhoto } from '../../training-data/pack-batch.ts';
import { named } from '../download.ts';
import { aboutModel, type WrittenAbout } from './about.ts';
import { askTheApp, type AppSaid, type AskOrder } from './ask-the-app.ts';
import { modelCard } from './card.ts';
import { samplesFor } from './samples.ts';

export interface ModelExporter {
  /**
   * Makes `folder` with the model in it. Throws 'not-found' without a model, 'conflict' when the folder is there or
   * another model is being taken away, 'bad-input' with what can't be written, 'internal' when the model that was
   * written disagrees with Whisker, 'training-unavailable', 'storage-failed', 'cancelled'. Nothing is kept then.
   */
  export(wish: Wish & { folder: string }): Promise<ExportedModelReport>;
  /** The same into a folder that gets its name here, within `into`. */
  exportInto(wish: Wish & { into: string }): Promise<ExportedModelReport>;
  /** Nothing happens when none is being taken away. */
  cancel(): void;
}

interface Wish {
  run: RunId;
  format: ModelFormat;
}

/** Photos that the model was asked about after it was written, and how far from Whisker it was at most. */
type Checked = Pick<ExportedModelReport, 'photos' | 'largestDifference'>;

interface Places extends Pick<AskOrder, 'scratch' | 'engines' | 'signal'> {
  target: string;
  staging: string;
}

export interface ModelExporterParts {
  library: Pick<LibraryService, 'require' | 'accompany'>;
  training: Pick<TrainingService, 'run'>;
  events: EventBus;
  engine: Omit<EngineOptions, 'role'>;
  /** Of the app. */
  version: string;
  /** The processes of one export, made anew for each; plain ones unless said. */
  engines?: () => AskOrder['engines'];
}

const LICENCE = 'LICENSE-network';

export function createModelExporter(parts: ModelExporterParts): ModelExporter {
  const { library, training, events, engine, version } = parts;
  const start = parts.engines ?? (() => enginesOf(engine));
  let cancelling: AbortController | null = null;
  let ended: Promise<unknown> = Promise.resolve();
  const cancel = (): void => cancelling?.abort();
  library.accompany({
    opened: () => {},
    async closing() {
      cancel();
      await ended;
    },
  });

  /** One at a time. */
  async function exportTo(wish: Wish & { folder: string }): Promise<ExportedModelReport> {
    if (cancelling) {
      throw new WhiskerError(
        'conflict',
        'A model is being taken away already.',
        'Wait until it is done, or cancel it.',
      );
    }
    const exporting = exportAlone(wish, (cancelling = new AbortController()).signal);
    ended = exporting.catch(() => {}); // Whoever asked hears of it.
    return exporting.finally(() => (cancelling = null));
  }

  async function exportAlone(wish: Wish & { folder: string }, signal: AbortSignal): Promise<ExportedModelReport> {
    const target = resolve(wish.folder);
    const staging = join(dirname(target), `.${basename(target)}.${process.pid}.partial`);
    const scratch = mkdtempSync(join(tmpdir(), 'whisker-export-'));
    const engines = start();
    try {
      const done = await writeChecked(wish, { target, staging, scratch, engines, signal });
      signal.throwIfAborted();
      refuseWhatIsThere(target);
      await rename(staging, target).catch((error: unknown) => Promise.reject(unwritable(target, error)));
      return { run: wish.run, format: wish.format, folder: target, ...(await contents(target)), ...done };
    } catch (error) {
      await rm(staging, { recursive: true, force: true });
      throw signal.aborted ? new WhiskerError('cancelled', 'Nothing was taken away: it was cancelled.') : error;
    } finally {
      await rm(scratch, { recursive: true, force: true });
      await Promise.all(Object.values(engines).map((one) => one.kill()));
    }
  }

  /** Everything into `staging`. */
  async function writeChecked({ run: id, format }: Wish, places: Places): Promise<Checked> {
    const { target, staging, scratch, engines, signal } = places;
    const open = library.require();
    refuseWhatIsThere(target);
    const run = await training.run(id);
    const note = noteOf(open, id, run.usable);
    await requireBackbone(note);
    const say = (step: ModelExportStep) => events.emit('models.progress', { run: id, step });
    say('asking');
    const photos = await somePhotos(open, id);
    const modelDir = modelFolder(open.dir, id);
    const said = await askTheApp({ photos, note, modelDir, scratch, engines, signal });
    say('writing');
    const about = aboutModel(open, run, note, version);
    await mkdir(staging).catch((error: unknown) => Promise.reject(unwritable(dirname(target), error)));
    const backbone = note.features === 'backbone' ? { path: note.backbone.path, ...note.backbone.info } : null;
    const input = await engines.trainer.request(
      { kind: 'export-model', format, modelDir, backbone, folder: staging, metadata: about },
      { signal },
    );
    say('checking');
    const largestDifference = await differenceOf(engines.trainer, { format, folder: staging, said, input, signal });
    const checked = { photos: said.pixels.count, largestDifference };
    writeBeside(staging, { format, about: { ...about, input }, library: open.name, checked, note });
    return checked;
  }

  return {
    export: exportTo,
    exportInto({ run, format, into }) {
      const name = `${named(library.require().name)} model ${run} ${format}`;
      return exportTo({ run, format, folder: join(resolve(into), name) });
    },
    cancel,
  };
}

const enginesOf = (engine: Omit<EngineOptions, 'role'>): AskOrder['engines'] => ({
  imaging: createEngine({ role: 'imaging', ...engine }),
  extractor: createEngine({ role: 'extractor', ...engine }),
  trainer: createEngine({ role: 'trainer', ...engine }),
});

function refuseWhatIsThere(target: string): void {
  if (existsSync(target)) {
    throw new WhiskerError('conflict', `"${target}" is there already.`, 'Choose another place, or remove it first.');
  }
  const above = dirname(target);
  if (!existsSync(above) || !statSync(above).isDirectory()) {
    throw new WhiskerError('bad-input', `There is no folder "${above}".`, 'Make it first, or choose another.');
  }
}

function noteOf({ dir }: OpenLibrary, id: RunId, usable: boolean): ModelNote {
  const note = usable ? readNote(dir, id) : null;
  if (note) return note;
  throw new WhiskerError('not-found', `Run ${id} has left no model that could be taken away.`, 'Train again.');
}

async function requireBackbone(note: ModelNote): Promise<void> {
  const fault = note.features === 'backbone' ? await findFault(note.backbone) : null;
  if (fault !== null) throw new WhiskerError('bad-input', fault, 'Put it back, or train again without it.');
}

/**
 * Half of them those of which the run is least sure, where an error shows first, and the others evenly over the
 * library. Throws 'not-found' when none can be read.
 */
async function somePhotos(open: OpenLibrary, id: RunId): Promise<LocatedPhoto[]> {
  const doubted = new Set(leastSure(open.db, id, AGREEMENT.photos / 2));
  const all = await readablePhotos(open.db);
  const others = all.filter((photo) => !doubted.has(photo.id));
  const wanted = Math.min(others.length, AGREEMENT.photos - doubted.size);
  const spread = Array.from({ length: wanted }, (_, i) => others[Math.floor((i * others.length) / wanted)]!);
  const chosen = [...all.filter((photo) => doubted.has(photo.id)), ...spread];
  const located = await locate(chosen, (id) => readablePath(open, id));
  if (located.length > 0) return located;
  const message = 'No photo of this library can be read now, and a model is checked on some before it is taken away.';
  throw new WhiskerError('not-found', message, 'Check that the folder of photos is there.');
}

interface Asked {
  format: ModelFormat;
  folder: string;
  said: AppSaid;
  input: ExportedModel;
  signal: AbortSignal;
}

/** How far a probability is from Whisker's at most. Throws 'internal' when that is too far, or nothing can be asked. */
async function differenceOf(trainer: Engine, { format, folder, said, input, signal }: Asked): Promise<number> {
  const { pixels, probabilities: expected } = said;
  if (pixels.count === 0) throw new WhiskerError('not-found', 'No photo of this library can be read now.');
  const request = { kind: 'ask-exported', format, folder, pixels, together: input.together } as const;
  const { probabilities } = await trainer.request(request, { signal }).catch((error: unknown) => {
    const { code, message } = toFailure(error);
    if (code === 'training-unavailable' || signal.aborted) throw error;
    throw new WhiskerError('internal', `The model could not be loaded again (${message}), so nothing was written.`);
  });
  const largest = Math.max(...expected.map((p, i) => Math.abs(p - (probabilities[i] ?? NaN))));
  // Also not when one of them is no number.
  if (largest < AGREEMENT.difference) return largest;
  throw new WhiskerError(
    'internal',
    `The model that was written disagrees with Whisker by ${largest.toPrecision(2)} on a photo, so nothing was kept.`,
  );
}

interface Beside {
  format: ModelFormat;
  about: WrittenAbout;
  library: string;
  checked: Checked;
  note: ModelNote;
}

/** What tells of the model, and what tries it. */
function writeBeside(folder: string, { format, about, library, checked, note }: Beside): void {
  const licence = note.features === 'backbone' ? join(dirname(note.backbone.path), 'LICENSE') : null;
  const hasLicence = licence !== null && existsSync(licence);
  const texts = [
    { name: 'whisker.json', text: `${JSON.stringify(about, null, 2)}\n` },
    { name: 'README.md', text: modelCard({ format, about, library, checked, licence: hasLicence ? LICENCE : null }) },
    ...samplesFor(format),
  ];
  for (const { name, text } of texts) writeWhole(join(folder, name), [Buffer.from(text)]);
  if (hasLicence) writeWhole(join(folder, LICENCE), [readFileSync(licence)]);
}

async function contents(folder: string): Promise<{ files: string[]; bytes: number }> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name)).sort();
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  return {
    files: paths.map((path) => path.slice(folder.length + 1)),
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}
