// Where the photos of a library lie on its map, in a file beside its features, so that opening it again shows the same
// map at once. Anything else than such a file counts as none: the map is made again then.

import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { writeWhole } from '../../files/whole-file.ts';
import type { PhotoId } from '../../shared/types.ts';

export interface LaidOut {
  ids: PhotoId[];
  /** [ids, 2] */
  places: Float32Array;
  /** How many of them were put beside the others, after these were laid out. */
  later: number;
}

const MARK = 0x50414d57; // "WMAP"
const VERSION = 2;
const HEAD = 4 * Uint32Array.BYTES_PER_ELEMENT;
/** The number that came later. */
const LATER = Float64Array.BYTES_PER_ELEMENT;
const ID = Float64Array.BYTES_PER_ELEMENT;
const PLACE = 2 * Float32Array.BYTES_PER_ELEMENT;

/** `backbone`: SHA-256 of the network whose features were laid out. */
export const layoutFile = (libraryDir: string, backbone: string): string =>
  join(libraryDir, 'map', `${backbone.slice(0, 32)}.places`);

/** Throws 'storage-failed'. */
export function writeLayout(path: string, { ids, places, later }: LaidOut): void {
  mkdirSync(dirname(path), { recursive: true });
  const columns = [bytesOf(Float64Array.from([later, ...ids])), bytesOf(places)];
  const check = columns.reduce((sum, column) => crc32(column, sum), 0);
  writeWhole(path, [bytesOf(Uint32Array.of(MARK, VERSION, ids.length, check)), ...columns]);
}

/** Null where there is none, or what is there is not whole. */
export function readLayout(path: string): LaidOut | null {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(readFileSync(path));
  } catch {
    return null;
  }
  if (bytes.length < HEAD) return null;
  const [mark, version, count = 0, check] = new Uint32Array(bytes.buffer, 0, 4);
  const body = bytes.subarray(HEAD);
  const length = LATER + count * (ID + PLACE);
  if (mark !== MARK || version !== VERSION || body.length !== length || crc32(body) !== check) return null;
  const [later = 0] = new Float64Array(bytes.buffer, HEAD, 1);
  return {
    ids: Array.from(new Float64Array(bytes.buffer, HEAD + LATER, count), (id) => id as PhotoId),
    places: new Float32Array(bytes.buffer, HEAD + LATER + count * ID, 2 * count),
    later,
  };
}

const bytesOf = (column: Float64Array | Float32Array | Uint32Array): Uint8Array =>
  new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
