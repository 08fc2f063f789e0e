// What imaging is asked: requests with one reply each.

import type { PhotoExif } from '../../shared/exif.ts';
import type { ProblemCode } from '../../shared/types.ts';
import type { Drawn } from './drawings.ts';
import type { Bursts } from './exploring.ts';

/**
 * Reads a file once: content hash, oriented size, what it looks like, and its thumbnail written to the cache.
 */
export interface InspectRequest {
  kind: 'inspect';
  /** Absolute paths; one batch is answered together. */
  paths: string[];
  /** Thumbnails go to `<thumbDir>/<first two hex digits>/<sha256>.jpg`. */
  thumbDir: string;
  thumbPx: number;
}

/** `damaged`: a part of the picture can't be read. */
export type Inspected =
  | {
      ok: true;
      sha256: string;
      width: number;
      height: number;
      format: string;
      bytes: number;
      damaged: boolean;
      /** By its camera's clock: ISO 8601 to the millisecond, without a zone. */
      takenAt: string | null;
      /** What it looks like, in 32 hex digits. */
      fingerprint: string;
    }
  | { ok: false; code: ProblemCode; reason: string; sha256: string | null };

/** One photo, longest side at most `sizePx`, oriented by EXIF. */
export interface RenderRequest {
  kind: 'render';
  path: string;
  sizePx: number;
  /** WebP unless asked otherwise; a JPEG keeps the colour of every pixel, and large ones are made sooner. */
  as?: 'webp' | 'jpeg';
}

/** What the camera wrote into a file. */
export interface ReadExifRequest {
  kind: 'read-exif';
  path: string;
}

/** A file and what it should hold: one with other bytes counts as one that can't be decoded. */
export interface ExpectedPhoto {
  /** Absolute. */
  path: string;
  /** Of the whole file, in hex. */
  sha256: string;
}

/** Decodes photos into centre-cropped ('cover') squares, uint8 [sizePx, sizePx, channels] each, in a flat file. */
export interface PackRequest {
  kind: 'pack';
  photos: ExpectedPhoto[];
  sizePx: number;
  channels: 1 | 3;
  /** Is there already. */
  file: string;
  /** Rows are written from this one on, one after the other, in the order in which they get ready. */
  firstRow: number;
}

/** Row `firstRow + i` is `photos[rows[i].index]`; photos that could not be decoded have none. */
export interface Packed {
  /** `checksum`: CRC-32 of the row. */
  rows: { index: number; checksum: number }[];
}

/** What kind of pictures photos are. */
export interface MeasureLookRequest {
  kind: 'measure-look';
  photos: ExpectedPhoto[];
}

export interface PhotoLook {
  /** Mean difference between the channels, 0 to 255. */
  chroma: number;
  /** Share of the pixels that have one of its eight commonest colours. */
  mainColours: number;
  /** Share of neighbouring pixels that are equally bright. */
  evenness: number;
}

/** Draws the sample library, the same pictures every time, unless they are all there. */
export interface DrawSampleRequest {
  kind: 'draw-sample';
  folder: string;
}

/** The JPEG of pictures one below the other, [count · sizePx, sizePx]. */
export interface EncodePicturesRequest {
  kind: 'encode-pictures';
  pictures: Drawn;
}

/** Which photos are nearly the same by when they were taken and what they look like. */
export interface GroupBurstsRequest {
  kind: 'group-bursts';
  /** [n, 16] bytes of what each looks like; zeros where that is not known. */
  fingerprints: Uint8Array;
  /** [n] milliseconds of the camera's clock; NaN where nobody knows. */
  takenAt: Float64Array;
}

/** What photos' keywords are: of the files (XMP, IPTC), and of XMP files beside them. */
export interface ReadKeywordsRequest {
  kind: 'read-keywords';
  /** Absolute paths. */
  photos: { path: string; sidecars: string[] }[];
}

/** Each keyword once. The other lists are empty but where a file that Whisker wrote speaks for the photo. */
export interface KeywordsFound {
  keywords: readonly string[];
  /** The keywords that Whisker wrote, and those of others that were there then. */
  written: readonly string[];
  kept: readonly string[];
  /** At most one: the mark that Whisker wrote. */
  mark: readonly string[];
}

export interface ImagingReplies {
  inspect: Inspected[];
  render: Uint8Array;
  'read-exif': PhotoExif;
  pack: Packed;
  /** Of each photo that can be decoded, in no order. */
  'measure-look': PhotoLook[];
  /** `drawn`: how many were missing. */
  'draw-sample': { drawn: number };
  'encode-pictures': Uint8Array;
  'group-bursts': Bursts;
  /** In the order of the photos; none where a file can't be read. */
  'read-keywords': KeywordsFound[];
}
export type ImagingRequest =
  | InspectRequest
  | RenderRequest
  | ReadExifRequest
  | PackRequest
  | MeasureLookRequest
  | DrawSampleRequest
  | EncodePicturesRequest
  | GroupBurstsRequest
  | ReadKeywordsRequest;
