// whisker train: one training run with its progress. The first Ctrl-C keeps the best so far, the second gives up.

import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import * as v from 'valibot';
import { trainingOptions } from '../calls/schemas.ts';
import type { Places } from '../places.ts';
import { defaultOptions, presets } from '../training/presets.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { Accuracy, RunSummary, TrainingOptions, TrainingProgress } from '../../shared/types.ts';
import { addCommand, withLibrary } from './context.ts';
import type { CommonOptions, Context } from './context.ts';

interface TrainOptions extends CommonOptions, Partial<TrainingOptions> {
  preset: TrainingOptions['preset'];
  fromLast?: true;
}

const { entries } = trainingOptions;
const INTERRUPTED = 130;

export function addTrain(program: Command, places: Places): void {
  const presetIds = presets.map(({ id }) => id);
  addCommand(program, 'train', 'learn from the labelled and the unlabelled photos, then predict every one')
    .addOption(new Option('--preset <name>', presetHelp()).choices(presetIds).default('quick'))
    .option('--minutes <n>', "time to train, 0.05 to 1440 (default: the preset's)", checked(entries.minutes))
    .option('--seed <n>', 'whole number; the same seed gives the same run (default: 1)', checked(entries.seed))
    .addOption(new Option('--device <name>', 'what to compute on (default: auto)').choices(['auto', 'gpu', 'cpu']))
    .addOption(new Option('--colour <how>', 'colour of the pictures (default: auto)').choices(['auto', 'grey', 'rgb']))
    .option('--no-mirror', 'never mirror pictures: for digits, text and anything with a left and a right')
    .option('--from-last', 'start from the last model when it fits')
    .addHelpText(
      'after',
      '\nJSON: {run, steps, seconds, device, status, labelled, photos, startedFrom, receipt}; ' +
        'receipt holds the accuracy\non labels held out of training, labels alone and SSGAN.',
    )
    .action((folder: string, options: TrainOptions) =>
      withLibrary(folder, options, places, async (context) => {
        const { training, progress, print } = context;
        await training.start(wishes(options));
        const release = stopOnInterrupt(context);
        context.app.subscribe(({ name, payload }) => {
          if (name === 'training.state' && payload.status !== 'idle') progress.show(describe(payload.progress));
        });
        const run = await training.ended();
        release();
        progress.end();
        if (!run || run.status === 'failed') {
          throw new WhiskerError('training-failed', run?.error ?? 'The training run could not be stored.');
        }
        const { id, steps, seconds, device, status, labelled, photos, startedFrom, receipt } = run;
        const summary = { run: id, steps, seconds, device: device?.name ?? null, status };
        print({ ...summary, labelled, photos, startedFrom, receipt }, summarise(run));
      }),
    );
}

const presetHelp = (): string =>
  `how to train: ${presets.map(({ id, sizePx, minutes }) => `${id} (${sizePx} px, ${minutes} min)`).join(', ')}`;

/** The same bounds as the calls'. */
const checked =
  (schema: v.GenericSchema<unknown, number>) =>
  (text: string): number => {
    const parsed = v.safeParse(schema, text.trim() === '' ? NaN : Number(text));
    if (!parsed.success) throw new InvalidArgumentError(`It ${parsed.issues[0].message}.`);
    return parsed.output;
  };

function wishes({ preset, minutes, seed, device, colour, mirror, fromLast }: TrainOptions): TrainingOptions {
  const usual = defaultOptions(preset);
  return {
    preset,
    minutes: minutes ?? usual.minutes,
    seed: seed ?? usual.seed,
    device: device ?? usual.device,
    colour: colour ?? usual.colour,
    mirror: mirror ?? usual.mirror,
    startFrom: fromLast ? 'last-model' : 'scratch',
  };
}

function stopOnInterrupt({ training, progress, app }: Context): () => void {
  let asked = false;
  const onInterrupt = () => {
    if (asked) void app.close().finally(() => process.exit(INTERRUPTED));
    asked = true;
    training.stop();
    progress.say('Stopping; the best so far is kept. Press Ctrl-C again to give up.');
  };
  process.on('SIGINT', onInterrupt);
  return () => process.off('SIGINT', onInterrupt);
}

const stageNames: Record<TrainingProgress['stage'], string> = {
  preparing: 'Preparing',
  packing: 'Reading photos',
  'labels-only': 'Learning from the labels alone',
  ssgan: 'Learning from all photos',
  evaluating: 'Measuring',
  predicting: 'Predicting',
};

function describe({ stage, step, fraction, photosPerSecond, etaSeconds }: TrainingProgress): string {
  const parts = [`${Math.round(fraction * 100)} % ${stageNames[stage]}`];
  if (step > 0) parts.push(`step ${step}`);
  if (photosPerSecond !== null && photosPerSecond >= 1) parts.push(`${Math.round(photosPerSecond)} photos/s`);
  if (etaSeconds !== null) parts.push(`${Math.ceil(etaSeconds)} s left`);
  return parts.join(', ');
}

function summarise({ id, status, steps, seconds, device, receipt }: RunSummary): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const score = (name: string, found: Accuracy | null) =>
    found
      ? [`${name}: ${percent(found.accuracy)} (${percent(found.low)} to ${percent(found.high)}, ${found.n} photos)`]
      : [];
  return [
    `Run ${id} ${status} after ${steps} steps, ${Math.round(seconds)} s, on ${device?.name ?? 'no device'}.`,
    ...score('Held-out accuracy, labels alone', receipt?.labelsOnly ?? null),
    ...score('Held-out accuracy, SSGAN', receipt?.ssgan ?? null),
    ...(receipt?.note ? [receipt.note] : []),
  ].join('\n');
}
