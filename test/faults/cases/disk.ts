// A disk that is full for the database (PRAGMA max_page_count), at each stage. What was stored stays, what could not be
// stored is refused in a sentence, and all goes on when there is room again.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenedApp } from '../../../src/main/app.ts';
import { drawPhotos } from '../../main/photo-folder.ts';
import { type Case, createLedger, within } from '../case.ts';
import {
  appHere,
  exportedCsv,
  inWords,
  labelAlternating,
  labelsNow,
  openScanned,
  shortRun,
  twoClasses,
  valueOf,
} from '../served-app.ts';

const END_LIMIT_MS = 120_000;
const PLENTY = 2 ** 30;

/** Lets the open library's database grow no more; returns the function that makes room again. */
function fill(app: OpenedApp): () => void {
  const { db } = app.services.library.require();
  db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true }))}`);
  return () => db.open && void db.pragma(`max_page_count = ${PLENTY}`);
}

const whileScanning: Case = {
  fault: 'disk full',
  stage: 'scan',
  async run(folder) {
    const { expect, said, outcome } = createLedger();
    const photos = join(folder, 'photos');
    await drawPhotos(photos, 0, 150);
    const { app, ask } = appHere(join(folder, 'data'));
    valueOf(await ask('library.open', { folder: photos }));
    const makeRoom = fill(app);
    const ended = await within(
      END_LIMIT_MS,
      app.services.library.scanFinished().catch((error: Error) => ({ phase: 'thrown', error: error.message })),
    );
    expect(ended !== null, 'the scan never ended');
    expect(ended?.phase === 'failed', `the scan ended as ${ended?.phase}`);
    if (ended?.error) said(ended.error);
    makeRoom();
    valueOf(await ask('library.rescan', undefined));
    const again = await within(END_LIMIT_MS, app.services.library.scanFinished());
    expect(again?.phase === 'done', `with room again the scan ended as ${again?.phase}: ${again?.error}`);
    const state = valueOf(await ask('library.state', undefined));
    expect(state?.counts.photos === 300, `with room again ${state?.counts.photos} of 300 photos came`);
    await app.close();
    return outcome(1);
  },
};

const whileLabelling: Case = {
  fault: 'disk full',
  stage: 'label',
  async run(folder) {
    const { expect, said, outcome } = createLedger();
    const photos = join(folder, 'photos');
    await drawPhotos(photos, 0, 50);
    const { app, ask } = appHere(join(folder, 'data'));
    const ids = await openScanned(ask, photos);
    const classes = await twoClasses(ask);
    const makeRoom = fill(app);
    const confirmed = new Map<number, number>();
    let refused = 0;
    for (let turn = 0; turn < 3000 && refused < 5; turn++) {
      const [id, label] = [ids[turn % ids.length], classes[Math.floor(turn / ids.length) % 2]];
      if (id === undefined || label === undefined) break;
      const answer = await ask('labels.set', { photoIds: [id], label, source: 'person', chosen: 'hand' });
      if (answer.ok) confirmed.set(id, label);
      else {
        refused++;
        expect(answer.error.code === 'storage-failed', `a label was refused as ${answer.error.code}`);
        said(inWords(answer.error));
      }
    }
    expect(refused > 0, 'the disk never was full');
    const now = await labelsNow(ask);
    for (const [id, label] of confirmed) expect(now.get(id as never) === label, `the label of photo ${id} was lost`);
    makeRoom();
    const [first, label] = [ids[0], classes[0]];
    const again = await ask('labels.set', {
      photoIds: [first ?? (0 as never)],
      label,
      source: 'person',
      chosen: 'hand',
    });
    expect(again.ok, 'with room again no label is taken');
    await app.close();
    return outcome(refused);
  },
};

const whileTraining = (stage: 'train' | 'predict'): Case => ({
  fault: 'disk full',
  stage,
  async run(folder) {
    const { expect, said, outcome } = createLedger();
    const photos = join(folder, 'photos');
    await drawPhotos(photos, 0, 100);
    const { app, ask } = appHere(join(folder, 'data'));
    await labelAlternating(ask, await openScanned(ask, photos), 40);
    const labels = await labelsNow(ask);
    valueOf(await ask('training.start', shortRun));
    const reached = () => {
      const state = app.services.training.state();
      if (state.status === 'idle') return true;
      return stage === 'train' ? state.progress.stage === 'ssgan' : state.progress.stage === 'evaluating';
    };
    while (!reached()) await sleep(5);
    const makeRoom = fill(app);
    const ended = await within(
      END_LIMIT_MS,
      app.services.training.ended().catch((error: Error) => error),
    );
    expect(ended !== null || app.services.training.state().status === 'idle', 'the run never ended');
    if (ended instanceof Error) expect(false, `the run threw: ${ended.message}`);
    else if (ended?.error) said(ended.error);
    makeRoom();
    const now = await labelsNow(ask);
    for (const [id, label] of labels) expect(now.get(id) === label, `the label of photo ${id} was lost`);
    const runs = valueOf(await ask('runs.list', undefined));
    expect(!runs.some(({ status }) => status === 'running'), 'the run is still said to be running');
    expect((await ask('training.start', shortRun)).ok, 'with room again no run begins');
    await within(END_LIMIT_MS, app.services.training.ended());
    await within(END_LIMIT_MS, app.close());
    return outcome(1);
  },
});

const whileExporting: Case = {
  fault: 'disk full',
  stage: 'export',
  async run(folder) {
    const { expect, outcome } = createLedger();
    const photos = join(folder, 'photos');
    await drawPhotos(photos, 0, 10);
    const { app, ask } = appHere(join(folder, 'data'));
    await labelAlternating(ask, await openScanned(ask, photos), 10);
    const before = await exportedCsv(app);
    fill(app);
    expect((await exportedCsv(app)) === before, 'what is stored can not be taken away from a full disk');
    await app.close();
    return outcome(1);
  },
};

export const fullDisks: Case[] = [
  whileScanning,
  whileLabelling,
  whileTraining('train'),
  whileTraining('predict'),
  whileExporting,
];
