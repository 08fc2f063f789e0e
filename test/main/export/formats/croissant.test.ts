import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { croissant } from '../../../../src/main/export/formats/croissant.ts';
import { fields } from '../../../../src/main/export/schema.ts';
import { temporaryFolder } from '../../../fixtures/folder.ts';
import { sampleDatabase } from '../../db/sample-photos.ts';
import { contextOf } from '../context.ts';
import { hostileClasses, hostileLibrary } from '../hostile.ts';

test('the folder holds the table, and a description of it with its hash, its fields and the classes', async () => {
  const { db, ids } = hostileLibrary();
  const into = temporaryFolder();
  await croissant.write(contextOf(db, croissant), into);
  expect(readdirSync(into).sort()).toEqual(['croissant.json', 'photos.parquet']);
  const table = readFileSync(join(into, 'photos.parquet'));
  const rows = await parquetReadObjects({ file: new Uint8Array(table).buffer });
  expect(rows).toHaveLength(ids.length);
  const description: unknown = JSON.parse(readFileSync(join(into, 'croissant.json'), 'utf8'));
  expect(description).toMatchObject({
    '@type': 'sc:Dataset',
    name: 'My "photos"',
    conformsTo: 'http://mlcommons.org/croissant/1.0',
    distribution: [
      {
        contentUrl: 'photos.parquet',
        contentSize: `${table.length} B`,
        sha256: createHash('sha256').update(table).digest('hex'),
      },
    ],
    recordSet: [
      { '@id': 'photos', field: Object.keys(rows[0]!).map((column) => ({ source: { extract: { column } } })) },
      { '@id': 'classes', data: hostileClasses.map((name) => ({ 'classes/name': name })) },
    ],
  });
  expect(Object.keys(rows[0]!)).toEqual(fields.map(({ name }) => name));
});

test('it stops at the next page when the person cancels', async () => {
  const { db } = sampleDatabase(3000);
  const stop = new AbortController();
  const context = contextOf(db, croissant, {
    signal: stop.signal,
    progress: (written) => written === 2000 && stop.abort(new Error('enough')),
  });
  await expect(croissant.write(context, temporaryFolder())).rejects.toThrow('enough');
});
