// The model in use on the command line: another folder, paths on standard input, and a server for other programs.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { meanColours, writeOnnx } from '../../fixtures/onnx-networks.ts';
import { cool, drawPhotos, warm, writeTable } from '../photo-folder.ts';
import { ended, environment, startWhisker, whisker } from './whisker.ts';
import type { Ended } from './whisker.ts';
import '../../fixtures/needs-tensorflow.ts';

const cli = join(import.meta.dirname, '../../../src/main/cli.ts');
let dir: string;
let photos: string;
let other: string;
const at = (name: string) => join(dir, name);
const run = (...args: string[]) => whisker(args, environment(at('data')));

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'whisker-cli-predict-'));
  [photos, other] = [at('photos'), at('other')];
  await drawPhotos(photos, 0, 8);
  await drawPhotos(other, 20, 30);
  writeFileSync(join(other, 'notes.jpg'), 'not a picture');
  await writeTable(at('labels.csv'), 0, 8);
  const network = writeOnnx(at('colours.onnx'), meanColours());
  expect(await run('predict', photos, '--other', other, '--csv', at('none.csv'))).toMatchObject({ code: 3 });
  expect(await run('label', photos, '--csv', at('labels.csv'))).toMatchObject({ code: 0 });
  const { code, stderr } = await run('train', photos, '--backbone', network, '--minutes', '0.05');
  expect(code, stderr).toBe(0);
}, 120_000);
afterAll(() => rmSync(dir, { recursive: true }));

/** `whisker predict photos --stdin`, fed by the test. */
function feed(...args: string[]): ChildProcess & { written(text: string): void } {
  const child = spawn(process.execPath, [cli, 'predict', photos, '--stdin', ...args], {
    cwd: other,
    env: environment(at('data')),
    stdio: 'pipe',
  });
  return Object.assign(child, { written: (text: string) => void child.stdin?.write(text) });
}
async function fed(text: string, ...args: string[]): Promise<Ended> {
  const child = feed(...args);
  child.stdin?.end(text);
  return ended(child);
}

test('another folder becomes a table, its odd files are named, and it is no library', async () => {
  const before = readdirSync(other, { recursive: true }).sort();
  const { code, objects, last, stderr } = await run(
    'predict',
    photos,
    '--other',
    other,
    '--csv',
    at('o.csv'),
    '--json',
  );
  expect(code, stderr).toBe(0);
  expect(objects()[0]).toEqual({ path: 'notes.jpg', reason: expect.stringMatching(/\.$/) });
  expect(last()).toEqual({ predicted: 20, problems: 1, run: 1 });
  const rows: Record<string, string>[] = parse(readFileSync(at('o.csv')), { columns: true });
  expect(rows.map(({ path, class: name }) => [path!.slice(0, 4), name])).toEqual([
    ...Array.from({ length: 10 }, () => ['cool', 'Cool']),
    ...Array.from({ length: 10 }, () => ['warm', 'Warm']),
  ]);
  expect(readdirSync(other, { recursive: true }).sort()).toEqual(before);
  const { stdout } = await run('predict', photos, '--other', other, '--csv', '-');
  expect(stdout).toBe(readFileSync(at('o.csv'), 'utf8'));
});

test('wrong ways to ask are wrong usage, and a folder that is not there is bad input', async () => {
  for (const args of [
    [],
    ['--stdin', '--csv', 'x'],
    ['--stdin', '--other', other],
    ['-0', '--csv', 'x'],
    ['--other', other],
  ]) {
    expect(await run('predict', photos, ...args), args.join(' ')).toMatchObject({ code: 2, stdout: '' });
  }
  const gone = await run('predict', photos, '--other', at('gone'), '--csv', at('x.csv'));
  expect(gone).toMatchObject({ code: 3, stderr: expect.stringContaining('There is no folder') });
});

test('each path on standard input is a line in its order, relative or not, with a reason where it is no picture', async () => {
  const paths = [warm(20), 'nowhere.png', join(other, cool(20)), 'notes.jpg', 'warm', '/dev/zero', warm(21)];
  const { code, objects, stderr } = await fed(paths.join('\n'));
  expect([code, stderr]).toEqual([0, '']);
  expect(objects().map(({ path }) => path)).toEqual(paths);
  expect(objects().map(({ class: name, error }) => name ?? (error as { reason: string }).reason)).toEqual([
    'Warm',
    'There is no such file.',
    'Cool',
    expect.stringMatching(/\.$/),
    'This is a folder, not a picture.',
    expect.stringMatching(/device/),
    'Warm',
  ]);
  expect(objects()[0]).toEqual({
    path: warm(20),
    class: 'Warm',
    confidence: expect.any(Number),
    calibrated: expect.any(Boolean),
    classes: [
      { name: 'Warm', confidence: expect.any(Number) },
      { name: 'Cool', confidence: expect.any(Number) },
    ],
    run: 1,
  });
});

test('with -0 a NUL ends a path, which may then hold anything else', async () => {
  const { code, objects } = await fed(`${warm(20)}\0a\nb.png\0${cool(21)}\0`, '-0');
  expect(code).toBe(0);
  expect(objects().map(({ path, class: name }) => [path, name])).toEqual([
    [warm(20), 'Warm'],
    ['a\nb.png', undefined],
    [cool(21), 'Cool'],
  ]);
});

test('an answer comes before the next path is written, and the end of the input is the end', async () => {
  const child = feed();
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  for (const name of [warm(22), cool(22), warm(23)]) {
    child.written(`${name}\n`);
    const { value } = await lines.next();
    expect(JSON.parse(value ?? '')).toMatchObject({ path: name });
  }
  child.stdin?.end();
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});

test('whoever stops reading ends it without a word', async () => {
  const child = feed();
  let stderr = '';
  child.stderr?.on('data', (chunk) => (stderr += chunk));
  child.stdin?.on('error', () => {});
  child.written(`${warm(24)}\n`);
  await once(child.stdout!, 'data');
  child.stdout?.destroy();
  const exited = once(child, 'exit');
  for (let i = 0; i < 200 && child.exitCode === null; i++) {
    child.written(`${warm(20 + (i % 10))}\n`);
    await sleep(10);
  }
  expect((await exited)[0]).toBe(0);
  expect(stderr).toBe('');
});

test('who does not read holds it up: it takes in no more paths than it can answer', async () => {
  const child = feed();
  child.stdout?.pause();
  const count = 20_000;
  const drained = new Promise<boolean>((resolve) => {
    child.stdin?.write(
      Array.from({ length: count }, () => `${warm(20)}-with-a-long-name-that-is-not-there\n`).join(''),
      () => resolve(true),
    );
  });
  expect(await Promise.race([drained, sleep(4000, false)])).toBe(false);
  child.stdout?.resume();
  child.stdin?.end();
  const { objects, code } = await ended(child);
  expect([code, objects().length]).toEqual([0, count]);
});

test('serve-model answers whoever has the token until it is interrupted', async () => {
  const child = startWhisker(['serve-model', photos, '--port', '0', '--json'], environment(at('data')));
  const { value: line } = await createInterface({ input: child.stdout! })[Symbol.asyncIterator]().next();
  const { url, token } = JSON.parse(line ?? '');
  const body = new Uint8Array(readFileSync(join(other, warm(25))));
  const ask = (headers: Record<string, string>) => fetch(`${url}predict`, { method: 'POST', body, headers });
  expect((await ask({})).status).toBe(401);
  const reply = await ask({ authorization: `Bearer ${token}` });
  expect(await reply.json()).toMatchObject({ class: 'Warm', run: 1 });
  child.kill('SIGINT');
  expect((await once(child, 'exit'))[0]).toBe(0);
});
