// Photos and classes as one JSON document, one photo a line.

import type { ExportContext, FileFormat } from '../format.ts';
import { followedPages } from '../pages.ts';
import { photoJson, schemaName, schemaVersion } from '../schema.ts';

export const json: FileFormat = {
  kind: 'file',
  id: 'json',
  title: 'JSON',
  about: 'The same for programs, with the classes and their colours.',
  extension: 'json',
  contentType: 'application/json; charset=utf-8',
  takesUnknown: true,
  write: jsonPieces,
};

/** `{ format, version, exportedAt, classes, photos }`. */
async function* jsonPieces(context: ExportContext): AsyncGenerator<string> {
  const head = { format: schemaName, version: schemaVersion, exportedAt: new Date().toISOString() };
  const classes = context.classes.map(({ name, colour, shape }) => ({ name, colour, shape }));
  yield `${JSON.stringify({ ...head, classes }).slice(0, -1)},"photos":[`;
  let separator = '\n';
  for await (const photos of followedPages(context)) {
    yield separator + photos.map(photoJson).join(',\n');
    separator = ',\n';
  }
  yield '\n]}\n';
}
