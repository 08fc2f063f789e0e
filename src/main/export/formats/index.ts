// The table of formats, in the order in which they are listed: one file each.

import type { Format } from '../format.ts';
import { coco } from './coco.ts';
import { croissant } from './croissant.ts';
import { csv } from './csv.ts';
import { foldersByClass } from './folders-by-class.ts';
import { hfImageFolder } from './hf-imagefolder.ts';
import { json } from './json.ts';
import { jsonl } from './jsonl.ts';
import { parquet } from './parquet.ts';
import { xmp } from './xmp.ts';

export const formats: readonly Format[] = [
  foldersByClass,
  xmp,
  csv,
  json,
  jsonl,
  parquet,
  coco,
  hfImageFolder,
  croissant,
];
