// The download of an archive, in the window's own way to save.

import type { ArchivePart } from '../../shared/archive.ts';
import { toFailure } from '../../shared/errors.ts';
import { downloadBytes, named } from '../export/download.ts';
import type { ArchiveService } from './archive-service.ts';

/** 409 with a sentence when there can be no archive now. */
export async function archiveResponse(
  archives: Pick<ArchiveService, 'prepare'>,
  name: string,
  parts: readonly ArchivePart[],
): Promise<Response> {
  try {
    const prepared = await archives.prepare(parts);
    const remove = () => void prepared.remove();
    return downloadBytes(prepared.stream(), 'application/x-tar', `${named(name)}.whisker`, remove);
  } catch (error) {
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
    return new Response(toFailure(error).message, { status: 409, headers });
  }
}
