// A zip archive, written by hand, because Node reads and writes none.

import { crc32 } from 'node:zlib';

const VERSION = 20;
const MADE_ON_UNIX = 0x0314;
const EXECUTABLE = (0o100755 << 16) >>> 0;
/** 1 January 1980 at midnight. */
const LONG_AGO = 0x0021_0000;

/** An archive of stored files (path → text), executable all. */
export function zip(files: Record<string, string>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const name = Buffer.from(path);
    const data = Buffer.from(text);
    const sizes = [u32(crc32(data)), u32(data.length), u32(data.length), u16(name.length), u16(0)];
    const common = Buffer.concat([u16(VERSION), u16(0), u16(0), u32(LONG_AGO), ...sizes]);
    const local = Buffer.concat([u32(0x0403_4b50), common, name, data]);
    const where = [u16(0), u16(0), u16(0), u32(EXECUTABLE), u32(offset)];
    central.push(u32(0x0201_4b50), u16(MADE_ON_UNIX), common, ...where, name);
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const count = u16(locals.length);
  const end = [u32(0x0605_4b50), u16(0), u16(0), count, count, u32(directory.length), u32(offset), u16(0)];
  return Buffer.concat([...locals, directory, ...end]);
}

const u16 = (value: number): Buffer => bytes(value, 2);
const u32 = (value: number): Buffer => bytes(value, 4);

function bytes(value: number, length: number): Buffer {
  const field = Buffer.alloc(length);
  field.writeUIntLE(value, 0, length);
  return field;
}
