// whisker train: one training run with its progress. The first Ctrl-C keeps the best so far, the second gives up.

import { Option } from 'commander';
import type { Command } from 'commander';
import { trainingOptions } from '../calls/schemas.ts';
import type { Places } from '../places.ts';
import { correctionReceipt } from '../runs/correction-receipt.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { defaultOptions, defaultPreset } from '../../shared/defaults.ts';
import { presetIds, presets } from '../../shared/presets.ts';
import type { InputRange, TrainingOptions, TrainingProgress } from '../../shared/training.ts';
import { addCommand, inputRangeOption, withLibrary } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { checked } from './numbers.ts';
import { changeLines, summarise } from './run-summary.ts';

interface TrainOptions extends CommonOptions, Partial<TrainingOptions> {
  preset: TrainingOptions['preset'];
  /** A folder, or 'none'. */
  backbone?: string;
  inputRange?: InputRange;
  fromLast?: true;
}

const { entries } = trainingOptions;
const INTERRUPTED = 130;

export function addTrain(program: Command, places: Places): void {
  const command = addCommand(
    program,
    'train',
    'learn from the labelled and the unlabelled photos, then predict every one',
  )
    .option(
      '--backbone <path|none>',
      'learn on that ONNX file or model folder, or on none (default: the one set up, or the one that is there, where it suits the photos)',
    )
    .addOption(inputRangeOption())
    .addOption(new Option('--preset <name>', presetHelp()).choices(presetIds).default(defaultPreset))
    .option('--minutes <n>', "time to train, 0.05 to 1440 (default: the preset's)", checked(entries.minutes))
    .option('--seed <n>', 'whole number; the same seed gives the same run (default: 1)', checked(entries.seed))
    .addOption(new Option('--device <name>', 'what to compute on (default: auto)').choices(['auto', 'gpu', 'cpu']))
    .addOption(new Option('--colour <how>', 'colour of the pictures (default: auto)').choices(['auto', 'grey', 'rgb']))
    .option('--no-mirror', 'never mirror pictures: for digits, text and anything with a left and a right')
    .option('--from-last', 'start from the last model when it fits')
    .addOption(
      new Option('--accepted <how>', 'labels that were accepted without a look at each (default: leave-out)').choices([
        'learn',
        'leave-out',
      ]),
    )
    .addHelpText(
      'after',
      '\nJSON: {run, features, backbone, steps, seconds, device, status, labelled, photos, startedFrom, photosPerSecond,\n' +
        'receipt, notices, changed}. backbone is {name, sha256} or null, photosPerSecond the speed at which it looked at new photos,\n' +
        'or null. receipt holds the accuracy of each way to learn from the same labels, what it was measured on, and the gain\n' +
        'of the SSGAN over labels alone with its 95 % interval; changed what came of the labels since the run before, or null.',
    );
  command.action((folder: string, options: TrainOptions) => {
    const { backbone: place = 'none', inputRange } = options;
    if (inputRange && place === 'none') command.error('error: --input-range goes with --backbone PATH');
    return withLibrary(folder, options, places, async (context) => {
      const { training, progress, print } = context;
      const backbone = await chosenBackbone(context, options);
      let photosPerSecond: number | null = null;
      context.app.subscribe(({ name, payload }) => {
        if (name !== 'training.state' || payload.status === 'idle') return;
        if (payload.progress.stage === 'extracting') photosPerSecond = payload.progress.photosPerSecond;
        progress.show(describe(payload.progress));
      });
      await training.start(wishes(options, backbone ? 'backbone' : 'pixels'), backbone ?? undefined);
      const release = stopOnInterrupt(context);
      const run = await training.ended();
      release();
      progress.end();
      if (!run || run.status === 'failed') {
        throw new WhiskerError('training-failed', run?.error ?? 'The training run could not be stored.');
      }
      const {
        id,
        options: { features },
        steps,
        seconds,
        device,
        status,
      } = run;
      const { labelled, photos, startedFrom, receipt, notices } = run;
      const on = run.backbone && { name: run.backbone.name, sha256: run.backbone.sha256 };
      const summary = { run: id, features, backbone: on, steps, seconds, device: device?.name ?? null, status };
      const changed = correctionReceipt(context.library.require(), id);
      print(
        { ...summary, labelled, photos, startedFrom, photosPerSecond, receipt, notices, changed },
        ...summarise(run),
        ...changeLines(changed),
      );
    });
  });
}

/** What was asked for, else what was set up, else what is there and suits the photos; null to learn from pixels. */
async function chosenBackbone({ backbones, ways, progress }: Context, { backbone, inputRange }: TrainOptions) {
  if (backbone === 'none') return null;
  if (backbone !== undefined) return backbones.open(backbone, inputRange ?? null);
  if ((await backbones.state()).status === 'none') return null;
  if (backbones.isChosen()) return backbones.require();
  const { recommended, chosen } = await ways.way();
  if ((chosen ?? recommended.features) === 'backbone') return backbones.require();
  if (chosen === null) progress.say(`Learning from pixels. ${recommended.reason}`);
  return null;
}

const presetHelp = (): string =>
  `how to train: ${presets.map(({ id, sizePx, minutes }) => `${id} (${sizePx} px, ${minutes} min)`).join(', ')}`;

function wishes(options: TrainOptions, features: TrainingOptions['features']): TrainingOptions {
  const { preset, minutes, seed, device, colour, mirror, fromLast, accepted } = options;
  const usual = defaultOptions(preset);
  return {
    features,
    preset,
    minutes: minutes ?? usual.minutes,
    seed: seed ?? usual.seed,
    device: device ?? usual.device,
    colour: colour ?? usual.colour,
    mirror: mirror ?? usual.mirror,
    accepted: accepted ?? usual.accepted,
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
  extracting: 'Looking at photos',
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
