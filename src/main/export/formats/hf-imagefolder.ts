// The photos that have a class as a Hugging Face ImageFolder: copies of the files or links to them, a line of metadata
// each, and a card from which `datasets` knows the classes.

import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readablePath } from '../../library/open-library.ts';
import type { ExportContext, FolderFormat } from '../format.ts';
import { cardOf, columns } from '../hf-card.ts';
import { tellingFirst } from '../pages.ts';
import { placeFile } from '../place-file.ts';
import type { ExportedPhoto } from '../rows.ts';
import { createNamer } from '../safe-names.ts';
import { whyWithoutClass } from '../without-class.ts';

export const hfImageFolder: FolderFormat = {
  kind: 'folder',
  id: 'hf-imagefolder',
  title: 'Hugging Face ImageFolder',
  about: 'The photos with their labels, for the datasets library.',
  placings: ['copy', 'hardlink'],
  refuses: whyWithoutClass,
  write: writeImageFolder,
};

/** `into` gets README.md, train/metadata.jsonl and the photos beside that. */
async function writeImageFolder(context: ExportContext, into: string): Promise<void> {
  // In a folder of this name every photo is of this split, whatever its own name says.
  const train = join(into, 'train');
  await mkdir(train);
  const classes = new Set(context.classes.map(({ name }) => name));
  const lines = Readable.from(placedPhotos(context, train, classes));
  await pipeline(lines, createWriteStream(join(train, 'metadata.jsonl')));
  await writeFile(join(into, 'README.md'), cardOf(context.name, [...classes]));
}

/** Brings photo after photo, and yields the line of each; `classes` gets those that are met. */
async function* placedPhotos(context: ExportContext, into: string, classes: Set<string>): AsyncGenerator<string> {
  const { how, signal, progress, leaveOut, note } = context;
  const names = createNamer();
  let written = 0;
  for await (const page of tellingFirst(context, columns)) {
    for (const photo of page) {
      signal.throwIfAborted();
      if (photo.class === null) continue;
      const file = await readablePath(context, photo.id);
      if (file === null) {
        leaveOut?.(photo.path, 'Its file is not there, or has changed since Whisker looked at it.');
        continue;
      }
      const name = names.name(basename(photo.path));
      const otherwise = await placeFile(file, join(into, name), how === 'hardlink' ? how : 'copy');
      if (otherwise !== null) note?.(otherwise);
      classes.add(photo.class);
      yield `${JSON.stringify(lineOf(name, photo))}\n`;
      progress(++written);
    }
  }
}

/** `label` is what the library calls the class. */
const lineOf = (name: string, photo: ExportedPhoto) => ({
  file_name: name,
  label: photo.class,
  ...Object.fromEntries(columns.map((column) => [column.name, photo[column.name]])),
});
