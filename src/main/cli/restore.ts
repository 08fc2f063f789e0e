// whisker restore: a library that is damaged or lost, as it was when its newest backup was made.

import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Places } from '../places.ts';
import { addCommand, callOf, openApp } from './context.ts';
import type { CommonOptions } from './context.ts';
import { printer } from './terminal.ts';

export function addRestore(program: Command, places: Places): void {
  addCommand(program, 'restore', "put the newest backup in the place of a folder's damaged or lost library")
    .addHelpText('after', '\nJSON: {folder, labelled}. What could not be opened is kept beside it.')
    .action((folder: string, options: CommonOptions) => restore(resolve(folder), options, places));
}

async function restore(folder: string, options: CommonOptions, places: Places): Promise<void> {
  const app = openApp(options, places);
  try {
    const { counts } = await callOf(app)('library.restore', { folder });
    const sentence = `The library of "${folder}" was restored with ${counts.labelled} labels.`;
    printer(options)({ folder, labelled: counts.labelled }, sentence);
  } finally {
    await app.close();
  }
}
