// Names come from anywhere: none may steer the terminal that the command line writes to.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { visible } from '../../../src/main/cli/terminal.ts';
import { drawPhotos } from '../photo-folder.ts';
import { environment, whisker } from './whisker.ts';

// Sets the window's title, clears the screen, in eight bits too, forges a second line, and turns the rest around.
const hostile = 'a\x1b]0;mine\x07\x1b[2J\x9b1m\nb\u202egpj.txt';
const harmless = String.raw`a\u001b]0;mine\u0007\u001b[2J\u009b1m\u000ab\u202egpj.txt`;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'whisker-terminal-'));
  await drawPhotos(join(dir, 'photos'), 0, 1);
  await writeFile(join(dir, 'labels.csv'), `file,class\n"${hostile}",Cat\nwarm/w0.png,Cat\n`);
});
afterAll(() => rm(dir, { recursive: true }));

const run = (...args: string[]) => whisker(args, environment(join(dir, 'data')));

/** What a terminal would obey instead of showing it; line breaks are looked at by the callers. */
const obeyed = /[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

test('what a terminal obeys is shown as an escape; everything else, emoji and accents too, stays', () => {
  expect(visible(hostile)).toBe(harmless);
  expect(visible('Ébène 🐈‍⬛ שלום.jpg')).toBe('Ébène 🐈‍⬛ שלום.jpg');
});

test.skipIf(process.platform === 'win32')(
  'import shows a hostile file name harmlessly, on a line of its own',
  async () => {
    await writeFile(join(dir, 'photos', hostile), 'not a picture');
    const { stdout } = await run('import', join(dir, 'photos'));
    expect(stdout).not.toMatch(obeyed);
    expect(stdout.split('\n')[0]).toMatch(/^a\\u001b.*gpj\.txt: ./);
    const asJson = await run('import', join(dir, 'photos'), '--json');
    expect(asJson.stdout).not.toMatch(obeyed);
    expect(asJson.objects()[0]).toMatchObject({ path: hostile });
  },
);

test('label shows a hostile name of a table harmlessly, and so does a refusal', async () => {
  const listed = await run('label', join(dir, 'photos'), '--csv', join(dir, 'labels.csv'), '--dry-run');
  expect(listed.stdout).not.toMatch(obeyed);
  expect(listed.stdout).toContain(harmless);
  const { stderr, code } = await run('import', join(dir, hostile));
  expect(code).toBe(3);
  expect(stderr).not.toMatch(obeyed);
  expect(stderr).toMatch(/^whisker: .*a\\u001b/);
});
