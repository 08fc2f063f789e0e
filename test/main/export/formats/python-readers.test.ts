// What is exported, opened by the libraries that people open it with.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { coco } from '../../../../src/main/export/formats/coco.ts';
import { croissant } from '../../../../src/main/export/formats/croissant.ts';
import { hfImageFolder } from '../../../../src/main/export/formats/hf-imagefolder.ts';
import { parquet } from '../../../../src/main/export/formats/parquet.ts';
import { fields, schemaVersion } from '../../../../src/main/export/schema.ts';
import { temporaryFolder } from '../../../fixtures/folder.ts';
import { askPython, lacksPython } from '../../../fixtures/python.ts';
import { prepare } from '../../../../src/main/db/open.ts';
import { bytesOf, contextOf, rowsOf } from '../context.ts';
import { hostileClasses, hostileLibrary } from '../hostile.ts';
import { onDisk } from '../on-disk.ts';

type Row = Record<string, unknown>;

test.skipIf(lacksPython('pyarrow'))('pyarrow reads the Parquet table: types, values and what it is', async () => {
  const { db } = hostileLibrary();
  const file = join(temporaryFolder(), 'photos.parquet');
  writeFileSync(file, await bytesOf(db, parquet));
  const read = askPython<{ types: Record<string, string>; required: string[]; version: string; rows: Row[] }>(
    `import json, sys, pyarrow.parquet as pq
table = pq.read_table(sys.argv[1])
rows = table.to_pylist()
for row in rows:
    row["taken"] = row["taken"] and row["taken"].isoformat(timespec="milliseconds")
print(json.dumps({
    "types": {field.name: str(field.type) for field in table.schema},
    "required": [field.name for field in table.schema if not field.nullable],
    "version": table.schema.metadata[b"whisker.version"].decode(),
    "rows": rows,
}))`,
    file,
  );
  expect(read.rows).toEqual(rowsOf(db));
  expect(read.version).toBe(String(schemaVersion));
  const types = { text: 'string', word: 'string', flag: 'bool', boolean: 'bool', integer: 'int32', number: 'double' };
  const lists = { time: 'timestamp[ms]', texts: 'list<element: string not null>' };
  expect(read.types).toEqual(Object.fromEntries(fields.map(({ name, type }) => [name, { ...types, ...lists }[type]])));
  expect(read.required).toEqual(fields.flatMap(({ name, nullable }) => (nullable ? [] : name)));
});

test.skipIf(lacksPython('duckdb'))('DuckDB counts the photos of each class in the Parquet table', async () => {
  const { db } = hostileLibrary();
  const file = join(temporaryFolder(), 'photos.parquet');
  writeFileSync(file, await bytesOf(db, parquet));
  const counted = askPython<[string | null, number][]>(
    `import json, sys, duckdb
print(json.dumps(duckdb.sql(f"SELECT class, count(*) FROM '{sys.argv[1]}' GROUP BY class").fetchall()))`,
    file,
  );
  const counts = Map.groupBy(rowsOf(db), (row) => row['class']);
  expect(new Map(counted)).toEqual(new Map([...counts].map(([name, rows]) => [name, rows.length])));
});

test.skipIf(lacksPython('pycocotools'))('pycocotools finds the photos of each class, and their boxes', async () => {
  const { db } = hostileLibrary();
  const file = join(temporaryFolder(), 'labels.json');
  writeFileSync(file, await bytesOf(db, coco));
  interface Read {
    images: string[];
    classes: Record<string, string[]>;
    boxes: [box: number[], size: number[], area: number, inMask: number][];
  }
  const read = askPython<Read>(
    `import contextlib, io, json, sys
from pycocotools.coco import COCO
with contextlib.redirect_stdout(io.StringIO()):
    coco = COCO(sys.argv[1])
names = lambda ids: [image["file_name"] for image in coco.loadImgs(sorted(ids))]
anns = coco.loadAnns(coco.getAnnIds(iscrowd=False))
size = lambda ann: (lambda image: [image["width"], image["height"]])(coco.imgs[ann["image_id"]])
print(json.dumps({
    "images": names(coco.getImgIds()),
    "classes": {c["name"]: names(coco.getImgIds(catIds=[c["id"]])) for c in coco.loadCats(coco.getCatIds())},
    "boxes": [[a["bbox"], size(a), a["area"], int(coco.annToMask(a).sum())] for a in anns],
}))`,
    file,
  );
  const rows = rowsOf(db);
  expect(read.images).toEqual(rows.flatMap((row) => (row['class'] !== null || row['none'] ? row['path'] : [])));
  expect(read.classes).toEqual(
    Object.fromEntries(
      hostileClasses.map((name) => [name, rows.flatMap((row) => (row['class'] === name ? row['path'] : []))]),
    ),
  );
  expect(read.boxes).toHaveLength(read.images.length - 1);
  for (const [box, [width = 0, height = 0], area, inMask] of read.boxes)
    expect([box, area, inMask]).toEqual([[0, 0, width, height], width * height, width * height]);
});

const noDatasets = process.platform === 'win32' || lacksPython('datasets', 'PIL');

test.skipIf(noDatasets)('datasets loads the ImageFolder: pictures, classes by name and all columns', async () => {
  const { db } = hostileLibrary();
  prepare(db, `UPDATE photo SET width = 64, height = 48`).run();
  const folder = await onDisk(db);
  const into = join(temporaryFolder(), 'data set');
  mkdirSync(into);
  await hfImageFolder.write(contextOf(db, hfImageFolder, { folder }), into);
  interface Read {
    names: string[];
    card: Row[];
    folder: Row[];
  }
  const read = askPython<Read>(
    `import json, sys
from datasets import load_dataset
def rows(data, name):
    return [{**row, "image": row["image"].size, "label": name(row["label"]), "taken": str(row["taken"])} for row in data.sort("hash")]
into, cache = sys.argv[1:]
card = load_dataset(into, split="train", cache_dir=cache)
folder = load_dataset("imagefolder", data_dir=into, split="train", cache_dir=cache)
label = card.features["label"]
print(json.dumps({"names": label.names, "card": rows(card, label.int2str), "folder": rows(folder, str)}))`,
    into,
    temporaryFolder(),
  );
  expect(read.names).toEqual(hostileClasses);
  const said = rowsOf(db).flatMap(({ class: label, ...row }) =>
    label === null ? [] : { ...row, image: [64, 48], label, taken: String(row['taken'] ?? 'None') },
  );
  expect(read.card).toEqual(said);
  expect(read.folder).toEqual(said);
});

test.skipIf(lacksPython('mlcroissant', 'pyarrow'))(
  'mlcroissant finds the description valid and reads the records',
  async () => {
    const { db } = hostileLibrary();
    const into = temporaryFolder();
    await croissant.write(contextOf(db, croissant), into);
    interface Read {
      errors: string[];
      warnings: string[];
      classes: string[];
      rows: Row[];
    }
    const read = askPython<Read>(
      `import json, sys, mlcroissant as mlc
data = mlc.Dataset(sys.argv[1])
def plain(value):
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat(timespec="milliseconds") if hasattr(value, "isoformat") else value
issues = data.metadata.issues
print(json.dumps({
    "errors": sorted(issues.errors),
    "warnings": sorted(issues.warnings),
    "classes": [plain(row["classes/name"]) for row in data.records("classes")],
    "rows": [{key.split("/")[1]: plain(value) for key, value in row.items()} for row in data.records("photos")],
}))`,
      join(into, 'croissant.json'),
    );
    expect(read.errors).toEqual([]);
    // What only the person can say.
    expect(read.warnings.map((text) => /Property "\S+[/#](\w+)"/.exec(text)?.[1])).toEqual(['citeAs', 'license']);
    expect(read.classes).toEqual(hostileClasses);
    expect(read.rows).toEqual(rowsOf(db));
  },
);
