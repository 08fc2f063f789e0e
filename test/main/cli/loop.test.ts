// The whole loop without a window, each command a process of its own: what it prints, what it writes, how it ends.

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CorrectionReceipt } from '../../../src/shared/correction-receipt.ts';
import { cool, drawPhotos, warm, writeTable } from '../photo-folder.ts';
import { environment, startWhisker, ended, whisker, withoutTensorflow } from './whisker.ts';
import '../../fixtures/needs-tensorflow.ts';

let dir: string;
let photos: string;
const at = (name: string) => join(dir, name);
const run = (...args: string[]) => whisker(args, environment(at('data')));
const table = async (name: string): Promise<Record<string, string>[]> =>
  parse(await readFile(at(name)), { columns: true });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'whisker-cli-'));
  photos = at('photos');
  await drawPhotos(photos, 0, 16);
  await writeFile(join(photos, 'notes.jpg'), 'not a picture');
  await writeTable(at('labels.csv'), 0, 5);
  await writeTable(at('truth.csv'), 0, 16);
});
afterAll(() => rm(dir, { recursive: true }));

test('import accounts for every file and lists the problems', async () => {
  const { code, objects, last } = await run('import', photos, '--json');
  expect(code).toBe(0);
  expect(last()).toEqual({ photos: 32, problems: 1, distinct: 32, seconds: expect.any(Number) });
  expect(objects()[0]).toEqual({ path: 'notes.jpg', code: 'not-an-image', reason: expect.any(String) });
});

test('nothing can be trained before anything is labelled: bad input, one sentence', async () => {
  const { code, stderr } = await run('train', photos, '--minutes', '0.1');
  expect(code).toBe(3);
  expect(stderr).toBe(
    'whisker: No photo is labelled yet.\n  What to do: Label at least 2 photos of each of 2 classes.\n',
  );
});

test('a dry run of label lists each row and writes nothing', async () => {
  await writeFile(at('mixed.csv'), `file,class\n${warm(0)},Warm\nw1.png,Warm\ngone.png,Cool\n`);
  const { objects, last } = await run('label', photos, '--csv', at('mixed.csv'), '--dry-run', '--json');
  expect(objects().slice(0, -1)).toEqual([
    { row: 2, file: warm(0), class: 'Warm' },
    { row: 3, file: 'w1.png', class: 'Warm' },
    { row: 4, file: 'gone.png', reason: 'No such file in the folder.' },
  ]);
  expect(last()).toEqual({ matched: 2, unmatched: 1, changed: 2, newClasses: ['Warm'], dryRun: true });
  const again = await run('label', photos, '--csv', at('mixed.csv'), '--dry-run', '--json');
  expect(again.last()).toMatchObject({ changed: 2, newClasses: ['Warm'] });
});

test('label takes labels from a table', async () => {
  const { code, last } = await run('label', photos, '--csv', at('labels.csv'), '--json');
  expect(code).toBe(0);
  expect(last()).toEqual({ matched: 10, unmatched: 0, changed: 10, newClasses: ['Warm', 'Cool'], dryRun: false });
});

test('a table of which no row labels a photo is bad input, and the sentence gives the true reason', async () => {
  const refusals = {
    [`${warm(0)},Warm\n${warm(0)},Cool`]: `Row 2, ${warm(0)}: Row 3 (${warm(0)}) says otherwise of the same photo.`,
    [`${warm(0)},${'x'.repeat(61)}`]: `Row 2, ${warm(0)}: The class name "xxxxxxxxxxxxxxxxxxxx…" has 61 characters.`,
    'gone.png,Warm': 'Row 2, gone.png: No such file in the folder.',
  };
  for (const [rows, reason] of Object.entries(refusals)) {
    await writeFile(at('refused.csv'), `file,class\n${rows}\n`);
    const { code, stderr } = await run('label', photos, '--csv', at('refused.csv'));
    expect(code).toBe(3);
    expect(stderr).toContain(`rows of "${at('refused.csv')}" labels a photo. ${reason}\n`);
  }
});

test('train learns from the labels and says what it did', async () => {
  const { code, last, stderr } = await run(
    'train',
    photos,
    '--minutes',
    '0.1',
    '--seed',
    '7',
    '--device',
    'cpu',
    '--json',
  );
  expect(stderr).not.toContain('{');
  expect(code, stderr).toBe(0);
  expect(last()).toMatchObject({
    run: 1,
    features: 'pixels',
    backbone: null,
    notices: [],
    status: 'finished',
    steps: expect.any(Number),
    seconds: expect.any(Number),
    device: expect.stringMatching(/core/),
    labelled: 10,
    photos: 32,
    startedFrom: null,
  });
});

test('predict writes one row a photo, those that came after the training included', async () => {
  await drawPhotos(photos, 16, 18);
  const { code, last, stderr } = await run('predict', photos, '--csv', at('predicted.csv'), '--json');
  expect(code, stderr).toBe(0);
  expect(last()).toEqual({ predicted: 36, added: 4, run: 1 });
  const rows = await table('predicted.csv');
  expect(rows.map(({ path }) => path)).toContain(cool(17));
  for (const { class: name, confidence, source, run } of rows) {
    expect(['Warm', 'Cool']).toContain(name);
    expect(Number(confidence)).toBeGreaterThanOrEqual(0.5);
    expect({ source, run }).toEqual({ source: 'prediction', run: '1' });
  }
});

test('predictions are never taken for labels', async () => {
  const { code, stderr } = await run('label', photos, '--csv', at('predicted.csv'));
  expect(code).toBe(3);
  expect(stderr).toContain('None of the 36 rows');
});

test('evaluate leaves out what was trained on and gives the interval and the confusion matrix', async () => {
  const { code, last } = await run('evaluate', photos, '--csv', at('truth.csv'), '--json');
  expect(code).toBe(0);
  const { accuracy, low, high, n, confusion, classes, leftOut } = last();
  expect({ n, classes }).toEqual({ n: 22, classes: ['Warm', 'Cool'] });
  expect(leftOut).toEqual({ trainedOn: 10, excluded: 0, unmatched: [] });
  expect(Number(low)).toBeLessThanOrEqual(Number(accuracy));
  expect(Number(high)).toBeGreaterThanOrEqual(Number(accuracy));
  expect((confusion as number[][]).flat().reduce((a, b) => a + b)).toBe(22);
});

test('suspects are the unlabelled photos, the most doubtful first', async () => {
  const { code, objects, last } = await run('suspects', photos, '--top', '5', '--json');
  expect(code).toBe(0);
  expect(last()).toEqual({ suspects: 5, run: 1 });
  const suspicions = objects()
    .slice(0, -1)
    .map(({ suspicion }) => Number(suspicion));
  expect(suspicions).toEqual(suspicions.toSorted((a, b) => b - a));
  expect(objects()[0]).toEqual({
    file: expect.stringMatching(/^(warm|cool)\//),
    predicted: expect.any(String),
    runnerUp: expect.any(String),
    confidence: expect.any(Number),
    suspicion: expect.any(Number),
    reason: expect.any(String),
  });
});

test('export writes a file in a format, over nothing, and a table to standard output', async () => {
  const [csv, json] = [at('out.csv'), at('out.json')];
  const { code, last } = await run('export', photos, '--format', 'csv', '--to', csv, '--json');
  expect(code).toBe(0);
  expect(last()).toEqual({ format: 'csv', written: 36, where: csv, leftOut: [], notes: [], manifest: null });
  const rows = await table('out.csv');
  expect(rows).toHaveLength(36);
  expect(rows.find(({ path }) => path === warm(0))).toMatchObject({ class: 'Warm', source: 'import', run: '1' });
  expect((await run('export', photos, '--format', 'json', '--to', json)).stdout).toBe(
    `36 photos written to ${json}.\n`,
  );
  expect(JSON.parse(await readFile(json, 'utf8')).photos).toHaveLength(36);
  const piped = await run('export', photos, '--format', 'csv', '--to', '-');
  expect(piped.stdout).toBe(await readFile(csv, 'utf8'));
  const again = await run('export', photos, '--format', 'csv', '--to', csv);
  expect(again.code).toBe(3);
  expect(again.stderr).toContain(`"${csv}" is there already.`);
});

test('export says what of which photos: labels alone, sure predictions, those of a class by its name', async () => {
  const to = (...args: string[]) => run('export', photos, '--format', 'csv', '--to', '-', ...args);
  const rows = ({ stdout }: { stdout: string }) => stdout.trimEnd().split('\r\n').slice(1);
  const labels = rows(await to('--what', 'labels'));
  expect(labels).toHaveLength(10);
  expect(labels.every((row) => row.includes(',import,'))).toBe(true);
  const predictions = rows(await to('--what', 'predictions'));
  expect(predictions).toHaveLength(26);
  expect(predictions.every((row) => row.includes(',prediction,'))).toBe(true);
  expect(rows(await to('--what', 'labels', '--filter', 'label=warm'))).toHaveLength(5);
  const strange = await to('--filter', 'colour=red');
  expect(strange.code).toBe(2);
  expect(strange.stderr).toContain('"colour=red" is no condition on photos');
});

test('export moves photos into folders by class, lists the move, and reverts it by its list', async () => {
  const target = at('sorted');
  const moved = await run(
    'export',
    photos,
    '--format',
    'folders',
    '--to',
    target,
    '--what',
    'labels',
    '--how',
    'move',
    '--json',
  );
  expect(moved.code, moved.stderr).toBe(0);
  const { manifest, written } = moved.last() as { manifest: string; written: number };
  expect(written).toBe(10);
  expect((await readdir(join(target, 'Warm'))).length + (await readdir(join(target, 'Cool'))).length).toBe(10);
  const listed = await run('export', 'moves', photos, '--json');
  expect(listed.objects()).toEqual([
    { manifest, startedAt: expect.any(String), where: target, files: 10 },
    { moves: 1 },
  ]);
  const back = await run('export', 'revert', manifest, '--json');
  expect(back.last()).toEqual({ back: 10, leftOut: [] });
  expect((await run('export', 'moves', photos, '--json')).last()).toEqual({ moves: 0 });
  await expect(readdir(target)).rejects.toThrow('ENOENT');
  const rows = (await run('export', photos, '--format', 'csv', '--to', '-', '--what', 'labels')).stdout;
  expect(rows.trimEnd().split('\r\n')).toHaveLength(11);
});

test('export-model makes the folder once, and says how far the model is from the app', async () => {
  const { code, last } = await run('export-model', photos, '--format', 'onnx', '--to', at('model'), '--json');
  expect(code).toBe(0);
  const report = last();
  expect(report).toMatchObject({ run: 1, format: 'onnx', folder: at('model'), photos: 20 });
  expect(Number(report['largestDifference'])).toBeLessThan(1e-4);
  expect((await readdir(at('model'))).sort()).toEqual(['README.md', 'classify.py', 'model.onnx', 'whisker.json']);
  const again = await run('export-model', photos, '--format', 'onnx', '--to', at('model'));
  expect(again).toMatchObject({ code: 3, stdout: '' });
  expect(again.stderr).toContain(`"${at('model')}" is there already.`);
});

test('training again from the last model says which one it was, and what the new labels changed', async () => {
  await writeFile(at('two-more.csv'), `file,class\n${warm(10)},Warm\n${cool(10)},Cool\n`);
  expect((await run('label', photos, '--csv', at('two-more.csv'), '--json')).last()).toMatchObject({ changed: 2 });
  const { code, last } = await run('train', photos, '--minutes', '0.1', '--from-last', '--json');
  expect(code).toBe(0);
  const { changed, ...summary } = last() as { changed: CorrectionReceipt };
  expect(summary).toMatchObject({ run: 2, startedFrom: 1, photos: 36, labelled: 12 });
  expect(changed).toMatchObject({ earlier: 1, later: 2, added: 0, judged: 24, checks: { fair: 0 }, measured: null });
  expect(changed.fixes + changed.confirmed).toBe(2);
  const { stdout } = await run('runs', photos);
  expect(stdout.split('\n')[1]).toMatch(/^Your .*(fix|confirmed label).* changed (none|\d+) of 24 photos\. Whether/);
});

test('Ctrl-C during training keeps the best so far', async () => {
  const child = startWhisker(['train', photos, '--minutes', '5', '--json'], environment(at('data')));
  const end = ended(child);
  await new Promise<void>((seen) => child.stderr?.on('data', (text: string) => text.includes('Learning') && seen()));
  child.kill('SIGINT');
  const { code, last, stderr } = await end;
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('the best so far is kept');
  expect(last()).toMatchObject({ run: 3, status: 'stopped' });
});

test('runs lists them all, puts the model of one in use and frees what another takes', async () => {
  const { code, objects, last } = await run('runs', photos, '--json');
  expect(code).toBe(0);
  expect(last()).toEqual({ runs: 3 });
  const listed = objects().slice(0, -1);
  expect(listed.map(({ run, status }) => [run, status])).toEqual([
    [3, 'stopped'],
    [2, 'finished'],
    [1, 'finished'],
  ]);
  expect(listed[2]).toMatchObject({ preset: 'quick', features: 'pixels', backbone: null, usable: true, labelled: 10 });

  expect((await run('runs', 'use', photos, '1', '--json')).last()).toEqual({ run: 1 });
  const inUse = await run('runs', 'delete', photos, '1');
  expect([inUse.code, inUse.stderr]).toEqual([3, expect.stringContaining('The model of run 1 is in use.')]);

  const [library = ''] = await readdir(join(at('data'), 'libraries'));
  const folder = join(at('data'), 'libraries', library, 'runs', '2');
  const before = existsSync(folder);
  const { stdout } = await run('runs', 'delete', photos, '2');
  expect([before, existsSync(folder)]).toEqual([true, false]);
  expect(stdout).toMatch(/^Run 2 was deleted, which freed [1-9]\d*\.\d MB\.\n$/);
  const left = await run('runs', 'list', photos);
  expect(left.stdout.split('\n').map((line) => /^Run \d+(, in use)?/.exec(line)?.[0])).toEqual([
    'Run 3',
    'Run 1, in use',
    ...[undefined, undefined],
  ]);
});

test('runs repeat trains again as a run did, and says how much it sorts differently', async () => {
  const { code, last, stderr } = await run('runs', 'repeat', photos, '1', '--json');
  expect(code, stderr).toBe(0);
  expect(last()).toEqual({ run: 4, repeats: 1, status: 'finished', different: expect.any(Number), photos: 20 });
  const { stdout } = await run('runs', photos);
  expect(stdout).toContain('Run 1, in use');
});

test('labels can come from folder names, into a library of its own', async () => {
  const own = ['--library', at('own')];
  const { last } = await run('label', photos, '--from-folders', '--json', ...own);
  expect(last()).toMatchObject({ changed: 36, newClasses: expect.arrayContaining(['warm', 'cool']) });
  const { last: imported } = await run('import', photos, '--json');
  expect(imported()).toMatchObject({ photos: 36 });
});

test('a library whose database is gone is refused, and restore brings its labels back', async () => {
  const own = ['--library', at('own')];
  await rm(join(at('own'), 'library.sqlite'));
  // What is left tells that there was one.
  await mkdir(join(at('own'), 'runs'), { recursive: true });
  const refused = await run('import', photos, ...own);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/is missing.*\n {2}What to do: Restore its backup.* Run whisker restore/);
  const { code, last } = await run('restore', photos, '--json', ...own);
  expect({ code, ...last() }).toEqual({ code: 0, folder: photos, labelled: 36 });
});

test('without TensorFlow everything but learning from pixels works, and that says what to do', async () => {
  const env = withoutTensorflow(at('data'));
  const listed = await whisker(['suspects', photos, '--top', '1', '--json'], env);
  expect(listed.code).toBe(0);
  const { code, stderr } = await whisker(['train', photos, '--minutes', '0.1'], env);
  expect(code).toBe(4);
  expect(stderr).toMatch(
    /^whisker: Learning from .* needs native TensorFlow\. TensorFlow is not .*\n {2}What to do: .*npm run setup/,
  );
  expect(stderr.trimEnd().split('\n')).toHaveLength(2);
});
