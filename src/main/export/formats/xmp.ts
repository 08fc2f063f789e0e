// Keywords for other programs: labels and predictions as XMP, in a file beside each photo or in the photo itself.

import { openReplacements } from '../../../files/replacements.ts';
import { recordRewritten } from '../../db/files.ts';
import type { ExportContext, InPlaceFormat, InPlaceOptions, InPlaceReport } from '../format.ts';
import type { ExportedPhoto } from '../rows.ts';
import { MOST_PROCESSES, startExiftool } from '../xmp/exiftool.ts';
import type { Exiftool } from '../xmp/exiftool.ts';
import { createKeywordWriter, Unwritable } from '../xmp/keyword-writer.ts';
import type { KeywordWriter } from '../xmp/keyword-writer.ts';

export const xmp: InPlaceFormat = {
  kind: 'in-place',
  id: 'xmp',
  title: /* @wc-include */ 'XMP keywords',
  about: 'Labels as keywords that digiKam, Lightroom and immich read, in files beside your photos.',
  takesUnknown: true,
  write,
};

/** Enough that no process waits for Whisker to prepare the next photo. */
const PHOTOS_AT_ONCE = 2 * MOST_PROCESSES;

async function write(context: ExportContext, { into }: InPlaceOptions): Promise<InPlaceReport> {
  const { db, folder, signal } = context;
  signal.throwIfAborted();
  const replacements = openReplacements(folder);
  let exiftool: Exiftool | null = null;
  let writer: KeywordWriter | null = null;
  const kill = () => void exiftool?.end();
  signal.addEventListener('abort', kill);
  try {
    exiftool = await startExiftool(replacements.stage);
    writer = createKeywordWriter({ db, folder, into, replacements, exiftool });
    return await writeAll(context, writer);
  } catch (error) {
    replacements.putBack();
    recordRewritten(db, writer?.rewrittenBack() ?? []);
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', kill);
    await exiftool?.end();
    replacements.end();
  }
}

/** Several photos side by side. Comes back only when none is under way any more. */
async function writeAll(
  { photos, signal, progress }: ExportContext,
  { writePhoto }: KeywordWriter,
): Promise<InPlaceReport> {
  const report: InPlaceReport = { written: 0, unchanged: 0, left: [] };
  const all = eachOf(photos());
  let done = 0;
  let isStopped = false;

  async function work(): Promise<void> {
    for (const photo of all) {
      if (isStopped) return;
      try {
        signal.throwIfAborted();
        const isWritten = await writePhoto(photo);
        if (isWritten) report.written++;
        else report.unchanged++;
      } catch (error) {
        if (!(error instanceof Unwritable) || signal.aborted) {
          isStopped = true;
          throw error;
        }
        report.left.push({ path: photo.path, reason: error.message });
      }
      progress(++done);
    }
  }

  const ends = await Promise.allSettled(Array.from({ length: PHOTOS_AT_ONCE }, work));
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure) throw failure.reason;
  report.left.sort((a, b) => (a.path < b.path ? -1 : 1));
  return report;
}

function* eachOf(pages: Iterable<readonly ExportedPhoto[]>): Generator<ExportedPhoto> {
  for (const page of pages) yield* page;
}
