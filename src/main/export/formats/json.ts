// Photos and classes as one JSON document, one photo a line.

import type { FileFormat } from '../format.ts';
import { columns } from './csv.ts';

/** `{ format, version, exportedAt, classes, photos }`. */
export const json: FileFormat = {
  id: 'json',
  title: 'JSON',
  about: 'The same for programs, with the classes and their colours.',
  kind: 'file',
  extension: 'json',
  contentType: 'application/json; charset=utf-8',
  *write({ classes, photos, progress }) {
    const head = { format: 'whisker-labels', version: 1, exportedAt: new Date().toISOString() };
    const looks = classes.map(({ name, colour, shape }) => ({ name, colour, shape }));
    yield `${JSON.stringify({ ...head, classes: looks }).slice(0, -1)},"photos":[`;
    let separator = '\n';
    let written = 0;
    for (const page of photos()) {
      if (page.length === 0) continue;
      yield separator + page.map((photo) => JSON.stringify(photo, [...columns])).join(',\n');
      separator = ',\n';
      progress((written += page.length));
    }
    yield '\n]}\n';
  },
};
