// What a person sends along: true, whatever is broken, and without a name unless asked.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../../src/main/app.ts';
import { callOf } from '../../../src/main/cli/context.ts';
import { openLogFile } from '../../../src/main/log-file.ts';
import { diagnosticsInWords } from '../../../src/shared/diagnostics.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { drawPhotos } from '../photo-folder.ts';

const entry = join(import.meta.dirname, '../../../src/engine/entry.ts');

function start() {
  const dataDir = temporaryFolder();
  const logFile = openLogFile(dataDir);
  const app = createApp({ host: 'web', dataDir, engine: { node: process.execPath, entry }, logFile });
  onTestFinished(() => app.close());
  return { app, call: callOf(app), dataDir, logFile };
}

test('counts what is open, and names folder and errors only when asked', async () => {
  const { app, call, logFile } = start();
  const folder = join(temporaryFolder(), 'minka');
  await drawPhotos(folder, 0, 3);
  writeFileSync(join(folder, 'notes.jpg'), 'no photo');
  await call('library.open', { folder });
  await app.services.library.scanFinished();
  logFile.log('error', 'A scan failed.', `"${folder}/notes.jpg" vanished`);

  const found = await call('app.diagnostics', { names: false });
  expect(found).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    host: 'web',
    node: process.versions.node,
    electron: null,
    backbone: 'none',
    library: { folder: null, photos: 6, problems: 1, labelled: 0, classes: 0 },
  });
  expect(found.dataBytes).toBeGreaterThan(10_000);
  const text = diagnosticsInWords(found);
  expect(text).toContain('Library: 6 photos, 0 labelled, 0 classes, 1 problems');
  expect(text).toContain('error: A scan failed.');
  expect(JSON.stringify(found) + text).not.toContain('minka');

  const named = diagnosticsInWords(await call('app.diagnostics', { names: true }));
  expect(named).toContain(`"${folder}"`);
  expect(named).toContain('notes.jpg" vanished');
});

test('a call that fails through no mistake of the person is in the log with its code; a mistake is not', async () => {
  const { app, call, dataDir } = start();
  await app.call('photos.get', { id: 'one' });
  mkdirSync(join(dataDir, 'registry.sqlite'));
  expect(await app.call('libraries.recent', undefined)).toMatchObject({ error: { code: 'storage-failed' } });
  const { lastErrors, backbone } = await call('app.diagnostics', { names: false });
  expect(lastErrors).toEqual([
    expect.objectContaining({
      level: 'error',
      text: expect.stringMatching(/^libraries.recent failed: storage-failed/),
    }),
  ]);
  expect(backbone).toBe('its record can not be read');
});

test('the end of an engine that nobody asked for is in the log with its last words', async () => {
  const dataDir = temporaryFolder();
  const dying = join(dataDir, 'dying.mjs');
  writeFileSync(dying, `process.stderr.write('cats/minka.jpg broke it\\n', () => process.exit(7));`);
  const logFile = openLogFile(dataDir);
  const app = createApp({ host: 'web', dataDir, engine: { node: process.execPath, entry: dying }, logFile });
  onTestFinished(() => app.close());
  await app.call('library.openSample', undefined);
  rmSync(dying);
  const [first] = await logFile.recent(['error'], 9);
  expect(first).toMatchObject({ text: 'The imaging process ended: exit code 7.' });
  expect(first?.detail).toContain('minka.jpg broke it');
});
