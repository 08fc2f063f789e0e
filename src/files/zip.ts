// Reads single files out of a zip archive that others have made, without trusting it: nothing is written anywhere, and
// no file becomes larger than it may be, whatever the archive says. No zip64, no encryption: what is read here has
// less.

import { crc32, inflateRawSync } from 'node:zlib';
import { UnreadableFile } from './regular-file.ts';

export interface ZipEntry {
  /** Its path in the archive, with slashes. */
  name: string;
  /** Bytes once it is unpacked, as the archive says. */
  bytes: number;
  method: number;
  packedBytes: number;
  crc: number;
  /** Where its own header lies. */
  at: number;
}

const END_MARK = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const LISTED_MARK = 0x02014b50;
const LISTED_BYTES = 46;
const LOCAL_MARK = 0x04034b50;
const LOCAL_BYTES = 30;
const ENCRYPTED = 1;
const [STORED, DEFLATED] = [0, 8];

const broken = () => new UnreadableFile('is no zip archive, or it is cut short or damaged');

/** What the archive lists. Throws `UnreadableFile` when it is none, or not a whole one. */
export function listZip(archive: Buffer): ZipEntry[] {
  return readable(() => {
    const end = endOf(archive);
    const count = archive.readUInt16LE(end + 10);
    const entries: ZipEntry[] = [];
    let at = archive.readUInt32LE(end + 16);
    for (let i = 0; i < count; i++) {
      if (archive.readUInt32LE(at) !== LISTED_MARK) throw broken();
      const nameBytes = archive.readUInt16LE(at + 28);
      const isEncrypted = (archive.readUInt16LE(at + 8) & ENCRYPTED) !== 0;
      entries.push({
        name: archive.toString('utf8', at + LISTED_BYTES, at + LISTED_BYTES + nameBytes),
        method: isEncrypted ? -1 : archive.readUInt16LE(at + 10),
        crc: archive.readUInt32LE(at + 16),
        packedBytes: archive.readUInt32LE(at + 20),
        bytes: archive.readUInt32LE(at + 24),
        at: archive.readUInt32LE(at + 42),
      });
      at += LISTED_BYTES + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    }
    return entries;
  });
}

/** The file of an entry, which has at most `mostBytes`. Throws `UnreadableFile`, also when its checksum is another. */
export function unzip(archive: Buffer, entry: ZipEntry, mostBytes: number): Buffer {
  const { name, bytes, method, packedBytes, crc, at } = entry;
  if (bytes > mostBytes) throw new UnreadableFile(`holds "${name}" with ${bytes} bytes where ${mostBytes} may be`);
  return readable(() => {
    if (archive.readUInt32LE(at) !== LOCAL_MARK) throw broken();
    const from = at + LOCAL_BYTES + archive.readUInt16LE(at + 26) + archive.readUInt16LE(at + 28);
    if (from + packedBytes > archive.length) throw broken();
    const file = unpack(archive.subarray(from, from + packedBytes), method, bytes);
    if (file.length !== bytes || crc32(file) !== crc) throw broken();
    return file;
  });
}

function unpack(packed: Buffer, method: number, bytes: number): Buffer {
  if (method === STORED) return packed;
  if (method !== DEFLATED) throw new UnreadableFile('is packed in a way that is not read here');
  return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) });
}

/** The archive's last record may be followed by a comment. */
function endOf(archive: Buffer): number {
  const last = archive.length - END_BYTES;
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (archive.readUInt32LE(at) === END_MARK) return at;
  }
  throw broken();
}

/** Places outside the archive and streams that don't unpack are damage, too. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UnreadableFile ? error : broken();
  }
}
