// The first entry of an archive: what is in it, to the byte. Nothing that it does not list is ever written to disk.

import * as v from 'valibot';

/** Goes up when an archive can't be read any more by those who knew the one before. */
const VERSION = 1;
export const MANIFEST = 'manifest.json';
export const DATABASE = 'library.sqlite';
/** A million thumbnails. */
export const MOST_MANIFEST_BYTES = 256 * 2 ** 20;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** The only places that there are in an archive: no way up, no root, no name that a system takes for another. */
const entryName = v.pipe(
  v.string(),
  v.regex(/^(library\.sqlite|runs\/\d{1,9}(\/[\w.-]+){1,4}|features\/[\w.-]+|thumbs\/[0-9a-f]{2}\/[0-9a-f]{64}\.\w+)$/),
  v.check((name) => !name.split('/').some((part) => /^\.+$/.test(part)), 'leads out of the archive'),
);

const entry = v.object({
  name: entryName,
  bytes: count,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

const text = v.pipe(v.string(), v.maxLength(4096));

export const manifest = v.object({
  format: v.literal('whisker-archive'),
  version: v.literal(VERSION),
  /** Version of the Whisker that made it, and of its database. */
  whisker: text,
  schema: count,
  name: text,
  madeAt: v.pipe(v.string(), v.isoTimestamp()),
  photos: count,
  labelled: count,
  classes: v.array(text),
  runs: count,
  entries: v.array(entry),
});

export type Manifest = v.InferOutput<typeof manifest>;
export type Entry = Manifest['entries'][number];

export const newManifest = (said: Omit<Manifest, 'format' | 'version'>): Manifest => ({
  format: 'whisker-archive',
  version: VERSION,
  ...said,
});

/** What is enough of a manifest to say that a newer Whisker made it. */
export const ofAnyVersion = v.object({
  format: v.literal('whisker-archive'),
  version: count,
  whisker: text,
  schema: count,
});

export const isNewer = ({ version, schema }: v.InferOutput<typeof ofAnyVersion>, knownSchema: number): boolean =>
  version > VERSION || schema > knownSchema;
