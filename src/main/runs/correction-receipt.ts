// The receipt of the labels that a run learned from beyond those of the run in use before it: what they changed, and
// whether for the better. Computed anew from labels, predictions and models, as long as both models are kept.

import { WhiskerError } from '../../shared/errors.ts';
import type { CorrectionReceipt, ReceiptPart } from '../../shared/correction-receipt.ts';
import { isSkewed } from '../../shared/measured-on.ts';
import { pairedDifference, wilson } from '../../shared/statistics.ts';
import type { RunSummary } from '../../shared/training.ts';
import type { PhotoId, RunId } from '../../shared/types.ts';
import { NO_LABEL_CODE } from '../../shared/types.ts';
import { countJudged, labelsBetween, labelsJudgedByBoth, photosChanged } from '../db/correction-rows.ts';
import type { JudgedLabel, NewLabel } from '../db/correction-rows.ts';
import { getRun, inUseBefore } from '../db/runs.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { readNote } from './run-folder.ts';

type Where = Pick<OpenLibrary, 'db' | 'dir'>;

/**
 * Null when no run was in use before, when one of the two models is no longer kept, and when no label came between
 * them. Throws 'not-found' for a number that no run has.
 */
export function correctionReceipt(library: Where, id: RunId): CorrectionReceipt | null {
  const runs = bothRuns(library, id);
  if (!runs) return null;
  const [earlier, later] = [runs.earlier.id, runs.later.id];
  const labels = labelsBetween(library.db, earlier, later);
  if (labels.length === 0) return null;
  const sizeOf = (kind: LabelKind) => labels.filter((label) => kindOf(label) === kind).length;
  const { fair, learnedFrom, unbiased } = evidence(library, earlier, later);
  const [before, after] = [unbiased.map(wasRight), unbiased.map(isRight)];
  return {
    ...{ earlier, later, fixes: sizeOf('fixes'), confirmed: sizeOf('confirmed'), added: sizeOf('added') },
    sameWay: learnsAlike(runs.earlier, runs.later),
    judged: countJudged(library.db, earlier, later),
    changed: photosChanged(library.db, earlier, later).length,
    checks: {
      fair: fair.length,
      becameRight: fair.filter(becameRight).length,
      becameWrong: fair.filter(becameWrong).length,
      learnedFrom,
    },
    measured:
      unbiased.length === 0
        ? null
        : { before: share(before), after: share(after), difference: pairedDifference(after, before) },
  };
}

/** The photos behind a number of the receipt. Throws 'not-found' when there is no receipt. */
export function receiptPhotos(library: Where, id: RunId, part: ReceiptPart): PhotoId[] {
  const runs = bothRuns(library, id);
  if (!runs) throw new WhiskerError('not-found', `What run ${id} changed is no longer known.`);
  const [earlier, later] = [runs.earlier.id, runs.later.id];
  switch (part) {
    case 'changed':
      return photosChanged(library.db, earlier, later);
    case 'became-right':
      return idsOf(evidence(library, earlier, later).fair.filter(becameRight));
    case 'became-wrong':
      return idsOf(evidence(library, earlier, later).fair.filter(becameWrong));
    default:
      return idsOf(labelsBetween(library.db, earlier, later).filter((label) => kindOf(label) === part));
  }
}

function bothRuns({ db }: Where, id: RunId): { earlier: RunSummary; later: RunSummary } | null {
  const later = getRun(db, id);
  const before = inUseBefore(db, id);
  const earlier = before === null ? null : getRun(db, before);
  return earlier?.usable && later.usable && later.status !== 'running' ? { earlier, later } : null;
}

type LabelKind = Extract<ReceiptPart, 'fixes' | 'confirmed' | 'added'>;

/** A label that was changed or taken back is a fix, whatever the run had said. */
function kindOf({ before, after, predicted }: NewLabel): LabelKind {
  if (before !== NO_LABEL_CODE) return 'fixes';
  if (predicted === null) return 'added';
  return after === predicted ? 'confirmed' : 'fixes';
}

/**
 * A run is no witness of a photo from whose label it has learned. Of the others random checks speak for the library;
 * with them are counted labels that were there before the earlier run and in whose choice no model had a say. Labels
 * given since are left out unless they are checks: whoever corrects what the earlier run got wrong shows its errors
 * alone.
 */
function evidence({ db, dir }: Where, earlier: RunId, later: RunId) {
  const notes = [earlier, later].map((run) => readNote(dir, run));
  const learned = new Set(notes.flatMap((note) => note?.trainedOn ?? []));
  const all = labelsJudgedByBoth(db, earlier, later);
  const checks = all.filter(({ chosen }) => chosen === 'audit');
  const isUnbiased = ({ chosen, isOld }: JudgedLabel) =>
    chosen === 'audit' || (isOld === 1 && !isSkewed({ [chosen]: 1 }));
  // Of a model without its note nobody knows what it has learned from.
  const notLearned = ({ photoId }: JudgedLabel) => !notes.includes(null) && !learned.has(photoId);
  const fair = checks.filter(notLearned);
  return { fair, learnedFrom: checks.length - fair.length, unbiased: all.filter(isUnbiased).filter(notLearned) };
}

const wasRight = ({ truth, old }: JudgedLabel): boolean => truth === old;
const isRight = (label: JudgedLabel): boolean => label.truth === label.new;
const becameRight = (label: JudgedLabel): boolean => isRight(label) && !wasRight(label);
const becameWrong = (label: JudgedLabel): boolean => !isRight(label) && wasRight(label);
const share = (right: readonly boolean[]) => wilson(right.filter(Boolean).length, right.length);
const idsOf = (rows: readonly { photoId: PhotoId }[]): PhotoId[] => rows.map(({ photoId }) => photoId);

/** From the same pixels or features, by the same recipe. */
function learnsAlike(one: RunSummary, other: RunSummary): boolean {
  if (one.backbone || other.backbone) return one.backbone?.sha256 === other.backbone?.sha256;
  const [a, b] = [one.options, other.options];
  return a.preset === b.preset && a.colour === b.colour && a.mirror === b.mirror;
}
