// whisker export-model: a run's model in a format that others read, checked after it was written.

import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import * as v from 'valibot';
import { schemas } from '../calls/schemas.ts';
import type { Places } from '../places.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { modelFormats, type ModelExportStep, type ModelFormat } from '../../shared/model-export.ts';
import type { RunId } from '../../shared/types.ts';
import { plural } from '../../shared/words.ts';
import { addCommand, withLibrary } from './context.ts';
import type { CommonOptions } from './context.ts';
import { megabytes } from './numbers.ts';

interface ExportModelOptions extends CommonOptions {
  run?: RunId;
  format: ModelFormat;
  to: string;
}

const steps: Record<ModelExportStep, string> = {
  asking: 'Asking Whisker about some photos',
  writing: 'Writing the model',
  checking: 'Loading the model again, and asking it about the same photos',
};

export function addExportModel(program: Command, places: Places): void {
  addCommand(program, 'export-model', "write a run's model for other programs, and check that it says the same")
    .addOption(new Option('--format <name>', 'what to write').choices(modelFormats).makeOptionMandatory())
    .requiredOption('--to <dir>', 'folder to make; it must not be there')
    .option('--run <n>', 'number of the run (default: the one in use)', runNumber)
    .addHelpText(
      'after',
      '\nThe folder holds the model, whisker.json, README.md (a model card) and a sample to try it with.\n' +
        'JSON: {run, format, folder, files, bytes, photos, largestDifference}: how many photos it was asked about after it was\n' +
        'written, and how far its probabilities are from those of the app at most.',
    )
    .action((folder: string, { run, format, to, ...options }: ExportModelOptions) =>
      withLibrary(folder, options, places, async ({ app, models, training, progress, print }) => {
        const id = run ?? training.active()?.id;
        if (id === undefined) throw new WhiskerError('not-found', 'No run is in use.', 'Train first, or give --run N.');
        app.subscribe(({ name, payload }) => {
          if (name === 'models.progress') progress.show(steps[payload.step]);
        });
        const report = await models.export({ run: id, format, folder: to });
        progress.end();
        const { bytes, photos, largestDifference } = report;
        const asked = `on ${plural(photos, ['# photo', '# photos'])} it is ${largestDifference.toExponential(1)} from Whisker at most`;
        print(report, `The model of run ${id} is in ${report.folder}, ${megabytes(bytes)}; ${asked}.`);
      }),
    );
}

function runNumber(text: string): RunId {
  const parsed = v.safeParse(schemas['models.takeAway'].entries.run, Number(text));
  if (!parsed.success) throw new InvalidArgumentError(`It ${parsed.issues[0].message}.`);
  return parsed.output;
}
