// The export of XMP keywords when something is in the way: hostile files, drives that are full or closed, processes
// that die, and a person who thinks better of it.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { smallDisk } from '../../fixtures/small-disk.ts';
import { foreign, pictures, stateOf, textOf } from './xmp-folder.ts';
import { openLibrary } from './xmp-library.ts';

const many = Array.from({ length: 60 }, (_, i) => `${i}.jpg`);
async function labelled(files: Record<string, string> = {}, place = temporaryFolder()) {
  const folder = fill(place, { ...(await pictures(many)), ...files });
  const library = await openLibrary(folder);
  for (const name of many) library.label(name, 'Cat');
  return library;
}
/** ExifTool processes that work in this folder. */
const processes = (folder: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`WHISKER_TEST_MARK=${folder}\0`);
      } catch {
        return false;
      }
    });

test('files that are no XMP are left as they are, each with a sentence; the others are written', async () => {
  const broken = foreign.slice(0, 700);
  const bomb = `<!DOCTYPE x [${Array.from({ length: 20 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('')}]>`;
  const { folder, ...library } = await labelled({
    '1.jpg.xmp': broken,
    '2.jpg.xmp': 'hello',
    '3.jpg.xmp': `${bomb}${foreign}`,
    '4.jpg.xmp': '',
  });
  const { written, left } = await library.export();
  expect(written + left.length).toBe(60);
  expect(left.slice(0, 2)).toEqual([
    {
      path: '1.jpg',
      reason: "1.jpg.xmp can't be written (XMP format error (no closing tag for x:xmpmeta)).",
    },
    { path: '2.jpg', reason: "2.jpg.xmp can't be written (Not a valid XMP (looks more like a TXT))." },
  ]);
  expect(textOf(folder, '1.jpg.xmp')).toBe(broken);
  expect(textOf(folder, '2.jpg.xmp')).toBe('hello');
  expect(textOf(folder, '4.jpg.xmp')).toContain('<rdf:li>Cat</rdf:li>');
  expect(existsSync(join(folder, '50.jpg.xmp'))).toBe(true);
});

test('cancelled half-way, the folder is as it was: what was made is gone, what was changed is back', async () => {
  const { folder, ...library } = await labelled({ '3.xmp': foreign, '5.jpg.xmp': foreign });
  const before = stateOf(folder);
  const abort = new AbortController();
  let most = 0;
  const progress = (written: number) => {
    most = written;
    if (written === 30) abort.abort(new Error('enough'));
  };
  await expect(library.export({ signal: abort.signal, progress })).rejects.toThrow('enough');
  expect(most).toBeGreaterThanOrEqual(30);
  expect(most).toBeLessThan(60);
  expect(stateOf(folder)).toEqual(before);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('what somebody else changes meanwhile is not put back', async () => {
  const { folder, ...library } = await labelled();
  const abort = new AbortController();
  const progress = (written: number) => {
    if (written !== 40) return;
    const [one] = readdirSync(folder).filter((name) => name.endsWith('.xmp'));
    writeFileSync(join(folder, one!), foreign);
    abort.abort(new Error('enough'));
  };
  await expect(library.export({ signal: abort.signal, progress })).rejects.toThrow('enough');
  const left = readdirSync(folder).filter((name) => name.endsWith('.xmp'));
  expect(left).toHaveLength(1);
  expect(textOf(folder, left[0]!)).toBe(foreign);
});

test.skipIf(process.platform !== 'linux')('ExifTool that dies in the middle costs the photo it was at', async () => {
  const { folder, ...library } = await labelled();
  vi.stubEnv('WHISKER_TEST_MARK', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  let killed = 0;
  const progress = (written: number) => {
    if (written !== 10) return;
    for (const pid of processes(folder)) {
      process.kill(pid, 'SIGKILL');
      killed++;
    }
  };
  const { written, left } = await library.export({ progress });
  expect(killed).toBeGreaterThan(0);
  expect(written + left.length).toBe(60);
  expect(left.length).toBeLessThanOrEqual(killed);
  expect(processes(folder)).toEqual([]);
  expect(await library.export()).toEqual({ written: left.length, unchanged: written, left: [] });
});

test.skipIf(process.platform !== 'linux')(
  'ExifTool ends with the program that started it, even if that is killed',
  async () => {
    const folder = temporaryFolder();
    const source = resolve(import.meta.dirname, '../../../src/main/export/xmp/exiftool.ts');
    const script = `const { startExiftool } = await import(${JSON.stringify(source)});
    const tool = await startExiftool(${JSON.stringify(folder)}, 1);
    await tool.write([{ field: 'XMP-dc:Subject', how: '+=', value: 'x' }], null, '1.xmp');
    console.log('ready'); setInterval(() => {}, 1000);`;
    const env = { ...process.env, WHISKER_TEST_MARK: folder };
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await new Promise((ready) => child.stdout.once('data', ready));
    const started = processes(folder).filter((pid) => pid !== child.pid);
    expect(started).toHaveLength(1);
    child.kill('SIGKILL');
    await vi.waitUntil(() => processes(folder).length === 0, { timeout: 20_000, interval: 200 });
  },
);

test('a folder that can not be written is one sentence, before anything is written', async () => {
  const disk = smallDisk('20m');
  if (disk === null) return console.log('SKIPPED: a read-only drive, which only root may mount.');
  const { folder, ...library } = await labelled({}, disk);
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  await expect(library.export()).rejects.toMatchObject({
    code: 'storage-failed',
    message: `"${folder}" can't be written: the drive is read-only.`,
  });
});

test('on a drive that fills up, everything is as it was, and one sentence says why', async () => {
  const disk = smallDisk('2m');
  if (disk === null) return console.log('SKIPPED: a full drive, which only root may mount.');
  const { folder, ...library } = await labelled({ '7.jpg.xmp': foreign }, disk);
  const free = Number(execFileSync('df', ['--output=avail', '-k', disk], { encoding: 'utf8' }).split('\n')[1]);
  writeFileSync(join(disk, 'ballast'), Buffer.alloc((free - 100) * 1024));
  const before = stateOf(folder);
  await expect(library.export()).rejects.toMatchObject({
    code: 'storage-failed',
    message: 'The drive of the photos is full.',
  });
  expect(stateOf(folder)).toEqual(before);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('what a killed export has left goes with the next one; a photo that is gone is told', async () => {
  const { folder, ...library } = await labelled({ '.whisker-export-4194303/1.xmp': 'x' });
  renameSync(join(folder, '8.jpg'), join(folder, '8.moved'));
  const { written, left } = await library.export();
  expect(written).toBe(59);
  expect(left).toEqual([{ path: '8.jpg', reason: '8.jpg is not there any more.' }]);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('without Perl one sentence says what is missing', async () => {
  const { folder, ...library } = await labelled();
  const before = stateOf(folder);
  vi.stubEnv('PATH', temporaryFolder());
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(library.export()).rejects.toMatchObject({
    code: 'not-found',
    message: "Keywords are written by ExifTool, which can't be started (spawn perl ENOENT).",
    remedy: 'Install Perl, then try again.',
  });
  expect(stateOf(folder)).toEqual(before);
});
