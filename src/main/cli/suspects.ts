// whisker suspects: the unlabelled photos that the last model most likely got wrong.

import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { Places } from '../places.ts';
import { listReview } from '../review/review.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { ClassId } from '../../shared/types.ts';
import { addCommand, withLibrary } from './context.ts';
import type { CommonOptions } from './context.ts';

export function addSuspects(program: Command, places: Places): void {
  addCommand(program, 'suspects', 'list the unlabelled photos that were most likely got wrong, worst first')
    .option('--top <n>', 'how many, 1 to 100000', count, 20)
    .addHelpText(
      'after',
      '\nJSON: one {file, predicted, confidence, runnerUp, suspicion, reason} a photo, then {suspects, run}.',
    )
    .action((folder: string, options: CommonOptions & { top: number }) =>
      withLibrary(folder, options, places, async ({ training, db, call, print }) => {
        const run = training.active();
        if (!run) throw new WhiskerError('not-found', 'Nothing has been trained on these photos yet.', 'Train first.');
        const { classes = [] } = (await call('library.state', undefined)) ?? {};
        const nameOf = (id: ClassId | null) => classes.find((known) => known.id === id)?.name ?? null;
        const suspects = listReview(db, run.id, { order: 'suspicion' }, options.top);
        for (const { photoId, predicted, runnerUp, confidence, suspicion, reason } of suspects) {
          const [file = ''] = (await call('photos.get', { id: photoId })).paths;
          const names = { predicted: nameOf(predicted), runnerUp: nameOf(runnerUp) };
          print({ file, ...names, confidence, suspicion, reason }, `${file}: ${reason}`);
        }
        print({ suspects: suspects.length, run: run.id }, `${suspects.length} photos to look at, by run ${run.id}.`);
      }),
    );
}

function count(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1 || n > 100_000) throw new InvalidArgumentError('It must be 1 to 100000.');
  return n;
}
