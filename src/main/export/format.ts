// What a format of the table is: one file that is written piece by piece, a folder of files, or what is written beside
// the photos.

import type { PhotoClass } from '../../shared/types.ts';
import type { Db } from '../db/open.ts';
import type { ExportedPhoto } from './rows.ts';

/** What is taken away of which photos, as a format sees it. */
export interface ExportContext {
  readonly db: Db;
  /** Absolute path of the library's folder, and the library's name. */
  readonly folder: string;
  readonly name: string;
  readonly classes: readonly PhotoClass[];
  /** The photos that were chosen, page by page, each with what was chosen of it; may be gone through more than once. */
  photos(): Iterable<readonly ExportedPhoto[]>;
  /** Aborted when the person cancels: a writer stops at the next photo. */
  readonly signal: AbortSignal;
  /** Told after each photo or page: how many photos are written so far. */
  progress(written: number): void;
}

interface Named {
  /** As the command line and the calls name it: `csv`, `coco`. */
  readonly id: string;
  /** As the window names it: `COCO`. */
  readonly title: string;
  /** One short sentence: what it is for. */
  readonly about: string;
}

/** A download, or a file that the command line writes. */
export interface FileFormat extends Named {
  readonly kind: 'file';
  /** Without its dot. */
  readonly extension: string;
  readonly contentType: string;
  write(context: ExportContext): Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
}

/** Files in a folder. */
export interface FolderFormat extends Named {
  readonly kind: 'folder';
  /** `into`: absolute path of a new, empty folder; it gets its real name only when this is done. Throws on a failure. */
  write(context: ExportContext, into: string): Promise<void>;
}

/** Writes where the photos lie: beside them, or into them where that is asked for. */
export interface InPlaceFormat extends Named {
  readonly kind: 'in-place';
  /** Rejects when it is aborted or can't go on; every file is then as it was. What concerns one photo is reported. */
  write(context: ExportContext, options: InPlaceOptions): Promise<InPlaceReport>;
}

export interface InPlaceOptions {
  /** 'photos': the photos' own files change, their pixels do not. */
  into: 'sidecars' | 'photos';
}

export interface InPlaceReport {
  /** Photos of which a file was made or changed. */
  written: number;
  /** Photos of which the files said everything already, or of which there is nothing to say. */
  unchanged: number;
  /** Photos that were left as they were, by path, each with the reason: a sentence that names the file. */
  left: { path: string; reason: string }[];
}

export type Format = FileFormat | FolderFormat | InPlaceFormat;
