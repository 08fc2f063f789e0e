// Training on another computer through a real sshd: what crosses, what comes of it, and what becomes of a run whose
// line or trainer is lost.

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFolder } from '../../../src/main/runs/run-folder.ts';
import { runsOf } from '../../../src/main/runs/run-history.ts';
import type { TrainingProgress } from '../../../src/shared/training.ts';
import { whyNoSshd } from '../../fixtures/ssh-server.ts';
import { environment, whisker } from '../cli/whisker.ts';
import { writeTable } from '../photo-folder.ts';
import { engineOf } from '../runs/engine-of.ts';
import { openFar, processesOf } from './far.ts';
import type { Far } from './far.ts';
import '../../fixtures/needs-tensorflow.ts';

let far: Far;
/** What the first run, which was here, said of every photo: older runs make room. */
let saidHere: unknown[] = [];
const pixels = { features: 'pixels', computer: 'far', minutes: 0.3 } as const;

describe.skipIf(whyNoSshd !== null)('over ssh', () => {
  beforeAll(async () => {
    far = await openFar(24, { retryAfterMs: [50, 100, 200, 400, 800], silenceMs: 4000 });
  }, 120_000);
  afterAll(() => far.close());

  const stages = () => [...new Set(far.heard.map(({ stage }) => stage))];
  async function until(what: (progress: TrainingProgress) => boolean): Promise<void> {
    while (!far.heard.some(what)) await sleep(20);
  }
  const learns = ({ stage, step }: TrainingProgress) => stage === 'ssgan' && step > 0;
  const lines = () => processesOf('BatchMode=yes').filter((pid) => pid > 0);
  const farEngine = () => processesOf(`${'cli.ts'} engine`)[0] ?? 0;
  const kept = () => readdirSync(join(far.cache, 'engine/runs'));

  test('a computer that is tried out says its versions and what it computes on', async () => {
    const [computer] = far.app.services.computers.list();
    expect(await far.app.services.computers.test(computer!)).toEqual({
      reachable: true,
      whisker: '0.1.0',
      node: process.versions.node,
      device: {
        kind: 'cpu',
        name: expect.any(String),
        tensorflow: expect.stringMatching(/^2\./),
        memoryMb: expect.any(Number),
      },
      problem: null,
    });
  });

  test('a run there says the very same of every photo as one here, and no path of this computer has crossed', async () => {
    const here = await far.start({ features: 'backbone' });
    const home = await far.ended();
    expect(home).toMatchObject({ id: here.id, status: 'finished' });
    process.env['WHISKER_SSH'] = far.server.listening;
    const there = await far.start({ features: 'backbone', computer: 'far' });
    const run = await far.ended();
    process.env['WHISKER_SSH'] = far.server.ssh;
    expect(run).toMatchObject({ id: there.id, status: 'finished', error: null, notices: home.notices });
    expect(stages()).toEqual(expect.arrayContaining(['sending', 'labels-only', 'ssgan']));
    expect(run.receipt).toEqual(home.receipt);
    expect(run.measuredOn).toEqual(home.measuredOn);
    saidHere = far.predictions(home.id);
    expect(saidHere).toHaveLength(48);
    expect(far.predictions(run.id)).toEqual(saidHere);
    const model = (id: typeof run.id) =>
      readFileSync(join(runFolder(far.app.services.library.require().dir, id), 'model/model.safetensors'));
    expect(model(run.id).equals(model(home.id))).toBe(true);

    const crossed = ['sent', 'came'].map((name) => readFileSync(join(far.server.folder, name)));
    // 48 photos of 256 floats went there.
    expect(crossed[0]!.length).toBeGreaterThan(48 * 256 * 4);
    for (const bytes of crossed) {
      for (const path of [
        'a-library-of-photos',
        'data-at-home',
        far.app.services.library.require().dir,
        'warm/',
        '.png',
      ]) {
        expect(bytes.includes(path), path).toBe(false);
      }
    }
    // What the run had there is gone once it is home.
    expect(kept()).toEqual([]);
  });

  test('what is there already is not sent again', async () => {
    await far.start({ features: 'backbone', computer: 'far', seed: 6 });
    expect(await far.ended()).toMatchObject({ status: 'finished' });
    expect(stages()).not.toContain('sending');
  });

  test('a run told to stop ends soon, with its best kept and every photo judged', async () => {
    await far.start(pixels);
    await until(learns);
    const asked = performance.now();
    far.app.services.training.stop();
    const run = await far.ended();
    expect(run).toMatchObject({ status: 'stopped', usable: true });
    expect(performance.now() - asked).toBeLessThan(5000);
    expect(far.predictions(run.id)).toHaveLength(48);
  });

  test('a trainer there that is killed is started again, and the run goes on', async () => {
    await far.start(pixels);
    await until(learns);
    process.kill(engineOf(farEngine(), 'trainer')!, 'SIGKILL');
    const run = await far.ended();
    expect(run).toMatchObject({ status: 'finished', usable: true });
    expect(run.notices.join()).toMatch(/On far: The trainer process ended unexpectedly: killed by SIGKILL/);
  });

  test.each([
    ['is cut', 'SIGKILL'],
    ['falls silent', 'SIGSTOP'],
  ] as const)('a run whose line %s goes on from its checkpoint by itself, as the same run', async (_, signal) => {
    await far.start(pixels);
    await until(learns);
    const before = runsOf(far.app.services.library.require()).length;
    const [line] = lines();
    process.kill(line!, signal);
    await until(({ connectionLost }) => Boolean(connectionLost));
    const run = await far.ended();
    expect(run).toMatchObject({ status: 'finished', usable: true, error: null });
    expect(runsOf(far.app.services.library.require())).toHaveLength(before);
    expect(kept()).toEqual([]);
    expect(lines()).toEqual([]);
    await expect.poll(farEngine, { timeout: 20_000 }).toBe(0);
  });

  test('a run that is given up can go on there when the computer is back', async () => {
    await far.start(pixels);
    await until(learns);
    await far.server.stop();
    for (const line of lines()) process.kill(line, 'SIGKILL');
    const given = await far.ended();
    expect(given).toMatchObject({ status: 'interrupted', usable: false });
    expect(given.notices.at(-1)).toMatch(/^far refused the connection\./);
    await far.server.start();
    far.heard.length = 0;
    await far.app.services.training.goOn(given.id);
    // It did not begin anew.
    await until(({ stage }) => stage === 'ssgan');
    expect(await far.ended()).toMatchObject({ id: given.id, status: 'finished', usable: true });
    expect(far.heard.map(({ stage }) => stage)).not.toContain('labels-only');
  });

  test('and its rest can be trained here, from the checkpoint that has come home', async () => {
    await far.start(pixels);
    await until(learns);
    far.app.services.training.pause();
    const { dir } = far.app.services.library.require();
    const id = runsOf(far.app.services.library.require())[0]!.id;
    await expect
      .poll(() => readdirSync(join(runFolder(dir, id), 'model')), { timeout: 20_000 })
      .toContain('checkpoint.safetensors');
    await far.server.stop();
    for (const line of lines()) process.kill(line, 'SIGKILL');
    const given = await far.ended();
    expect(given).toMatchObject({ id, status: 'interrupted' });
    rmSync(join(far.cache, 'engine'), { recursive: true });
    far.heard.length = 0;
    await far.app.services.training.goOn(given.id, { here: true });
    expect(await far.ended()).toMatchObject({ id: given.id, status: 'finished', usable: true });
    expect(far.heard.map(({ stage }) => stage)).not.toContain('labels-only');
    await far.server.start();
  });

  test.each(['24', '22'])('the other computer may run Node %s', async (version) => {
    const node = process.env[`WHISKER_NODE_${version}`];
    if (!node) {
      process.stderr.write(`SKIPPED: Node ${version} is not here; npm test downloads it, or says why not.\n`);
      return;
    }
    const command = far.whisker(`under-${version}`, node);
    const { computers } = far.app.services;
    const usual = computers.list()[0]!;
    computers.save({ ...usual, command });
    expect(await computers.test({ ...usual, command })).toMatchObject({
      reachable: true,
      node: expect.stringMatching(`^${version}`),
    });
    await far.start({ features: 'backbone', computer: 'far' });
    const run = await far.ended();
    expect(run).toMatchObject({ status: 'finished', error: null });
    expect(saidHere).toHaveLength(48);
    expect(far.predictions(run.id)).toEqual(saidHere);
    computers.save(usual);
  });

  test('whisker train --on says the same of the run as one here, and where it was', async () => {
    const library = join(far.dir, 'library-of-the-command');
    const photos = join(far.dir, 'a-library-of-photos');
    await writeTable(join(far.dir, 'labels.csv'), 0, 19);
    const env = { ...environment(join(far.dir, 'data-at-home')), WHISKER_SSH: far.server.ssh };
    const run = (...args: string[]) => whisker([...args, '--json', '--library', library], env);
    expect((await run('label', photos, '--csv', join(far.dir, 'labels.csv'))).code).toBe(0);
    const { code, stderr, last } = await run('train', photos, '--minutes', '0.2', '--backbone', 'none', '--on', 'far');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(last()).toMatchObject({ run: 1, computer: 'far', status: 'finished', labelled: 38, photos: 48 });
    const closed = await run('train', photos, '--minutes', '0.2', '--backbone', 'none', '--on', 'closed');
    expect(closed.code).toBe(1);
    expect(closed.stderr).toContain('whisker: closed refused the connection. Check that an ssh server runs there.');
  });
});
