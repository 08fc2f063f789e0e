// Small files that unpack to enormous pictures: refused or decoded, always within bounded memory and time.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { createEngine } from '../../../src/main/engine-host/engine.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { blackPng, jpeg, photo, repeatLastScan } from '../../fixtures/photos.ts';

const entry = resolve(import.meta.dirname, '../../../src/engine/entry.ts');

/** Largest resident memory of a process so far, in MB. */
const peakMb = (pid: number) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** A GIF header that claims the largest canvas there is. */
const hugeGif = Buffer.from(
  'GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;',
  'latin1',
);

const flatProgressive = () =>
  sharp({ create: { width: 3000, height: 2000, channels: 3, background: '#888' } })
    .jpeg({ progressive: true })
    .toBuffer();

test.skipIf(process.platform !== 'linux')(
  'bombs stay within 600 MB, and the photos beside them come through',
  async () => {
    const files = {
      'first.jpg': await jpeg(),
      'streamed.png': blackPng(16_000, 8_000, false),
      'interlaced.png': blackPng(16_000, 8_000, true),
      'too-many.png': blackPng(60_000, 60_000, false),
      'too-wide.png': blackPng(2_000_000_000, 1, false),
      'huge.gif': hugeGif,
      'progressive.jpg': await photo({ width: 3000, height: 2000 }).jpeg({ progressive: true }).toBuffer(),
      'scans.jpg': repeatLastScan(await flatProgressive(), 20_000),
      'turned.jpg': await photo({ width: 3000, height: 2000 }).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
      'last.jpg': await jpeg({ seed: 1 }),
    };
    const folder = fill(temporaryFolder(), files);
    const engine = createEngine({ role: 'imaging', node: process.execPath, entry });
    onTestFinished(() => engine.kill());
    const paths = Object.keys(files).map((name) => join(folder, name));
    const answers = await engine.request({ kind: 'inspect', paths, thumbDir: join(folder, 'thumbs'), thumbPx: 320 });
    expect(answers.map((answer) => (answer.ok ? 'photo' : answer.code))).toEqual([
      'photo',
      'photo',
      'photo',
      'too-large',
      'damaged',
      'too-large',
      'photo',
      'too-large',
      'photo',
      'photo',
    ]);
    expect(answers[7]).toMatchObject({ reason: expect.stringContaining('more than 200 scans') });
    expect(peakMb(engine.pid ?? 0)).toBeLessThan(600);
  },
);
