import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { fingerprintOf } from '../../../src/engine/imaging/fingerprint.ts';
import { inspect } from '../../../src/engine/imaging/inspect.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { redAndBlueHeic } from '../../fixtures/heic.ts';
import { oriented } from '../../fixtures/odd-photos.ts';
import { blackPng, jpeg, photo } from '../../fixtures/photos.ts';

/** Inspects files given by name and content; answers by name. */
async function inspectAll(files: Record<string, Buffer | string>) {
  const folder = fill(temporaryFolder(), files);
  const thumbDir = join(folder, 'thumbs');
  const names = Object.keys(files);
  const answers = await inspect({
    kind: 'inspect',
    paths: names.map((name) => join(folder, name)),
    thumbDir,
    thumbPx: 320,
  });
  const answer = (name: string) => answers[names.indexOf(name)];
  const thumb = (name: string) => {
    const sha256 = createHash('sha256')
      .update(files[name] ?? '')
      .digest('hex');
    return join(thumbDir, sha256.slice(0, 2), `${sha256}.jpg`);
  };
  return { folder, answer, thumb };
}

const pixelAt = async (file: string, x: number, y: number) => {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  return [...data.subarray((y * info.width + x) * info.channels, (y * info.width + x) * info.channels + 3)];
};
const close = (colour: number[], expected: number[], by = 12) =>
  colour.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? 0))).toBeLessThanOrEqual(by));

test('one pass gives hash, size, format, bytes, fingerprint and a JPEG thumbnail by hash', async () => {
  const bytes = await jpeg({ width: 640, height: 400 });
  const { answer, thumb } = await inspectAll({ 'a.jpg': bytes });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(answer('a.jpg')).toEqual({
    ok: true,
    sha256,
    width: 640,
    height: 400,
    format: 'jpeg',
    bytes: bytes.length,
    damaged: false,
    takenAt: null,
    fingerprint: expect.stringMatching(/^[\da-f]{32}$/),
  });
  expect(await sharp(thumb('a.jpg')).metadata()).toMatchObject({ format: 'jpeg', width: 320, height: 200 });
});

test('HEIC is decoded like any other, and said to be damaged when it is cut short', async () => {
  const { answer, thumb } = await inspectAll({ 'a.heic': redAndBlueHeic, 'b.heic': redAndBlueHeic.subarray(0, -60) });
  expect(answer('a.heic')).toMatchObject({ ok: true, width: 64, height: 48, format: 'heic', damaged: false });
  close(await pixelAt(thumb('a.heic'), 8, 24), [220, 40, 40]);
  close(await pixelAt(thumb('a.heic'), 56, 24), [40, 60, 220]);
  expect(answer('b.heic')).toMatchObject({ ok: false, code: 'damaged' });
});

test('a small photo is not enlarged', async () => {
  const { thumb } = await inspectAll({ 'a.jpg': await jpeg({ width: 50, height: 40 }) });
  expect(await sharp(thumb('a.jpg')).metadata()).toMatchObject({ width: 50, height: 40 });
});

test('a thumbnail that is damaged, or another picture, is made anew, and no partial file stays behind', async () => {
  const { folder, answer, thumb } = await inspectAll({ 'a.jpg': await jpeg() });
  const whole = readFileSync(thumb('a.jpg'));
  const other = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer();
  for (const bytes of [whole.subarray(0, 40), other]) {
    writeFileSync(thumb('a.jpg'), bytes);
    expect(await inspectAgain(folder, 'a.jpg')).toEqual([answer('a.jpg')]);
    expect(readFileSync(thumb('a.jpg'))).toEqual(whole);
  }
  expect(readdirSync(join(thumb('a.jpg'), '..'))).toHaveLength(1);
});

test('what a photo looks like is what its thumbnail looks like, but for the noise of compression', async () => {
  const { answer, thumb } = await inspectAll({ 'a.jpg': await jpeg({ width: 640, height: 400 }) });
  const { data, info } = await sharp(thumb('a.jpg')).raw().toBuffer({ resolveWithObject: true });
  const shown = fingerprintOf({ pixels: data, width: info.width, height: info.height });
  const photo = answer('a.jpg');
  const apart = (BigInt(`0x${shown}`) ^ BigInt(`0x${photo?.ok ? photo.fingerprint : '0'}`)).toString(2);
  expect([...apart].filter((bit) => bit === '1').length).toBeLessThanOrEqual(6);
});

const inspectAgain = (folder: string, name: string) =>
  inspect({ kind: 'inspect', paths: [join(folder, name)], thumbDir: join(folder, 'thumbs'), thumbPx: 320 });

test('a photo knows when it was taken by its camera, to the millisecond where the camera says so', async () => {
  const taken = { DateTimeOriginal: '2024:07:14 18:30:05', SubSecTimeOriginal: '25' };
  const { answer } = await inspectAll({
    'a.jpg': await withExif(taken),
    'b.jpg': await withExif({ DateTimeOriginal: '2024:07:14 18:30:05' }),
    'c.jpg': await withExif({ DateTimeOriginal: '0000:00:00 00:00:00' }),
    'd.jpg': await withExif({ DateTimeOriginal: 'last summer' }),
  });
  const times = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'].map((name) => answer(name)).map((it) => it?.ok && it.takenAt);
  expect(times).toEqual(['2024-07-14T18:30:05.250', '2024-07-14T18:30:05.000', null, null]);
});

async function withExif(tags: Record<string, string>): Promise<Buffer> {
  const picture = sharp({ create: { width: 60, height: 40, channels: 3, background: '#c86432' } });
  return picture.withExif({ IFD2: tags }).jpeg().toBuffer();
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %i comes out upright', async (orientation) => {
  const bytes = await oriented(orientation);
  const { answer, thumb } = await inspectAll({ 'a.jpg': bytes });
  expect(answer('a.jpg')).toMatchObject({ ok: true, width: 80, height: 40 });
  expect(await sharp(thumb('a.jpg')).metadata()).toMatchObject({ width: 80, height: 40 });
  close(await pixelAt(thumb('a.jpg'), 4, 3), [255, 255, 255]);
});

test('transparent pixels are shown on mid-grey', async () => {
  const clear = await sharp({ create: { width: 20, height: 20, channels: 4, background: '#ff000000' } })
    .png()
    .toBuffer();
  const { thumb } = await inspectAll({ 'a.png': clear });
  close(await pixelAt(thumb('a.png'), 10, 10), [128, 128, 128], 3);
});

test('16-bit, grey and CMYK pictures become 8-bit sRGB', async () => {
  const { answer, thumb } = await inspectAll({
    '16.png': await photo().toColourspace('rgb16').png().toBuffer(),
    'grey.jpg': await photo().greyscale().jpeg().toBuffer(),
    'cmyk.jpg': await photo().toColourspace('cmyk').jpeg().toBuffer(),
  });
  for (const name of ['16.png', 'grey.jpg', 'cmyk.jpg']) {
    expect(answer(name)).toMatchObject({ ok: true, width: 64, height: 48 });
    close(await pixelAt(thumb(name), 4, 4), [255, 255, 255], 20);
  }
});

test('an animation is its first frame', async () => {
  const frames = [0, 1, 2].map((seed) => photo({ width: 40, height: 30, seed }).png().toBuffer());
  const animation = await sharp(await Promise.all(frames), { join: { animated: true } })
    .gif()
    .toBuffer();
  const { answer, thumb } = await inspectAll({ 'a.gif': animation });
  expect(answer('a.gif')).toMatchObject({ ok: true, width: 40, height: 30, format: 'gif' });
  expect(await sharp(thumb('a.gif')).metadata()).toMatchObject({ width: 40, height: 30 });
});

test('a JPEG of which a part can not be read is used as it is, and said to be damaged', async () => {
  const whole = await photo({ width: 640, height: 640 }).jpeg().toBuffer();
  const middle = Math.floor(whole.length / 2);
  const hurt = Buffer.concat([whole.subarray(0, middle), whole.subarray(middle + 200)]);
  const { answer, thumb } = await inspectAll({ 'whole.jpg': whole, 'hurt.jpg': hurt });
  expect(answer('whole.jpg')).toMatchObject({ ok: true, damaged: false });
  expect(answer('hurt.jpg')).toMatchObject({ ok: true, width: 640, height: 640, damaged: true });
  expect(existsSync(thumb('hurt.jpg'))).toBe(true);
});

test('every way in which a file fails has its own code', async () => {
  const whole = await photo({ width: 300, height: 300 }).jpeg().toBuffer();
  const png = await photo({ width: 300, height: 300 }).png({ compressionLevel: 1 }).toBuffer();
  const broken = Buffer.from(png);
  broken.fill(0xff, 200, 400);
  const { answer, thumb } = await inspectAll({
    'empty.jpg': '',
    'text.jpg': 'not a photo',
    'cut.jpg': whole.subarray(0, whole.length / 2),
    'cut.png': png.subarray(0, png.length / 2),
    'broken.png': broken,
    'bomb.png': blackPng(40_000, 40_000, false),
    'drawing.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
  });
  expect(answer('empty.jpg')).toMatchObject({ ok: false, code: 'empty', sha256: null });
  expect(answer('text.jpg')).toMatchObject({ ok: false, code: 'not-an-image' });
  expect(answer('cut.jpg')).toMatchObject({
    ok: false,
    code: 'truncated',
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(answer('cut.png')).toMatchObject({ ok: false, code: 'truncated' });
  expect(answer('broken.png')).toMatchObject({ ok: false, code: 'damaged' });
  expect(answer('bomb.png')).toMatchObject({ ok: false, code: 'too-large' });
  expect(answer('drawing.svg')).toMatchObject({ ok: false, code: 'unsupported-format' });
  expect(existsSync(thumb('cut.jpg'))).toBe(false);
});

test('a file that is no picture is not read whole, however large', async () => {
  const folder = fill(temporaryFolder(), { 'film.mov': '\0\0\0\x14ftypqt  \0\0\0\0qt  ' });
  truncateSync(join(folder, 'film.mov'), 2 ** 40);
  expect(statSync(join(folder, 'film.mov')).size).toBe(2 ** 40);
  const [answer] = await inspect({
    kind: 'inspect',
    paths: [join(folder, 'film.mov')],
    thumbDir: folder,
    thumbPx: 320,
  });
  expect(answer).toMatchObject({ ok: false, code: 'not-an-image', reason: 'This is a video, not a photo.' });
});

test('a picture file beyond the size limit is refused before it is read', async () => {
  const folder = fill(temporaryFolder(), { 'huge.jpg': await jpeg() });
  truncateSync(join(folder, 'huge.jpg'), 2 ** 40);
  const [answer] = await inspect({
    kind: 'inspect',
    paths: [join(folder, 'huge.jpg')],
    thumbDir: folder,
    thumbPx: 320,
  });
  expect(answer).toMatchObject({ ok: false, code: 'too-large' });
});

test('a vanished file and a folder are problems of their own', async () => {
  const folder = temporaryFolder();
  const answers = await inspect({
    kind: 'inspect',
    paths: [join(folder, 'gone.jpg'), folder],
    thumbDir: folder,
    thumbPx: 320,
  });
  expect(answers).toMatchObject([
    { ok: false, code: 'unreadable', reason: 'The file vanished before it could be read.' },
    { ok: false, code: 'unreadable' },
  ]);
});

test('a cache that cannot be written is the disk’s fault and not the photo’s', async () => {
  const folder = fill(temporaryFolder(), { 'a.jpg': await jpeg(), thumbs: 'a file where the folder should be' });
  const asked = inspect({
    kind: 'inspect',
    paths: [join(folder, 'a.jpg')],
    thumbDir: join(folder, 'thumbs'),
    thumbPx: 320,
  });
  await expect(asked).rejects.toMatchObject({ code: 'storage-failed' });
});
