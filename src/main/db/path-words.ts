// The words of a path, as they are indexed and as they are looked for. Another rule wants another index: a migration.

import type Database from 'better-sqlite3';

/** Digits apart from what is beside them, as words of their own: "IMG1234.jpg" -> "IMG 1234 .jpg". */
export const apart = (text: string): string => text.replace(/\p{Nd}+/gu, ' $& ');

/** The numbers that begin with zeros, without these: "2019-07/DSC01234.jpg" -> "7 1234". */
export const bareNumbers = (text: string): string =>
  Array.from(text.matchAll(/(?<!\d)0+([1-9]\d*)/g), ([, number]) => number).join(' ');

/** Lets the triggers of a library ask for these. */
export function addPathFunctions(db: Database.Database): void {
  db.function('apart', { deterministic: true }, (path) => apart(String(path)));
  db.function('bare_numbers', { deterministic: true }, (path) => bareNumbers(String(path)));
}
