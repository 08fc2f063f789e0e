// Exports of the open library as the window and the command line ask for them: one at a time, each told as it goes on.

import { basename, extname, isAbsolute, join } from 'node:path';
import type { PredictedBy } from '../db/photos.ts';
import type { EventBus } from '../events.ts';
import type { LibraryService } from '../library/library.ts';
import { throttle } from '../throttle.ts';
import { toFailure, WhiskerError } from '../../shared/errors.ts';
import type {
  ExportPreview,
  ExportReport,
  ExportState,
  ExportWish,
  ListedFormat,
  ListedMove,
} from '../../shared/export.ts';
import { downloadUrl } from '../../shared/urls.ts';
import { download } from './download.ts';
import { contextOf, exportTo, movesOf, revertMove } from './export-job.ts';
import type { ExportJob } from './export-job.ts';
import type { FileFormat } from './format.ts';
import { listMoves } from './manifest.ts';
import { previewOf } from './preview.ts';
import { safeName } from './safe-names.ts';
import { fileFormatOf, formatOf, listFormats, suggestedName } from './table.ts';
import { cancelled } from './trouble.ts';

export interface ExportService {
  formats(): ListedFormat[];
  /**
   * Reads only. `folder`: where it is to be written, null while nobody has said. Throws 'not-found', 'bad-input', and
   * 'cancelled' when another one is asked for meanwhile.
   */
  preview(wish: ExportWish, folder: string | null): Promise<ExportPreview>;
  /**
   * Absolute path of what is written into a folder under a name; null for what is written in place. Throws 'bad-input'
   * for what is no plain name.
   */
  place(wish: ExportWish, folder: string | null, name: string): string | null;
  /**
   * Begins to write to an absolute path at which nothing is, or in place; 'export.changed' tells the rest. Throws
   * 'conflict' while another one is under way, and as `preview` does.
   */
  start(wish: ExportWish, target: string | null): ExportState;
  /** The pieces of a file. Throws 'bad-input' for a format of folders. */
  pieces(wish: ExportWish): ReturnType<FileFormat['write']>;
  /** The address of a download; it holds until a few later ones were asked for. Throws as `pieces` does. */
  link(wish: ExportWish): { url: string };
  /** Null for an address that does not hold. */
  download(number: number): Response | null;
  state(): ExportState;
  cancel(): void;
  /** Resolves when what is under way has ended. */
  ended(): Promise<ExportState>;
  /** What exports have moved and can be moved back, the newest first. */
  moves(): Promise<ListedMove[]>;
  /** Begins to move back what an export has moved, as `start` begins. */
  revert(id: string): ExportState;
}

export interface ExportServiceParts {
  library: LibraryService;
  events: EventBus;
  /** Whose predictions a filter means. */
  predictedBy(): PredictedBy;
}

const TELL_EVERY_MS = 200;
const MOST_LINKS = 8;
const never = new AbortController().signal;

export function createExportService({ library, events, predictedBy }: ExportServiceParts): ExportService {
  let state: ExportState = { status: 'idle' };
  let stop = new AbortController();
  /** The preview that somebody waits for; a later one takes its place. */
  let counting = new AbortController();
  let ended: Promise<void> = Promise.resolve();
  const links = new Map<number, ExportWish>();
  let lastLink = 0;

  library.accompany({
    opened: () => {},
    async closing() {
      counting.abort(cancelled());
      stop.abort();
      await ended;
      links.clear();
      state = { status: 'idle' };
    },
  });

  function begin(kind: ExportReport['kind'], work: (job: ExportJob) => Promise<ExportReport>): ExportState {
    if (state.status === 'working') {
      throw new WhiskerError('conflict', 'Another export is under way.', 'Wait for its end, or cancel it.');
    }
    stop = new AbortController();
    const { signal } = stop;
    const tell = throttle(TELL_EVERY_MS, () => events.emit('export.changed', state));
    const progress = (done: number, total: number) => {
      state = { status: 'working', kind, done, total };
      tell();
    };
    progress(0, 0);
    ended = work({ signal, progress })
      .then<ExportState, ExportState>(
        (report) => ({ status: 'done', report }),
        (error) => ({ status: 'failed', kind, failure: toFailure(error === signal.reason ? cancelled() : error) }),
      )
      .then((end) => {
        state = end;
        tell.flush();
        events.emit('export.changed', state);
        // What lies in the library's folder by now shows at once.
        if (library.current) void library.lookAgain();
      });
    return state;
  }

  return {
    formats: listFormats,
    async preview(wish, folder) {
      counting.abort(cancelled());
      counting = new AbortController();
      return previewOf(library.require(), wish, folder, { by: predictedBy(), signal: counting.signal });
    },
    place(wish, folder, name) {
      const format = formatOf(wish);
      if (format.kind === 'in-place') return null;
      if (folder === null || !isAbsolute(folder))
        throw new WhiskerError('bad-input', `"${folder ?? ''}" is no full path of a folder.`);
      const safe = safeName(name);
      if (safe !== name) {
        const remedy = `Call it "${safe}".`;
        throw new WhiskerError('bad-input', `"${name}" can't be a name on every system.`, remedy);
      }
      const lacks = format.kind === 'file' && extname(safe).toLowerCase() !== `.${format.extension}`;
      return join(folder, lacks ? `${safe}.${format.extension}` : safe);
    },
    start(wish, target) {
      const open = library.require();
      formatOf(wish);
      return begin('export', (job) => exportTo(open, wish, target, predictedBy(), job));
    },
    pieces: (wish) => fileFormatOf(wish).write(contextOf(library.require(), wish, predictedBy(), never)),
    link(wish) {
      const { extension } = fileFormatOf(wish);
      links.set(++lastLink, wish);
      links.delete(lastLink - MOST_LINKS);
      return { url: downloadUrl(lastLink, extension) };
    },
    download(number) {
      const wish = links.get(number);
      const open = library.current;
      if (!open || !wish) return null;
      const format = fileFormatOf(wish);
      const pieces = format.write(contextOf(open, wish, predictedBy(), never));
      return download(pieces, format.contentType, suggestedName(open.name, format));
    },
    state: () => state,
    cancel: () => stop.abort(),
    async ended() {
      await ended;
      return state;
    },
    moves: () => listMoves(movesOf(library.require())),
    revert(id) {
      const open = library.require();
      return begin('revert', (job) => revertMove(join(movesOf(open), basename(id)), job));
    },
  };
}
