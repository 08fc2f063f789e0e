// The photos that have a class as a Hugging Face ImageFolder: copies of the files (or links), a line of metadata each, and a card
// with which `datasets` knows the classes.

import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readablePath } from '../../library/open-library.ts';
import type { ExportContext, FolderFormat } from '../format.ts';
import { placeFile } from '../place-file.ts';
import type { ExportedPhoto } from '../rows.ts';
import { createNamer } from '../safe-names.ts';
import { fields } from '../schema.ts';
import type { Field, FieldType } from '../schema.ts';
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
  for (const page of context.photos()) {
    for (const photo of page) {
      signal.throwIfAborted();
      if (photo.class === null) continue;
      const file = readablePath(context, photo.id);
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
const columns = fields.filter(({ name }) => name !== 'class');
const lineOf = (name: string, photo: ExportedPhoto) => ({
  file_name: name,
  label: photo.class,
  ...Object.fromEntries(columns.map((column) => [column.name, photo[column.name]])),
});

const types: Record<FieldType, string> = {
  text: 'string',
  word: 'string',
  flag: 'bool',
  boolean: 'bool',
  integer: 'int32',
  number: 'float64',
  time: 'string',
  texts: '', // See `featureOf`.
};

/** Read by `load_dataset(FOLDER)`; without it each column would have the type that its first rows suggest. */
const featureOf = ({ name, type }: Field): string =>
  type === 'texts' ? `  - name: ${name}\n    list: string` : `  - name: ${name}\n    dtype: ${types[type]}`;

const cardOf = (name: string, classes: readonly string[]): string => `---
pretty_name: ${yamlText(name)}
task_categories:
- image-classification
configs:
- config_name: default
  data_files:
  - split: train
    path: train/*
  features:
  - name: image
    dtype: image
  - name: label
    dtype:
      class_label:
        names:
${classes.map((one, i) => `          '${i}': ${yamlText(one)}`).join('\n')}
${columns.map(featureOf).join('\n')}
---

# ${markdownText(name)}

Photos sorted with Whisker. \`label\` is the class; \`source\` says whether a person said so or, where it is
\`prediction\`, a model. The other columns are those of Whisker's export schema.

\`\`\`python
from datasets import load_dataset

photos = load_dataset("PATH OF THIS FOLDER", split="train")
\`\`\`

Pillow, which opens the photos, reads HEIC files only with \`pillow-heif\` and its \`register_heif_opener()\`.
`;

/** A double-quoted YAML scalar: JSON, but for signs that YAML takes only escaped. */
const yamlText = (text: string): string =>
  JSON.stringify(text.toWellFormed()).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** On one line, and read as nothing but text. */
const markdownText = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|~&]/g, '\\$&');
