// The keywords of an IPTC record (Information Interchange Model 4.2, dataset 2:25), plain as TIFF has it or within
// Photoshop's resources as JPEG has it.

const MARKER = 0x1c;
const [ENVELOPE, APPLICATION] = [1, 2];
const [CODED_CHARACTER_SET, KEYWORDS] = [90, 25];
/** ISO 2022's way to say UTF-8. */
const UTF8 = '\x1b%G';
const RESOURCE = '8BIM';
const IPTC_RESOURCE = 0x0404;

/** In their order; none where it is no such record. */
export function iptcKeywords(block: Buffer): string[] {
  const record = resourceOf(block) ?? block;
  const words: Buffer[] = [];
  let isUtf8 = false;
  for (let at = 0; at + 5 <= record.length && record[at] === MARKER;) {
    const length = record.readUInt16BE(at + 3);
    // The high bit says that the length itself is longer: nothing so long is a keyword.
    if (length >= 0x8000) break;
    const value = record.subarray(at + 5, at + 5 + length);
    if (record[at + 1] === ENVELOPE && record[at + 2] === CODED_CHARACTER_SET) {
      isUtf8 = value.toString('latin1') === UTF8;
    }
    if (record[at + 1] === APPLICATION && record[at + 2] === KEYWORDS) words.push(value);
    at += 5 + length;
  }
  return words.map((word) => decode(word, isUtf8).trim()).filter((word) => word !== '');
}

/** Many programs write UTF-8 without saying so. */
function decode(word: Buffer, isUtf8: boolean): string {
  try {
    return new TextDecoder('utf-8', { fatal: !isUtf8 }).decode(word);
  } catch {
    return word.toString('latin1');
  }
}

/** The IPTC record among Photoshop's image resources; null where there are none. */
function resourceOf(block: Buffer): Buffer | null {
  for (let at = block.indexOf(RESOURCE, 0, 'latin1'); at >= 0 && at + 12 <= block.length;) {
    if (block.toString('latin1', at, at + 4) !== RESOURCE) return null;
    const id = block.readUInt16BE(at + 4);
    // The name, its length before it, takes an even number of bytes; so does the data.
    const sizeAt = at + 6 + evenly(1 + (block[at + 6] ?? 0));
    if (sizeAt + 4 > block.length) return null;
    const [start, size] = [sizeAt + 4, block.readUInt32BE(sizeAt)];
    if (id === IPTC_RESOURCE) return block.subarray(start, start + size);
    at = start + evenly(size);
  }
  return null;
}

const evenly = (size: number): number => size + (size % 2);
