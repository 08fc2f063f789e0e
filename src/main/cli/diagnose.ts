// whisker diagnose: what to send along when something goes wrong.

import type { Command } from 'commander';
import { diagnosticsInWords } from '../../shared/diagnostics.ts';
import type { OpenedApp } from '../app.ts';
import type { Places } from '../places.ts';
import { callOf, openApp } from './context.ts';
import { printer } from './terminal.ts';

export function addDiagnose(program: Command, places: Places): void {
  program
    .command('diagnose')
    .description('print versions, device, sizes and the last errors, to send along when something goes wrong')
    .option('--names', 'with names of folders and photos, which are left out otherwise')
    .option('--json', 'print one JSON object a line')
    .action((options: { names?: true; json?: true }) => diagnose(options, places));
}

async function diagnose(
  { names = false, json }: { names?: boolean; json?: true | undefined },
  places: Places,
): Promise<void> {
  const app = openApp({}, places);
  try {
    await runtimeKnown(app);
    const found = await callOf(app)('app.diagnostics', { names });
    printer({ json })(found, ...diagnosticsInWords(found).split('\n'));
  } finally {
    await app.close();
  }
}

const PATIENCE_MS = 120_000;

/** TensorFlow takes a while to say what it runs on; past the limit the answer is that it has not said. */
const runtimeKnown = (app: OpenedApp): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS);
    const known = () => {
      clearTimeout(timer);
      resolve();
    };
    app.subscribe(({ name }) => name === 'training.runtime' && known());
    if (app.services.training.runtime().available !== null) known();
  });
