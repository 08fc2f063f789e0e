// A table of labels on its way to main: compressed, so that a hundred thousand rows fit into one call.

import { WhiskerError } from '../../../../shared/errors.ts';
import { MOST_GZIP_CHARACTERS, MOST_TABLE_BYTES } from '../../../../shared/label-import.ts';
import { base64 } from '../../../ui/base64.ts';

/** Whether a file that was dropped can be one, by its name. */
export const isTableName = (name: string): boolean => /\.(csv|tsv)$/i.test(name);

/** The file's bytes with gzip, in base64. Throws 'bad-input' when it is too large or can't be read. */
export async function packTable(file: File): Promise<string> {
  const tooLarge = () =>
    new WhiskerError('bad-input', `“${file.name}” is too large to be a table of labels.`, 'Split it into several.');
  if (file.size > MOST_TABLE_BYTES) throw tooLarge();
  let packed: string;
  try {
    const compressed = file.stream().pipeThrough(new CompressionStream('gzip'));
    packed = base64(new Uint8Array(await new Response(compressed).arrayBuffer()));
  } catch {
    throw new WhiskerError('bad-input', `“${file.name}” can’t be read.`, 'Check that it is still there.');
  }
  if (packed.length > MOST_GZIP_CHARACTERS) throw tooLarge();
  return packed;
}
