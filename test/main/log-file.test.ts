import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { framesOf } from '../../src/main/log.ts';
import { openLogFile } from '../../src/main/log-file.ts';
import { temporaryFolder } from '../fixtures/folder.ts';

test('an entry is in the file, for its owner alone, when the call returns', () => {
  const dataDir = temporaryFolder();
  openLogFile(dataDir).log('error', 'The imaging process ended.', 'cats/minka.jpg\nwas damaged');
  const path = join(dataDir, 'logs/whisker.log');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      level: 'error',
      text: 'The imaging process ended.',
      detail: 'cats/minka.jpg\nwas damaged',
    },
  ]);
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a log that can not be written disturbs nobody', async () => {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, 'logs'), 'a file where the folder should be');
  const module = new URL('../../src/main/log-file.ts', import.meta.url).href;
  const script = `import { openLogFile } from '${module}';
    openLogFile(${JSON.stringify(dataDir)}).log('error', 'The imaging process ended.');`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});

test('nothing is written before there is something to say', () => {
  const dataDir = temporaryFolder();
  openLogFile(dataDir);
  expect(existsSync(join(dataDir, 'logs'))).toBe(false);
});

test('a full file is kept as the old one, and the two together stay bounded', async () => {
  const dataDir = temporaryFolder();
  const { log, recent } = openLogFile(dataDir, 1000);
  for (let i = 0; i < 100; i++) log('warning', `Entry ${i}`);
  const sizes = ['whisker.log', 'whisker.old.log'].map((name) => statSync(join(dataDir, 'logs', name)).size);
  expect(Math.max(...sizes)).toBeLessThan(1200);
  const texts = (await recent(['warning'], 5)).map(({ text }) => text);
  expect(texts).toEqual([95, 96, 97, 98, 99].map((i) => `Entry ${i}`));
});

test('what is asked for comes back, and a line that a crash has cut is passed over', async () => {
  const dataDir = temporaryFolder();
  const { log, recent } = openLogFile(dataDir);
  log('info', 'A query took 80 ms.');
  log('error', 'library.open failed.', 'Disk full');
  appendFileSync(join(dataDir, 'logs/whisker.log'), '{"at":"2026-11-25T1\n');
  log('warning', 'Run 1 gave a notice.');
  expect((await recent(['warning', 'error'], 9)).map(({ text, detail }) => [text, detail])).toEqual([
    ['library.open failed.', 'Disk full'],
    ['Run 1 gave a notice.', null],
  ]);
});

test('where an error came from is told without its words', () => {
  const frames = framesOf(new Error('"cats/minka.jpg" is damaged'));
  expect(frames).toContain('log-file.test.ts:');
  expect(frames).not.toContain('minka');
  expect(framesOf('no error')).toBe('');
});
