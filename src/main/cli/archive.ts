// whisker archive, whisker unarchive: a library as one file, and back for a folder of photos.

import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Option, type Command } from 'commander';
import { archiveParts, conflictChoices, type ArchivePart, type ConflictChoice } from '../../shared/archive.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { plural } from '../../shared/words.ts';
import type { Places } from '../places.ts';
import { addCommand, callOf, openApp, withLibrary } from './context.ts';
import type { CommonOptions } from './context.ts';
import { printer } from './terminal.ts';

interface ArchiveOptions extends CommonOptions {
  to: string;
  with: ArchivePart[];
}

export function addArchive(program: Command, places: Places): void {
  addCommand(program, 'archive', 'write labels, history, views, runs and models to one file')
    .requiredOption('--to <file>', 'file to write, NAME.whisker')
    .addOption(
      new Option('--with <part...>', 'also what could be made again from the photos').choices(archiveParts).default([]),
    )
    .addHelpText('after', '\nJSON: {file, bytes, photos, labelled, runs}')
    .action((folder: string, options: ArchiveOptions) =>
      withLibrary(folder, options, places, async ({ archives, call, print }) => {
        const file = resolve(options.to);
        const prepared = await archives.prepare(options.with);
        // A file that is there already stays until the new one is whole.
        const partial = `${file}.${process.pid}.partial`;
        try {
          await pipeline(prepared.stream(), createWriteStream(partial, { mode: 0o600 }));
          await rename(partial, file);
        } finally {
          await rm(partial, { force: true });
          await prepared.remove();
        }
        const { size } = await stat(file);
        const { photos, labelled } = (await call('library.state', undefined))!.counts;
        const runs = (await call('runs.list', undefined)).length;
        const said = `${plural(labelled, ['# label', '# labels'])} of ${plural(photos, ['# photo', '# photos'])} and ${plural(runs, ['# run', '# runs'])}`;
        print({ file, bytes: size, photos, labelled, runs }, `${said} written to ${file} (${megabytes(size)}).`);
      }),
    );
}

interface UnarchiveOptions extends CommonOptions {
  photos: string;
  merge?: true;
  conflicts: ConflictChoice;
  dryRun?: true;
}

export function addUnarchive(program: Command, places: Places): void {
  program
    .command('unarchive')
    .description('open an archive for a folder of photos, which are found by their content')
    .argument('<file>', 'what `whisker archive` has written')
    .requiredOption('--photos <folder>', 'folder of photos')
    .option('--merge', 'the folder has labels of its own: bring those of the archive into them')
    .addOption(
      new Option('--conflicts <choice>', 'of photos that are labelled otherwise: keep mine, take theirs, or unsure')
        .choices(conflictChoices)
        .default('mine'),
    )
    .option('--dry-run', 'only say what would be done')
    .option('--json', 'print one JSON object a line')
    .option('--library <dir>', "keep the database and caches there instead of in Whisker's own data folder")
    .addHelpText(
      'after',
      '\nJSON: {photos, found, labelled, runs}; with --dry-run {card, merge}, where merge counts what would come.',
    )
    .action((file: string, options: UnarchiveOptions) => unarchive(resolve(file), options, places));
}

async function unarchive(path: string, options: UnarchiveOptions, places: Places): Promise<void> {
  const app = openApp(options, places);
  const print = printer(options);
  try {
    const call = callOf(app);
    const folder = resolve(options.photos);
    const { card, merge } = await call('archive.preview', { path, folder });
    if (options.dryRun) {
      const would = merge
        ? `${plural(merge.added, ['# label', '# labels'])} would come, ${merge.same} are there already, ${merge.conflicts} say otherwise.`
        : `${plural(card.labelled, ['# label', '# labels'])} of ${plural(card.photos, ['# photo', '# photos'])} would be opened.`;
      return print({ card, merge }, would);
    }
    if (merge && !options.merge) {
      throw new WhiskerError(
        'conflict',
        `"${folder}" has labels of its own, of which ${merge.conflicts} say otherwise than the archive.`,
        'Add --merge, and --conflicts mine, theirs or unsure.',
      );
    }
    await call('archive.open', { path, folder, conflicts: merge ? options.conflicts : null });
    const { photos } = await app.services.library.scanFinished();
    const { labelled } = (await call('library.state', undefined))!.counts;
    const runs = (await call('runs.list', undefined)).length;
    const said = merge
      ? `${plural(merge.added, ['# label', '# labels'])} came, ${merge.conflicts} said otherwise (${options.conflicts}).`
      : `${plural(labelled, ['# label', '# labels'])} of ${card.labelled} found again among ${plural(photos, ['# photo', '# photos'])}.`;
    print({ photos: card.photos, found: photos, labelled, runs }, said);
  } finally {
    await app.close();
  }
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;
