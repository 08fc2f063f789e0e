import { expect, test } from 'vitest';
import { createClass } from '../../../../src/main/labels/classes.ts';
import { setLabels } from '../../../../src/main/labels/set-labels.ts';
import { coco } from '../../../../src/main/export/formats/coco.ts';
import { exportedPhotos } from '../../../../src/main/export/rows.ts';
import { addRun, sampleDatabase } from '../../db/sample-photos.ts';
import { by } from '../../labels/origins.ts';
import { textOf } from '../context.ts';
import { hostileLibrary } from '../hostile.ts';

interface Document {
  images: { id: number; file_name: string; width: number; height: number; attributes: Record<string, unknown> }[];
  annotations: { id: number; image_id: number; category_id: number; attributes: Record<string, unknown> }[];
  categories: { id: number; name: string }[];
}

test('each photo with a class is a picture with one annotation that is all of it', async () => {
  const { db, ids } = sampleDatabase(['a.jpg', 'b.jpg|sub/b.jpg', 'c.jpg']);
  const cat = createClass(db, { name: 'Cat' }).id;
  const dog = createClass(db, { name: 'Dog' }).id;
  setLabels(db, [ids[1]!], dog, by.person);
  const run = addRun(
    db,
    ids.slice(1).map((photoId) => ({ photoId, classId: cat, confidence: 0.87654321 })),
  );
  const whole = { bbox: [0, 0, 640, 480], area: 307_200, segmentation: [[0, 0, 640, 0, 640, 480, 0, 480]], iscrowd: 0 };
  const said = { unsure: false, predicted: 'Cat', confidence: 0.8765, calibrated: false, run };
  const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
  const size = { width: 640, height: 480 };
  const read: unknown = JSON.parse(await textOf(db, coco));
  expect(read).toEqual({
    info: expect.objectContaining({ description: 'My "photos"' }),
    licenses: [],
    images: [
      { id: ids[1], file_name: 'b.jpg', ...size, attributes: { hash, copies: ['sub/b.jpg'], none: false } },
      { id: ids[2], file_name: 'c.jpg', ...size, attributes: { hash, copies: [], none: false } },
    ],
    annotations: [
      {
        ...{ id: ids[1], image_id: ids[1], category_id: dog, ...whole },
        attributes: { source: 'person', chosen: 'hand', ...said },
      },
      {
        ...{ id: ids[2], image_id: ids[2], category_id: cat, ...whole },
        attributes: { source: 'prediction', chosen: null, ...said },
      },
    ],
    categories: [
      { id: cat, name: 'Cat', supercategory: '' },
      { id: dog, name: 'Dog', supercategory: '' },
    ],
  });
});

test('a photo that shows none of the classes is a picture without annotation; what has no class else is left out', async () => {
  const { db } = hostileLibrary();
  const { images, annotations }: Document = JSON.parse(await textOf(db, coco));
  const photos = [...exportedPhotos(db)].flat();
  const pathsOf = (of: typeof photos) => of.map(({ path }) => path);
  expect(images.map((image) => image.file_name)).toEqual(
    pathsOf(photos.filter((one) => one.class !== null || one.none)),
  );
  const annotated = new Set(annotations.map((one) => one.image_id));
  const bare = images.filter(({ id }) => !annotated.has(id));
  expect(bare.map((image) => [image.file_name, image.attributes['none']])).toEqual([['none.jpg', true]]);
  const refused = photos.flatMap((photo) => coco.refuses!(photo) ?? []);
  expect(new Set(refused)).toEqual(new Set(['It is excluded.', 'You are unsure of it.', 'It has no class.']));
  expect(images.length + refused.length).toBe(photos.length);
});

test('pictures and annotations tell of the same moment, and a class that was made meanwhile is a category', async () => {
  const { db, ids } = sampleDatabase(2500);
  const cat = createClass(db, { name: 'Cat' }).id;
  setLabels(db, ids, cat, by.person);
  let pieces = 0;
  let text = '';
  const context = { db, folder: '', name: '', classes: [], signal: new AbortController().signal, progress: () => {} };
  for await (const piece of coco.write({ ...context, photos: () => exportedPhotos(db) })) {
    text += piece;
    // The head and the first page are written: the first 1,000 are as they were, the others have another class.
    if (++pieces !== 2) continue;
    setLabels(db, ids, createClass(db, { name: 'Dog' }).id, by.person);
  }
  const { images, annotations, categories }: Document = JSON.parse(text);
  expect(images).toHaveLength(2500);
  expect(annotations.map((one) => one.image_id)).toEqual(images.map(({ id }) => id));
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  expect(annotations.map((one) => names.get(one.category_id))).toEqual(ids.map((_, i) => (i < 1000 ? 'Cat' : 'Dog')));
});

test('a library without photos is a valid document', async () => {
  const { db } = sampleDatabase(0);
  expect(JSON.parse(await textOf(db, coco))).toMatchObject({ images: [], annotations: [], categories: [] });
});
