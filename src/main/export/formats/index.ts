// The table of formats, in the order in which they are listed: one file each.

import type { Format } from '../format.ts';
import { csv } from './csv.ts';
import { foldersByClass } from './folders-by-class.ts';
import { json } from './json.ts';

export const formats: readonly Format[] = [foldersByClass, csv, json];
