// How the command line takes what people type: help, wrong usage, bad input. Never a stack, always one sentence.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCli } from '../../../src/main/cli/program.ts';
import { places } from '../../../src/main/places.ts';
import { drawPhotos } from '../photo-folder.ts';
import { environment, whisker } from './whisker.ts';

let dir: string;
let photos: string;
const run = (...args: string[]) => whisker(args, environment(join(dir, 'data')));

/** The same without a process of its own, for the long tables below. */
async function runHere(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((stdout += String(text))));
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((stderr += String(text))));
  try {
    const code = await runCli(args, places(join(import.meta.dirname, '../../../src/main/cli.ts')));
    return { code, stdout, stderr };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'whisker-usage-'));
  photos = join(dir, 'photos');
  await drawPhotos(photos, 0, 1);
  vi.stubEnv('WHISKER_DATA_DIR', join(dir, 'data'));
});
afterAll(() => rm(dir, { recursive: true }));

test('--help lists every command and the exit codes', async () => {
  const { code, stdout, stderr } = await run('--help');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const command of [
    'import',
    'label',
    'train',
    'runs',
    'predict',
    'evaluate',
    'suspects',
    'export',
    'export-model',
    'backbone',
    'restore',
    'serve',
    'engine',
    'diagnose',
  ]) {
    expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
  }
  expect(stdout).toContain('Exit codes: 0 done, 2 wrong usage, 3 bad input');
});

test('a mistake ends the process with the exit code and nothing on stdout', async () => {
  const { code, stdout, stderr } = await run('train');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe("whisker: missing required argument 'folder' (see whisker --help)\n");
});

test('a command explains itself', async () => {
  const { code, stdout } = await run('train', '--help');
  expect(code).toBe(0);
  for (const option of [
    '--preset',
    '--minutes',
    '--seed',
    '--device',
    '--from-last',
    '--backbone',
    '--json',
    '--library',
  ]) {
    expect(stdout).toContain(option);
  }
});

describe('wrong usage ends with 2 and one sentence', () => {
  test.each([
    { args: ['grow'], sentence: "unknown command 'grow'" },
    { args: ['import', '.', '--fast'], sentence: "unknown option '--fast'" },
    { args: ['train', '.', '--preset', 'best'], sentence: 'Allowed choices are quick, standard' },
    { args: ['train', '.', '--minutes', 'two'], sentence: 'It must be a number.' },
    { args: ['train', '.', '--minutes', '0'], sentence: 'It must be at least 0.05.' },
    { args: ['train', '.', '--seed', '1.5'], sentence: 'It must be a whole number.' },
    { args: ['train', '.', '--device', 'tpu'], sentence: 'Allowed choices are auto, gpu, cpu' },
    { args: ['label', '.'], sentence: 'give either --csv FILE or --from-folders' },
    { args: ['label', '.', '--csv', 'a', '--from-folders'], sentence: 'give either --csv FILE or --from-folders' },
    { args: ['runs'], sentence: "missing required argument 'folder'" },
    { args: ['runs', 'use', '.', 'last'], sentence: 'It must be the number of a run.' },
    { args: ['predict', '.'], sentence: 'give --csv FILE, or --stdin' },
    { args: ['export', '.'], sentence: "required option '--format <name>' not specified" },
    { args: ['export', '.', '--format', 'csv'], sentence: 'give --to PATH' },
    {
      args: ['export', '.', '--format', 'csv', '--to', '-', '--json'],
      sentence: '- leaves no room for anything else on stdout',
    },
    {
      args: ['export', '.', '--format', 'csv', '--to', 'a', '--how', 'ship'],
      sentence: 'copy, hardlink, symlink, move',
    },
    { args: ['export', '.', '--format', 'csv', '--to', 'a', '--least', '2'], sentence: 'It must be at most 1.' },
    { args: ['suspects', '.', '--top', '0'], sentence: 'It must be 1 to 100000.' },
    { args: ['train', '.', '--on', '-oProxyCommand=x'], sentence: 'It must be a host of your ssh config' },
    { args: ['serve', '--port', '70000'], sentence: 'It must be 0 to 65535.' },
  ])('$args', async ({ args, sentence }) => {
    const { code, stdout, stderr } = await runHere(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^whisker: .*\n$/);
  });
});

describe('bad input ends with 3 and one sentence', () => {
  test.each([
    { args: ['import', '/no/such/folder'], sentence: '/no/such/folder' },
    { args: ['label', 'PHOTOS', '--csv', '/no/such.csv'], sentence: '"/no/such.csv" can\'t be read' },
    { args: ['label', 'PHOTOS', '--csv', 'WRONG'], sentence: 'wrong.csv: The CSV has no column "file"' },
    { args: ['predict', 'PHOTOS', '--csv', 'out.csv'], sentence: 'Nothing has been trained' },
    { args: ['evaluate', 'PHOTOS', '--csv', 'WRONG'], sentence: 'has no column "file"' },
    { args: ['runs', 'delete', 'PHOTOS', '9'], sentence: 'There is no training run number 9' },
    { args: ['suspects', 'PHOTOS'], sentence: 'Nothing has been trained' },
    { args: ['export', 'PHOTOS', '--format', 'xls', '--to', 'out.xls'], sentence: 'There is no format "xls"' },
    { args: ['export', 'PHOTOS', '--format', 'folders', '--to', '-'], sentence: 'Folders by class is no single file' },
    { args: ['export', 'PHOTOS', '--format', 'coco', '--to', 'out.json'], sentence: 'There is no photo to export' },
    { args: ['export', 'revert', '/no/such.jsonl'], sentence: '"/no/such.jsonl" can\'t be read' },
    { args: ['export', 'revert', 'WRONG'], sentence: 'wrong.csv" is no list of moved files' },
  ])('$args', async ({ args, sentence }) => {
    await writeFile(join(dir, 'wrong.csv'), 'name,what\na.jpg,cat\n');
    const files: Record<string, string> = { PHOTOS: photos, WRONG: join(dir, 'wrong.csv') };
    const { code, stderr } = await runHere(args.map((arg) => files[arg] ?? arg));
    expect(code).toBe(3);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

test('no command at all prints the help and is wrong usage', async () => {
  const { code, stderr } = await run();
  expect(code).toBe(2);
  expect(stderr).toContain('Usage: whisker');
});

test('diagnose says what runs here and names nothing', async () => {
  const { code, stdout, stderr } = await run('diagnose');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Whisker \d+\.\d+\.\d+, web\n.*Node \d+/);
  expect(stdout).toMatch(/^Training: (on|not possible)/m);
  expect(stdout).not.toContain(photos);
  const { last } = await run('diagnose', '--json');
  expect(last()).toMatchObject({ library: null, dataBytes: expect.any(Number), lastErrors: expect.any(Array) });
});
