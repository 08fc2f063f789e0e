// whisker runs: the runs of a library, which one's model is in use, and the way to free what one takes on disk.

import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import * as v from 'valibot';
import { schemas } from '../calls/schemas.ts';
import { correctionReceipt } from '../runs/correction-receipt.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { forgetDeleted } from '../runs/run-history.ts';
import type { Places } from '../places.ts';
import { accuracyInUse } from '../../shared/training.ts';
import type { RunDetail } from '../../shared/training.ts';
import type { RunId } from '../../shared/types.ts';
import { addCommand, withLibrary } from './context.ts';
import type { CommonOptions } from './context.ts';
import { followRun } from './follow-run.ts';
import { megabytes, percent } from './numbers.ts';
import { changeLines } from './run-summary.ts';

export function addRuns(program: Command, places: Places): void {
  const group = program
    .command('runs')
    .usage('[list|use|repeat|resume|delete] <folder> [options]')
    .description('list the training runs, put the model of one in use, repeat one, let one go on, or delete one')
    .helpCommand(false);

  addCommand(group, 'list', 'list the runs, newest first', { isDefault: true })
    .addHelpText(
      'after',
      '\nJSON: one {run, inUse, usable, status, startedAt, features, preset, backbone, seconds, steps, labelled, accuracy,\n' +
        'bytes, changed} a run, then {runs}. accuracy is that of the model in use on labels kept out of training, or null;\n' +
        'changed is what came of the labels given since the run in use before, or null.',
    )
    .action((folder: string, options: CommonOptions) =>
      withLibrary(folder, options, places, async ({ training, library, print }) => {
        const inUse = training.active()?.id;
        const runs = training.runs();
        for (const { id } of runs) {
          const run = await training.run(id);
          const changed = correctionReceipt(library.require(), id);
          print({ ...factsOf(run, id === inUse), changed }, describe(run, id === inUse), ...changeLines(changed));
        }
        print({ runs: runs.length }, `${runs.length} runs.`);
      }),
    );

  addCommand(group, 'use', "put a run's model in use, and predict the photos that it has not seen")
    .argument('<run>', 'its number', runId)
    .addHelpText('after', '\nJSON: {run}, the one in use.')
    .action((folder: string, id: RunId, options: CommonOptions) =>
      withLibrary(folder, options, places, async ({ call, print }) => {
        await call('runs.use', { id });
        print({ run: id }, `The model of run ${id} is in use.`);
      }),
    );

  addCommand(group, 'repeat', 'train again with the seed, the options and the labels that a run had')
    .argument('<run>', 'its number', runId)
    .addHelpText(
      'after',
      '\nOn features it says the same of every photo; from pixels the number of steps goes by the clock.\n' +
        'JSON: {run, repeats, status, different, photos}: how many photos the two put into different classes.',
    )
    .action((folder: string, id: RunId, options: CommonOptions) =>
      withLibrary(folder, options, places, async ({ training, call, print }) => {
        await call('runs.repeat', { id });
        const run = await training.ended();
        if (!run) throw new WhiskerError('cancelled', 'The run was interrupted.');
        if (run.error !== null) throw new WhiskerError('training-failed', run.error);
        const { photos, changes } = await call('runs.compare', { earlier: id, later: run.id });
        const different = changes.reduce((sum, change) => sum + change.photos, 0);
        print(
          { run: run.id, repeats: id, status: run.status, different, photos },
          `Run ${run.id} repeats run ${id}: ${different} of ${photos} unlabelled photos are sorted differently.`,
        );
      }),
    );

  addCommand(group, 'resume', 'let a run that was cut off go on, with the time it has left')
    .argument('<run>', 'its number', runId)
    .option('--here', 'on this computer, where it began on another one')
    .addHelpText('after', '\nJSON: as that of whisker train.')
    .action((folder: string, id: RunId, options: CommonOptions & { here?: true }) =>
      withLibrary(folder, options, places, (context) =>
        followRun(context, () => context.call('runs.resume', { id, here: options.here })),
      ),
    );

  addCommand(group, 'delete', 'delete a run for good, with its model and predictions; labels stay')
    .argument('<run>', 'its number', runId)
    .addHelpText('after', '\nJSON: {run, freedBytes}.')
    .action((folder: string, id: RunId, options: CommonOptions) =>
      withLibrary(folder, options, places, async ({ training, library, call, print }) => {
        const { bytes } = await training.run(id);
        await call('runs.delete', { id });
        await forgetDeleted(library.require());
        print({ run: id, freedBytes: bytes }, `Run ${id} was deleted, which freed ${megabytes(bytes)}.`);
      }),
    );
}

function factsOf(run: RunDetail, inUse: boolean): object {
  const { id, usable, status, startedAt, options, backbone, seconds, steps, labelled, bytes } = run;
  const way = { features: options.features, preset: options.preset, backbone: backbone?.name ?? null };
  const accuracy = accuracyInUse(run)?.accuracy ?? null;
  return { run: id, inUse, usable, status, startedAt, ...way, seconds, steps, labelled, accuracy, bytes };
}

function describe(run: RunDetail, inUse: boolean): string {
  const accuracy = accuracyInUse(run);
  const facts = [
    `${run.status}, started ${new Date(run.startedAt).toLocaleString('sv')}`,
    run.backbone ? `on the backbone ${run.backbone.name}` : `${run.options.preset} from pixels`,
    `${Math.round(run.seconds)} s`,
    `${run.labelled} labels`,
    ...(accuracy ? [`accuracy ${percent(accuracy.accuracy)}`] : []),
    megabytes(run.bytes),
  ];
  return `Run ${run.id}${inUse ? ', in use' : ''}: ${facts.join(', ')}.`;
}

/** The same numbers as the calls take. */
function runId(text: string): RunId {
  const parsed = v.safeParse(schemas['runs.use'].entries.id, Number(text));
  if (!parsed.success) throw new InvalidArgumentError(`It ${parsed.issues[0].message}.`);
  return parsed.output;
}
