import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { labelCodes } from '../../../src/main/db/labels.ts';
import { openDatabase, prepare } from '../../../src/main/db/open.ts';
import type { PhotoId } from '../../../src/shared/types.ts';
import { temporaryFolder } from './sample-photos.ts';

const kills = 50;
const writer = join(import.meta.dirname, 'label-writer.ts');

/** Lets a real process label for a random moment after its first label, kills it and returns what it had reported. */
async function labelUntilKilled(file: string): Promise<[PhotoId, number][]> {
  const child = spawn(process.execPath, [writer, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let reported = '';
  const ended = new Promise((resolve) => child.once('close', resolve));
  const started = new Promise((resolve) => child.stdout.once('data', resolve));
  child.stdout.setEncoding('utf8').on('data', (text: string) => (reported += text));
  await Promise.race([started, ended]);
  await sleep(Math.random() * 120);
  child.kill('SIGKILL');
  await ended;
  // What follows the last line break was not fully reported.
  const lines = reported.split('\n').slice(0, -1);
  return lines.map((line) => line.split(' ').map(Number) as [PhotoId, number]);
}

test(`killed ${kills} times in the middle of labelling, no label that was reported as set is lost`, async () => {
  const file = join(temporaryFolder(), 'library.sqlite');
  const expected = new Map<PhotoId, number>();
  let reports = 0;
  for (let kill = 0; kill < kills; kill++) {
    const reported = await labelUntilKilled(file);
    expect(reported.length).toBeGreaterThan(0);
    reports += reported.length;
    for (const [photo, code] of reported) expected.set(photo, code);

    const db = openDatabase(file);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    const ids = [...expected.keys()];
    const found = new Map(labelCodes(db, ids).map((code, i) => [ids[i]!, code]));
    const wrong = ids.filter((id) => found.get(id) !== expected.get(id));
    // The process may die between saving a label and reporting it: at most that one photo is further than it said.
    const newest = prepare<{ photo: PhotoId }>(db, 'SELECT photo_id AS photo FROM label_event ORDER BY id DESC').get();
    expect(wrong.filter((id) => id !== newest?.photo)).toEqual([]);
    for (const id of wrong) expected.set(id, found.get(id)!);
    db.close();
  }
  expect(reports).toBeGreaterThan(kills);
}, 300_000);
