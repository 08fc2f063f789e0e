// The card of a Hugging Face data set: Markdown under a head of YAML.

import { fields } from './schema.ts';
import type { Field, FieldType } from './schema.ts';

/** All that is said of a photo but its class, which is called `label` here. */
export const columns: readonly Field[] = fields.filter(({ name }) => name !== 'class');

const types: Record<FieldType, string> = {
  text: 'dtype: string',
  word: 'dtype: string',
  flag: 'dtype: bool',
  boolean: 'dtype: bool',
  integer: 'dtype: int32',
  number: 'dtype: float64',
  time: 'dtype: string',
  texts: 'list: string',
};

const featureOf = ({ name, type }: Field): string => `  - name: ${name}\n    ${types[type]}`;

/**
 * README.md of a data set: what it is, and the type of each column, which `load_dataset(FOLDER)` reads. `classes` stand
 * in the order of their numbers.
 */
export const cardOf = (name: string, classes: readonly string[]): string => `---
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
