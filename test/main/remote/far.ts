// An app at home and a computer to train on, which is this one through its own sshd with a cache of its own.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../../src/main/app.ts';
import type { AppOptions, OpenedApp } from '../../../src/main/app.ts';
import { importLabels } from '../../../src/main/labels/import-labels.ts';
import { prepare } from '../../../src/main/db/open.ts';
import { findRuntimes } from '../../../src/engine/tensorflow/find-runtime.ts';
import { defaultOptions } from '../../../src/shared/defaults.ts';
import type { RunSummary, TrainingOptions, TrainingProgress } from '../../../src/shared/training.ts';
import type { RunId } from '../../../src/shared/types.ts';
import { writeImageNetwork } from '../../fixtures/image-network.ts';
import { startSshServer } from '../../fixtures/ssh-server.ts';
import type { SshServer } from '../../fixtures/ssh-server.ts';
import { cool, drawPhotos, warm } from '../photo-folder.ts';

const source = join(import.meta.dirname, '../../../src');
export const cli = join(source, 'main/cli.ts');

export interface Far {
  dir: string;
  app: OpenedApp;
  server: SshServer;
  /** Where that computer keeps what it is sent. */
  cache: string;
  heard: TrainingProgress[];
  /** A program that starts Whisker there, under this Node, after `before`. */
  whisker(name: string, node?: string, before?: string): string;
  start(options: Partial<TrainingOptions>): Promise<RunSummary>;
  ended(): Promise<RunSummary>;
  predictions(id: RunId): unknown[];
  close(): Promise<void>;
}

export async function openFar(photos: number, remote: AppOptions['remote']): Promise<Far> {
  const dir = mkdtempSync(join(tmpdir(), 'whisker-far-'));
  const cache = join(dir, 'far-cache');
  const server = await startSshServer(join(dir, 'ssh'));
  process.env['WHISKER_SSH'] = server.ssh;
  const library = join(dir, 'a-library-of-photos');
  await drawPhotos(library, 0, photos);
  const engine = { node: process.execPath, entry: join(source, 'engine/entry.ts') };
  const app = createApp({
    host: 'web',
    dataDir: join(dir, 'data-at-home'),
    engine,
    offers: [],
    ...(remote && { remote }),
  });
  await app.services.library.open(library);
  await app.services.library.scanFinished();
  await app.services.backbones.choose(writeImageNetwork(join(dir, 'drawn')).folder, null);
  const { db } = app.services.library.require();
  const labelled = Array.from({ length: Math.floor(photos * 0.8) }, (_, i) => i);
  importLabels(
    db,
    labelled.flatMap((i) => [
      { row: 2 * i, file: warm(i), class: 'Warm' },
      { row: 2 * i + 1, file: cool(i), class: 'Cool' },
    ]),
  );
  const heard: TrainingProgress[] = [];
  app.subscribe(({ name, payload }) => {
    if (name === 'training.state' && payload.status !== 'idle') heard.push(payload.progress);
  });
  const whisker: Far['whisker'] = (name, node = process.execPath, before = ':') =>
    server.program(
      name,
      `export WHISKER_CACHE_DIR=${cache} WHISKER_DATA_DIR=${join(dir, 'far-data')} TF_CPP_MIN_LOG_LEVEL=3 ` +
        `WHISKER_RUNTIME=${findRuntimes()[0]?.folder ?? ''}\n${before}\nexec ${node} ${cli} "$@"`,
    );
  app.services.computers.save({ destination: server.destination, command: whisker('whisker') });
  return {
    ...{ dir, app, server, cache, heard, whisker },
    async start(options) {
      heard.length = 0;
      const usual = { ...defaultOptions('quick'), startFrom: 'scratch', seed: 5, minutes: 10 } as const;
      return app.services.training.start({ ...usual, ...options });
    },
    async ended() {
      const run = await app.services.training.ended();
      if (!run) throw new Error('no run');
      return run;
    },
    predictions: (id) =>
      prepare(
        app.services.library.require().db,
        `SELECT photo_id, class_id, confidence, margin, suspicion FROM prediction WHERE run_id = ? ORDER BY photo_id`,
      ).all(id),
    async close() {
      await app.close();
      await server.stop();
      delete process.env['WHISKER_SSH'];
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Processes whose command line has this in it. */
export function processesOf(text: string): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(text) && !line.includes('ps -A'))
    .map((line) => Number.parseInt(line, 10));
}
