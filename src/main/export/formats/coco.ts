// The photos that have a class as a COCO data set: each with one annotation, whose box is the whole picture.

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ExportContext, FileFormat } from '../format.ts';
import { followedPages } from '../pages.ts';
import type { ExportedPhoto } from '../rows.ts';
import { whyWithoutClass } from '../without-class.ts';

export const coco: FileFormat = {
  kind: 'file',
  id: 'coco',
  title: 'COCO',
  about: 'Pictures, categories and annotations, for tools that read COCO.',
  refuses: (photo) => (photo.none ? null : whyWithoutClass(photo)),
  extension: 'json',
  contentType: 'application/json; charset=utf-8',
  write: cocoPieces,
};

/** A photo that shows none of the classes is a picture without annotation. https://cocodataset.org/#format-data */
async function* cocoPieces(context: ExportContext): AsyncGenerator<string> {
  const categoryIds = new Map(context.classes.map(({ id, name }): [string, number] => [name, id]));
  /** The id of a category; a class made since the export began has the next free one. */
  function categoryId(name: string): number {
    const id = categoryIds.get(name) ?? Math.max(0, ...categoryIds.values()) + 1;
    categoryIds.set(name, id);
    return id;
  }
  const year = new Date().getFullYear();
  const info = { description: context.name, version: '1.0', year, date_created: new Date().toISOString() };
  yield `${JSON.stringify({ info, licenses: [] }).slice(0, -1)},"images":[`;

  // Images stand before annotations. These wait, compressed, so that both tell of the same moment.
  const waiting: Buffer[] = [];
  let separator = '\n';
  for await (const page of followedPages(context)) {
    yield separator + page.map((photo) => JSON.stringify(pictureOf(photo))).join(',\n');
    separator = ',\n';
    const annotations = page.flatMap((photo) =>
      photo.class === null ? [] : JSON.stringify(annotationOf(photo, categoryId(photo.class))),
    );
    if (annotations.length > 0) waiting.push(deflateRawSync(annotations.join(',\n')));
  }
  yield '\n],"annotations":[';
  for (const [i, page] of waiting.entries()) yield (i === 0 ? '\n' : ',\n') + inflateRawSync(page).toString();
  const categories = [...categoryIds].map(([name, id]) => ({ id, name, supercategory: '' }));
  yield `\n],"categories":${JSON.stringify(categories)}}\n`;
}

const pictureOf = ({ id, path, width, height, taken, hash, copies, none }: ExportedPhoto) => ({
  id,
  file_name: path,
  width,
  height,
  ...(taken !== null && { date_captured: taken }),
  attributes: { hash, copies, none },
});

function annotationOf(photo: ExportedPhoto, category: number) {
  const { id, width, height, source, chosen, unsure, predicted, confidence, calibrated, run } = photo;
  return {
    id,
    image_id: id,
    category_id: category,
    bbox: [0, 0, width, height],
    area: width * height,
    segmentation: [[0, 0, width, 0, width, height, 0, height]],
    iscrowd: 0,
    attributes: { source, chosen, unsure, predicted, confidence, calibrated, run },
  };
}
