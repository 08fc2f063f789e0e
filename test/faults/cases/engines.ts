// Engine processes killed and stopped under the work that they do. Whatever was asked ends within bounds, in a result
// or a sentence, and the next request works.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { drawPhotos } from '../../main/photo-folder.ts';
import { engineOf } from '../../main/runs/engine-of.ts';
import { type Case, createLedger, within } from '../case.ts';
import { appHere, labelAlternating, labelsNow, openScanned, shortRun, valueOf } from '../served-app.ts';

const signals = ['SIGKILL', 'SIGSTOP'] as const;
type Signal = (typeof signals)[number];
type Role = 'imaging' | 'trainer';
const names = { SIGKILL: 'engine killed', SIGSTOP: 'engine stopped' } as const;

/** A stop is given up on after 30 s; the rest is for a busy machine. */
const END_LIMIT_MS = 90_000;

/** Sends the signal as soon as there is such an engine. */
async function strikeAt(role: Role, signal: Signal, giveUp: AbortSignal): Promise<number | null> {
  while (!giveUp.aborted) {
    const pid = engineOf(process.pid, role);
    if (pid !== undefined) {
      process.kill(pid, signal);
      return pid;
    }
    await sleep(20);
  }
  return null;
}

/** A stopped engine that outlived its case would stay behind for good. */
function sweep(pid: number | null): void {
  if (pid === null) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone, as it should be.
  }
}

/** What a stage is given: an app of its own over `photos`, the ledger, and the strike at the engine of a role. */
interface Scene extends ReturnType<typeof createLedger>, ReturnType<typeof appHere> {
  photos: string;
  strike(role: Role): void;
  /** No engine is struck from now on. */
  giveUp(): void;
}

/** One fault at one stage: whatever became of the engine, the app closes, and no engine stays behind. */
const struck = (
  signal: Signal,
  stage: string,
  photoPairs: number,
  work: (scene: Scene, signal: Signal) => Promise<void>,
): Case => ({
  fault: names[signal],
  stage,
  async run(folder) {
    const ledger = createLedger();
    const photos = join(folder, 'photos');
    await drawPhotos(photos, 0, photoPairs);
    const here = appHere(join(folder, 'data'));
    const giveUp = new AbortController();
    let strike: Promise<number | null> = Promise.resolve(null);
    try {
      const scene = {
        ...ledger,
        ...here,
        photos,
        strike: (role: Role) => void (strike = strikeAt(role, signal, giveUp.signal)),
        giveUp: () => giveUp.abort(),
      };
      await work(scene, signal);
    } finally {
      giveUp.abort();
      sweep(await strike);
      const closed = await within(
        END_LIMIT_MS,
        here.app.close().then(() => true),
      );
      ledger.expect(closed === true, 'the app never closed');
    }
    return ledger.outcome(1);
  },
});

async function whileScanning({ app, ask, photos, expect, said, strike, giveUp }: Scene): Promise<void> {
  strike('imaging');
  valueOf(await ask('library.open', { folder: photos }));
  const ended = await within(END_LIMIT_MS, app.services.library.scanFinished());
  expect(ended !== null, 'the scan never ended');
  giveUp();
  if (ended?.error) {
    said(ended.error);
    // Looking again is what the sentence leaves to do.
    valueOf(await ask('library.rescan', undefined));
    await within(END_LIMIT_MS, app.services.library.scanFinished());
  }
  const { counts } = valueOf(await ask('library.state', undefined)) ?? {};
  expect((counts?.photos ?? 0) + (counts?.problems ?? 0) === 120, 'not every file is accounted for');
  for (const { reason } of valueOf(await ask('problems.list', undefined))) said(reason);
}

async function whileTraining({ app, ask, photos, expect, said, strike }: Scene, signal: Signal): Promise<void> {
  await labelAlternating(ask, await openScanned(ask, photos), 20);
  const labels = await labelsNow(ask);
  valueOf(await ask('training.start', shortRun));
  const learning = () => {
    const state = app.services.training.state();
    return state.status !== 'idle' && state.progress.stage === 'ssgan';
  };
  while (!learning() && app.services.training.state().status !== 'idle') await sleep(10);
  strike('trainer');
  // A person who sees nothing move presses Stop.
  if (signal === 'SIGSTOP') await sleep(2000).then(() => ask('training.stop', { keep: true }));
  const ended = await within(END_LIMIT_MS, app.services.training.ended());
  expect(ended !== null, 'the run never ended');
  if (ended?.error) said(ended.error);
  for (const notice of ended?.notices ?? []) said(notice);
  expect(same(await labelsNow(ask), labels), 'a label was lost');
}

async function whilePredicting({ app, ask, photos, expect, said, strike }: Scene): Promise<void> {
  await labelAlternating(ask, await openScanned(ask, photos), 20);
  const labels = await labelsNow(ask);
  valueOf(await ask('training.start', shortRun));
  const trained = await app.services.training.ended();
  expect(trained?.status === 'finished', `there was no model to predict with: ${trained?.error}`);
  await drawPhotos(photos, 20, 30);
  valueOf(await ask('library.rescan', undefined));
  await app.services.library.scanFinished();
  strike('trainer');
  const predicted = await within(
    END_LIMIT_MS,
    app.services.training.predict().then(
      () => 'done',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    ),
  );
  expect(predicted !== null, 'predicting never ended');
  if (predicted !== null && predicted !== 'done') said(predicted);
  expect(same(await labelsNow(ask), labels), 'a label was lost');
}

/** The labels that were there before; photos that came later are no loss. */
const same = (now: Map<unknown, number>, before: Map<unknown, number>): boolean =>
  [...before].every(([id, label]) => now.get(id) === label);

export const lostEngines: Case[] = signals.flatMap((signal) => [
  struck(signal, 'scan', 60, whileScanning),
  struck(signal, 'train', 20, whileTraining),
  struck(signal, 'predict', 20, whilePredicting),
]);
