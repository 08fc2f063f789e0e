// whisker diagnose: what to send along when something goes wrong.

import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { diagnosticsInWords } from '../../shared/diagnostics.ts';
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
    await withinPatience(app.services.runtime.known());
    const found = await callOf(app)('app.diagnostics', { names });
    printer({ json })(found, ...diagnosticsInWords(found).split('\n'));
  } finally {
    await app.close();
  }
}

const PATIENCE_MS = 120_000;

/** TensorFlow takes a while to say what it runs on; past the limit the answer is that it has not said. */
async function withinPatience(known: Promise<unknown>): Promise<void> {
  const gaveUp = new AbortController();
  const patience = setTimeout(PATIENCE_MS, undefined, { signal: gaveUp.signal }).catch(() => {});
  await Promise.race([known, patience]);
  gaveUp.abort();
}
