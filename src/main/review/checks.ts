// The random checks of a run that were decided, to look at them again.

import { fileNameOf } from '../../shared/elsewhere.ts';
import { firstPaths } from '../db/photos.ts';
import type { Db } from '../db/open.ts';
import { settledOfPool, waitingOfPool } from '../db/review-pool.ts';
import type { CheckedPhoto } from '../../shared/errors-left.ts';
import { labelFromCode } from '../../shared/types.ts';
import type { RunId } from '../../shared/types.ts';
import { drawnOf } from './random-checks.ts';
import { withFate } from './review.ts';

/** Those that `countErrorsLeft` counts, the wrong ones first, then in the order in which they were drawn. */
export function listChecks(db: Db, runId: RunId | null): CheckedPhoto[] {
  if (runId === null) return [];
  const settled = settledOfPool(db, runId).map(withFate);
  const drawn = drawnOf(runId, settled, waitingOfPool(db, runId)).filter(({ fate }) => fate !== 'accepted');
  const paths = firstPaths(
    db,
    drawn.map(({ photoId }) => photoId),
  );
  const checks = drawn.map(({ photoId, predicted, label, fate }): CheckedPhoto => {
    const name = fileNameOf(paths.get(photoId) ?? '');
    const wrong = fate === 'skipped' ? null : fate === 'wrong';
    return { photoId, name, predicted, label: labelFromCode(label), wrong };
  });
  return checks.sort((a, b) => Number(b.wrong === true) - Number(a.wrong === true));
}
