// whisker train: one training run, as it is wished for.

import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { trainingOptions } from '../calls/schemas.ts';
import type { Places } from '../places.ts';
import { isDestination } from '../../shared/computers.ts';
import { defaultOptions, defaultPreset } from '../../shared/defaults.ts';
import { presetIds, presets } from '../../shared/presets.ts';
import type { InputRange, TrainingOptions } from '../../shared/training.ts';
import { addCommand, inputRangeOption, withLibrary } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { followRun } from './follow-run.ts';
import { checked } from './numbers.ts';

interface TrainOptions extends CommonOptions, Partial<TrainingOptions> {
  preset: TrainingOptions['preset'];
  /** A folder, or 'none'. */
  backbone?: string;
  inputRange?: InputRange;
  fromLast?: true;
  on?: string;
}

const { entries } = trainingOptions;

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
    .option('--on <host>', 'train on that computer, which ssh reaches; see docs/another-computer.md', destination)
    .addOption(
      new Option('--accepted <how>', 'labels that were accepted without a look at each (default: leave-out)').choices([
        'learn',
        'leave-out',
      ]),
    )
    .addHelpText(
      'after',
      '\nJSON: {run, features, computer, backbone, steps, seconds, device, status, labelled, photos, startedFrom, photosPerSecond,\n' +
        'receipt, notices, changed}. backbone is {name, sha256} or null, photosPerSecond the speed at which it looked at new photos,\n' +
        'or null. receipt holds the accuracy of each way to learn from the same labels, what it was measured on, and the gain\n' +
        'of the SSGAN over labels alone with its 95 % interval; changed what came of the labels since the run before, or null.',
    );
  command.action((folder: string, options: TrainOptions) => {
    const { backbone: place = 'none', inputRange } = options;
    if (inputRange && place === 'none') command.error('error: --input-range goes with --backbone PATH');
    return withLibrary(folder, options, places, async (context) => {
      const { training } = context;
      const backbone = await chosenBackbone(context, options);
      await followRun(context, () =>
        training.start(wishes(options, backbone ? 'backbone' : 'pixels'), backbone ?? undefined),
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

function destination(text: string): string {
  if (isDestination(text)) return text;
  throw new InvalidArgumentError('It must be a host of your ssh config, user@host, or ssh://user@host:port.');
}

function wishes(options: TrainOptions, features: TrainingOptions['features']): TrainingOptions {
  const { preset, minutes, seed, device, colour, mirror, fromLast, accepted, on } = options;
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
    ...(on !== undefined && { computer: on }),
  };
}
