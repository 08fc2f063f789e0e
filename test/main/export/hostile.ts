// Names that break readers: signs of their own meaning in CSV, JSON, spreadsheets, shells, patterns and terminals.

import { prepare } from '../../../src/main/db/open.ts';
import type { Db } from '../../../src/main/db/open.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import type { PhotoId, RunId } from '../../../src/shared/types.ts';
import { addRun, sampleDatabase } from '../db/sample-photos.ts';
import { by } from '../labels/origins.ts';

/** What a spreadsheet may take for a formula. */
export const formulaStarts = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

export const hostilePaths = [
  ...formulaStarts.map((sign) => `${sign}1+1.jpg`),
  "'=already.jpg",
  'a/"quoted", comma; semi.jpg',
  "it's.jpg",
  'new\nline.jpg',
  'return\rhere.jpg',
  'näh ü 日本 عربي.jpg',
  'e\u0301 decomposed.jpg',
  '👩‍👩‍👧 family 🐈.jpg',
  'back\\slash\\n.jpg',
  ' spaced .jpg',
  '[pattern]*?{a,b}.jpg',
  'a/same.jpg',
  'b/same.jpg',
  'c/SAME.JPG',
  '__init__/.hidden.jpg',
  'test/validation 1.jpg',
  '\u0085\u2028\u2029\ufeff.jpg',
  'null.jpg',
  `${'long'.repeat(50)}.jpg`,
  // Three places of one content.
  'first.jpg|=second\nline.jpg|third\\nplace.jpg',
];

export const hostileClasses = [
  'Cat',
  '=SUM(A1)',
  "'=quoted",
  'Hund, "groß": {x}',
  '- # & * ! | > %',
  '🐈‍⬛ 日本',
  'null',
  '1.0',
];

export interface HostileLibrary {
  db: Db;
  ids: PhotoId[];
  run: RunId;
}

/**
 * Photos of hostile names under hostile classes. Of four at the end one is excluded, one shows no class, of one
 * somebody is unsure, and of the last nothing is known; the run speaks of each third.
 */
export function hostileLibrary(): HostileLibrary {
  const marked = ['excluded.jpg', 'none.jpg', 'unsure.jpg', 'unknown.jpg'];
  const { db, ids } = sampleDatabase([...hostilePaths, ...marked]);
  const classes = hostileClasses.map((name) => createClass(db, { name }).id);
  const named = ids.slice(0, hostilePaths.length);
  named.forEach((id, i) => {
    if (i % 5 !== 3) setLabels(db, [id], classes[i % classes.length]!, i % 2 ? by.person : by.suggestion);
  });
  const [excluded, none, unsure] = ids.slice(-4);
  setLabels(db, [excluded!], 'excluded', by.person);
  setLabels(db, [none!], 'none', by.person);
  setLabels(db, [unsure!], 'unsure', by.person);
  const run = addRun(
    db,
    named.flatMap((photoId, i) =>
      i % 3 === 0 ? { photoId, classId: classes[(i + 1) % classes.length]!, confidence: (i + 1) / (i + 2.3) } : [],
    ),
  );
  prepare(db, `UPDATE photo SET taken_at = '2024-02-29T23:59:59.250' WHERE id % 4 = 1`).run();
  prepare(db, `UPDATE photo SET width = id + 100, height = id + 7`).run();
  return { db, ids, run };
}
