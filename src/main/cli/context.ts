// What every command on a library shares: its common options, opening the folder, results on stdout, progress on
// stderr.

import { resolve } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { createApp } from '../app.ts';
import type { OpenedApp } from '../app.ts';
import type { Services } from '../calls/handlers.ts';
import { openLogFile } from '../log-file.ts';
import { defaultDataDir } from '../places.ts';
import type { Places } from '../places.ts';
import type { CallName, Input, Output } from '../../shared/contract.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { inputRanges } from '../../shared/training.ts';
import type { ScanProgress } from '../../shared/types.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { printer } from './terminal.ts';
import type { Print } from './terminal.ts';

export interface CommonOptions {
  json?: true;
  library?: string;
}

export interface Context extends Services {
  db: ReturnType<Services['library']['require']>['db'];
  scan: ScanProgress;
  progress: Progress;
  print: Print;
  /** One of the contract's calls; throws what it fails with. */
  call<K extends CallName>(name: K, input: Input<K>): Promise<Output<K>>;
  app: OpenedApp;
}

/** A command on a folder, with the options that all of them have. */
export const addCommand = (
  program: Command,
  name: string,
  description: string,
  { isDefault = false }: { isDefault?: boolean } = {},
): Command =>
  program
    .command(name, { isDefault })
    .description(description)
    .argument('<folder>', 'folder of photos')
    .option('--json', 'print one JSON object a line')
    .option('--library <dir>', "keep the database and caches there instead of in Whisker's own data folder");

/** How a backbone's pixels are scaled. */
export const inputRangeOption = (): Option =>
  new Option(
    '--input-range <range>',
    "what the backbone's pixels are scaled to (default: its format's custom)",
  ).choices(inputRanges);

export function openApp({ library }: CommonOptions, { engineEntry }: Places, { looksAhead = false } = {}): OpenedApp {
  const dataDir = defaultDataDir();
  return createApp({
    host: 'web',
    dataDir,
    logFile: openLogFile(dataDir),
    looksAhead,
    ...(library !== undefined && { libraryDir: resolve(library) }),
    engine: { node: process.execPath, entry: engineEntry },
  });
}

/**
 * Opens the folder, waits until every file in it is known, runs `body`, and closes whatever happens. `looks`: false for
 * a command that has no use for the photos, only for what was learned from them.
 */
export async function withLibrary(
  folder: string,
  options: CommonOptions,
  places: Places,
  body: (context: Context) => Promise<void> | void,
  { looks = true }: { looks?: boolean } = {},
): Promise<void> {
  const app = openApp(options, places);
  const progress = createProgress(process.stderr);
  try {
    const { library } = app.services;
    app.subscribe(({ name, payload }) => {
      if (name === 'scan.progress') progress.show(describeScan(payload));
    });
    const { db } = await library.open(resolve(folder));
    if (!looks) library.cancelScan();
    const scan = await library.scanFinished();
    progress.end();
    await body({ ...app.services, app, call: callOf(app), db, scan, progress, print: printer(options) });
  } finally {
    progress.end();
    await app.close();
  }
}

export const callOf = (app: OpenedApp): Context['call'] =>
  async function call<K extends CallName>(name: K, input: Input<K>): Promise<Output<K>> {
    const result = await app.call(name, input);
    if (!result.ok) throw new WhiskerError(result.error.code, result.error.message, result.error.remedy);
    // App.call answers each name with the output that the contract gives it.
    return result.value as Output<K>;
  };

function describeScan({ phase, found, settled, etaSeconds }: ScanProgress): string {
  if (phase === 'listing') return `Looking for photos: ${found} files`;
  const left = etaSeconds === null ? '' : `, ${Math.ceil(etaSeconds)} s left`;
  return `Reading photos: ${settled} of ${found}${left}`;
}
