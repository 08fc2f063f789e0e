// The one schema of the tables: what an export says of each photo, field by field. docs/export-schema.md tells people.

import type { ExportedPhoto } from './rows.ts';

export const schemaName = 'whisker-labels';
/** Higher when a field goes away or changes its type or meaning; a new one at the end leaves it as it is. */
export const schemaVersion = 1;

/**
 * 'word' is a text of which there are few different ones. 'flag' is a yes that most photos lack; 'boolean' knows no as
 * well. 'time' is ISO 8601 to the millisecond without a zone.
 */
export type FieldType = 'text' | 'word' | 'flag' | 'boolean' | 'integer' | 'number' | 'time' | 'texts';

export interface Field {
  name: Exclude<keyof ExportedPhoto, 'id'>;
  type: FieldType;
  /** Whether it may be unknown. */
  nullable: boolean;
  about: string;
}

/** In the order of the columns. */
export const fields: readonly Field[] = [
  { name: 'path', type: 'text', nullable: false, about: 'Where the file lies, relative to the folder of photos.' },
  { name: 'hash', type: 'text', nullable: false, about: 'SHA-256 of the file, 64 hexadecimal digits.' },
  {
    name: 'class',
    type: 'word',
    nullable: true,
    about: 'The label, or the prediction where there is none: see source.',
  },
  {
    name: 'source',
    type: 'word',
    nullable: true,
    about: 'Whose word the label is: person, import or suggestion; prediction where class is one.',
  },
  { name: 'excluded', type: 'flag', nullable: false, about: 'The person leaves it out of everything.' },
  { name: 'predicted', type: 'word', nullable: true, about: 'The class that the run gives to it, whatever its label.' },
  {
    name: 'confidence',
    type: 'number',
    nullable: true,
    about: 'What the run gives to predicted, from 0 to 1, rounded to 4 digits.',
  },
  {
    name: 'calibrated',
    type: 'boolean',
    nullable: true,
    about: 'Whether confidence was checked on photos that the run has not learned from; a probability only then.',
  },
  { name: 'run', type: 'integer', nullable: true, about: 'Number of the run that predicted.' },
  { name: 'copies', type: 'texts', nullable: false, about: 'Other places where the same content lies.' },
  {
    name: 'chosen',
    type: 'word',
    nullable: true,
    about: 'How it came to be labelled: hand, review, suggested, audit, pile, import or unknown.',
  },
  { name: 'none', type: 'flag', nullable: false, about: 'The person says that it shows none of the classes.' },
  { name: 'unsure', type: 'flag', nullable: false, about: 'The person is unsure and will look at it again.' },
  { name: 'width', type: 'integer', nullable: false, about: 'Pixels, as it is shown: upright.' },
  { name: 'height', type: 'integer', nullable: false, about: 'Pixels, as it is shown: upright.' },
  {
    name: 'taken',
    type: 'time',
    nullable: true,
    about: "When it was taken, by its camera's clock, which has no zone.",
  },
];

/** One photo as JSON, in the order of the fields. */
export const photoJson = (photo: ExportedPhoto): string =>
  JSON.stringify(
    photo,
    fields.map(({ name }) => name),
  );
