// A listener of the app's events that throws at every event. What it listens to goes on as if it were not there.

import { join } from 'node:path';
import { drawPhotos } from '../../main/photo-folder.ts';
import { type Case, createLedger, within } from '../case.ts';
import { appHere, exportedCsv, inWords, labelAlternating, labelsNow, openScanned, shortRun } from '../served-app.ts';

const END_LIMIT_MS = 120_000;

export const throwingListeners: Case[] = [
  {
    fault: 'listener throws',
    stage: 'every stage',
    async run(folder) {
      const { expect, outcome } = createLedger();
      const photos = join(folder, 'photos');
      await drawPhotos(photos, 0, 20);
      const { app, ask } = appHere(join(folder, 'data'));
      let events = 0;
      app.subscribe(() => {
        events++;
        throw new Error('a listener that throws');
      });
      try {
        const ids = await openScanned(ask, photos);
        expect(ids.length === 40, `${ids.length} of 40 photos came`);
        await labelAlternating(ask, ids, 20);
        expect([...(await labelsNow(ask)).values()].filter((label) => label > 0).length === 20, 'a label was lost');
        const begun = await ask('training.start', shortRun);
        expect(begun.ok, begun.ok ? '' : inWords(begun.error));
        const ended = await within(END_LIMIT_MS, app.services.training.ended());
        expect(ended?.status === 'finished', `the run ended as ${ended?.status}: ${ended?.error}`);
        expect((await exportedCsv(app)).trim().split('\n').length === 41, 'not every photo was exported');
      } finally {
        await within(END_LIMIT_MS, app.close());
      }
      return outcome(events);
    },
  },
];
