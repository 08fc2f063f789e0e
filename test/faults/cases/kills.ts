// The whole app killed without warning: while a person labels, and in each stage of a run. Every label that was
// confirmed is there at the next start, and the app works.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomStream } from '../../../src/shared/random.ts';
import type { TrainingStage } from '../../../src/shared/training.ts';
import type { PhotoId } from '../../../src/shared/types.ts';
import { drawPhotos } from '../../main/photo-folder.ts';
import { type Case, createLedger } from '../case.ts';
import { labelAlternating, labelsNow, openScanned, serveApp, shortRun, twoClasses, valueOf } from '../served-app.ts';

const LONGEST_LABELLING_MS = 250;

export const killsWhileLabelling = (kills: number): Case => ({
  fault: 'app killed',
  stage: 'label',
  async run(folder) {
    const { expect, outcome } = createLedger();
    const random = randomStream(kills);
    const photos = join(folder, 'photos');
    await drawPhotos(photos, 0, 20);
    const confirmed = new Map<PhotoId, number>();
    for (let kill = 0; kill <= kills; kill++) {
      const app = await serveApp(join(folder, 'data'));
      const ids = await openScanned(app.ask, photos);
      const found = await labelsNow(app.ask);
      for (const [id, label] of confirmed) expect(found.get(id) === label, `the label of photo ${id} was lost`);
      if (kill === kills) {
        await app.stop();
        break;
      }
      const classes = await twoClasses(app.ask);
      let killing = false;
      const labelling = (async () => {
        for (let turn = 0; !killing; turn++) {
          const [id, label] = [ids[turn % ids.length], classes[(turn + kill) % 2]];
          if (id === undefined || label === undefined) return;
          // While a label is on its way, the old one and the new one are both right.
          confirmed.delete(id);
          const answer = await app
            .ask('labels.set', { photoIds: [id], label, source: 'person', chosen: 'hand' })
            .catch(() => null);
          if (answer?.ok) confirmed.set(id, label);
        }
      })();
      await sleep(random() * LONGEST_LABELLING_MS);
      killing = true;
      await app.kill();
      await labelling;
    }
    return outcome(kills);
  },
});

/** With how many pairs of photos. Predicting many lasts long enough to be met; measuring is over in milliseconds. */
const stages = [
  { stage: 'preparing', pairs: 40 },
  { stage: 'packing', pairs: 40 },
  { stage: 'labels-only', pairs: 40 },
  { stage: 'ssgan', pairs: 40 },
  { stage: 'evaluating', pairs: 40 },
  { stage: 'predicting', pairs: 400 },
] as const satisfies { stage: TrainingStage; pairs: number }[];
const STAGE_LIMIT_MS = 90_000;
/** A stage may pass between two looks: so many runs are begun to meet it once, at most. */
const TRIES = 2;

export const killsWhileTraining = (kills: number): Case[] =>
  stages.map(({ stage, pairs }) => ({
    fault: 'app killed',
    stage,
    async run(folder) {
      const { expect, outcome } = createLedger();
      const photos = join(folder, 'photos');
      await drawPhotos(photos, 0, pairs);
      let labels = new Map<PhotoId, number>();
      let hit = 0;
      for (let begun = 0; ; begun++) {
        const app = await serveApp(join(folder, 'data'));
        const ids = await openScanned(app.ask, photos);
        if (begun === 0) {
          await labelAlternating(app.ask, ids, 60);
          labels = await labelsNow(app.ask);
        }
        const found = await labelsNow(app.ask);
        for (const [id, label] of labels) expect(found.get(id) === label, `the label of photo ${id} was lost`);
        const runs = valueOf(await app.ask('runs.list', undefined));
        expect(!runs.some(({ status }) => status === 'running'), 'a run that was cut off is still said to be running');
        valueOf(await app.ask('training.start', shortRun));
        if (hit === kills || begun === TRIES * kills) {
          const ended = await untilIdle(app.ask);
          expect(ended, 'the last run never ended');
          const [last] = valueOf(await app.ask('runs.list', undefined));
          expect(last?.status === 'finished', `the run after the kills ended as ${last?.status}: ${last?.error}`);
          await app.stop();
          break;
        }
        if (await untilStage(app.ask, stage)) hit++;
        await app.kill();
      }
      // The table says how many did; a campaign that hit none has shown nothing.
      expect(hit > 0, 'no kill fell into the stage');
      return outcome(hit);
    },
  }));

type Ask = Parameters<typeof labelsNow>[0];

/** True once the run is in this stage; false when it ended before that. */
async function untilStage(ask: Ask, stage: TrainingStage): Promise<boolean> {
  const began = performance.now();
  while (performance.now() - began < STAGE_LIMIT_MS) {
    const training = valueOf(await ask('library.state', undefined))?.training;
    if (!training || training.status === 'idle') return false;
    if (training.progress.stage === stage) return true;
    await sleep(2);
  }
  return false;
}

async function untilIdle(ask: Ask): Promise<boolean> {
  const began = performance.now();
  while (performance.now() - began < STAGE_LIMIT_MS) {
    if (valueOf(await ask('library.state', undefined))?.training.status === 'idle') return true;
    await sleep(50);
  }
  return false;
}
