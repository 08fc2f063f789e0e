// Whisker on an NVIDIA card, in one command and one table: what set-up installed and what computes, a step of every
// preset (one native call, op by op, PyTorch on the same device), the article's run and MNIST with 100 labels, memory
// over many steps, and a batch that no memory holds.
//   npm run bench:gpu [-- --quick] [--minutes 10] [--pairs 3] [--out bench-gpu.md]
// About an hour on a card; MNIST has --minutes of it, and each step is run --pairs times beside PyTorch. --quick takes
// a few steps of everything, of small pictures where that saves time: some minutes on a processor, which show that the
// command works and whose accuracies mean nothing. Each part is a process of its own, because TensorFlow takes a card
// whole; one that fails says so in its row.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { DescribedDevice } from '../../src/engine/messages.ts';
import type { Runtime } from '../../src/engine/tensorflow/find-runtime.ts';
import { lastLineOf, pytorchMissing } from './pytorch.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '10' },
    pairs: { type: 'string' },
    out: { type: 'string', default: 'bench-gpu.md' },
  },
});

interface Row {
  part: string;
  measured: string;
  compare: string;
  /** As TensorFlow itself says. */
  device: string;
}

const ours = <T>(file: string, args: string[], env?: Record<string, string>) =>
  lastLineOf<T>(process.execPath, [join(import.meta.dirname, file), ...args], env);

const device = describe();
const onCard = device.kind === 'gpu';
if (!onCard && !values.quick) {
  const why = device.gpuProblem?.reason ?? 'TensorFlow finds no NVIDIA card here.';
  console.error(`${why} Without one this takes days. --quick shows on a processor that the command works.`);
  process.exit(2);
}
const missing = pytorchMissing(onCard);

const parts: (() => Row)[] = [
  installed,
  ...['features', 'quick', 'quick, colour', 'standard', 'paper'].map((preset) => () => step(preset)),
  asInTheArticle,
  mnist,
  growth,
  largeBatch,
];
const table = [...heading(), '| what | measured | to compare with | device | s |', '| - | - | - | - | - |'];
for (const [i, part] of parts.entries()) {
  const began = performance.now();
  const { part: name, measured, compare, device } = attempt(part);
  const seconds = Math.round((performance.now() - began) / 1000);
  table.push(`| ${name} | ${measured} | ${compare} | ${device} | ${seconds} |`);
  writeFileSync(values.out, `${table.join('\n')}\n`);
  console.error(`${i + 1} of ${parts.length}: ${name}, ${seconds} s`);
}
console.log(table.join('\n'));

function heading(): string[] {
  const command = `\`npm run bench:gpu${values.quick ? ' -- --quick' : ''}\``;
  const where = onCard ? `on ${device.name}` : `on a processor, ${device.name}: **no graphics card was used**`;
  const small = values.quick ? ' A few steps of everything; accuracies mean nothing.' : '';
  return [`${command} ${where}.${small}${missing ? ` ${missing}` : ''}`, ''];
}

function attempt(part: () => Row): Row {
  try {
    return part();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { part: part.name || 'a step', measured: `failed: ${why.replaceAll('|', '/')}`, compare: '', device: '' };
  }
}

/** What an engine of the app would say of its device. */
function describe(): DescribedDevice & { flavour: Runtime['flavour'] | null } {
  const engine = join(import.meta.dirname, '../../src/engine/tensorflow');
  const program = `
    import { describeDevice } from '${engine}/describe-device.ts';
    import { runtime } from '${engine}/tensorflow.ts';
    console.log(JSON.stringify({ ...(await describeDevice('auto')), flavour: runtime?.flavour ?? null }));`;
  return lastLineOf(process.execPath, ['--input-type=module', '-e', program]);
}

function installed(): Row {
  const { kind, name, flavour, tensorflow, memoryMb, productMs, gpuProblem } = device;
  const runtime = flavour ? `TensorFlow ${tensorflow}, built for the ${flavour.toUpperCase()}` : 'no native TensorFlow';
  const product = `a product of two 1024 × 1024 matrices in ${productMs.toFixed(1)} ms`;
  return {
    part: 'what set-up installed',
    measured: [runtime, `computes on the ${kind.toUpperCase()}`, `${memoryMb} MB`, product, gpuProblem?.reason]
      .filter((fact) => fact)
      .join('; '),
    compare: 'built for the GPU, computes on the GPU',
    device: name,
  };
}

interface Step {
  device: string;
  photosPerStep: number;
  executionsPerStep: number;
  msPerStep: number;
}
interface Compared {
  whiskerMs: number;
  pytorchMs: number;
  timesPyTorchsSpeed: number;
}

function step(preset: string): Row {
  const steps = ['--steps', values.quick ? '4' : '60'];
  const program = (more: string[]): [string, string[]] =>
    preset === 'features'
      ? ['feature-step.ts', [...steps, ...more]]
      : ['step.ts', ['--preset', preset, ...steps, ...more]];
  const opByOp = ours<Step>(...program(['--op-by-op']));
  const once = missing ? ours<Step>(...program([])) : null;
  const pairs = ['--peer', '--pairs', values.pairs ?? (values.quick ? '1' : '3'), '--json'];
  const both = missing ? null : ours<Compared>('step.ts', ['--preset', preset, ...steps, ...pairs]);
  const { photosPerStep, executionsPerStep, msPerStep } = opByOp;
  return {
    part: `a step, ${preset}: ${photosPerStep} photos`,
    measured:
      `one native call ${both?.whiskerMs ?? once?.msPerStep} ms; ` +
      `op by op (${executionsPerStep} of them) ${msPerStep} ms`,
    compare: both ? `PyTorch ${both.pytorchMs} ms${inTurns(both)}` : '',
    device: opByOp.device,
  };
}

/** One pair of a few steps says little. */
function inTurns({ timesPyTorchsSpeed }: Compared): string {
  return values.quick ? ', one run of each' : `, so ${timesPyTorchsSpeed} times its speed`;
}

interface Learned {
  device: string;
  steps: { 'labels-only': number; ssgan: number };
  seconds: number;
  test: number;
  ssgan: { accuracy: number };
  labelsOnly: { accuracy: number };
}

function learn(part: string, args: string[], compare: string): Row {
  const { device, steps, seconds, test, ssgan, labelsOnly } = ours<Learned>('learn.ts', [...args, '--json']);
  const percent = ({ accuracy }: { accuracy: number }) => `${(100 * accuracy).toFixed(1)} %`;
  return {
    part,
    measured:
      `SSGAN ${percent(ssgan)} after ${steps.ssgan} steps, labels only ${percent(labelsOnly)} after ` +
      `${steps['labels-only']}, of ${test.toLocaleString('en')} test photos, in ${seconds} s`,
    ...{ compare, device },
  };
}

/** As many steps as its recipe says. */
function asInTheArticle(): Row {
  const size = values.quick ? ['--size', '32', '--steps', '2'] : ['--minutes', '600'];
  return learn(
    `paper, ${values.quick ? '2 steps on 32 px' : '14 epochs'}, cats and dogs, 100 labels (a fifth held out)`,
    ['cats-dogs', '--preset', 'paper', '--labels', '100', ...size],
    'the article: 72.4 % SSGAN, 60.2 % labels only',
  );
}

function mnist(): Row {
  const long = values.quick ? ['--steps', '20'] : ['--minutes', values.minutes];
  return learn(
    'quick, MNIST, 100 labels (a fifth held out)',
    ['mnist', '--labels', '100', ...long],
    '99.07 % (Salimans et al. 2016)',
  );
}

function growth(): Row {
  const grown = ours<{
    device: string;
    steps: number;
    residentMb: number;
    grownMb: number;
    cardMb?: number;
    cardGrownMb?: number;
  }>('step.ts', ['--preset', 'quick, colour', '--growth', '--steps', values.quick ? '60' : '5000']);
  const card = onCard ? `; of the card ${grown.cardMb} MB, ${grown.cardGrownMb} MB more` : '';
  return {
    part: `memory over ${grown.steps} steps of quick, colour`,
    measured: `${grown.residentMb} MB of the process, ${grown.grownMb} MB more than after a quarter of them${card}`,
    ...{ compare: 'none more', device: grown.device },
  };
}

/** About what a picture of 224 px takes while the article's networks learn. */
const MB_A_PICTURE = 100;

function largeBatch(): Row {
  const size = values.quick && !onCard ? ['--batch', '4096', '--size', '32', '--steps', '1'] : ['--batch', fourTimes()];
  const { device, sizePx, batch, wentOnWith, steps, notices } = ours<{
    device: string;
    sizePx: number;
    batch: number;
    wentOnWith: number;
    steps: number;
    notices: string[];
  }>('large-batch.ts', size);
  return {
    part: `out of memory${onCard ? '' : ' (of a card that is played)'}: ${batch} photos of ${sizePx} px a kind`,
    measured: `${notices.length} notices (${notices[0] ?? 'none'}), then ${steps} steps with ${wentOnWith}`,
    ...{ compare: 'halved with a notice until it fits', device },
  };
}

/** As many photos as would take four times the card's memory. */
function fourTimes(): string {
  return String(Math.ceil((4 * (device.memoryMb ?? 80_000)) / MB_A_PICTURE));
}
