// The table of photos with its description in Croissant 1.0, so that data set tools know each column's meaning.
// See https://docs.mlcommons.org/croissant/docs/croissant-spec.html.

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ExportContext, FolderFormat } from '../format.ts';
import { fields, schemaVersion } from '../schema.ts';
import type { Field, FieldType } from '../schema.ts';
import { parquetPieces } from './parquet.ts';

export const croissant: FolderFormat = {
  kind: 'folder',
  id: 'croissant',
  title: 'Croissant',
  about: 'The Parquet table with a description that data set tools read.',
  takesUnknown: true,
  write: writeCroissant,
};

const table = 'photos.parquet';

/** `into` gets photos.parquet and croissant.json. */
async function writeCroissant(context: ExportContext, into: string): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of parquetPieces(context)) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
  }
  await pipeline(Readable.from(counted()), createWriteStream(join(into, table)));
  const description = describe(context, { sha256: hash.digest('hex'), bytes });
  await writeFile(join(into, 'croissant.json'), `${JSON.stringify(description, null, 2)}\n`);
}

const describe = ({ name, classes }: ExportContext, file: { sha256: string; bytes: number }) => ({
  '@context': jsonLdContext,
  '@type': 'sc:Dataset',
  name,
  description: `Photos sorted with Whisker: labels and predictions, in version ${schemaVersion} of its export schema.`,
  conformsTo: 'http://mlcommons.org/croissant/1.0',
  datePublished: new Date().toISOString().slice(0, 10),
  version: '1.0.0',
  distribution: [
    {
      '@type': 'cr:FileObject',
      '@id': table,
      name: table,
      contentUrl: table,
      contentSize: `${file.bytes} B`,
      encodingFormat: 'application/x-parquet',
      sha256: file.sha256,
    },
  ],
  recordSet: [
    {
      '@type': 'cr:RecordSet',
      '@id': 'photos',
      name: 'photos',
      description: 'A record for each photo, that is for each distinct content of a file.',
      key: { '@id': 'photos/hash' },
      field: fields.map(fieldOf),
    },
    {
      '@type': 'cr:RecordSet',
      '@id': 'classes',
      name: 'classes',
      description: 'The classes that the photos were sorted into.',
      dataType: 'sc:Enumeration',
      key: { '@id': 'classes/name' },
      field: [{ '@type': 'cr:Field', '@id': 'classes/name', name: 'name', dataType: 'sc:Text' }],
      data: classes.map((one) => ({ 'classes/name': one.name })),
    },
  ],
});

const fieldOf = ({ name, type, about }: Field) => ({
  '@type': 'cr:Field',
  '@id': `photos/${name}`,
  name,
  description: about,
  dataType: dataTypes[type],
  ...(type === 'texts' && { repeated: true }),
  source: { fileObject: { '@id': table }, extract: { column: name } },
});

const dataTypes: Record<FieldType, string> = {
  text: 'sc:Text',
  word: 'sc:Text',
  flag: 'sc:Boolean',
  boolean: 'sc:Boolean',
  integer: 'sc:Integer',
  number: 'sc:Float',
  time: 'sc:DateTime',
  texts: 'sc:Text',
};

/** Word for word as Croissant 1.0 has it. */
const jsonLdContext = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  cr: 'http://mlcommons.org/croissant/',
  rai: 'http://mlcommons.org/croissant/RAI/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  equivalentProperty: 'cr:equivalentProperty',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileProperty: 'cr:fileProperty',
  fileObject: 'cr:fileObject',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  parentField: 'cr:parentField',
  path: 'cr:path',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  samplingRate: 'cr:samplingRate',
  sc: 'https://schema.org/',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
};
