// whisker backbone: the pretrained network that is set up for all libraries, for machines without a screen.

import type { Command } from 'commander';
import { WhiskerError } from '../../shared/errors.ts';
import type { BackboneState, InputRange } from '../../shared/training.ts';
import type { Services } from '../calls/handlers.ts';
import type { Places } from '../places.ts';
import { inputRangeOption, openApp } from './context.ts';
import { megabytes } from './numbers.ts';
import { createProgress } from './progress.ts';
import { printer } from './terminal.ts';
import type { Print } from './terminal.ts';

interface Options {
  json?: true;
  inputRange?: InputRange;
}

export function addBackbone(program: Command, places: Places): void {
  const group = program
    .command('backbone')
    .description('show, set up or remove the pretrained network that training starts from')
    .helpCommand(false);
  const json = '\nJSON: {status, path, info}; info holds name, sha256, inputRange, inputPx, features and more.';
  const add = (nameAndArgument: string, description: string) =>
    group
      .command(nameAndArgument, { isDefault: nameAndArgument === 'show' })
      .description(description)
      .option('--json', 'print one JSON object a line')
      .addHelpText('after', json);

  add('show', 'show which one is set up').action((options: Options) =>
    withServices(options, places, async ({ backbones }, print) => printState(await backbones.state(), print)),
  );
  add('set <path>', 'set up an ONNX file, or the TensorFlow.js model in a folder')
    .addOption(inputRangeOption())
    .action((dir: string, options: Options) =>
      withServices(options, places, async ({ backbones }, print) =>
        printState(await backbones.choose(dir, options.inputRange ?? null), print),
      ),
    );
  add('remove', 'learn from pixels from now on, until one is set or downloaded; the files stay').action(
    (options: Options) =>
      withServices(options, places, async ({ backbones }, print) => printState(await backbones.remove(), print)),
  );
  add('offers', 'list what can be downloaded, with size, licence, source and SHA-256').action((options: Options) =>
    withServices(options, places, async ({ backbones }, print) => {
      for (const offer of await backbones.offers()) {
        const { id, name, bytes, licence, source, sha256, summary, isHere } = offer;
        const facts = `${id}: ${name}, ${isHere ? 'here already' : megabytes(bytes)}, ${licence}`;
        print(offer, facts, `  ${summary}`, `  ${source}`, `  SHA-256 ${sha256}`);
      }
    }),
  );
  add('download <id>', 'download an offer unless it is here, check its SHA-256 and set it up').action(
    (id: string, options: Options) =>
      withServices(options, places, async (services, print) => {
        await services.backbones.download(id);
        const failure = await services.backbones.downloaded();
        if (failure) throw new WhiskerError(failure.code, failure.message, failure.remedy);
        printState(await services.backbones.state(), print);
      }),
  );
}

async function withServices(
  options: Options,
  places: Places,
  body: (services: Services, print: Print) => Promise<void>,
): Promise<void> {
  const app = openApp({}, places);
  const progress = createProgress(process.stderr);
  app.subscribe(({ name, payload }) => {
    if (name === 'backbone.changed' && payload.state.status === 'downloading') {
      progress.show(`Downloading: ${megabytes(payload.state.doneBytes)} of ${megabytes(payload.state.totalBytes)}`);
    }
  });
  try {
    const print = printer(options);
    await body(app.services, (...result) => {
      progress.end();
      print(...result);
    });
  } finally {
    progress.end();
    await app.close();
  }
}

function printState(state: BackboneState, print: Print): void {
  switch (state.status) {
    case 'ready': {
      const { name, features, inputPx, sha256 } = state.info;
      const text = `${name} in ${state.path}: ${features} features of ${inputPx} px pictures, SHA-256 ${sha256}`;
      return print(state, text);
    }
    case 'unusable':
      return print(state, [state.reason, state.remedy].join(' ').trim());
    case 'downloading':
      return print(state, `${state.offer} is being downloaded.`);
    case 'none':
      return print(state, 'None is set up; training learns from pixels.');
  }
}
