// The library's database damaged at random offsets. Whatever is asked of it is answered, or refused in a sentence that
// says so; nothing is made up, nothing ends the app.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomStream } from '../../../src/shared/random.ts';
import { drawPhotos } from '../../main/photo-folder.ts';
import { type Case, createLedger, within } from '../case.ts';
import { appHere, inWords, labelAlternating, labelsNow, openScanned, twoClasses, valueOf } from '../served-app.ts';

const TIMES = 40;
const DAMAGED_BYTES = 64;
const END_LIMIT_MS = 60_000;

export const damagedLibraries: Case[] = [
  {
    fault: 'library damaged',
    stage: 'open, label, export',
    async run(folder) {
      const { expect, said, outcome } = createLedger();
      const random = randomStream(TIMES);
      const photos = join(folder, 'photos');
      await drawPhotos(photos, 0, 40);
      const whole = join(folder, 'whole.sqlite');
      const kept = await makeLibrary(join(folder, 'first'), photos, whole);

      for (let time = 0; time < TIMES; time++) {
        const libraryDir = join(folder, `library-${time}`);
        const bytes = readFileSync(whole);
        const at = Math.floor(random() * (bytes.length - DAMAGED_BYTES));
        for (let i = 0; i < DAMAGED_BYTES; i++) bytes[at + i] = Math.floor(random() * 256);
        mkdirSync(libraryDir);
        writeFileSync(join(libraryDir, 'library.sqlite'), bytes);

        const { app, ask } = appHere(join(folder, `data-${time}`), libraryDir);
        const where = `damaged at ${at}`;
        try {
          const opened = await within(END_LIMIT_MS, ask('library.open', { folder: photos }));
          expect(opened !== null, `${where}: opening never ended`);
          if (opened && !opened.ok) refused(opened.error.code, inWords(opened.error));
          if (!opened?.ok) continue;
          const scan = await within(END_LIMIT_MS, app.services.library.scanFinished());
          expect(scan !== null, `${where}: the scan never ended`);
          if (scan?.error) said(scan.error);
          const listed = await ask('photos.list', { filter: { kind: 'all' } });
          if (!listed.ok) refused(listed.error.code, inWords(listed.error));
          else {
            const now = new Map(listed.value.ids.map((id, i) => [id, listed.value.labels[i]]));
            const lost = [...kept].filter(([id, label]) => now.get(id) !== label).length;
            expect(lost === 0, `${where}: ${lost} labels were different, and nothing was said`);
          }
          for (const name of ['runs.list', 'problems.list', 'training.presets'] as const) {
            const answer = await ask(name, undefined);
            if (!answer.ok) refused(answer.error.code, inWords(answer.error));
          }
          const state = await ask('library.state', undefined);
          const classId = state.ok ? state.value?.classes[0]?.id : undefined;
          const [photoId] = [...kept.keys()];
          if (classId !== undefined && photoId !== undefined) {
            const set = await ask('labels.set', {
              photoIds: [photoId],
              label: classId,
              source: 'person',
              chosen: 'hand',
            });
            if (!set.ok) refused(set.error.code, inWords(set.error));
          }
        } finally {
          expect((await within(END_LIMIT_MS, closed(app))) !== null, `${where}: the app never closed`);
        }
      }
      return outcome(TIMES);

      function refused(code: string, sentence: string): void {
        expect(code !== 'internal', `an internal error: ${sentence}`);
        said(sentence);
      }
    },
  },
];

/** A scanned library of labelled photos as one file; gives its labels. */
async function makeLibrary(libraryDir: string, photos: string, copy: string) {
  const { app, ask } = appHere(`${libraryDir}-data`, libraryDir);
  const ids = await openScanned(ask, photos);
  await labelAlternating(ask, ids, 60);
  await twoClasses(ask);
  const kept = await labelsNow(ask);
  app.services.library.require().db.pragma('wal_checkpoint(TRUNCATE)');
  valueOf(await ask('library.close', undefined));
  await app.close();
  copyFileSync(join(libraryDir, 'library.sqlite'), copy);
  return kept;
}

const closed = (app: ReturnType<typeof appHere>['app']): Promise<true> => app.close().then(() => true);
