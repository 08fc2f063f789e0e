// Lines of a stream, one at a time and as they come, whatever pieces they come in.

/** Longer than a path may be anywhere; what lies beyond it is dropped, so that no line fills the memory. */
const LONGEST_LINE_BYTES = 64 * 2 ** 10;

/**
 * Without their ends, in UTF-8. `end`: '\n', which may follow a '\r', or '\0'. Empty lines are passed over; the last
 * one needs no end.
 */
export async function* linesOf(stream: AsyncIterable<Uint8Array>, end: '\n' | '\0'): AsyncGenerator<string> {
  const endByte = end.charCodeAt(0);
  let begun: Uint8Array[] = [];
  let bytes = 0;
  const take = (piece: Uint8Array) => {
    const kept = piece.subarray(0, Math.max(0, LONGEST_LINE_BYTES - bytes));
    if (kept.length > 0) begun.push(kept);
    bytes += kept.length;
  };
  const finish = (): string => {
    const line = Buffer.concat(begun).toString('utf8');
    begun = [];
    bytes = 0;
    return end === '\n' ? line.replace(/\r$/, '') : line;
  };
  for await (const chunk of stream) {
    let from = 0;
    for (let at = chunk.indexOf(endByte); at >= 0; at = chunk.indexOf(endByte, from)) {
      take(chunk.subarray(from, at));
      from = at + 1;
      const line = finish();
      if (line !== '') yield line;
    }
    take(chunk.subarray(from));
  }
  const line = finish();
  if (line !== '') yield line;
}
