// Sorts a folder that is no library, for the window: one at a time, in memory, until another is sorted or the library
// closes.

import { basename, join } from 'node:path';
import { toFailure } from '../../shared/errors.ts';
import type { FolderSorting, SortedFile, SortedPage } from '../../shared/handed-in.ts';
import type { Engine } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import { foundCsv } from '../export/formats/found-csv.ts';
import { download, named } from '../export/download.ts';
import type { LibraryService } from '../library/library.ts';
import { realFolder } from '../library/real-folder.ts';
import { throttle } from '../throttle.ts';
import { pictureResponse } from './handed-in.ts';
import { listFolder, predictPaths } from './other-folder.ts';
import type { FoundFile } from './other-folder.ts';
import type { Predictor } from './predictor.ts';

export interface FolderSorter {
  /** Begins, and forgets what was sorted before. Throws 'folder-unavailable', and 'not-found' without a model. */
  start(folder: string): Promise<FolderSorting>;
  /** Null while nothing was sorted. */
  state(): FolderSorting | null;
  /** Files with their class, of one class or all; the least sure first. */
  page(asked: { job: number; class: string | null; from: number; count: number }): SortedPage;
  /** What is no picture, and why: the first thousand. */
  problems(job: number): { path: string; reason: string }[];
  /** What was found until then stays. */
  stop(): void;
  /** 404 unless it is this job's. */
  picture(job: number, index: number): Promise<Response>;
  csv(job: number): Response;
}

export interface FolderSorterParts {
  library: LibraryService;
  predictor: Pick<Predictor, 'file' | 'model'>;
  imaging: Engine;
  events: EventBus;
  /** Whisker's own data folder, which may lie inside. */
  dataDir: string;
}

const TELL_EVERY_MS = 300;
const MOST_PROBLEMS = 1000;
const TILE_PX = 320;
const PAGE = 500;

interface Job {
  state: FolderSorting;
  found: FoundFile[];
  problems: { path: string; reason: string }[];
  counts: Map<string, number>;
  stopped: AbortController;
}

export function createFolderSorter({ library, predictor, imaging, events, dataDir }: FolderSorterParts): FolderSorter {
  let job: Job | null = null;
  let last = 0;
  const tell = throttle(TELL_EVERY_MS, () => events.emit('sorting.changed', state()));

  function state(): FolderSorting | null {
    if (!job) return null;
    const classes = [...job.counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count);
    return { ...job.state, problems: job.problems.length, classes };
  }

  function stop(): void {
    if (!job || (job.state.phase !== 'listing' && job.state.phase !== 'predicting')) return;
    job.stopped.abort();
    job.state = { ...job.state, phase: 'stopped' };
    tell();
    tell.flush();
  }

  async function sort(mine: Job): Promise<void> {
    const { folder } = mine.state;
    const { signal } = mine.stopped;
    try {
      const { paths, problems } = await listFolder(folder, { signal, exclude: [dataDir, library.require().dir] });
      mine.problems.push(...problems);
      mine.state = { ...mine.state, phase: 'predicting', total: paths.length };
      tell();
      for await (const file of predictPaths(folder, paths, predictor)) {
        if (signal.aborted) return;
        take(mine, file);
        tell();
      }
      mine.state = { ...mine.state, phase: 'done' };
    } catch (error) {
      if (signal.aborted) return;
      mine.state = { ...mine.state, phase: 'failed', error: toFailure(error).message };
    }
    tell();
    tell.flush();
  }

  function take(mine: Job, file: FoundFile): void {
    const { done, predicted } = mine.state;
    mine.found.push(file);
    if ('reason' in file) mine.problems.push(file);
    else mine.counts.set(file.predicted.class, (mine.counts.get(file.predicted.class) ?? 0) + 1);
    mine.state = { ...mine.state, done: done + 1, predicted: predicted + ('predicted' in file ? 1 : 0) };
  }

  library.accompany({
    opened: () => {},
    async closing() {
      stop();
      job = null;
    },
  });

  const jobOf = (number: number): Job | null => (job?.state.job === number ? job : null);

  return {
    async start(asked) {
      const { calibrated } = predictor.model();
      const folder = await realFolder(asked);
      stop();
      const begun: FolderSorting = {
        job: ++last,
        folder,
        name: basename(folder) || folder,
        phase: 'listing',
        done: 0,
        total: 0,
        predicted: 0,
        problems: 0,
        calibrated,
        classes: [],
        error: null,
      };
      const mine: Job = { state: begun, found: [], problems: [], counts: new Map(), stopped: new AbortController() };
      job = mine;
      void sort(mine);
      return begun;
    },
    state,
    page({ job: number, class: wanted, from, count }) {
      const files = (jobOf(number)?.found ?? []).flatMap((file, index): SortedFile[] => {
        if (!('predicted' in file) || (wanted !== null && file.predicted.class !== wanted)) return [];
        const { class: name, confidence } = file.predicted;
        return [{ index, path: file.path, class: name, confidence }];
      });
      files.sort((a, b) => a.confidence - b.confidence || a.index - b.index);
      return { files: files.slice(from, from + count), total: files.length };
    },
    problems: (number) =>
      (jobOf(number)?.problems ?? []).slice(0, MOST_PROBLEMS).map(({ path, reason }) => ({ path, reason })),
    stop,
    async picture(number, index) {
      const here = jobOf(number);
      const file = here?.found[index];
      if (!here || !file) return new Response(null, { status: 404 });
      return pictureResponse(imaging, join(here.state.folder, file.path), TILE_PX);
    },
    csv(number) {
      const here = jobOf(number);
      if (!here) return new Response(null, { status: 404 });
      return download(
        foundCsv(pages(here.found)),
        'text/csv; charset=utf-8; header=present',
        `${named(here.state.name)} predictions.csv`,
      );
    },
  };
}

function* pages(found: readonly FoundFile[]): Generator<readonly FoundFile[]> {
  for (let at = 0; at < found.length; at += PAGE) yield found.slice(at, at + PAGE);
}
