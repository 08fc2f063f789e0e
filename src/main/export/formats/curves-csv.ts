// The curves of a run as a table, a line a point.

import { stringify } from 'csv-stringify/sync';
import type { RunId } from '../../../shared/types.ts';
import type { Db } from '../../db/open.ts';
import { getRunDetail } from '../../db/runs.ts';

const columns = [
  { key: 'stage', header: 'stage' },
  { key: 'step', header: 'step' },
  { key: 'seconds', header: 'seconds' },
  { key: 'classifierLoss', header: 'classifier_loss' },
  { key: 'unlabelledLoss', header: 'unlabelled_loss' },
  { key: 'generatedLoss', header: 'generated_loss' },
  { key: 'generatorLoss', header: 'generator_loss' },
  { key: 'heldOutAccuracy', header: 'held_out_accuracy' },
];

/** RFC 4180, a header first; a cell is empty where nothing was measured. Throws 'not-found'. */
export function* curvesCsv(db: Db, run: RunId): Generator<string> {
  yield stringify(getRunDetail(db, run).metrics, { header: true, columns, record_delimiter: 'windows' });
}
