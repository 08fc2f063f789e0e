// Photos as JSON Lines: one object a line, to be read one by one.

import type { ExportContext, FileFormat } from '../format.ts';
import { followedPages } from '../pages.ts';
import { photoJson } from '../schema.ts';

export const jsonl: FileFormat = {
  kind: 'file',
  id: 'jsonl',
  title: 'JSON Lines',
  about: 'A photo a line, for programs that read line by line.',
  extension: 'jsonl',
  contentType: 'application/jsonl; charset=utf-8',
  takesUnknown: true,
  write: jsonLines,
};

async function* jsonLines(context: ExportContext): AsyncGenerator<string> {
  for await (const photos of followedPages(context)) yield photos.map((photo) => `${photoJson(photo)}\n`).join('');
}
