// The receipt of the labels that a run learned from beyond those of the run in use before it: what they changed, and
// whether for the better. Computed anew from labels, predictions and models, as long as both models are kept.

import { WhiskerError } from '../../shared/errors.ts';
import type { CorrectionReceipt, ReceiptPart } from '../../shared/correction-receipt.ts';
import { isSkewed } from '../../shared/measured-on.ts';
import { pairedDifference, wilson } from '../../shared/statistics.ts';
import type { RunSummary } from '../../shared/training.ts';
import type { ClassId, PhotoId, RunId } from '../../shared/types.ts';
import { NO_LABEL_CODE } from '../../shared/types.ts';
import { countJudged, labelsBetween, labelsJudgedByBoth, photosChanged } from '../db/correction-rows.ts';
import type { JudgedLabel, NewLabel } from '../db/correction-rows.ts';
import { measuredPhotos } from '../db/measured.ts';
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
 * A run is no witness of a photo from whose label it has learned, so what counts is what each says without that label.
 * Of the photos of which both say something random checks speak for the library; with them are counted labels that were
 * there before the earlier run and in whose choice no model had a say. Labels given since are left out unless they are
 * checks: whoever corrects what the earlier run got wrong shows its errors alone.
 */
function evidence(library: Where, earlier: RunId, later: RunId) {
  const [saidBefore, saysNow] = [answersOf(library, earlier), answersOf(library, later)];
  const isCheck = ({ chosen }: JudgedLabel) => chosen === 'audit';
  const isUnbiased = (label: JudgedLabel) => isCheck(label) || (label.isOld === 1 && !isSkewed({ [label.chosen]: 1 }));
  const all = labelsJudgedByBoth(library.db, earlier, later);
  const told = all.flatMap((label) => {
    const [before, after] = [saidBefore(label, label.old), saysNow(label, label.new)];
    return before === null || after === null ? [] : [{ ...label, old: before, new: after }];
  });
  const fair = told.filter(isCheck);
  return { fair, learnedFrom: all.filter(isCheck).length - fair.length, unbiased: told.filter(isUnbiased) };
}

/**
 * What a run says of a photo without its label: the model that measured it, which left out the label of then, as long
 * as that is the label of now; or the model itself (`ofModel`) where it never learned from the photo. Else null.
 */
function answersOf({ db, dir }: Where, run: RunId) {
  const { photoIds, truth, predicted } = measuredPhotos(db, run);
  const rows = new Map(photoIds.map((id, i) => [id, i]));
  // Of a model without its note nobody knows what it has learned from.
  const note = readNote(dir, run);
  const learned = note && new Set(note.trainedOn);
  return (label: JudgedLabel, ofModel: ClassId): ClassId | null => {
    const row = rows.get(label.photoId);
    if (row !== undefined && truth[row] === label.truth) return predicted[row] ?? null;
    return learned === null || learned.has(label.photoId) ? null : ofModel;
  };
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
