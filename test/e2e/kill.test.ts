// The app as people run it is killed without warning, again and again, while it trains and is being labelled at the
// same time.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Calls } from '../../src/shared/contract.ts';
import type { Result } from '../../src/shared/errors.ts';
import type { TrainingOptions } from '../../src/shared/training.ts';
import type { ClassId, PhotoId } from '../../src/shared/types.ts';
import { drawPhotos } from '../main/photo-folder.ts';
import { type RunningApp, startApp, temporaryFolder } from './harness.ts';
import '../fixtures/needs-tensorflow.ts';

const KILLS = 4;
const temporary = temporaryFolder();
const folder = join(temporary.path, 'photos');
beforeAll(() => drawPhotos(folder, 0, 20));
afterAll(() => temporary.remove());

const training: TrainingOptions = {
  ...{ features: 'pixels', preset: 'quick', minutes: 10, seed: 1, device: 'cpu' },
  ...{ startFrom: 'scratch', colour: 'auto', mirror: true, accepted: 'leave-out' },
};

type Ask = <K extends keyof Calls>(name: K, input?: Calls[K]['input']) => Promise<Calls[K]['output']>;

/** Calls as a browser that came through the printed address would make them. */
async function connect({ url }: RunningApp): Promise<Ask> {
  const welcome = await fetch(url, { redirect: 'manual' });
  const cookie = welcome.headers.get('set-cookie')!.split(';')[0]!;
  const headers = { cookie, 'content-type': 'application/json', origin: new URL(url).origin };
  return async (name, input) => {
    const body = JSON.stringify(input ?? null);
    const response = await fetch(new URL(`/call/${name}`, url), { method: 'POST', headers, body });
    const result = (await response.json()) as Result<never>;
    if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
    return result.value;
  };
}

const gone = async (pid: number): Promise<void> => {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(20);
  }
};

test('kill -9 while training and labelling loses no label that was confirmed, and the next start works', async () => {
  const confirmed = new Map<PhotoId, ClassId>();
  let classes: ClassId[] = [];
  let interrupted = 0;
  for (let kill = 0; kill <= KILLS; kill++) {
    const app = await startApp(join(temporary.path, 'data'));
    const ask = await connect(app);
    await ask('library.open', { folder });
    await expect.poll(async () => (await ask('library.state'))?.scan.phase, { timeout: 30_000 }).toBe('done');
    const { ids, labels } = await ask('photos.list', { filter: { kind: 'all' } });
    for (const [id, label] of confirmed) expect(labels[ids.indexOf(id)], `photo ${id}, kill ${kill}`).toBe(label);
    expect((await ask('runs.list')).filter(({ status }) => status === 'interrupted')).toHaveLength(interrupted);
    if (kill === KILLS) {
      await app.stop();
      break;
    }

    if (classes.length === 0) {
      for (const name of ['Bar', 'Disc']) classes = [...classes, (await ask('classes.create', { name })).id];
    }
    const label = async (turn: number) => {
      const [id, classId] = [ids[turn % ids.length]!, classes[(turn + kill) % 2]!];
      // While a label is on its way, the old one and the new one are both right.
      confirmed.delete(id);
      await ask('labels.set', { photoIds: [id], label: classId, source: 'person', chosen: 'hand' });
      confirmed.set(id, classId);
    };
    for (let turn = 0; turn < 8; turn++) await label(turn);
    await ask('training.start', training);
    const learning = async () => {
      const { training: now } = (await ask('library.state'))!;
      return now.status === 'running' && ['labels-only', 'ssgan'].includes(now.progress.stage);
    };
    // Labels go on being set until the network is learning, and a little beyond; the kill comes between two
    // confirmations.
    let turn = 8;
    while (!(await learning())) await label(turn++);
    const until = performance.now() + 50 * kill;
    while (performance.now() < until) await label(turn++);
    const dying = label(turn).catch(() => {});
    process.kill(app.pid, 'SIGKILL');
    interrupted++;
    await Promise.all([gone(app.pid), dying]);
  }
});
