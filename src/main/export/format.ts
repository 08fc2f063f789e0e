// What a format of the table is: one file that is written piece by piece, a folder of files, or what is written beside
// the photos.

import type { Placing } from '../../shared/export.ts';
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
  /** How the photos get into a folder, one of the format's `placings`; 'copy' unless given. */
  readonly how?: Placing;
  /** Aborted when the person cancels: a writer stops at the next photo. */
  readonly signal: AbortSignal;
  /** Told after each photo or page: how many photos are written so far. */
  progress(written: number): void;
  /**
   * Told of each photo that is not written, with the reason as a sentence; absent where nobody reads a report, as of a
   * download.
   */
  leaveOut?(path: string, reason: string): void;
  /** A sentence for the report; the same one counts once. */
  note?(sentence: string): void;
}

interface Named {
  /** As the command line and the calls name it: `csv`, `coco`. */
  readonly id: string;
  /** As the window names it: `COCO`. */
  readonly title: string;
  /** One short sentence: what it is for. */
  readonly about: string;
  /** Why a photo that was chosen has no place in this format, as a sentence; absent where each has one. */
  refuses?(photo: ExportedPhoto): string | null;
  /** Where both labels and predictions are wanted it has a row for each photo, also where there is neither. */
  readonly takesUnknown?: true;
}

/** A download, or a file that is written into a folder. */
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
  /** How it can bring photos along; absent where it brings none, or in one way alone. */
  readonly placings?: readonly Placing[];
  /** `into`: absolute path of a new, empty folder; it gets its name only when this is done. Throws on a failure. */
  write(context: ExportContext, into: string): Promise<void>;
  /** What 'move' among its `placings` moves, and where to. */
  plan?(context: ExportContext): AsyncIterable<Placement>;
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

/** A photo's file, and where it goes. */
export interface Placement {
  /** Absolute path. */
  from: string;
  /** Relative to the library's folder, for people. */
  path: string;
  /** Relative to the folder that is written; unique there, also without regard to case. */
  to: string;
  /** SHA-256 of the content. */
  sha256: string;
  bytes: number;
}
