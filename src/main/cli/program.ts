// The commands with their options and help, and how every way to end becomes an exit code and one clear sentence.

import { Command, CommanderError } from 'commander';
import manifest from '../../../package.json' with { type: 'json' };
import { toFailure } from '../../shared/errors.ts';
import type { ErrorCode, Failure } from '../../shared/errors.ts';
import type { Places } from '../places.ts';
import { addArchive, addUnarchive } from './archive.ts';
import { addBackbone } from './backbone.ts';
import { addDiagnose } from './diagnose.ts';
import { addEngine } from './engine.ts';
import { addEvaluate } from './evaluate.ts';
import { addExport } from './export.ts';
import { addExportModel } from './export-model.ts';
import { addImport } from './import.ts';
import { addJob } from './job.ts';
import { addLabel } from './label.ts';
import { addPredict } from './predict.ts';
import { addRestore } from './restore.ts';
import { addRuns } from './runs.ts';
import { addRuntime } from './runtime.ts';
import { addServe } from './serve.ts';
import { addServeModel } from './serve-model.ts';
import { addSuspects } from './suspects.ts';
import { writeLines } from './terminal.ts';
import { addTrain } from './train.ts';

const commands = [
  addImport,
  addLabel,
  addTrain,
  addRuns,
  addPredict,
  addEvaluate,
  addSuspects,
  addExport,
  addBackbone,
  addRuntime,
  addRestore,
  addArchive,
  addUnarchive,
  addServe,
  addServeModel,
  addEngine,
  addDiagnose,
  addExportModel,
  addJob,
];

const UNEXPECTED = 1;
const WRONG_USAGE = 2;
const exitCodes: Partial<Record<ErrorCode, number>> = {
  'wrong-usage': WRONG_USAGE,
  'bad-input': 3,
  'not-found': 3,
  'no-library': 3,
  conflict: 3,
  'folder-unavailable': 3,
  'too-few-labels': 3,
  'training-unavailable': 4,
  'connection-lost': 5,
};

const after = `
Commands on photos take their folder first and keep what they learn of it in Whisker's own data folder, or in --library DIR.
Photos are never changed; they are moved only by export --how move, which can be reverted. With --json each line on stdout is one JSON object, the last one sums up; progress goes to stderr.

Exit codes: 0 done, 2 wrong usage, 3 bad input, 4 training is not possible on this machine, 5 another computer\ncan't be reached, 1 anything else.

Example:
  whisker import photos
  whisker label photos --csv labels.csv
  whisker train photos --minutes 3
  whisker suspects photos --top 20
  whisker export photos --format csv --to result.csv`;

/** Runs one command to its end and returns the exit code. */
export async function runCli(args: readonly string[], places: Places): Promise<number> {
  const program = new Command('whisker')
    .description('Label a few photos, train on all of them, review what was most likely got wrong.')
    .version(manifest.version)
    .helpCommand(false)
    .addHelpText('after', after)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  for (const add of commands) add(program, places);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return endOfParsing(error, program, args);
    const failure = toFailure(error);
    writeLines(process.stderr, ...sentences(failure));
    return exitCodes[failure.code] ?? UNEXPECTED;
  }
}

const sentences = ({ code, message, remedy }: Failure): string[] => {
  const command = code === 'restorable' ? ' Run whisker restore with the same folder.' : '';
  return [`whisker: ${message}`, ...(remedy === undefined ? [] : [`  What to do: ${remedy}${command}`])];
};

/** Commander ends by throwing: after --help and --version too, which have already been printed. */
function endOfParsing(error: CommanderError, program: Command, args: readonly string[]): number {
  if (error.exitCode === 0) return 0;
  if (args.length === 0) process.stderr.write(program.helpInformation());
  else writeLines(process.stderr, `whisker: ${error.message.replace(/^error: /, '')} (see whisker --help)`);
  return WRONG_USAGE;
}
