import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import { listPhotos } from '../../../src/main/db/photos.ts';
import { readablePath } from '../../../src/main/library/open-library.ts';
import type { PhotoSize } from '../../../src/shared/urls.ts';
import type { PhotoId } from '../../../src/shared/types.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { jpeg } from '../../fixtures/photos.ts';
import { startLibrary } from './service.ts';

async function onePhoto() {
  const folder = fill(temporaryFolder(), { 'a.jpg': await jpeg({ width: 2400, height: 1200 }) });
  const { library, scan, imaging } = startLibrary();
  await scan(folder);
  const [id] = listPhotos(library.require().db, { kind: 'all' }, null).ids;
  if (id === undefined) throw new Error('the grid is empty');
  const fetch = async (size: PhotoSize) => {
    const response = await library.photoResponse(id, size);
    const body = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, size: await sharp(body).metadata() };
  };
  return { folder, library, imaging, id, fetch };
}

test('thumb and large are pictures of their own size, never sniffed, and a thumbnail is cacheable for good', async () => {
  const { fetch } = await onePhoto();
  const [thumb, large] = [await fetch('thumb'), await fetch('large')];
  expect(thumb.size).toMatchObject({ format: 'jpeg', width: 320, height: 160 });
  expect(large.size).toMatchObject({ format: 'webp', width: 2048, height: 1024 });
  expect(thumb.headers.get('content-type')).toBe('image/jpeg');
  expect(large.headers.get('content-type')).toBe('image/webp');
  expect(thumb.headers.get('cache-control')).toContain('immutable');
  for (const { status, headers } of [thumb, large]) {
    expect(status).toBe(200);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
  expect(thumb.headers.get('etag')).toMatch(/^"[0-9a-f]{64}-thumb"$/);
  expect(thumb.headers.get('etag')).not.toBe(large.headers.get('etag'));
});

test('the full picture has every pixel, as a JPEG that nobody keeps here', async () => {
  const { imaging, fetch } = await onePhoto();
  const asked: string[] = [];
  const request = imaging.request.bind(imaging);
  imaging.request = (wanted, options) => {
    asked.push(wanted.kind);
    return request(wanted, options);
  };
  for (let times = 1; times <= 2; times++) {
    const { status, headers, size } = await fetch('full');
    expect(size).toMatchObject({ format: 'jpeg', width: 2400, height: 1200, chromaSubsampling: '4:4:4' });
    expect([status, headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(asked).toEqual(Array(times).fill('render'));
  }
});

test('a picture that can’t be drawn at its full size is not replaced by a smaller one', async () => {
  const { folder, library, imaging, id } = await onePhoto();
  const render = imaging.request.bind(imaging);
  imaging.request = (request, options) =>
    request.kind === 'render' ? render({ ...request, path: join(folder, 'none') }, options) : render(request, options);
  const { status, headers } = await library.photoResponse(id, 'full');
  expect([status, headers.get('content-type')]).toEqual([410, 'text/plain; charset=utf-8']);
});

test('what the camera wrote is read while the file is there', async () => {
  const taken = { IFD0: { Model: 'Pixel 8' } };
  const folder = fill(temporaryFolder(), {
    'a.jpg': await sharp(await jpeg())
      .withExif(taken)
      .jpeg()
      .toBuffer(),
  });
  const { library, scan } = startLibrary();
  await scan(folder);
  const [id] = listPhotos(library.require().db, { kind: 'all' }, null).ids;
  expect(await library.exifOf(id!)).toEqual({ camera: 'Pixel 8' });
  rmSync(join(folder, 'a.jpg'));
  await expect(library.exifOf(id!)).rejects.toMatchObject({ code: 'not-found' });
});

test('an unknown number is a 404 in plain text', async () => {
  const { library } = await onePhoto();
  const response = await library.photoResponse(12345 as PhotoId, 'thumb');
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toContain('text/plain');
  expect(await response.text()).toBe('There is no such photo in this library.');
});

test('when the file is gone or is another one now, the large picture is gone; the thumbnail stays', async () => {
  const { folder, library, id, fetch } = await onePhoto();
  expect((await fetch('large')).headers.get('cache-control')).toContain('no-cache');
  writeFileSync(join(folder, 'a.jpg'), await jpeg({ seed: 5 }));
  expect(await readablePath(library.require(), id)).toBeNull();
  expect((await library.photoResponse(id, 'large')).status).toBe(410);
  rmSync(join(folder, 'a.jpg'));
  const gone = await library.photoResponse(id, 'large');
  expect([gone.status, await gone.text()]).toEqual([410, 'The file of this photo is not there now.']);
  expect((await fetch('thumb')).size.width).toBe(320);
});

test('of several copies the one that is still the same is shown and read', async () => {
  const bytes = await jpeg({ width: 2400, height: 1200 });
  const folder = fill(temporaryFolder(), { 'a.jpg': bytes, 'b.jpg': bytes, 'c.jpg': bytes });
  const { library, scan } = startLibrary();
  await scan(folder);
  const [id] = listPhotos(library.require().db, { kind: 'all' }, null).ids;
  rmSync(join(folder, 'a.jpg'));
  writeFileSync(join(folder, 'b.jpg'), await jpeg({ seed: 5 }));
  expect(await readablePath(library.require(), id!)).toBe(join(library.require().folder, 'c.jpg'));
});

test('a picture that is too much for the decoder is shown as its thumbnail, and nobody keeps that', async () => {
  const { folder, imaging, fetch } = await onePhoto();
  await fetch('thumb');
  const render = imaging.request.bind(imaging);
  imaging.request = (request, options) =>
    request.kind === 'render' ? render({ ...request, path: join(folder, 'none') }, options) : render(request, options);
  const { status, headers, size } = await fetch('large');
  expect([status, size.width, headers.get('cache-control')]).toEqual([200, 320, 'no-store']);
});

test('a cleared cache of thumbnails is filled from the photo; without both there is nothing to show', async () => {
  const { folder, library, id, fetch } = await onePhoto();
  rmSync(join(library.require().dir, 'thumbs'), { recursive: true });
  expect((await fetch('thumb')).size.width).toBe(320);
  rmSync(join(folder, 'a.jpg'));
  rmSync(join(library.require().dir, 'thumbs'), { recursive: true, force: true });
  expect((await library.photoResponse(id, 'thumb')).status).toBe(410);
});

/** A request as a browser makes it. */
const asker = ({ tag, signal = new AbortController().signal }: { tag?: string; signal?: AbortSignal }) => ({
  headers: new Headers(tag === undefined ? {} : { 'if-none-match': tag }),
  signal,
});

test.for(['thumb', 'large', 'full'] as const)(
  'of a %s that the browser still holds it is only told so',
  async (size) => {
    const { library, id, fetch } = await onePhoto();
    const { headers } = await fetch(size);
    const tag = headers.get('etag')!;
    for (const held of [tag, `W/${tag}`, `"other", ${tag}`]) {
      const response = await library.photoResponse(id, size, asker({ tag: held }));
      expect([response.status, await response.text()]).toEqual([304, '']);
      expect(response.headers.get('etag')).toBe(tag);
      expect(response.headers.get('cache-control')).toBe(headers.get('cache-control'));
    }
    expect((await library.photoResponse(id, size, asker({ tag: '"other"' }))).status).toBe(200);
  },
);

test('a large picture that a browser holds is gone all the same once its file is', async () => {
  const { folder, library, id, fetch } = await onePhoto();
  const tag = (await fetch('large')).headers.get('etag')!;
  rmSync(join(folder, 'a.jpg'));
  expect((await library.photoResponse(id, 'large', asker({ tag }))).status).toBe(410);
});

/** Several photos, and what the imaging process was asked to render, each held up until `go` is called. */
async function heldUp(photos: number) {
  const names = Array.from({ length: photos }, (_, i) => `${i}.jpg`);
  const files = await Promise.all(names.map(async (name, seed) => [name, await jpeg({ seed })] as const));
  const folder = fill(temporaryFolder(), Object.fromEntries(files));
  const { library, scan, imaging } = startLibrary();
  await scan(folder);
  const { ids } = listPhotos(library.require().db, { kind: 'all' }, null);
  const rendered: string[] = [];
  const gate = Promise.withResolvers<void>();
  const request = imaging.request.bind(imaging);
  imaging.request = async (asked, options) => {
    if (asked.kind === 'render') {
      rendered.push(asked.path);
      await gate.promise;
    }
    return request(asked, options);
  };
  return { library, ids, rendered, go: gate.resolve };
}

test('two requests for the same large picture render it once', async () => {
  const { library, ids, rendered, go } = await heldUp(1);
  const asked = [0, 1].map(() => library.photoResponse(ids[0]!, 'large'));
  go();
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200]);
  expect(rendered).toHaveLength(1);
});

test('a large picture is not rendered when all who asked for it left before its turn', async () => {
  const { library, ids, rendered, go } = await heldUp(7);
  const [abandoned, wanted, ...first] = [...ids].reverse();
  const under = first.map((id) => library.photoResponse(id, 'large'));
  const [one, other] = [new AbortController(), new AbortController()];
  const left = [abandoned!, wanted!].map((id) => library.photoResponse(id, 'large', asker({ signal: one.signal })));
  const stays = library.photoResponse(wanted!, 'large', asker({ signal: other.signal }));
  one.abort();
  go();
  await Promise.all([...under, ...left, stays]);
  expect(rendered).toHaveLength(6);
  expect(rendered).not.toContain(await readablePath(library.require(), abandoned!));
  expect((await stays).headers.get('cache-control')).toBe('private, no-cache');
});

test('a decoder that dies is started again before anyone sees a gap', async () => {
  const { library, imaging, id } = await onePhoto();
  const asked = library.photoResponse(id, 'large');
  await expect.poll(() => imaging.pid).not.toBeNull();
  await imaging.kill();
  expect((await asked).status).toBe(200);
  expect(readdirSync(join(library.require().dir, 'thumbs'))).toHaveLength(1);
});

test('a thumbnail that was deleted is made again by the first request, and kept', async () => {
  const { library, fetch } = await onePhoto();
  const thumbs = join(library.require().dir, 'thumbs');
  rmSync(thumbs, { recursive: true });
  expect((await fetch('thumb')).size).toMatchObject({ format: 'jpeg', width: 320 });
  expect(readdirSync(thumbs, { recursive: true }).filter((name) => String(name).endsWith('.jpg'))).toHaveLength(1);
});

test('a thumbnail that an earlier version made is shown as it is, also once the file is gone', async () => {
  const { folder, library, fetch } = await onePhoto();
  const thumbs = join(library.require().dir, 'thumbs');
  const [made] = readdirSync(thumbs, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jpg'));
  rmSync(join(thumbs, made!));
  const webp = await sharp({ create: { width: 320, height: 160, channels: 3, background: 'teal' } })
    .webp()
    .toBuffer();
  writeFileSync(join(thumbs, made!.replace('.jpg', '.webp')), webp);
  rmSync(join(folder, 'a.jpg'));
  const { status, headers, size } = await fetch('thumb');
  expect([status, headers.get('content-type'), size.format, size.width]).toEqual([200, 'image/webp', 'webp', 320]);
  expect(readdirSync(thumbs, { recursive: true, encoding: 'utf8' }).some((name) => name.endsWith('.jpg'))).toBe(false);
});

test('a picture under way while everything closes is given up, and starts no process anew', async () => {
  const { library, imaging, id } = await onePhoto();
  const asked = library.photoResponse(id, 'large');
  await vi.waitUntil(() => imaging.pid !== null);
  await library.close();
  await imaging.kill();
  await Promise.allSettled([asked]);
  expect(imaging.pid).toBeNull();
});
