// whisker runtime: the native TensorFlow of this machine, and the download of one that it lacks.

import type { Command } from 'commander';
import { WhiskerError } from '../../shared/errors.ts';
import { pixelsNeedNative, type RuntimeOffer, type TrainingRuntime } from '../../shared/training.ts';
import type { Places } from '../places.ts';
import type { RuntimeService } from '../runtime/runtime.ts';
import { openApp } from './context.ts';
import { megabytes } from './numbers.ts';
import { createProgress } from './progress.ts';
import { printer } from './terminal.ts';
import type { Print } from './terminal.ts';

interface Options {
  json?: true;
}

export function addRuntime(program: Command, places: Places): void {
  const group = program
    .command('runtime')
    .description('show, download or remove the native TensorFlow that learning from pixels needs')
    .helpCommand(false);
  const add = (name: string, description: string, json: string, work: Work) =>
    group
      .command(name, { isDefault: name === 'show' })
      .description(description)
      .option('--json', 'print one JSON object a line')
      .addHelpText('after', `\nJSON: ${json}`)
      .action((options: Options) => withRuntime(options, places, work));

  add('show', 'show what this machine can train on, and what can be downloaded', '{runtime, state}.', show);
  add(
    'download',
    'download what is offered, check its SHA-256 and try it out',
    '{runtime, state}.',
    async (...given) => {
      const [runtime] = given;
      await runtime.known();
      await runtime.download();
      const failure = await runtime.downloaded();
      if (failure) throw new WhiskerError(failure.code, failure.message, failure.remedy);
      await show(...given);
    },
  );
  add('remove', 'remove what was downloaded; what set-up installed stays', '{removed}.', async (runtime, print) => {
    const removed = await runtime.remove();
    print({ removed }, removed.length === 0 ? 'Nothing was downloaded.' : `Removed ${removed.join(', ')}.`);
  });
}

type Work = (runtime: RuntimeService, print: Print) => Promise<void>;

async function show(runtime: RuntimeService, print: Print): Promise<void> {
  const known = await runtime.known();
  const state = await runtime.state();
  print({ runtime: known, state }, ...inWords(known), ...(state.status === 'offered' ? offerInWords(state) : []));
}

function inWords(runtime: TrainingRuntime): string[] {
  if (runtime.available === null) return [];
  if (!runtime.available) return [`Training is not possible: ${runtime.reason}`, runtime.remedy];
  const { kind, name, gpuProblem, nativeProblem } = runtime.device;
  return [
    `Trains on the ${kind.toUpperCase()}: ${name}`,
    ...(nativeProblem ? [pixelsNeedNative, nativeProblem.reason, nativeProblem.remedy] : []),
    ...(gpuProblem ? [gpuProblem.reason, gpuProblem.remedy] : []),
  ];
}

function offerInWords({ offer, doneBytes }: { offer: RuntimeOffer; doneBytes: number }): string[] {
  const { tensorflow, flavour, bytes, installedBytes, licence, source, sha256 } = offer;
  const here = doneBytes === 0 ? '' : `, ${megabytes(doneBytes)} of them here`;
  return [
    `Offered by "whisker runtime download": TensorFlow ${tensorflow} for the ${flavour.toUpperCase()}`,
    `  ${megabytes(bytes)}${here}, ${megabytes(installedBytes)} when unpacked; ${licence}`,
    `  ${source}`,
    `  SHA-256 ${sha256}`,
  ];
}

async function withRuntime(options: Options, places: Places, work: Work): Promise<void> {
  const app = openApp({}, places);
  const progress = createProgress(process.stderr);
  app.subscribe(({ name, payload }) => {
    if (name !== 'runtime.changed' || payload.state.status !== 'downloading') return;
    const { step, done, total } = payload.state.progress;
    const amount = done === null || total === null ? '' : `: ${megabytes(done)} of ${megabytes(total)}`;
    progress.show(`${step}${amount}`);
  });
  const print = printer(options);
  try {
    await work(app.services.runtime, (...result) => {
      progress.end();
      print(...result);
    });
  } finally {
    progress.end();
    await app.close();
  }
}
