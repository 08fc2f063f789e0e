// Names that every file system takes, and no two of which are one name on any of them.

import { extname } from 'node:path/posix';

/** Under 255 bytes, which is what file systems take, with room for what keeps two apart. */
const MOST_BYTES = 200;
/** Windows takes these for devices, whatever follows a dot. */
const devices = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;

/** Gives each of two files or folders of one folder a name of its own. */
export interface Namer {
  /** `name`, or one made from it; never the same twice, without regard to case and to how accents are written. */
  name(name: string): string;
}

export function createNamer(): Namer {
  const taken = new Set<string>();
  /** How often each name was asked for, so that a thousand of one name are not a million looks. */
  const asked = new Map<string, number>();
  return {
    name(wanted) {
      const safe = safeName(wanted);
      const extension = extname(safe);
      const stem = safe.slice(0, safe.length - extension.length);
      let name = safe;
      let nth = asked.get(folded(safe)) ?? 1;
      while (taken.has(folded(name))) name = `${stem} (${++nth})${extension}`;
      asked.set(folded(safe), nth);
      taken.add(folded(name));
      return name;
    },
  };
}

/** What a name is to a file system that knows no difference between cases and between ways to write an accent. */
const folded = (name: string): string => name.normalize('NFC').toUpperCase().toLowerCase();

/**
 * The name of a file or a folder inside another, whatever is handed in: no separators, none of the signs and names that
 * Windows keeps for itself, nothing hidden, no dot or space at the end.
 */
export function safeName(name: string): string {
  const plain = name
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069/\\:*?"<>|]/gu, '_')
    .replace(/^[\s.]+/u, (start) => (start.includes('.') ? '_' : ''));
  const extension = extname(plain);
  const stem = shortened(plain.slice(0, plain.length - extension.length), MOST_BYTES - Buffer.byteLength(extension));
  const ended = `${stem}${extension}`.replace(/[\s.]+$/u, '');
  return ended.replace(devices, '$1_') || '_';
}

function shortened(text: string, mostBytes: number): string {
  let short = text;
  while (Buffer.byteLength(short) > Math.max(1, mostBytes)) short = [...short].slice(0, -1).join('');
  return short;
}
