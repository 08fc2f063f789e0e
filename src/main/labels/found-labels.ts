// Whether the names of subfolders look like classes: those that people sort photos into, and not those that cameras and
// calendars make.

import type { Db } from '../db/open.ts';
import type { FoundSource } from '../../shared/label-import.ts';
import { named, requestsOfFolders } from './label-requests.ts';
import type { NamedRequest } from './label-requests.ts';

const FEWEST_CLASSES = 2;
/** More are an archive, sorted by something else. */
const MOST_FOLDERS = 100;
const FEWEST_PHOTOS = 2;
/** Most photos must lie in such folders. */
const ENOUGH = 0.8;
const NAMED = 8;

/** Folders of cameras, phones, programs and data sets, which say nothing of what photos show. */
const placeNames = new Set([
  ...['dcim', 'camera', 'camera roll', 'photos', 'pictures', 'images', 'image', 'img', 'jpeg', 'jpg', 'png', 'raw'],
  ...['screenshots', 'downloads', 'export', 'exports', 'new folder', 'untitled folder', 'misc', 'unsorted', 'data'],
  ...['train', 'training', 'test', 'testing', 'val', 'valid', 'validation', 'originals', 'backup', 'whatsapp images'],
]);
/** 2019, 2019-07-01, 2019_07, 20190701, 07, July 2019, 100CANON, 101_0702, IMG_0001. */
const calendarOrCamera =
  /^(\d[\d\s._-]*|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[\s._-]*\d*|\d{3}[a-z_]{3,8}\d*|img[\s_-]*\d*)$/i;

const isPlace = (name: string): boolean => placeNames.has(name.toLowerCase()) || calendarOrCamera.test(name);

/** Null when they don't. */
export function classFolders(db: Db, photos: number): FoundSource | null {
  const counts = commonest(named(requestsOfFolders(db)).filter((one) => 'key' in one));
  const likely = counts.filter(({ name, photos }) => !isPlace(name) && photos >= FEWEST_PHOTOS);
  const held = likely.reduce((sum, one) => sum + one.photos, 0);
  if (likely.length < FEWEST_CLASSES || likely.length > MOST_FOLDERS || held < ENOUGH * photos) return null;
  return { source: { from: 'folders' }, ...summary(likely), photos: held };
}

export interface CountedClass {
  key: string;
  name: string;
  photos: number;
}

/** How many photos each class or mark is said of, the commonest first. */
export function commonest(requests: readonly NamedRequest[]): CountedClass[] {
  const groups = new Map<string, { name: string; ids: Set<number> }>();
  for (const { key, name, photoId } of requests) {
    const group = groups.get(key) ?? { name, ids: new Set() };
    group.ids.add(photoId);
    groups.set(key, group);
  }
  return [...groups]
    .map(([key, { name, ids }]) => ({ key, name, photos: ids.size }))
    .sort((a, b) => b.photos - a.photos || a.name.localeCompare(b.name));
}

/** The commonest of them by name, and how many there are. */
export const summary = (counts: readonly CountedClass[]): Pick<FoundSource, 'classes' | 'classCount'> => ({
  classes: counts.slice(0, NAMED).map(({ name }) => name),
  classCount: counts.length,
});
